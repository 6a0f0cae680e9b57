/** The recorded incident says the truth: who is paged, who is to blame, and since when; and the demo plays it as any export. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import { follow } from '../../analyzer/src/live/index.ts';
import { runDemo } from '../../tui/src/commands/demo.ts';
import { processWorld } from '../../tui/src/process-world.ts';

const DEMO = fileURLToPath(new URL('../../fixtures/demo', import.meta.url));
const files = readdirSync(DEMO)
  .filter((name) => name.endsWith('.gz'))
  .map((name) => join(DEMO, name));
/** In the recording, version 88 of pricing is deployed a minute of its five after the start. */
const DEPLOYED_MS = Date.UTC(2026, 10, 21, 1, 46);

test('checkout is what hurts, pricing is what to suspect, and its leak is found with the line that leaks', async () => {
  const report = await analyze(files);
  expect(report.input).toMatchObject({ failedFileCount: 0, fileCount: 2 });
  const [first] = report.findings;
  expect(first).toMatchObject({ kind: 'failure', functionName: 'checkout', harm: 'users', certainty: 'proven' });
  expect(first!.sinceMs).toBeGreaterThan(DEPLOYED_MS);
  expect(first!.next).toContain('--fn pricing');
  const leak = report.findings.find(({ kind }) => kind === 'memory-growth');
  expect(leak).toMatchObject({ functionName: 'pricing' });
  expect(leak!.why).toContain('quoteOf (pricing.mjs:');
  // Nobody is accused of a leak but the one that leaks.
  expect(report.findings.filter(({ kind }) => /memory|leak/.test(kind)).map(({ functionName }) => functionName)).toEqual(['pricing']);
});

test('before the deployment nothing hurts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-demo-quiet-'));
  const quiet = files.map((file) => {
    const path = join(folder, basename(file, '.gz'));
    const early = linesOf(file).filter((line) => (JSON.parse(line) as { t: number }).t < DEPLOYED_MS - 20_000);
    writeFileSync(path, early.join('\n'));
    return path;
  });
  const report = await analyze(quiet);
  expect(report.functions.map(({ functionName }) => functionName).sort()).toEqual(['checkout', 'pricing']);
  expect(report.findings.filter(({ harm }) => harm === 'users' || harm === 'soon')).toEqual([]);
  rmSync(folder, { recursive: true });
});

test.each([
  ['at its end', undefined],
  ['in its middle', Date.UTC(2026, 10, 21, 1, 55, 20)],
])('a request with a line of its own and a place in a periodic one is one request, %s', async (_, toMs) => {
  const following = follow([{ kind: 'path', path: DEMO }], { ...(toMs !== undefined && { toMs }) });
  await following.caughtUp();
  const { functions, minutes, report } = following.picture();
  await following.stop();
  expect(functions).toHaveLength(2);
  for (const { functionName, warm, latency, invocations } of functions) {
    const section = report.latency.find((each) => each.functionName === functionName);
    const requestCount = invocations.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    expect(requestCount).toBe(section!.warm.sampleCount);
    expect(warm!.between(minutes.first, minutes.last).sampleCount).toBe(requestCount);
    expect(latency.flat().reduce((sum, count) => sum + count, 0)).toBe(requestCount);
  }
});

test('it is small, and holds nothing of the machine that it was recorded on', () => {
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(300_000);
  for (const file of files) {
    const lines = linesOf(file);
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines.filter((line) => /\/(?:home|tmp|Users|root|work)\b|node_modules|fixtures/.test(line))).toEqual([]);
    for (const line of lines) {
      const minute = ((JSON.parse(line) as { t: number }).t - Date.UTC(2026, 10, 21, 1, 40)) / 60_000;
      expect(minute).toBeGreaterThanOrEqual(-1);
      expect(minute).toBeLessThan(40);
    }
  }
});

test('nightlight demo plays it as it happened, through the pipeline of watch', async () => {
  let stdout = '';
  const write = (text: string) => {
    stdout += text;
  };
  const world = { ...processWorld(), stdout: { write, isTerminal: false, columns: undefined } };
  await runDemo({ speed: '100000', screen: 'overview', json: true, color: false, theme: 'safe' }, world, DEMO);
  const changes = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const last = new Map(changes.map(({ finding, change }) => [`${finding.kind} ${finding.functionName}`, change]));
  expect(last.get('failure checkout')).not.toBe('cleared');
  expect(last.get('memory-growth pricing')).not.toBe('cleared');
  expect(last.has('memory-growth pricing')).toBe(true);
});

function linesOf(file: string): readonly string[] {
  return gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
}
