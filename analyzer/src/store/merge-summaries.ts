/** Adds the summary of one worker to another: integers are added, first and last times compared, nothing is estimated. */
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { addTally } from './add-tallies.ts';
import { emptyTally } from './agent-tally.ts';
import { mergeCallMinutes } from './call-minutes.ts';
import { attemptsOf, configurationOf } from './empty-summary.ts';
import { isBefore, keepEarliest } from './evidence-list.ts';
import { addFate } from './failure-fate.ts';
import { addLives } from './memory-life.ts';
import { MinuteSeries } from './minute-series.ts';
import { isSlower, MOST_SLOW } from './slowest.ts';
import type { ConfigurationSummary, Evidence, FailureSummary, Summary } from './summary.ts';
import { TimelineKeeper } from './timeline-keeper.ts';
import { mergeTraces } from './trace-sample.ts';

/** @param other  possibly a structured clone that lost its classes on the way between threads */
export function mergeSummaries(into: Summary, other: Summary): void {
  other.files.forEach((file, index) => {
    into.files[index] ??= file;
  });
  for (const configuration of other.configurations.values()) mergeConfiguration(into, configuration);
  for (const sandbox of other.sandboxes) into.sandboxes.push(sandbox);
  for (const [key, failure] of other.failures) {
    const known = into.failures.get(key);
    if (known === undefined) into.failures.set(key, failure);
    else mergeFailure(known, failure);
  }
  const keeper = new TimelineKeeper(into.timelines);
  for (const [key, timeline] of other.timelines) keeper.of(key)?.merge(timeline);
  for (const [functionName, series] of other.attempts) attemptsOf(into, functionName).merge(series);
  mergeSeen(into.anomalies, other.anomalies);
  mergeCounts(into.unknownShapes, other.unknownShapes);
  mergeCounts(into.unknownPlatform, other.unknownPlatform);
  for (const point of other.metrics) into.metrics.push(point);
  for (const process of other.processes) into.processes.push(process);
  for (const [key, route] of other.routes) {
    const mine = into.routes.get(key) ?? { requestCount: 0, failedCount: 0, durations: new DurationHistogram() };
    mine.requestCount += route.requestCount;
    mine.failedCount += route.failedCount;
    mine.durations.merge(Object.assign(new DurationHistogram(), route.durations));
    into.routes.set(key, mine);
  }
  for (const leak of other.leaks) into.leaks.push(leak);
  mergeSeen(into.notes, other.notes);
  mergeCallMinutes(into.callMinutes, other.callMinutes);
  mergeTraces(into.traces, other.traces);
  if (other.sourceMaps !== undefined) mergeMapped(into, other.sourceMaps);
  into.metricsDropped += other.metricsDropped;
  addAll(into.eventMinutes, other.eventMinutes);
  into.eventCount += other.eventCount;
  into.applicationLineCount += other.applicationLineCount;
  into.platformLineCount += other.platformLineCount;
  into.droppedRecords += other.droppedRecords;
  addAll(into.drilled, other.drilled);
  into.firstMs = Math.min(into.firstMs, other.firstMs);
  into.lastMs = Math.max(into.lastMs, other.lastMs);
}

