/**
 * How many requests a process served, where no line of the platform counts them: from the agent's lines of single
 * requests, or from its periodic lines, which are exact also where only some requests have a line of their own.
 *
 * A periodic line stands behind the lines of the requests that it speaks of and replaces them; what came after the last
 * one is counted from single lines.
 */
import type { SummaryRecord, WindowRecord } from '@nightlight/agent/record';
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { addable } from './exact-sum.ts';
import type { ConfigurationSummary } from './summary.ts';
import { WarmHours } from './warm-hours.ts';

export class ServedCount {
  invocationCount = 0;
  failedCount = 0;
  durationMs = 0;
  /** When the first began and the last ended, as far as their times are known. */
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  readonly warm = new DurationHistogram();
  readonly cold = new DurationHistogram();
  readonly hours = new WarmHours();
  /** Minute -> requests, failures, and their time. */
  readonly minutes = new Map<number, { invocations: number; failed: number; busyMs: number; cold: number }>();

  addOne(startMs: number, durationMs: number, isFailed: boolean, isCold: boolean): void {
    this.invocationCount++;
    if (isFailed) this.failedCount++;
    const addableMs = Number.isNaN(durationMs) ? 0 : addable(durationMs);
    this.durationMs += addableMs;
    if (isCold) this.cold.record(durationMs);
    else this.hours.add(startMs, this.warm.record(durationMs), -1);
    if (Number.isNaN(startMs)) return;
    this.reach(startMs, startMs + addableMs);
    const minute = this.minuteOf(Math.floor(startMs / 60_000));
    minute.invocations++;
    minute.busyMs += addableMs;
    if (isFailed) minute.failed++;
    if (isCold) minute.cold++;
  }

  reach(fromMs: number, toMs: number): void {
    if (fromMs < this.firstMs) this.firstMs = fromMs;
    if (toMs > this.lastMs) this.lastMs = toMs;
  }

  add(other: ServedCount): void {
    this.reach(other.firstMs, other.lastMs);
    this.invocationCount += other.invocationCount;
    this.failedCount += other.failedCount;
    this.durationMs += other.durationMs;
    this.warm.merge(other.warm);
    this.cold.merge(other.cold);
    this.hours.merge(other.hours);
    for (const [minute, { invocations, failed, busyMs, cold }] of other.minutes) {
      const mine = this.minuteOf(minute);
      mine.invocations += invocations;
      mine.failed += failed;
      mine.busyMs += busyMs;
      mine.cold += cold;
    }
  }

  minuteOf(minute: number): { invocations: number; failed: number; busyMs: number; cold: number } {
    let found = this.minutes.get(minute);
    if (found === undefined) {
      found = { invocations: 0, failed: 0, busyMs: 0, cold: 0 };
      this.minutes.set(minute, found);
    }
    return found;
  }
}

export class ProcessCounts {
  /** By single lines, all of them. */
  #single = new ServedCount();
  #stretches = new ServedCount();
  /** Thread -> by single lines since its last stretch. */
  #sinceStretch = new Map<number, ServedCount>();
  #hasStretch = false;

  /** @param minute  epoch minute */
  forgetBefore(minute: number): void {
    for (const { minutes } of [this.#single, this.#stretches, ...this.#sinceStretch.values()])
      for (const known of minutes.keys()) if (known < minute) minutes.delete(known);
  }

  copyWith(copy: <T>(value: T) => T): ProcessCounts {
    const made = new ProcessCounts();
    made.#single = copy(this.#single);
    made.#stretches = copy(this.#stretches);
    made.#sinceStretch = copy(this.#sinceStretch);
    made.#hasStretch = this.#hasStretch;
    return made;
  }

  addSingle(threadId: number | undefined, startMs: number, durationMs: number, isFailed: boolean, isCold: boolean): void {
    this.#single.addOne(startMs, durationMs, isFailed, isCold);
    let since = this.#sinceStretch.get(threadId ?? 0);
    if (since === undefined) {
      since = new ServedCount();
      this.#sinceStretch.set(threadId ?? 0, since);
    }
    since.addOne(startMs, durationMs, isFailed, isCold);
  }

  addStretch(threadId: number | undefined, stretch: ServedCount): void {
    this.#hasStretch = true;
    this.#stretches.add(stretch);
    this.#sinceStretch.delete(threadId ?? 0);
  }

  /** @param hasPlatformLines  then the platform counts, and the single lines are those that it says nothing of */
  total(hasPlatformLines: boolean): ServedCount {
    if (hasPlatformLines || !this.#hasStretch) return this.#single;
    for (const since of this.#sinceStretch.values()) this.#stretches.add(since);
    this.#sinceStretch.clear();
    return this.#stretches;
  }
}

export function servedIn(record: WindowRecord | SummaryRecord): ServedCount {
  const served = new ServedCount();
  served.invocationCount = record.kind === 'window' ? (record.requestCount ?? 0) : record.invocationCount;
  served.failedCount = record.failedCount ?? 0;
  served.warm.addBuckets((record.kind === 'window' ? record.durations : record.warmDurations) ?? []);
  if (record.kind === 'summary') served.cold.addBuckets(record.coldDurations ?? []);
  served.durationMs = addable((record.kind === 'summary' ? record.durationSumMs : undefined) ?? served.warm.sumMs() + served.cold.sumMs());
  served.reach(record.fromEpochMs, record.fromEpochMs + record.lengthMs);
  // A stretch is told by the minute in which it ended: its parts are not known.
  served.hours.addDurations(record.fromEpochMs + record.lengthMs, served.warm);
  const minute = served.minuteOf(Math.floor((record.fromEpochMs + record.lengthMs) / 60_000));
  minute.invocations = served.invocationCount;
  minute.failed = served.failedCount;
  minute.busyMs = served.durationMs;
  minute.cold = record.kind === 'summary' ? (record.coldCount ?? 0) : 0;
  return served;
}

export function addServed(configuration: ConfigurationSummary, served: ServedCount): void {
  configuration.invocationCount += served.invocationCount;
  configuration.statusCounts.error += served.failedCount;
  configuration.statusCounts.success += served.invocationCount - served.failedCount;
  configuration.durationMsSum += served.durationMs;
  configuration.warm.merge(served.warm);
  configuration.cold.merge(served.cold);
  configuration.hours.merge(served.hours);
  const { minutes } = configuration;
  for (const [minute, counts] of served.minutes) {
    const at = minutes.at(minute * 60_000);
    if (at < 0) continue;
    minutes.invocations[at]! += counts.invocations;
    minutes.failed[at]! += counts.failed;
    minutes.busyMs[at]! += counts.busyMs;
    minutes.cold[at]! += counts.cold;
  }
}
