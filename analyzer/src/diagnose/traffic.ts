/**
 * How much came in, how much of it at once, what was turned away, and whether the spend jumped.
 *
 * Concurrency from logs is the busy time of a minute over its length: the mean over the busiest minute, not the peak
 * within it. CloudWatch's ConcurrentExecutions and Throttles stand beside it where the input has them, because a
 * throttled invocation writes no log line.
 */
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { MinuteSeries } from '../store/minute-series.ts';
import type { Summary } from '../store/summary.ts';
import { changedBeside } from './changes.ts';
import { SMALLEST_USD_PER_DAY } from './cost.ts';
import { dataGaps } from './data-gaps.ts';
import type { Finding } from './finding.ts';
import { configurationsByFunction, latest, minutesOf } from './function-configurations.ts';
import { highestOf, type MetricSeries, metricSeries, sumOf } from './metric-series.ts';
import { explainCommand } from './next-command.ts';
import type { Sections, TrafficSection } from './sections.ts';
import { type SpendJump, spendJump } from './spend-jump.ts';
import { usdWords } from './usd-words.ts';
import { countWords, timeWords } from './wording.ts';

export function trafficSection(summary: Summary, sections: Pick<Sections, 'cost' | 'changes'>): TrafficSection[] {
  return atOnce(trafficSteps(summary, sections));
}

/** As `trafficSection`. */
export function* trafficSteps(summary: Summary, sections: Pick<Sections, 'cost' | 'changes'>): Steps<TrafficSection[]> {
  const gaps = dataGaps(summary.eventMinutes);
  const perHour = new Map(sections.cost.functions.map((cost) => [cost.functionName, cost.perHourUsd]));
  const concurrency = byFunction(metricSeries(summary.metrics, 'ConcurrentExecutions', 'Maximum'));
  const throttles = byFunction(metricSeries(summary.metrics, 'Throttles', 'Sum'));
  const rows = yield* mapInSteps(
    [...configurationsByFunction(summary)],
    FUNCTIONS_A_STEP,
    ([functionName, configurations]): TrafficSection => {
      const minutes = minutesOf(configurations);
      const { mean, peak, peakMinute, busiest } = paceOf(minutes);
      const jump = spendJump(configurations, gaps);
      return {
        functionName,
        perMinuteMean: mean,
        perMinutePeak: peak,
        peakMs: peakMinute === undefined ? undefined : peakMinute * 60_000,
        // One minute is its own average; a ratio needs some to compare with.
        peakToAverage: mean === undefined || peak === undefined || minutes.length < FEWEST_MINUTES || mean === 0 ? undefined : peak / mean,
        concurrencyPeak: busiest,
        concurrencyMetricMax: highestOf(concurrency.get(functionName)),
        concurrencyMetricTimeAtMax: timeAtHighest(concurrency.get(functionName)),
        throttleCount: throttles.has(functionName) ? sumOf(throttles.get(functionName)) : undefined,
        usdPerHour: perHour.get(functionName),
        spendJump:
          jump === undefined
            ? undefined
            : { atMs: jump.atMs, ratio: jump.ratio, changedBeside: changedBeside(sections.changes, functionName, jump.atMs) },
        ...seriesOf(minutes),
      };
    },
  );
  return rows.sort((a, b) => (b.perMinuteMean ?? 0) - (a.perMinuteMean ?? 0) || (a.functionName < b.functionName ? -1 : 1));
}

/** Points at the highest level over all of them: near 1 it is a ceiling, near 0 a peak. */
function timeAtHighest(series: MetricSeries | undefined): number | undefined {
  const highest = highestOf(series);
  if (series === undefined || series.points.length < FEWEST_MINUTES) return undefined;
  return series.points.filter(({ value }) => value === highest).length / series.points.length;
}

export function trafficFindings(summary: Summary, sections: Pick<Sections, 'cost' | 'changes'>): Finding[] {
  const gaps = dataGaps(summary.eventMinutes);
  return [...configurationsByFunction(summary)]
    .map(([functionName, configurations]) => {
      const jump = spendJump(configurations, gaps);
      return jump === undefined ? undefined : spendJumpFinding(summary, sections, functionName, jump, latest(configurations));
    })
    .filter((finding) => finding !== undefined);
}

