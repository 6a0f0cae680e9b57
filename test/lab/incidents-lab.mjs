/**
 * The first line of a report, judged: each night has one cause in one function, others around it are well or have a harmless
 * habit. Right is a first finding of users' harm that names that function and a kind that tells the mechanism. Confidently
 * wrong is one that names another and claims to be shown or proven. "Suspected", "cannot tell" and nothing at all are neither.
 *
 * Each seed writes its exports in another shape. A shape that cannot carry the facts of an incident (what only the agent sees,
 * in Insights rows without its lines) is not asked for it. Peers read the same report rows by published habits: most errors
 * first (the error count that dashboards sort by), and highest error rate first.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze } from '../../analyzer/dist/index.js';
import { percent, scoreboard, table } from './score.mjs';

export const experiment = {
  name: 'incidents',
  question: 'does the first finding name the function and the mechanism?',
  tunedOn: [{ from: 1, to: 1005, what: 'the order of findings, and the incidents themselves' }],
  seeds: { from: 2001, to: 2008 },
  quickSeeds: { from: 2001, to: 2001 },
  run,
};

const INCIDENTS = [
  'leak-after-deploy',
  'leak-that-kills-late',
  'leak-without-a-kill',
  'too-little-memory',
  'error-after-deploy',
  'every-third-fails',
  'old-schema',
  'always-failed-a-little',
  'outage-of-the-database',
  'name-not-found',
  'pool-exhausted',
  'disk-full',
  'only-cold-starts-fail',
  'times-out-after-deploy',
  'slow-not-down',
  'init-breaks',
  'init-grew',
  'storm-after-deploy',
  'throttled-callers',
  'fell-silent',
  'retried-in-vain',
  'no-time-limit',
  'retry-storm',
  'silently-wrong',
  'drops-messages',
  'delivers-twice',
  'nothing-happened',
];

/** Every shape that carries whole log events; the seed decides which one an incident gets. */
const SHAPES = [
  's3-export',
  'console-csv',
  'logs-tail',
  'logs-tail-json',
  'sam-logs',
  'filter-log-events',
  'get-log-events',
  'insights-query-results',
  'insights-console-json',
  'insights-csv',
  'subscription',
  'subscription-json',
  'subscription-payload',
  'json-lines',
  'telemetry',
  'otlp-json',
];

/** Of the function that the incident happens to; no other has them. */
const VERSIONS = ['41', '42'];
/** A file of one log group ends where it was cut: only exports of several groups show that one of them fell silent. */
const ONLY_IN = { 'fell-silent': ['s3-export', 'subscription', 'subscription-json', 'subscription-payload'] };

async function run(seeds) {
  const rows = [];
  const wrong = [];
  const total = { right: 0, wrong: 0, open: 0, runs: 0, mostErrors: 0, highestRate: 0 };
  for (const [number, incident] of INCIDENTS.entries()) {
    const own = { right: 0, wrong: 0, open: 0, runs: 0, mostErrors: 0, highestRate: 0 };
    for (let seed = seeds.from; seed <= seeds.to; seed++) {
      const shapes = ONLY_IN[incident] ?? SHAPES;
      const shape = shapes[(number * 5 + seed) % shapes.length];
      const { truth, report } = await analysed(incident, shape, seed);
      const said = judge(truth, report);
      own.runs++;
      own[said.verdict]++;
      if (said.verdict !== 'right') wrong.push(`${incident}, ${shape}, seed ${seed}: ${said.verdict}: ${said.told}`);
      const [culprit] = truth.expects.map(({ functionName }) => functionName);
      const sections = report.functions.filter(({ failed }) => (failed?.count ?? 0) > 0);
      own.mostErrors += names(sections, ({ failed }) => failed.count, culprit);
      own.highestRate += names(sections, ({ failed }) => failed.share, culprit);
    }
    for (const key of Object.keys(total)) total[key] += own[key];
    rows.push([incident, own.runs, own.right, own.open, own.wrong, own.mostErrors, own.highestRate]);
  }
  rows.push(['all', total.runs, total.right, total.open, total.wrong, total.mostErrors, total.highestRate]);
  table(['incident', 'exports', 'right', 'undecided', 'confidently wrong', 'peer: most errors', 'peer: highest rate'], rows);
  const figures = [
    { what: 'first finding right', value: total.right / total.runs, must: 0.86, aim: 0.95, least: true, show: percent },
    { what: 'confidently wrong', value: total.wrong / total.runs, must: 0.02, aim: 0, show: percent },
  ];
  console.log('');
  scoreboard(figures);
  console.log('the peers name a function only, never a mechanism, and are given the benefit of that');
  for (const line of wrong.slice(0, MOST_TOLD)) console.log(`  ${line}`);
  if (wrong.length > MOST_TOLD) console.log(`  and ${wrong.length - MOST_TOLD} more`);
  return figures;
}

const MOST_TOLD = 40;

async function analysed(incident, shape, seed) {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-lab-'));
  try {
    const generator = join(import.meta.dirname, '../../fixtures/dist/generate.js');
    execFileSync(process.execPath, [generator, '--scenario', incident, '--shape', shape, '--seed', String(seed), '--out', folder], {
      stdio: 'ignore',
    });
    const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
    return { truth, report: await analyze([join(folder, 'data')], { workers: 1 }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judge(truth, report) {
  const first = report.findings.find(({ harm }) => harm === 'users' || harm === 'soon');
  if (truth.expects.length === 0) {
    if (first === undefined || first.certainty === 'suspected' || first.certainty === 'cannot-tell') return { verdict: 'right', told: '' };
    return { verdict: 'wrong', told: tell(first) };
  }
  if (first === undefined) return { verdict: 'open', told: 'nothing found' };
  const isRight = truth.expects.some(({ kind, functionName }) => kind === first.kind && isOf(functionName, first));
  if (isRight) return { verdict: 'right', told: '' };
  const isSure = first.certainty === 'proven' || first.certainty === 'shown';
  return { verdict: isSure ? 'wrong' : 'open', told: tell(first) };
}

/** Some shapes do not say whose log group they come from; the version, or the file that the evidence points at, does. */
function isOf(functionName, { functionName: told, version, evidence }) {
  return told === functionName || (told === '(unnamed)' && (VERSIONS.includes(version) || evidence[0]?.path.includes(`/${functionName}.`)));
}

function tell({ kind, functionName, certainty, why }) {
  return `${kind} of ${functionName} (${certainty}): ${why.slice(0, 110)}`;
}

function names(sections, figure, culprit) {
  const worst = [...sections].sort((a, b) => figure(b) - figure(a))[0]?.functionName;
  return worst === culprit ? 1 : 0;
}
