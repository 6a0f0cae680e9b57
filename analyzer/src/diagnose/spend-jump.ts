/**
 * The moment at which a function began to cost visibly more, told with a rule that a reader can check by hand.
 *
 * Billed GB-seconds are summed over five minutes. A jump is where each of the six sums after it exceeds each of the
 * six before it, the median of the six at least doubles, and it lasts: the median of all after is at least 1.5 times
 * that of all before. Twelve sums in random order separate so once in 924 times; the doubling keeps out the rest.
 */
import { median } from '../stats/median.ts';
import type { ConfigurationSummary } from '../store/summary.ts';
import { gbSecondsOf } from './prices.ts';

export interface SpendJump {
  readonly atMs: number;
  /** Median after over median before, of the half hour on each side. */
  readonly ratio: number;
  readonly gbSecondsPerHourBefore: number;
  readonly gbSecondsPerHourAfter: number;
  /** Invocations after over before, in the same half hours: how much of the jump is traffic. */
  readonly invocationRatio: number;
}

/**
 * @param configurations  all of one function
 * @param gaps            stretches of which nothing is known; no half hour reaches across one
 */
export function spendJump(
  configurations: readonly ConfigurationSummary[],
  gaps: readonly { readonly fromMs: number; readonly toMs: number }[],
): SpendJump | undefined {
  const { firstSpan, spend, invocations } = sumSpans(configurations);
  let best: SpendJump | undefined;
  for (let at = SIDE; at + SIDE <= spend.length; at++) {
    const before = spend.slice(at - SIDE, at);
    const after = spend.slice(at, at + SIDE);
    const medianBefore = median(before);
    const ratio = median(after) / medianBefore;
    if (!(medianBefore > 0) || ratio < LEAST_RATIO || ratio <= (best?.ratio ?? 0)) continue;
    if (Math.min(...after) <= Math.max(...before)) continue;
    if (median(spend.slice(at)) < LASTING_RATIO * median(spend.slice(0, at))) continue;
    const fromMs = (firstSpan + at - SIDE) * SPAN_MS;
    const toMs = (firstSpan + at + SIDE) * SPAN_MS;
    if (gaps.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs)) continue;
    best = {
      atMs: (firstSpan + at) * SPAN_MS,
      ratio,
      gbSecondsPerHourBefore: medianBefore * SPANS_PER_HOUR,
      gbSecondsPerHourAfter: median(after) * SPANS_PER_HOUR,
      invocationRatio: sum(invocations.slice(at, at + SIDE)) / Math.max(1, sum(invocations.slice(at - SIDE, at))),
    };
  }
  return best;
}

const SPAN_MINUTES = 5;
const SPAN_MS = SPAN_MINUTES * 60_000;
const SPANS_PER_HOUR = 60 / SPAN_MINUTES;
/** Half an hour on each side. */
const SIDE = 6;
const LEAST_RATIO = 2;
const LASTING_RATIO = 1.5;

/** Whole spans only: the first and the last one of an export are seldom full. */
function sumSpans(configurations: readonly ConfigurationSummary[]): { firstSpan: number; spend: number[]; invocations: number[] } {
  const series = configurations.map(({ minutes }) => minutes).filter((minutes) => minutes.length > 0);
  if (series.length === 0) return { firstSpan: 0, spend: [], invocations: [] };
  const firstMinute = Math.min(...series.map((minutes) => minutes.firstMinute));
  const endMinute = Math.max(...series.map((minutes) => minutes.firstMinute + minutes.length));
  const firstSpan = Math.ceil(firstMinute / SPAN_MINUTES);
  const endSpan = Math.floor(endMinute / SPAN_MINUTES);
  const spend = new Array<number>(Math.max(0, endSpan - firstSpan)).fill(0);
  const invocations = [...spend];
  for (const { minutes, memorySizeMb } of configurations) {
    for (let i = 0; i < minutes.length; i++) {
      const span = Math.floor((minutes.firstMinute + i) / SPAN_MINUTES) - firstSpan;
      if (span < 0 || span >= spend.length) continue;
      spend[span]! += gbSecondsOf(minutes.billedMs[i]!, memorySizeMb);
      invocations[span]! += minutes.invocations[i]!;
    }
  }
  return { firstSpan, spend, invocations };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