const FUNCTIONS_A_STEP = 64;
const FEWEST_MINUTES = 3;
/** As many points as a wide terminal has columns; a chart cannot show more. */
const MOST_POINTS = 240;

interface Pace {
  readonly mean: number | undefined;
  readonly peak: number | undefined;
  readonly peakMinute: number | undefined;
  readonly busiest: number | undefined;
}

function paceOf(minutes: MinuteSeries): Pace {
  if (minutes.length === 0) return { mean: undefined, peak: undefined, peakMinute: undefined, busiest: undefined };
  let total = 0;
  let peak = -1;
  let peakMinute = 0;
  let busiestMs = 0;
  for (let i = 0; i < minutes.length; i++) {
    const count = minutes.invocations[i]!;
    total += count;
    if (count > peak) {
      peak = count;
      peakMinute = minutes.firstMinute + i;
    }
    busiestMs = Math.max(busiestMs, minutes.busyMs[i]!);
  }
  return { mean: total / minutes.length, peak, peakMinute, busiest: busiestMs / 60_000 };
}

function seriesOf(minutes: MinuteSeries): Pick<TrafficSection, 'series' | 'seriesStepMinutes'> {
  const step = Math.max(1, Math.ceil(minutes.length / MOST_POINTS));
  const series: TrafficSection['series'][number][] = [];
  for (let from = 0; from < minutes.length; from += step) {
    let invocations = 0;
    let failed = 0;
    let cold = 0;
    for (let i = from; i < Math.min(minutes.length, from + step); i++) {
      invocations += minutes.invocations[i]!;
      failed += minutes.failed[i]!;
      cold += minutes.cold[i]!;
    }
    series.push({ minuteMs: (minutes.firstMinute + from) * 60_000, invocations, failed, cold });
  }
  return { series, seriesStepMinutes: step };
}

function spendJumpFinding(
  summary: Summary,
  sections: Pick<Sections, 'cost' | 'changes'>,
  functionName: string,
  jump: SpendJump,
  lastMs: number | undefined,
): Finding | undefined {
  const cost = sections.cost.functions.find((each) => each.functionName === functionName);
  if (cost === undefined || !(cost.gbSeconds > 0)) return undefined;
  const usdPerGbSecond = cost.usd / cost.gbSeconds;
  const extraUsdPerDay = (jump.gbSecondsPerHourAfter - jump.gbSecondsPerHourBefore) * 24 * usdPerGbSecond;
  if (extraUsdPerDay < SMALLEST_USD_PER_DAY) return undefined;
  const each = jump.ratio / jump.invocationRatio;
  return {
    id: '',
    kind: 'spend-jump',
    headline: 'SPEND JUMPED',
    functionName,
    version: undefined,
    memorySizeMb: undefined,
    why: `Spend of ${functionName} rose ${timesWords(jump.ratio)} at ${timeWords(jump.atMs)}, about ${usdWords(extraUsdPerDay)} a day more: ${timesWords(jump.invocationRatio)} the invocations, ${timesWords(each)} the billed GB-seconds for each.`,
    harm: 'money',
    certainty: 'shown',
    certaintyBecause: 'each of the six spans of 5 minutes after it costs more than each of the six before it',
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: jump.atMs,
    lastMs,
    weight: extraUsdPerDay,
    changedBeside: changedBeside(sections.changes, functionName, jump.atMs),
    next: explainCommand(summary),
    evidence: [],
    facts: [
      { name: 'ratio', value: timesWords(jump.ratio) },
      { name: 'gbSecondsPerHourBefore', value: countWords(jump.gbSecondsPerHourBefore) },
      { name: 'gbSecondsPerHourAfter', value: countWords(jump.gbSecondsPerHourAfter) },
      { name: 'invocationRatio', value: timesWords(jump.invocationRatio) },
      { name: 'extraUsdPerDay', value: usdWords(extraUsdPerDay) },
    ],
    gates: [],
  };
}

function byFunction(series: readonly MetricSeries[]): Map<string, MetricSeries> {
  return new Map(series.map((one) => [one.owner, one]));
}

function timesWords(ratio: number): string {
  return `${ratio.toFixed(1)}x`;
}
