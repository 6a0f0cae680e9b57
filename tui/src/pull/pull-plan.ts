/**
 * What a pull is going to read and what that may cost, said before it begins: nobody should learn from a bill, or from
 * a throttled dashboard, what a tool did at night.
 */
import { countOf, momentWords, sizeWords, spanWords } from './amounts.ts';
import type { PullLimits } from './pull-budget.ts';
import { PULLED_METRICS } from './pull-metrics.ts';
import { type GroupState, isFinished, type PullState } from './pull-state.ts';

interface PlanEstimate {
  /** undefined where no group tells its size and age. */
  readonly logBytes: number | undefined;
  readonly logCalls: number | undefined;
  readonly metricCount: number;
  readonly metricUsd: number;
  /** Upper end of what leaving AWS may cost. */
  readonly transferUsd: number | undefined;
}

function estimatePlan(state: PullState): PlanEstimate {
  const open = state.groups.filter(({ progress }) => progress.kind === 'waiting' || progress.kind === 'reading');
  const bytes = open.map((group) => bytesInRange(group, state)).filter((estimate) => estimate !== undefined);
  const logBytes = bytes.length === 0 ? undefined : bytes.reduce((sum, estimate) => sum + estimate, 0);
  const metricCount = state.metrics.progress.kind === 'done' ? 0 : state.groups.length * PULLED_METRICS.length;
  return {
    logBytes,
    logCalls: logBytes === undefined ? undefined : Math.max(open.length, Math.ceil(logBytes / PAGE_BYTES)),
    metricCount,
    metricUsd: metricCount * USD_PER_METRIC,
    transferUsd: logBytes === undefined ? undefined : (logBytes / 1e9) * USD_PER_GB_OUT,
  };
}

/** @returns lines for a person, without colour */
export function planLines(state: PullState, limits: PullLimits, folder: string, isContinued: boolean): string[] {
  const { question } = state;
  const estimate = estimatePlan(state);
  const access = [
    question.profile === undefined ? '' : `profile ${question.profile}`,
    question.region === undefined ? 'region as your aws is configured' : `region ${question.region}`,
    question.endpointUrl === undefined ? '' : 'with --endpoint-url',
  ].filter((part) => part !== '');
  return [
    `${isContinued ? 'Continuing, with' : 'Reading, with'} your own aws (${access.join(', ')}); nothing is changed there.`,
    `  range   ${momentWords(state.fromMs)} up to ${momentWords(state.toMs)} (${spanWords(state.toMs - state.fromMs)})`,
    ...(isContinued ? [`          as it was asked at ${momentWords(state.startedAtMs)}`] : []),
    ...groupLines(state),
    ...(state.missing.length === 0 ? [] : [`  missing ${state.missing.join(', ')}: no log group /aws/lambda/<name> here`]),
    `  calls   logs filter-log-events: ${estimate.logCalls === undefined ? 'unknown, at least one a function' : `about ${estimate.logCalls.toLocaleString('en-US')}`}${
      estimate.metricCount === 0 ? '' : `; cloudwatch get-metric-data for ${countOf(estimate.metricCount, 'metric')}`
    }`,
    `  at most ${countOf(limits.calls, 'call')}, ${sizeWords(limits.bytes)} (and the page that reaches it), ${spanWords(limits.timeMs)} in this run`,
    ...costLines(estimate),
    `  into    ${folder}`,
  ];
}

const GROUPS_SHOWN = 10;
/** FilterLogEvents, CloudWatch Logs API Reference: up to 1 MB or 10,000 events a page. */
const PAGE_BYTES = 1e6;
/** Amazon CloudWatch pricing, "GetMetricData": $0.01 per 1,000 metrics requested; not in the free tier. */
const USD_PER_METRIC = 0.01 / 1000;
/** Amazon EC2 on-demand pricing, "Data transfer OUT from Amazon EC2 to Internet": first tier of us-east-1. */
const USD_PER_GB_OUT = 0.09;
const DAY_MS = 86_400_000;

function groupLines(state: PullState): string[] {
  const shown = [...state.groups].sort((a, b) => (b.storedBytes ?? 0) - (a.storedBytes ?? 0)).slice(0, GROUPS_SHOWN);
  const width = Math.max(...shown.map(({ functionName }) => functionName.length), 0);
  const left = state.groups.length - shown.length;
  return [
    `  of      ${countOf(state.groups.length, 'function')}${state.question.prefix === undefined ? '' : ` (prefix "${state.question.prefix}")`}`,
    ...shown.map((group) => `          ${group.functionName.padEnd(width)}  ${groupWords(group, state)}`),
    ...(left === 0 ? [] : [`          and ${left} smaller`]),
  ];
}

function groupWords(group: GroupState, state: PullState): string {
  switch (group.progress.kind) {
    case 'done':
      return `${countOf(group.eventCount, 'event')}, complete`;
    case 'gone':
      return 'its log group is gone';
    case 'reading':
      return `${countOf(group.eventCount, 'event')} so far`;
    case 'waiting': {
      if (group.storedBytes === undefined) return 'size unknown';
      const inRange = bytesInRange(group, state);
      return `${sizeWords(group.storedBytes)} stored in all${inRange === undefined ? '' : `, about ${sizeWords(inRange)} in the range if spread evenly`}`;
    }
    default:
      return group.progress satisfies never;
  }
}

/** `storedBytes` speaks of all that is kept; we take it as spread evenly over the days it was kept for. */
function bytesInRange(group: GroupState, state: PullState): number | undefined {
  if (group.storedBytes === undefined || group.createdAtMs === undefined) return undefined;
  const ageMs = Math.max(state.startedAtMs - group.createdAtMs, state.startedAtMs - state.fromMs);
  const keptMs = group.retentionDays === undefined ? ageMs : Math.min(ageMs, group.retentionDays * DAY_MS);
  return Math.min(group.storedBytes, (group.storedBytes * (state.toMs - state.fromMs)) / Math.max(keptMs, 1));
}

function costLines(estimate: PlanEstimate): string[] {
  const metrics = estimate.metricCount === 0 ? 'no metrics' : `metrics ${usd(estimate.metricUsd)} ($0.01 per 1,000 requested)`;
  const transfer = estimate.transferUsd === undefined ? 'unknown' : usd(estimate.transferUsd);
  return [
    `  cost    about: ${metrics}; log events have no price per call`,
    `          data that leaves AWS: at most ${transfer} ($0.09 per GB)`,
    '          (list prices of us-east-1: Amazon CloudWatch, Amazon EC2 data transfer; sizes are guessed from storedBytes)',
  ];
}

function usd(amount: number): string {
  return amount === 0 ? '$0' : amount < 0.0001 ? '$0.0001' : `$${amount.toFixed(4)}`;
}

/** What the folder holds now, for the last lines of a run. */
export function resultLines(state: PullState, folder: string): string[] {
  const events = state.groups.reduce((sum, group) => sum + group.eventCount, 0);
  const done = state.groups.filter(({ progress }) => progress.kind === 'done').length;
  const gone = state.groups.filter(({ progress }) => progress.kind === 'gone');
  return [
    `${isFinished(state) ? 'complete' : 'INCOMPLETE'}: ${countOf(events, 'event')} of ${done} of ${countOf(state.groups.length, 'function')} in ${folder}`,
    ...(gone.length === 0 ? [] : [`gone meanwhile: ${gone.map(({ logGroup }) => logGroup).join(', ')}`]),
    ...(state.missing.length === 0 ? [] : [`not found: ${state.missing.join(', ')}`]),
  ];
}