function mergeConfiguration(into: Summary, other: ConfigurationSummary): void {
  const mine = configurationOf(into, other.functionName, other.version, other.memorySizeMb);
  mine.invocationCount += other.invocationCount;
  for (const status of Object.keys(mine.statusCounts) as (keyof typeof mine.statusCounts)[])
    mine.statusCounts[status] += other.statusCounts[status];
  mine.warm.merge(Object.assign(new DurationHistogram(), other.warm));
  mine.cold.merge(Object.assign(new DurationHistogram(), other.cold));
  for (const init of other.inits) mine.inits.push(init);
  mine.durationMsSum += other.durationMsSum;
  mine.billedCount += other.billedCount;
  mine.billedMsSum += other.billedMsSum;
  mine.billedInitMsSum += other.billedInitMsSum;
  mine.billedFailedMsSum += other.billedFailedMsSum;
  mine.extensionOverheadCount += other.extensionOverheadCount;
  mine.extensionOverheadMsSum += other.extensionOverheadMsSum;
  mine.logBytes += other.logBytes;
  mine.applicationLogBytes += other.applicationLogBytes;
  for (const level of ['warn', 'error', 'fatal'] as const) mine.levelCounts[level] += other.levelCounts[level];
  mine.minutes.merge(revivedMinutes(other.minutes));
  mine.hours.merge(other.hours);
  mine.ages.merge(other.ages);
  for (const [version, atMs] of other.runtimeVersions) {
    mine.runtimeVersions.set(version, Math.min(atMs, mine.runtimeVersions.get(version) ?? Number.POSITIVE_INFINITY));
  }
  addAll(mine.extensions, other.extensions);
  mine.firstMs = Math.min(mine.firstMs, other.firstMs);
  mine.lastMs = Math.max(mine.lastMs, other.lastMs);
  mine.slowest.push(...other.slowest);
  mine.slowest.sort((a, b) => (isSlower(a, b) ? -1 : 1));
  if (mine.slowest.length > MOST_SLOW) mine.slowest.length = MOST_SLOW;
  if (!(mine.timeoutMs >= other.timeoutMs) && !Number.isNaN(other.timeoutMs)) mine.timeoutMs = other.timeoutMs;
  mine.agentLineCount += other.agentLineCount;
  if (other.agent !== undefined) {
    mine.agent ??= emptyTally();
    addTally(mine.agent, other.agent);
  }
  if (other.memoryLives !== undefined) {
    mine.memoryLives ??= { lifeCount: 0, kept: [] };
    addLives(mine.memoryLives, other.memoryLives.lifeCount, other.memoryLives.kept);
  }
}

/** @param mine  of the same failure, or empty */
function mergeMapped(into: Summary, other: NonNullable<Summary['sourceMaps']>): void {
  into.sourceMaps ??= new Map();
  for (const [key, file] of other) {
    const known = into.sourceMaps.get(key);
    if (known === undefined) into.sourceMaps.set(key, file);
    else for (const place of file.places) known.places.add(place);
  }
}

export function mergeFailure(mine: FailureSummary, other: FailureSummary): void {
  mine.count += other.count;
  mine.loggedOnlyCount += other.loggedOnlyCount;
  mine.coldCount += other.coldCount;
  mine.firstMs = Math.min(mine.firstMs, other.firstMs);
  mine.lastMs = Math.max(mine.lastMs, other.lastMs);
  addAll(mine.perMinute, other.perMinute);
  addAll(mine.versions, other.versions);
  for (const sandbox of other.sandboxes) mine.sandboxes.add(sandbox);
  if (mine.fate !== undefined && other.fate !== undefined) addFate(mine.fate, other.fate);
  for (const evidence of other.evidence) {
    if (!keepEarliest(mine.evidence, evidence)) continue;
    const { sampleMessage, code, stack, causes, errors, build } = other;
    Object.assign(mine, { sampleMessage, code, stack, causes, errors, build });
  }
}

function revivedMinutes(plain: MinuteSeries): MinuteSeries {
  return Object.assign(new MinuteSeries(), plain);
}

function addAll<Key>(into: Map<Key, number>, other: Map<Key, number>): void {
  for (const [key, count] of other) into.set(key, (into.get(key) ?? 0) + count);
}

function mergeSeen<Key>(
  into: Map<Key, { count: number; readonly evidence: Evidence[] }>,
  other: Map<Key, { count: number; readonly evidence: Evidence[] }>,
): void {
  for (const [key, seen] of other) {
    const known = into.get(key);
    if (known === undefined) into.set(key, seen);
    else {
      known.count += seen.count;
      for (const evidence of seen.evidence) keepEarliest(known.evidence, evidence);
    }
  }
}

function mergeCounts(
  into: Map<string, { count: number; readonly evidence: Evidence }>,
  other: Map<string, { count: number; readonly evidence: Evidence }>,
): void {
  for (const [what, seen] of other) {
    const known = into.get(what);
    if (known === undefined) into.set(what, seen);
    else {
      const evidence = isBefore(seen.evidence, known.evidence) ? seen.evidence : known.evidence;
      into.set(what, { count: known.count + seen.count, evidence });
    }
  }
}
