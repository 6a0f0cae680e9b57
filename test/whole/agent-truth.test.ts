/** One truth with our agent inside, in shapes of every kind: what its lines add up to is what really happened. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze, type Report } from '@nightlight/analyzer';
import { afterAll, describe, expect, test } from 'vitest';
import type { LogFormat } from '../../fixtures/generator/message.ts';
import type { ShapeName } from '../../fixtures/generator/shapes.ts';
import { writeFixture } from '../../fixtures/generator/write-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-inside-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Way {
  readonly shape: ShapeName;
  readonly logFormat: LogFormat;
  /** The files do not name their function. */
  readonly isUnnamed?: boolean;
  /** The lines do not name their stream: what a successor tells cannot be traced to who died. */
  readonly isMixed?: boolean;
}

const WAYS: readonly Way[] = [
  { shape: 's3-export', logFormat: 'text' },
  { shape: 's3-export', logFormat: 'json' },
  { shape: 'subscription', logFormat: 'text' },
  { shape: 'insights-csv', logFormat: 'json' },
  { shape: 'insights-console-json', logFormat: 'text' },
  { shape: 'filter-log-events', logFormat: 'text', isUnnamed: true },
  { shape: 'telemetry', logFormat: 'json', isUnnamed: true },
  { shape: 'console-csv', logFormat: 'text', isUnnamed: true, isMixed: true },
];

describe.each(WAYS)('a night with the agent inside, as $shape with $logFormat messages', ({ shape, logFormat, isUnnamed, isMixed }) => {
  const fixture = writeFixture({ scenario: 'inside', shape, logFormat, seed: 11, folder: join(folder, `${shape}-${logFormat}`) });
  const names = Object.keys(fixture.answer.functions);
  const report = (name: string): Promise<Report> => {
    if (isUnnamed !== true) return analyze([fixture.dataFolder], { workers: 1 });
    const own = readdirSync(fixture.dataFolder).filter((entry) => entry === name || entry.startsWith(`${name}.`));
    return analyze(
      own.sort().map((entry) => join(fixture.dataFolder, entry)),
      { functionName: name, workers: 1 },
    );
  };

  test.each(names)('%s: attempts, calls, answers and messages are those of the truth', async (name) => {
    const found = await report(name);
    const { inside, invocationCount, statusCounts } = fixture.answer.functions[name]!;
    const section = found.functions.find(({ functionName }) => functionName === name)!;
    expect(section).toMatchObject({ invocationCount, agentLineCount: inside!.lineCount });
    expect(section.statusCounts).toMatchObject(statusCounts);
    const calls = found.outboundCalls!.find(({ functionName }) => functionName === name)!;
    expect(calls).toMatchObject({ callCount: inside!.callCount, retryCount: inside!.retryCount });
    expect(found.answers!.functions.find(({ functionName }) => functionName === name)!.suspect.count).toBe(inside!.silentErrorCount);
    const messages = found.messages!.find(({ functionName }) => functionName === name);
    const { receivedCount, returnedCount, droppedCount, duplicateCount } = inside!;
    if (receivedCount > 0) expect(messages).toMatchObject({ receivedCount, returnedCount, droppedCount, duplicateCount });
    else expect(messages).toBeUndefined();
  });

  test('what is expected is found, and the healthy twin is left in peace', async () => {
    for (const { kind, functionName } of fixture.answer.expects) {
      const kinds = (await report(functionName)).findings
        .filter((finding) => finding.functionName === functionName)
        .map((finding) => finding.kind);
      expect(kinds).toContain(kind);
    }
    for (const name of fixture.answer.healthyFunctions) {
      const hurting = (await report(name)).findings.filter(
        (finding) => finding.functionName === name && (finding.harm === 'users' || finding.harm === 'soon'),
      );
      expect(hurting).toEqual([]);
    }
  });

  test('the timeouts name the call that was in flight, as often as a successor told', async () => {
    const { toldDeathCount } = fixture.answer.functions.basket!.inside!;
    const finding = (await report('basket')).findings.find(({ kind }) => kind === 'timeout')!;
    expect(finding.why).toContain('waited for payments');
    expect(finding.why).toContain('no time limit was set on the call');
    if (isMixed !== true)
      expect(finding.facts.find(({ name }) => name === 'in flight: payments')!.value).toMatch(new RegExp(`^${toldDeathCount} calls`));
  });
});
