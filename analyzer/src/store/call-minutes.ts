/**
 * Calls to other services by the minute: whether a peer was slow or failing before the one who calls it was.
 *
 * Counts and sums only, so that it merges by addition. A long-running process, or one that writes only every so many-th
 * line, tells the same calls again in its stretches; both are kept apart, and a reader takes the stretches where there are any.
 */
import type { OutboundCalls } from '@nightlight/agent/record';
import { addable } from './exact-sum.ts';

export interface CallMinute {
  callCount: number;
  totalMs: number;
  errorCount: number;
}

export interface CallSeries {
  /** Epoch minute -> calls, by lines of single invocations. */
  readonly single: Map<number, CallMinute>;
  /** The same by lines of stretches, each at the minute in which it ended. */
  readonly stretch: Map<number, CallMinute>;
}

/** Function -> peer -> calls. */
export type CallMinutes = Map<string, Map<string, CallSeries>>;

/** @param atMs  end of the invocation or stretch; NaN where the lines carry no time */
export function countCallMinutes(
  into: CallMinutes,
  functionName: string,
  kind: keyof CallSeries,
  calls: readonly OutboundCalls[] | undefined,
  atMs: number,
): void {
  if (calls === undefined || !(atMs >= 0)) return;
  const minute = Math.floor(atMs / 60_000);
  for (const { service, callCount, totalMs, errorCount } of calls) {
    const series = seriesOf(into, functionName, service);
    if (series !== undefined) addMinute(series[kind], minute, callCount, addable(totalMs), errorCount ?? 0);
  }
}

export function mergeCallMinutes(into: CallMinutes, other: CallMinutes): void {
  for (const [functionName, peers] of other) {
    for (const [peer, { single, stretch }] of peers) {
      const series = seriesOf(into, functionName, peer);
      if (series === undefined) continue;
      for (const [minute, { callCount, totalMs, errorCount }] of single) addMinute(series.single, minute, callCount, totalMs, errorCount);
      for (const [minute, { callCount, totalMs, errorCount }] of stretch) addMinute(series.stretch, minute, callCount, totalMs, errorCount);
    }
  }
}

/** Peers of one function that get a series: names come from the program, which may make them up. */
const MOST_PEERS = 64;
/** A week: what is longer is looked at in parts. */
const MOST_MINUTES = 10_080;

function seriesOf(into: CallMinutes, functionName: string, peer: string): CallSeries | undefined {
  let peers = into.get(functionName);
  if (peers === undefined) {
    peers = new Map();
    into.set(functionName, peers);
  }
  const known = peers.get(peer);
  if (known !== undefined || peers.size >= MOST_PEERS) return known;
  const made: CallSeries = { single: new Map(), stretch: new Map() };
  peers.set(peer, made);
  return made;
}

function addMinute(minutes: Map<number, CallMinute>, minute: number, callCount: number, totalMs: number, errorCount: number): void {
  const known = minutes.get(minute);
  if (known !== undefined) {
    known.callCount += callCount;
    known.totalMs += totalMs;
    known.errorCount += errorCount;
  } else if (minutes.size < MOST_MINUTES) minutes.set(minute, { callCount, totalMs, errorCount });
}
