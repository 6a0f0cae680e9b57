/**
 * The part of a component's change that the calls it makes do not explain.
 *
 * A component is slow because it is, or because it waits: what its callees' latency and failures would do to it, at the
 * number of calls that it makes for each request, is taken off.
 */
import type { IncidentScene } from './incident-scene.ts';

export interface OwnPart {
  /** Added latency of its own, and how many times its noise that is; 0 where nothing is told. */
  readonly slowerMs: number;
  readonly slowerTimesNoise: number;
  readonly failsMore: number;
  readonly failsTimesNoise: number;
}

export function ownPartOf(component: string, { changes, callsFrom }: IncidentScene): OwnPart {
  const change = changes.get(component)!;
  const calls = callsFrom(component);
  let slowerMs = change.latency === undefined ? 0 : change.latency.now - change.latency.before;
  let latencyVariance = change.latency === undefined ? 0 : Math.max(change.latency.noise, LEAST_LATENCY_NOISE * change.latency.before) ** 2;
  let failsMore = change.failed === undefined ? 0 : change.failed.now - change.failed.before;
  let failedVariance = change.failed === undefined ? 0 : Math.max(change.failed.noise, LEAST_FAILURE_NOISE) ** 2;
  let isLateBelow = false;
  for (const { perRequestBefore, latency, failed } of calls) {
    if (latency !== undefined && change.latency !== undefined) {
      slowerMs -= perRequestBefore * (latency.now - latency.before);
      latencyVariance += (perRequestBefore * Math.max(latency.noise, LEAST_LATENCY_NOISE * latency.before)) ** 2;
      isLateBelow ||= latency.now > LATE * latency.before && latency.now - latency.before > LEAST_LATE_MS;
    }
    if (failed !== undefined && change.failed !== undefined) {
      failsMore -= Math.max(0, spoiled(failed.now, perRequestBefore) - spoiled(failed.before, perRequestBefore));
      failedVariance += (Math.min(1, perRequestBefore) * Math.max(failed.noise, LEAST_FAILURE_NOISE)) ** 2;
    }
  }
  // A callee that became this late makes its callers time out: their failures are not their own.
  if (isLateBelow) failsMore *= LATE_FAILURE_REST;
  return {
    slowerMs,
    slowerTimesNoise: timesNoise(slowerMs, latencyVariance, change.latency?.pointCount),
    failsMore,
    failsTimesNoise: timesNoise(failsMore, failedVariance, change.failed?.pointCount),
  };
}

/** Least noise of a latency (share of its level) and of a failure share: a quiet baseline is not an exact one. */
const LEAST_LATENCY_NOISE = 0.03;
const LEAST_FAILURE_NOISE = 0.001;
/** Latency of a peer that may turn into timeouts, that is failures, of its callers; set on the lab's tuning seeds. */
const LATE = 2;
const LEAST_LATE_MS = 200;
const LATE_FAILURE_REST = 0.3;

/** Requests that at least one failed call spoils. */
function spoiled(failedShare: number, perRequest: number): number {
  return perRequest <= 1 ? perRequest * failedShare : 1 - (1 - failedShare) ** perRequest;
}

/** Of a median over the points of the incident; neighbours resemble each other, so their number counts for less. */
function timesNoise(difference: number, variance: number, pointCount = 1): number {
  if (!(difference > 0)) return 0;
  return difference / (Math.sqrt(variance) / Math.sqrt(Math.max(1, pointCount / 2)));
}
