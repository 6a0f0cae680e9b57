/** The slowest attempts: slowest first, of equals the earliest, so that the list is the same for any number of threads. */
import type { Invocation } from '../assemble/index.ts';
import type { RequestIds } from '../parse/request-id.ts';
import { isBefore } from './evidence-list.ts';
import { evidenceOf } from './failure-counts.ts';
import type { Lane } from './lane.ts';
import type { ConfigurationSummary } from './summary.ts';

type Slow = ConfigurationSummary['slowest'][number];

export const MOST_SLOW = 5;

export function isSlower(a: Slow, b: Slow): boolean {
  return a.durationMs > b.durationMs || (a.durationMs === b.durationMs && isBefore(a.evidence, b.evidence));
}

/** @returns what an attempt must have taken to come in question; -1: any */
export function slowestBoundOf(slowest: readonly Slow[]): number {
  return slowest.length < MOST_SLOW ? -1 : slowest.at(-1)!.durationMs;
}

/** @param invocation  one that took at least the bound of its lane */
export function noteSlow(lane: Lane, invocation: Invocation, ids: RequestIds): void {
  const { slowest } = lane.configuration!;
  // Of equals the earliest is kept: most of a service whose requests all take the same need no look at the list.
  const last = slowest.length < MOST_SLOW ? undefined : slowest[MOST_SLOW - 1]!;
  if (last !== undefined && invocation.durationMs <= last.durationMs && invocation.endMs > last.evidence.atMs) return;
  keepSlow(lane, slowest, invocation, ids);
}

function keepSlow(lane: Lane, slowest: Slow[], invocation: Invocation, ids: RequestIds): void {
  const entry = { durationMs: invocation.durationMs, requestId: '', evidence: evidenceOf(invocation) };
  const found = slowest.findIndex((one) => isSlower(entry, one));
  const at = found < 0 ? slowest.length : found;
  if (at >= MOST_SLOW) return;
  // The text of an id is made only for those that are shown: a hundred thousand timeouts are all equally slow.
  entry.requestId = ids.text(invocation.id0, invocation.id1, invocation.id2, invocation.id3);
  slowest.splice(at, 0, entry);
  if (slowest.length > MOST_SLOW) slowest.pop();
  lane.slowestBound = slowestBoundOf(slowest);
}
