/**
 * How far a function stays from its timeout and its memory. The timeout stands in no log line until it strikes, so the
 * headroom to it is known only where at least one attempt has run into it.
 */
import type { AnalyzeSettings } from '../settings.ts';
import { countsIndexOf } from '../stats/duration-histogram.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import type { Finding } from './finding.ts';
import { configurationName } from './function-configurations.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { explainCommand, filterLogsCommand } from './next-command.ts';
import type { ConfigurationName, LimitSection, Sections } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { durationWords, shareWords } from './wording.ts';

export function limitSection(summary: Summary, _settings: AnalyzeSettings): LimitSection[] {
  return atOnce(limitSteps(summary));
}

/** As `limitSection`. */
export function* limitSteps(summary: Summary): Steps<LimitSection[]> {
  const highestMb = highestMemory(summary);
  return yield* mapInSteps([...summary.configurations], CONFIGURATIONS_A_STEP, ([key, configuration]): LimitSection => {
    const timeoutMs = configuration.timeoutMs > 0 ? configuration.timeoutMs : undefined;
    const maxDurationMs = longestMs(configuration);
    const highest = highestMb.get(key);
    const size = configuration.memorySizeMb;
    return {
      ...configurationName(configuration),
      timeoutMs,
      timeoutHeadroom: timeoutMs === undefined || maxDurationMs === undefined ? undefined : Math.max(0, 1 - maxDurationMs / timeoutMs),
      maxDurationMs,
      memoryHeadroom: size > 0 && highest !== undefined ? Math.max(0, 1 - highest / size) : undefined,
    };
  });
}

const CONFIGURATIONS_A_STEP = 64;

export function limitFindings(summary: Summary, sections: Pick<Sections, 'limits'>, _settings: AnalyzeSettings): Finding[] {
  const known = new Set(sections.limits.filter((limit) => limit.timeoutMs !== undefined).map(keyOf));
  return [...summary.configurations.values()]
    .filter((configuration) => known.has(keyOf(configurationName(configuration))))
    .flatMap((configuration) => nearTimeout(summary, configuration) ?? []);
}

/** Within a fifth of the timeout: a retransmission and a garbage collection more, and the attempt is lost. */
const NEAR = 0.8;

/** Finished, but in the last fifth before the timeout. Those that ran into it have a finding of their own. */
function nearTimeout(summary: Summary, configuration: ConfigurationSummary): Finding | undefined {
  const { functionName, timeoutMs, warm } = configuration;
  const near = countNear(configuration);
  const finished = countBelow(configuration, timeoutMs);
  const share = shareInterval(near, finished);
  if (near === 0 || share === undefined) return undefined;
  const edge = durationWords(NEAR * timeoutMs);
  const p99IsNear = near >= 0.01 * finished && warm.total >= 100;
  return {
    id: '',
    kind: 'near-timeout',
    headline: 'NEAR TIMEOUT',
    functionName,
    version: configuration.version === '?' ? undefined : configuration.version,
    memorySizeMb: configuration.memorySizeMb > 0 ? configuration.memorySizeMb : undefined,
    why: `${shareWords(share)} finished attempts took ${edge} or longer, with a timeout of ${durationWords(timeoutMs)}${p99IsNear ? ': their p99 is within a fifth of it' : ''}`,
    harm: 'soon',
    certainty: p99IsNear ? 'shown' : 'suspected',
    certaintyBecause: p99IsNear
      ? 'measured by REPORT lines; the timeout is known from the attempts that ran into it'
      : 'single attempts came near; their share is too small to tell whether the tail reaches the timeout',
    affectedCount: near,
    exposedCount: finished,
    shareLow: share.low,
    shareHigh: share.high,
    sinceMs: undefined,
    lastMs: undefined,
    weight: hurtPerMinute(near, configuration.firstMs, configuration.lastMs),
    changedBeside: [],
    next: filterLogsCommand(functionName, '?"Task timed out" ?"Status: timeout"', undefined) ?? explainCommand(summary),
    evidence: [],
    facts: [
      { name: 'timeout', value: durationWords(timeoutMs) },
      { name: 'finished attempts at or above 80 % of it', value: String(near) },
      { name: 'finished attempts', value: String(finished) },
    ],
    gates: ['any'],
  };
}

/** Warm attempts only: a cold attempt's histogram includes its init, which the timeout does not count. */
function countNear({ warm, timeoutMs }: ConfigurationSummary): number {
  return sumOfBuckets(warm.counts, bucketOf(NEAR * timeoutMs), bucketOf(timeoutMs));
}

function countBelow({ warm }: ConfigurationSummary, ms: number): number {
  return sumOfBuckets(warm.counts, 0, bucketOf(ms));
}

/** Up to, but without, the bucket of the timeout itself: attempts that ran into it are printed as exactly it, or more. */
function sumOfBuckets(counts: Float64Array | undefined, from: number, to: number): number {
  let sum = 0;
  if (counts !== undefined) for (let i = from; i < to; i++) sum += counts[i]!;
  return sum;
}

function bucketOf(ms: number): number {
  return countsIndexOf(Math.min(900_000_000, Math.round(ms * 1000)));
}

function longestMs({ warm, inits, slowest }: ConfigurationSummary): number | undefined {
  const cold = inits.map((init) => init.invocationMs).filter((ms) => ms >= 0);
  const warmMs = warm.total > 0 ? [warm.maxUs / 1000] : [];
  // `slowest` has the waiting for an init in it; it only serves where nothing else is known.
  const known = [...warmMs, ...cold];
  const candidates = known.length > 0 ? known : slowest.map((attempt) => attempt.durationMs);
  return candidates.length === 0 ? undefined : candidates.reduce((longest, ms) => Math.max(longest, ms));
}

function highestMemory(summary: Summary): Map<string, number> {
  const highest = new Map<string, number>();
  for (const { configuration, envelope } of summary.sandboxes) {
    const last = envelope.at(-1);
    if (last !== undefined) highest.set(configuration, Math.max(highest.get(configuration) ?? 0, last.megabytes));
  }
  return highest;
}

function keyOf({ functionName, version, memorySizeMb }: ConfigurationName): string {
  return `${functionName}\u0000${version}\u0000${memorySizeMb ?? 0}`;
}
