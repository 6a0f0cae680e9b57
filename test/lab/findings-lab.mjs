/**
 * Whole stories whose answer is known: a generated export goes in, the report's findings come out, and both are
 * compared. Does it find what hurts, and does it leave alone what does not?
 *
 * Beside the findings a story plants, a finding is right where the truth counts what it tells of: deaths by memory of
 * a function that leaks, timeouts, retries. Everything else about users is a false alarm. Findings of money and of the
 * data itself wake nobody; of them only the counts are compared.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze } from '../../analyzer/dist/index.js';
import { Score, table } from './score.mjs';

export const experiment = {
  name: 'findings',
  question: 'are the planted troubles found, and nothing else?',
  tunedOn: [],
  seeds: { from: 1, to: 20 },
  quickSeeds: { from: 1, to: 5 },
  run,
};

const SCENARIOS = ['incident', 'fast-leak', 'throttled', 'managed-instances', 'snapstart', 'healthy'];

async function run(seeds) {
  const rows = [];
  const wrong = [];
  for (const scenario of SCENARIOS) {
    const score = new Score();
    let exports = 0;
    let clean = 0;
    let miscounted = 0;
    for (let seed = seeds.from; seed <= seeds.to; seed++) {
      const { truth, report } = await analysed(scenario, seed);
      exports++;
      const before = score.missed + score.falseAlarm;
      judgeFindings(truth, report, score, (what) => wrong.push(`${scenario} seed ${seed}: ${what}`));
      if (score.missed + score.falseAlarm === before) clean++;
      for (const difference of countDifferences(truth, report)) {
        miscounted++;
        wrong.push(`${scenario} seed ${seed}: ${difference}`);
      }
    }
    rows.push([
      scenario,
      exports,
      `${score.hit} of ${score.hit + score.missed}`,
      score.falseAlarm,
      score.precision,
      score.recall,
      `${clean} of ${exports}`,
      miscounted,
    ]);
  }
  table(['story', 'exports', 'planted and found', 'false alarms', 'precision', 'recall', 'without any error', 'wrong counts'], rows);
  for (const line of wrong.slice(0, MOST_TOLD)) console.log(`  ${line}`);
  if (wrong.length > MOST_TOLD) console.log(`  and ${wrong.length - MOST_TOLD} more`);
}

const MOST_TOLD = 20;

async function analysed(scenario, seed) {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-lab-'));
  try {
    const generator = join(import.meta.dirname, '../../fixtures/dist/generate.js');
    execFileSync(process.execPath, [generator, '--scenario', scenario, '--shape', 's3-export', '--seed', String(seed), '--out', folder], {
      stdio: 'ignore',
    });
    const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
    const report = await analyze([join(folder, 'data')], { workers: 1 });
    return { truth, report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judgeFindings(truth, report, score, tell) {
  const told = report.findings.filter(({ harm, certainty }) => (harm === 'users' || harm === 'soon') && certainty !== 'suspected');
  for (const { kind, functionName } of truth.expects) {
    const found = told.some((finding) => finding.kind === kind && finding.functionName === functionName);
    score.add(true, found);
    if (!found) tell(`missed ${kind} of ${functionName}`);
  }
  for (const finding of told) {
    const planted = truth.expects.some(({ kind, functionName }) => finding.kind === kind && finding.functionName === functionName);
    if (planted || isTrue(finding, truth.functions[finding.functionName])) continue;
    score.add(false, true);
    tell(`false alarm ${finding.headline} of ${finding.functionName}: ${finding.why}`);
  }
}

/** What a story did not plant on purpose, and what is true of it all the same. */
function isTrue({ kind, affectedCount }, answer) {
  if (answer === undefined) return false;
  switch (kind) {
    case 'out-of-memory':
      return affectedCount === answer.statusCounts.oom;
    case 'timeout':
    case 'near-timeout':
      return answer.statusCounts.timeout > 0;
    case 'failure':
      return affectedCount === undefined || answer.failureGroups.some(({ count }) => count === affectedCount);
    case 'init-failure':
      return affectedCount === answer.statusCounts['init-error'];
    case 'memory-growth':
    case 'fast-leak':
      return answer.leaking;
    default:
      return false;
  }
}

/** Figures that must agree to the last one. */
function countDifferences(truth, report) {
  return Object.entries(truth.functions).flatMap(([functionName, answer]) => {
    const section = report.functions.find((one) => one.functionName === functionName);
    if (section === undefined) return [`${functionName} is not in the report`];
    const failed = ['error', 'timeout', 'oom', 'init-error'].reduce((sum, status) => sum + answer.statusCounts[status], 0);
    const pairs = [
      ['invocations', section.invocationCount, answer.invocationCount],
      ['failed', section.failed?.count ?? 0, failed],
      ['out of memory', section.statusCounts.oom, answer.statusCounts.oom],
      ['timeouts', section.statusCounts.timeout, answer.statusCounts.timeout],
      ['retried requests', section.retries?.retriedRequestCount ?? 0, answer.retries.retriedRequestCount],
    ];
    return pairs
      .filter(([, ours, right]) => ours !== right)
      .map(([what, ours, right]) => `${functionName}: ${what} ${ours}, right is ${right}`);
  });
}
