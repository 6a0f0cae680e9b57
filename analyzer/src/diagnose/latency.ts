/**
 * How long requests took, warm and cold apart, with the interval in which each percentile truly lies.
 *
 * A percentile without enough requests is left out rather than guessed, and memory sizes are never pooled: they are
 * different machines. Lambda's Duration is measured from the start of the handler, whenever the request was sent, so
 * nothing is corrected for a waiting client; waiting happens outside, in throttles and queues.
 */
import type { AnalyzeSettings } from '../settings.ts';
import { percentilesOf } from '../stats/percentiles.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { changedBeside } from './changes.ts';
import { countAbove } from './count-above.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';
import { configurationName } from './function-configurations.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { courseSection } from './latency-courses.ts';
import { explainCommand } from './next-command.ts';
import type { LatencySection, MemorySection, Sections } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { countWords, durationWords, oneInWords, shareWords } from './wording.ts';

export function latencySection(summary: Summary, _settings: AnalyzeSettings = {}, memory: readonly MemorySection[] = []): LatencySection[] {
  return atOnce(latencySteps(summary, memory));
}

/** As `latencySection`. */
export function latencySteps(summary: Summary, memory: readonly MemorySection[]): Steps<LatencySection[]> {
  return mapInSteps([...summary.configurations.values()], CONFIGURATIONS_A_STEP, (configuration) => ({
    ...configurationName(configuration),
    warm: percentilesOf(configuration.warm),
    cold: percentilesOf(configuration.cold),
    slowest: configuration.slowest.map(({ durationMs, requestId, evidence }) => ({
      durationMs,
      requestId,
      evidence: evidenceReference(summary, evidence),
    })),
    course: courseSection(configuration, memory),
  }));
}

export function latencyFindings(summary: Summary, sections: Pick<Sections, 'changes'>): Finding[] {
  return [...summary.configurations.values()]
    .map((configuration) => slowTailFinding(summary, sections, configuration))
    .filter((finding) => finding !== undefined);
}

const CONFIGURATIONS_A_STEP = 8;
/** A hundredth that waits ten times as long as the middle is another kind of request, not the same one by chance. */
const TAIL_RATIO = 10;
/** Of the timeout: the histogram's buckets are half a percent wide. */
const CUT_OFF_SHARE = 0.99;
/** Below it, a person's flow of thought stays uninterrupted (J. Nielsen, "Usability Engineering", 1993, chapter 5). */
const SLOW_MS = 1000;

function slowTailFinding(summary: Summary, sections: Pick<Sections, 'changes'>, configuration: ConfigurationSummary): Finding | undefined {
  const { p50Ms, p99Ms, sampleCount } = percentilesOf(configuration.warm);
  if (p50Ms?.high === undefined || p99Ms?.low === undefined || p99Ms.high === undefined) return undefined;
  // The low end must be slow by itself; whether it is ten times the median decides between shown and suspected.
  if (p99Ms.low < SLOW_MS || p99Ms.value < TAIL_RATIO * p50Ms.value) return undefined;
  // Attempts that were cut off at the timeout are told as timeouts; the same tail twice would push others down.
  if (configuration.timeoutMs > 0 && p99Ms.value >= CUT_OFF_SHARE * configuration.timeoutMs) return undefined;
  const shown = p99Ms.low > TAIL_RATIO * p50Ms.high;
  // Two digits are all that the histogram's buckets carry.
  const slowFromMs = Number((TAIL_RATIO * p50Ms.value).toPrecision(2));
  const slow = shareInterval(countAbove(configuration.warm, slowFromMs).atLeast, sampleCount)!;
  const sinceMs = finite(configuration.firstMs);
  const lastMs = finite(configuration.lastMs);
  const name = configurationName(configuration);
  return {
    id: '',
    kind: 'slow-tail',
    headline: 'SLOW TAIL',
    ...name,
    why: `${oneInWords(Math.max(1, slow.count), sampleCount)} warm invocations of ${name.functionName} took longer than ${durationWords(slowFromMs)}, ten times the median of ${durationWords(p50Ms.value)}: p99 is ${durationWords(p99Ms.value)}${intervalWords(p99Ms.low, p99Ms.high)}.`,
    harm: 'users',
    certainty: shown ? 'shown' : 'suspected',
    certaintyBecause: shown
      ? `the low end of p99 lies above ten times the high end of p50 (n = ${countWords(sampleCount)}); two kinds of work in one function would look the same`
      : `p99 lies above ten times p50, its 95 % interval does not (n = ${countWords(sampleCount)})`,
    affectedCount: slow.count,
    exposedCount: slow.of,
    shareLow: slow.low,
    shareHigh: slow.high,
    sinceMs,
    lastMs,
    weight: hurtPerMinute(slow.count, sinceMs, lastMs),
    changedBeside: changedBeside(sections.changes, configuration.functionName, sinceMs),
    next: explainCommand(summary),
    evidence: configuration.slowest.map(({ evidence }) => evidenceReference(summary, evidence)),
    facts: [
      { name: 'warmInvocations', value: countWords(sampleCount) },
      { name: 'p50', value: `${durationWords(p50Ms.value)}${intervalWords(p50Ms.low, p50Ms.high)}` },
      { name: 'p99', value: `${durationWords(p99Ms.value)}${intervalWords(p99Ms.low, p99Ms.high)}` },
      { name: 'slowerThanTenTimesTheMedian', value: shareWords(slow) },
    ],
    gates: ['any'],
  };
}

function intervalWords(low: number | undefined, high: number | undefined): string {
  if (low === undefined || high === undefined) return '';
  return ` (95 % interval ${durationWords(low)} to ${durationWords(high)})`;
}
