/** From an export to what it says of cold starts: why, slower or not, and what would help at which price. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { renderText } from '../../analyzer/src/report/text.ts';
import { csvOf, nightRows } from '../support/night-export.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-cold-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FROM_MS = Date.UTC(2026, 10, 21, 1);
const HOUR_MS = 3_600_000;
let files = 0;

function write(text: string): string {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, text);
  return path;
}

/** Two versions, an hour each, of which the second takes so long to start. */
function twoVersions(initMs: number): string {
  const told = { invocations: 800, everyMs: 4500, coldEvery: 10, initMs: 800 };
  return write(
    csvOf([
      ...nightRows({ ...told, seed: 1, fromMs: FROM_MS, version: '41' }),
      ...nightRows({ ...told, seed: 2, fromMs: FROM_MS + HOUR_MS, version: '42', initMs }),
    ]),
  );
}

const ofVersion = (report: Report, version: string) => report.coldStarts.find((section) => section.version === version)!;
const words = (report: Report) => renderText(report, { width: 400, color: false, all: true });

describe('a new version', () => {
  test('whose inits take longer says by how much', async () => {
    const report = await analyze([twoVersions(1200)]);
    expect(ofVersion(report, '42').sinceVersionBefore).toMatchObject({
      kind: 'slower',
      versionBefore: '41',
      beforeCount: 80,
      afterCount: 80,
    });
    expect(report.findings.some(({ headline }) => headline === 'INIT SLOWER')).toBe(true);
    expect(ofVersion(report, '41').sinceVersionBefore).toBeUndefined();
  });

  test('whose inits do not says how small a change would have shown', async () => {
    const report = await analyze([twoVersions(800)]);
    const change = ofVersion(report, '42').sinceVersionBefore!;
    expect(change.kind).toBe('no-change-shown');
    expect(change.detectableRatio).toBeGreaterThan(1.02);
    expect(change.detectableRatio).toBeLessThan(1.2);
    expect(report.findings.some(({ headline }) => headline === 'INIT SLOWER')).toBe(false);
    expect(words(report)).toMatch(
      /inits since version 41 \(n = 80 and 80\): no change shown: .*; \d\S* % slower\s+would have been shown in four of five cases\./,
    );
  });
});

describe('what would help', () => {
  test('stands beside the finding, with its arithmetic and the prices that were given', async () => {
    const path = twoVersions(800);
    const [report, dear] = [
      await analyze([path]),
      await analyze([path], {
        pricePath: write(
          '{"asOf": "2026-11-21", "region": "eu-west-1", "provisioned": {"x86_64": {"usdPerGbSecondReady": 0.00001, "usdPerGbSecondBusy": 0.00002}}}',
        ),
      }),
    ];
    const hurting = report.findings.find(({ headline, version }) => headline === 'COLD STARTS' && version === '42')!;
    expect(hurting.facts.find(({ name }) => name === 'provisioned-concurrency')!.value).toContain('x 86,400 s x 0.0000041667');
    expect(hurting.facts.find(({ name }) => name === 'more-memory')!.value).toContain(
      'its effect cannot be told without 20 inits at a larger size',
    );
    const usd = (of: Report) => ofVersion(of, '42').options!.find(({ kind }) => kind === 'provisioned-concurrency')!;
    expect(usd(dear).arithmetic).toContain('x 86,400 s x 0.00001 =');
    expect(usd(dear).usdPerDay).toBeGreaterThan(usd(report).usdPerDay!);
    expect(words(report)).toContain('Reckoned for x86_64 (not told which; --arch sets it) with the prices of 2026-03-01, us-east-1');
    expect(words(dear)).toContain('with the prices of 2026-11-21, eu-west-1');
  });

  test('is silent where cold starts are too few to hurt, but for --all', async () => {
    const report = await analyze([write(csvOf(nightRows({ seed: 3, fromMs: FROM_MS, invocations: 800, everyMs: 4500, coldEvery: 400 })))]);
    expect(report.findings.filter(({ kind }) => kind === 'cold-start')).toEqual([]);
    expect(renderText(report, { width: 200, color: false })).not.toContain('Reckoned for');
  });

  test('a misspelt price of provisioned concurrency is an error, not a built-in price', async () => {
    const pricePath = write('{"asOf": "2026-11-21", "region": "eu-west-1", "provisioned": {"x86_64": {"usdPerGbSecondReddy": 1}}}');
    await expect(analyze([twoVersions(800)], { pricePath })).rejects.toThrow(/provisioned\.x86_64\.usdPerGbSecondReddy: expected one of/);
  });
});

test('two kinds of init are told apart with their share; one kind is not split', async () => {
  const rows = nightRows({ seed: 4, fromMs: FROM_MS, invocations: 2000, coldEvery: 10, initMs: 500, everyMs: 1500 });
  let starts = 0;
  const bimodal = rows.map((row) =>
    row.replace(/Init Duration: ([\d.]+)/, (_all, ms) => `Init Duration: ${(Number(ms) * (starts++ % 4 === 0 ? 3 : 1)).toFixed(2)}`),
  );
  const [cause] = (await analyze([write(csvOf(bimodal))])).coldStarts[0]!.causes!.filter(({ kind }) => kind === 'two-modes');
  expect(cause!.because).toMatch(/^two kinds of init: 2\d(\.\d)? % take 1\.\d+ s in the middle, the others \d+ ms/);
  expect((await analyze([write(csvOf(rows))])).coldStarts[0]!.causes).toEqual([]);
});
