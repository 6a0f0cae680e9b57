/** Error lines of a long-running service name no request: whose words they are can only be told by how many there are. */
import { describe, expect, test } from 'vitest';
import { invLine } from '../support/agent-lines.ts';
import type { LoggedLine } from '../support/assemble-lines.ts';
import { findingsOf, NIGHT_MS, reportOfLines } from '../support/lambda-night.ts';

const SHOP = { functionName: 'shop', isProcess: true } as const;

/** The agent's lines of so many requests, some of them answered with 500, and lines that the service logs meanwhile. */
function serviceNight({ failed, logged, message }: { failed: number; logged: number; message: string }): LoggedLine[] {
  const requests = Array.from({ length: 60 }, (_, i) => ({
    atMs: NIGHT_MS + i * 500,
    text: invLine({ requestId: `shop-${i}`, invocationNumber: i + 1, failed: i >= 20 && i < 20 + failed, sandboxId: 'shop-1' }),
  }));
  const errors = Array.from({ length: logged }, (_, i) => ({
    atMs: NIGHT_MS + 10_000 + i * 500 + 1,
    text: JSON.stringify({ level: 'ERROR', errorType: 'Error', errorMessage: message, stackTrace: [] }),
  }));
  return [...requests, ...errors].sort((a, b) => a.atMs - b.atMs).map((line) => ({ ...line, stream: 'shop-1' }));
}

const DENIED = 'getaddrinfo ENOTFOUND mailer.internal';
const modesOf = (report: ReturnType<typeof reportOfLines>) => report.modes!.recognised.map(({ modeId }) => modeId);

describe('errors that a service logs', () => {
  test('are kept under its name, with the words that requests without any may have failed with', () => {
    const report = reportOfLines(serviceNight({ failed: 25, logged: 25, message: DENIED }), SHOP);
    expect(report.failures.find(({ loggedOnlyCount }) => loggedOnlyCount > 0)).toMatchObject({
      functionName: 'shop',
      status: 'unknown',
      loggedOnlyCount: 25,
      rate: { count: 0 },
    });
    expect(modesOf(report)).toEqual(['dns-failure']);
    const [finding] = findingsOf(report, 'failure').filter(({ headline }) => headline === 'LOGGED ERRORS');
    expect(finding).toMatchObject({
      certainty: 'suspected',
      why: expect.stringContaining('25 error lines of 1 kind that name no request'),
    });
  });

  test('are no cause where no request failed', () => {
    const report = reportOfLines(serviceNight({ failed: 0, logged: 25, message: DENIED }), SHOP);
    expect(report.failures[0]).toMatchObject({ loggedOnlyCount: 25 });
    expect(modesOf(report)).toEqual([]);
  });

  test.each([
    ['far fewer', { failed: 25, logged: 2 }],
    ['far more', { failed: 2, logged: 38 }],
  ])('are no cause where they are %s than the requests that failed', (_what, counts) => {
    expect(modesOf(reportOfLines(serviceNight({ ...counts, message: DENIED }), SHOP))).toEqual([]);
  });

  test('say nothing of a service that logs none', () => {
    const report = reportOfLines(serviceNight({ failed: 0, logged: 0, message: '' }), SHOP);
    expect(report.failures).toEqual([]);
  });
});
