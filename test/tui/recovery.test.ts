import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exampleRuns } from '../../analyzer/src/recovery/example-runs.ts';
import { encodeRun } from '../../analyzer/src/recovery/run-record.ts';
import { runNightlight } from '../support/test-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-recovery-'));
afterAll(() => rmSync(folder, { recursive: true }));
const environment = { NIGHTLIGHT_INCIDENTS: join(folder, 'incidents.ndjson') };
let files = 0;

async function recovery(words: readonly string[], columns = 80) {
  return runNightlight(['recovery', ...words], { environment, columns, isTerminal: true });
}

function runsFile(runs: readonly object[]): string {
  const path = join(folder, `runs-${files++}.ndjson`);
  writeFileSync(path, runs.map((run) => `${JSON.stringify(run)}\n`).join(''));
  return path;
}

describe('the board', () => {
  test('shows the example, marked as invented, with its ranking', async () => {
    const { stdout, exitCode } = await recovery(['board', '--example']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('EXAMPLE: these runs are invented.');
    expect(stdout).toContain('  pool-exhaustion     [N] > 1:00:00 p[N]   [I] 1:01 p[I]    [M] 10:37 p[M]');
    expect(stdout).toContain('Ranking: easier to find causes in comes first');
    expect(stdout).toContain('lambda-sqs and node-vm not separable');
    expect(stdout).toContain('? people know lambda-sqs better than edge-functions');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('lists each scenario by itself where its columns do not fit', async () => {
    const { stdout } = await recovery(['board', '--example'], 50);
    expect(stdout).toContain('  pool-exhaustion\n    edge-functions   [N] > 1:00:00 p[N]\n');
  });

  test('refuses to rank with 4, names what is missing, and shows the runs it has', async () => {
    const runs = runsFile(exampleRuns().filter(({ id }) => !['example-31', 'example-36', 'example-38'].includes(id)));
    for (const words of [['board'], ['rank'], ['export']]) {
      const { stdout, exitCode } = await recovery([...words, '--runs', runs]);
      expect(exitCode).toBe(4);
      expect(stdout.replaceAll('\\', '')).toContain('pool-exhaustion on node-vm: 2 of 5 runs');
    }
    expect((await recovery(['board', '--runs', runs], 100)).stdout).toContain('(2 of 5)');
  });

  test('of nothing is refused, not drawn', async () => {
    const { stdout, exitCode } = await recovery(['board']);
    expect({ stdout, exitCode }).toMatchObject({ exitCode: 4, stdout: expect.stringContaining('runs: there are none') });
  });

  test('is written as Markdown, JSON and CSV, by the ending of the file', async () => {
    const [md, json, csv] = ['b.md', 'b.json', 'b.csv'].map((name) => join(folder, name));
    for (const out of [md!, json!, csv!]) expect((await recovery(['export', '--example', '-o', out])).exitCode).toBe(0);
    expect(readFileSync(md!, 'utf8')).toContain('| scenario | edge-functions | lambda-sqs | node-vm |');
    expect(JSON.parse(readFileSync(json!, 'utf8'))).toMatchObject({ schema: 'board-1', isExample: true, runs: { length: 60 } });
    expect(readFileSync(csv!, 'utf8').split('\r\n')).toHaveLength(1 + 12 + 1);
  });

  test('keeps hostile names from the terminal, from Markdown and from a spreadsheet', async () => {
    const runs = runsFile(
      exampleRuns().map((run) => ({ ...run, architecture: run.architecture === 'node-vm' ? '=cmd|\u001b[2J' : run.architecture })),
    );
    for (const format of ['text', 'md', 'csv']) {
      const { stdout } = await recovery(['board', '--runs', runs, '--format', format]);
      expect(stdout).not.toContain('\u001b');
    }
    expect((await recovery(['board', '--runs', runs, '--format', 'csv'])).stdout).toContain("'=cmd|");
    expect((await recovery(['board', '--runs', runs, '--format', 'md'])).stdout).toContain('=cmd\\|');
  });
});

test('a runs file that is not there is an error; lines that are no runs are told', async () => {
  const absent = await recovery(['board', '--runs', join(folder, 'no.ndjson')]);
  expect(absent).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^error\[RUNS_NOT_READ\]: .+ENOENT\n {2}next: /) });
  const path = runsFile([{ v: 1, id: 'x' }]);
  writeFileSync(path, `{"v":1,"id":"to${encodeRun(exampleRuns()[0]!)}\n`, { flag: 'a' });
  const told = await recovery(['board', '--runs', path]);
  expect(told.stderr).toContain(`${path}:1: passed over, because it has no architecture`);
  expect(told.stderr).toContain('1 torn lines');
  expect(told.stdout).toContain('No ranking from 1 run:');
});

test('scores each incident and each run, and ends with 4 when there are none', async () => {
  expect(await recovery(['score'])).toMatchObject({ exitCode: 4, stdout: 'nothing to score: no incident and no run\n' });
  const scored = await recovery(['score', '--example']);
  expect(scored.exitCode).toBe(0);
  expect(scored.stdout).toContain('pool-exhaustion on edge-functions    > 1:00:00  [N] nightmare: more than 45 min; predicted nightmare');
  await runNightlight(['incident', 'start', 'slow', '--at', '-50m'], { environment });
  const open = await recovery(['score']);
  expect(open).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^INC-\w+ {2}slow {2}> 50:00 {2}\[N\] nightmare: more than 45 min\n$/),
  });
});

test.each(['mark', 'run', 'board'])('the schema of %s is printed', async (name) => {
  const { stdout, exitCode } = await runNightlight(['schema', name]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
});
