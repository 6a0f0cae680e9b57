/**
 * Exact counters for invocations that get no line of their own.
 *
 * With NIGHTLIGHT_SAMPLE=1/N only every Nth ordinary invocation is written. Whatever is remarkable always is: the first of a
 * sandbox, failures, calls that failed, broken invariants, and what is slower than the slowest hundredth so far. Counts and histograms
 * of everything (calls, and what the program told, too) follow in a summary, each of which covers the stretch since the last one.
 */
import type { Agent } from '../agent.ts';
import { addTold, toldFields } from '../measure/told.ts';
import type { FinishedWork, Told } from '../measure/work.ts';
import { bucketOfMs, bucketsOfCounts, HISTOGRAM_LENGTH } from '../record/histogram-text.ts';
import type { OutboundCalls } from '../record/outbound-calls.ts';
import { encodeSummary } from '../record/summary-record.ts';
import { epochMilliseconds, milliseconds } from '../record/units.ts';

/** A summary at least so often, so that a sandbox that is thrown away loses little. */
const EVERY_MS = 60_000;
const EVERY_INVOCATIONS = 500;

/** @returns whether a finished work gets a line of its own */
export function startSummary(agent: Agent): (finished: FinishedWork) => boolean {
  const warm = new Uint32Array(HISTOGRAM_LENGTH);
  const cold = new Uint32Array(HISTOGRAM_LENGTH);
  /** All durations of the process: what is slow is judged against its own life. */
  const life = new Uint32Array(HISTOGRAM_LENGTH);
  let lifeCount = 0;
  let slowBucket = HISTOGRAM_LENGTH;
  let sequence = 0;
  let fromEpochMs = Date.now();
  let invocationCount = 0;
  let failedCount = 0;
  let coldCount = 0;
  let durationSumMs = 0;
  let selfUs = 0;
  let calls = new Map<string, OutboundCalls>();
  let told: Told = {};
  // Received, given back, handled before.
  let items: [number, number, number] | undefined;

  function write(now: number): void {
    if (invocationCount === 0) return;
    agent.writeLine(
      encodeSummary({
        kind: 'summary',
        fromEpochMs: epochMilliseconds(fromEpochMs),
        lengthMs: milliseconds(now - fromEpochMs),
        sequence: ++sequence,
        invocationCount,
        failedCount,
        coldCount,
        durationSumMs: milliseconds(durationSumMs),
        warmDurations: bucketsOfCounts(warm),
        coldDurations: bucketsOfCounts(cold),
        lostLineCount: agent.takeLostLines(),
        ...(calls.size > 0 && { outboundCalls: [...calls.values()] }),
        ...toldFields(told),
        ...(items && { eventItemCount: items[0], returnedCount: items[1], duplicateCount: items[2] }),
        selfUs: Math.round(selfUs),
      }),
    );
    fromEpochMs = now;
    invocationCount = failedCount = coldCount = durationSumMs = selfUs = 0;
    calls = new Map();
    told = {};
    items = undefined;
    warm.fill(0);
    cold.fill(0);
  }

  // The sandbox's own end is seldom seen (a kill without a signal before it); where it is, nothing is left behind.
  process.on('exit', () => agent.quietly('summary', () => write(Date.now())));

  return (finished) => {
    const began = performance.now();
    const bucket = bucketOfMs(finished.durationMs);
    (finished.cold ? cold : warm)[bucket]!++;
    life[bucket]!++;
    lifeCount++;
    invocationCount++;
    durationSumMs += finished.durationMs;
    if (finished.failed) failedCount++;
    if (finished.cold) coldCount++;
    if (lifeCount % 100 === 0) slowBucket = highestHundredth(life, lifeCount);
    const made = finished.work.calls?.outboundCalls(began) ?? [];
    for (const one of made) addCalls(calls, one);
    if (finished.items) {
      const { en = 0, rf = 0, du = 0 } = finished.items;
      const [received, returned, duplicates] = items ?? [0, 0, 0];
      items = [received + en, returned + rf, duplicates + du];
    }
    if (finished.work.told) {
      // Which breakers were open is told of single invocations only.
      const { openBreakers, ...counted } = finished.work.told;
      addTold(told, counted);
    }
    const remarkable =
      finished.number === 1 ||
      finished.failed ||
      bucket > slowBucket ||
      finished.work.told !== undefined ||
      made.some((one) => (one.errorCount ?? 0) > 0 || (one.nearTimeoutCount ?? 0) > 0);
    const keep = remarkable || finished.number % agent.settings.sampleEvery === 0;
    const now = finished.startedAtEpochMs + finished.durationMs;
    if (invocationCount >= EVERY_INVOCATIONS || now - fromEpochMs >= EVERY_MS) write(Math.round(now));
    selfUs += (performance.now() - began) * 1000;
    return keep;
  };
}

/** Calls with and without a time limit stay apart, so that either kind can be counted. */
function addCalls(sums: Map<string, OutboundCalls>, calls: OutboundCalls): void {
  const key = `${calls.service} ${calls.timeout ?? ''}`;
  const sum = sums.get(key);
  const add = (one: number | undefined, other: number | undefined) =>
    one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
  sums.set(
    key,
    sum === undefined
      ? calls
      : {
          ...sum,
          callCount: sum.callCount + calls.callCount,
          totalMs: milliseconds(sum.totalMs + calls.totalMs),
          errorCount: add(sum.errorCount, calls.errorCount),
          retryCount: add(sum.retryCount, calls.retryCount),
          sequentialCount: add(sum.sequentialCount, calls.sequentialCount),
          nearTimeoutCount: add(sum.nearTimeoutCount, calls.nearTimeoutCount),
        },
  );
}

/** @returns the bucket that 99 of 100 durations do not exceed */
function highestHundredth(counts: Uint32Array, total: number): number {
  let above = 0;
  for (let bucket = counts.length - 1; bucket >= 0; bucket--) {
    above += counts[bucket]!;
    if (above > total / 100) return bucket;
  }
  return counts.length;
}
