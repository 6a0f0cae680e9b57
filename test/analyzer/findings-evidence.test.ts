import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyze, type Report } from '../../analyzer/src/index.ts';
import { readEvidenceLine } from '../../analyzer/src/report/evidence-line.ts';
import type { ScenarioName } from '../../fixtures/generator/scenarios.ts';
import { writeFixture } from '../../fixtures/generator/write-fixture.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightlight-evidence-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reports = new Map<ScenarioName, Promise<Report>>();

function reportOf(scenario: ScenarioName): Promise<Report> {
  const known = reports.get(scenario);
  if (known !== undefined) return known;
  const { dataFolder } = writeFixture({ scenario, shape: 'subscription', seed: 11, folder: join(folder, scenario) });
  const report = analyze([dataFolder], {});
  reports.set(scenario, report);
  return report;
}

const linesOf = async ({ evidence }: Report['findings'][number]) => Promise.all(evidence.map(readEvidenceLine));

describe('every finding leads to lines of the input', () => {
  test.each<ScenarioName>(['incident', 'throttled'])('of the story %s', async (scenario) => {
    const { findings } = await reportOf(scenario);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ evidence }) => evidence.length === 0).map(({ headline }) => headline)).toEqual([]);
  });

  test('retries show attempts of one request beside each other', async () => {
    const { findings } = await reportOf('incident');
    const retries = findings.find(({ kind, functionName }) => kind === 'retries' && functionName === 'checkout')!;
    const ids = (await linesOf(retries)).map((line) => /RequestId: (\S+)/.exec(JSON.stringify(line))?.[1]);
    expect(ids).toContainEqual(expect.any(String));
    expect(new Set(ids).size).toBeLessThan(ids.length);
  });

  test('throttles show the points that count them', async () => {
    const throttled = (await reportOf('throttled')).findings.find(({ kind }) => kind === 'throttle')!;
    expect(throttled.evidence.map(({ path }) => path)).toContainEqual(expect.stringMatching(/metric/));
    expect(await linesOf(throttled)).toMatchObject(throttled.evidence.map(() => ({ kind: 'line' })));
  });
});

describe("lines of the agent's own file, which no envelope gives a time", () => {
  const at = Date.UTC(2026, 10, 21, 12);
  const minute = 60_000;
  const lines = [
    { nl: 1, k: 'init', t: at, sb: 'aaaa1111', pr: 0, sn: 'pricing', pi: 1 },
    { nl: 1, k: 'inv', id: 'aaaa1111-1', sb: 'aaaa1111', t: at + minute, rt: 'GET /', n: 1, d: 5 },
    {
      nl: 1,
      k: 'leak',
      t: at + 10 * minute,
      sb: 'aaaa1111',
      n: 100,
      ch: 'heap',
      ve: 'leaking',
      sl: 30_000,
      pb: [
        [50, 7000, 2000, 9],
        [100, 9000, 2000, 9],
      ],
    },
    { nl: 1, k: 'win', t: at + 12 * minute, l: 10_000, s: 1, sb: 'aaaa1111', sn: 'pricing', rc: 4, fc: 0 },
  ];
  let path: string;
  beforeAll(() => {
    path = join(folder, 'pricing.ndjson');
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });
  const kept = async (settings: Parameters<typeof analyze>[1]) => {
    const { input, memory } = await analyze([path], settings);
    return {
      events: input.eventCount,
      left: input.filteredCount,
      verdicts: memory.flatMap(({ agentVerdicts = [] }) => agentVerdicts).length,
    };
  };

  test('are all read where nothing was asked for', async () => {
    expect(await kept({})).toEqual({ events: 4, left: 0, verdicts: 1 });
  });

  test('are cut by the time asked for: a leak told later is none of that time', async () => {
    expect(await kept({ toMs: at + 5 * minute })).toEqual({ events: 2, left: 2, verdicts: 0 });
    expect(await kept({ fromMs: at + 11 * minute })).toMatchObject({ left: 3, verdicts: 0 });
    expect(await kept({ fromMs: at + 9 * minute, toMs: at + 11 * minute })).toMatchObject({ events: 1, verdicts: 1 });
  });

  test('are cut by the function asked for, once their process has told its name', async () => {
    expect(await kept({ only: 'pricing' })).toMatchObject({ events: 4, left: 0 });
    expect(await kept({ only: 'checkout' })).toMatchObject({ left: 4, verdicts: 0 });
  });
});
