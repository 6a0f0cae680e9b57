/** Puts everything that was collected in order of arrival into an order of its own, the same for any number of threads. */
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import { isBefore } from './evidence-list.ts';
import { byName } from './memory-life.ts';
import type { Evidence, Summary } from './summary.ts';
import { settleTraces } from './trace-sample.ts';

export function settleOrder(summary: Summary): void {
  atOnce(settleSteps(summary));
}

/** As `settleOrder`. */
export function* settleSteps(summary: Summary): Steps<void> {
  sortMap(summary.configurations, ([a], [b]) => compare(a, b));
  yield;
  sortMap(summary.failures, ([a], [b]) => compare(a, b));
  yield;
  sortMap(summary.timelines, ([a], [b]) => compare(a, b));
  yield;
  sortMap(summary.attempts, ([a], [b]) => compare(a, b));
  yield;
  const all = [...summary.attempts.values(), ...[...summary.timelines.values()].map((timeline) => timeline.series)];
  yield* mapInSteps(all, SERIES_A_STEP, (series) => {
    for (const values of series.ofValues) sortMap(values, ([a], [b]) => compare(a, b));
  });
  sortMap(summary.anomalies, ([a], [b]) => compare(a, b));
  sortMap(summary.unknownShapes, ([a], [b]) => compare(a, b));
  sortMap(summary.unknownPlatform, ([a], [b]) => compare(a, b));
  sortMap(summary.routes, ([a], [b]) => compare(a, b));
  sortMap(summary.notes, ([a], [b]) => compare(a, b));
  summary.processes.sort((a, b) => compare(a.sandboxId, b.sandboxId) || a.epoch - b.epoch || (a.threadId ?? -1) - (b.threadId ?? -1));
  summary.leaks.sort((a, b) => byEvidence(a.evidence, b.evidence));
  sortMap(summary.callMinutes, ([a], [b]) => compare(a, b));
  sortMaps(summary.callMinutes);
  settleTraces(summary.traces);
  sortMap(summary.eventMinutes, ([a], [b]) => a - b);
  yield;
  summary.sandboxes.sort((a, b) => compare(a.logStream, b.logStream) || a.epoch - b.epoch || byEvidence(a.evidence, b.evidence));
  yield;
  for (const configuration of summary.configurations.values()) {
    configuration.inits.sort((a, b) => byEvidence(a.evidence, b.evidence));
    sortMap(configuration.runtimeVersions, ([a], [b]) => compare(a, b));
    sortMap(configuration.extensions, ([a], [b]) => compare(a, b));
    if (configuration.agent !== undefined) sortMaps(configuration.agent);
    configuration.memoryLives?.kept.sort(byName);
  }
  yield;
  for (const failure of summary.failures.values()) {
    sortMap(failure.perMinute, ([a], [b]) => a - b);
    sortMap(failure.versions, ([a], [b]) => compare(a, b));
  }
}

const SERIES_A_STEP = 32;

/** Every table of names inside of it. */
function sortMaps(members: object): void {
  for (const value of members instanceof Map ? members.values() : Object.values(members)) {
    if (value instanceof Map) sortMap(value as Map<string, unknown>, ([a], [b]) => compare(a, b));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) sortMaps(value);
  }
}

function byEvidence(a: Evidence, b: Evidence): number {
  return isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortMap<Key, Value>(map: Map<Key, Value>, order: (a: [Key, Value], b: [Key, Value]) => number): void {
  if (isInOrder(map, order)) return;
  const entries = [...map].sort(order);
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

/** Minutes and bins come in the order of time: most tables are in order as they are. */
function isInOrder<Key, Value>(map: ReadonlyMap<Key, Value>, order: (a: [Key, Value], b: [Key, Value]) => number): boolean {
  let before: [Key, Value] | undefined;
  for (const entry of map) {
    if (before !== undefined && order(before, entry) > 0) return false;
    before = entry;
  }
  return true;
}
