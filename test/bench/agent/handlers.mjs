/** Whether the host is unchanged: the tests' matrix of handlers and Node lines. It takes minutes, so not with `--quick`. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { judged } from '../figures.mjs';
import { cache, root } from './places.mjs';

const GOAL = { must: 100 };

export async function handlers({ quick, figures }) {
  if (quick) return;
  const report = `${cache}/handlers.json`;
  rmSync(report, { force: true });
  const matrix = ['run', '--config', 'vitest.matrix.config.ts', 'test/matrix/handlers.test.ts'];
  spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', ...matrix, '--reporter=json', `--outputFile=${report}`], {
    cwd: root,
    stdio: 'ignore',
  });
  const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8'));
  const share = (100 * numPassedTests) / numTotalTests;
  figures.push({
    figure: 'host unchanged: kinds of handlers x Node lines',
    unit: '%',
    median: share,
    low: share,
    high: share,
    runs: numTotalTests,
    ...GOAL,
    verdict: judged(share, GOAL, 'atLeast'),
    note: `${numPassedTests} of ${numTotalTests} alike in result, error, output and end`,
  });
}
