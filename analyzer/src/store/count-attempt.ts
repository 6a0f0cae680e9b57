/** Sums and minutes of one configuration: what an attempt adds to them when a line of the platform told of it. */
import type { Invocation } from '../assemble/index.ts';
import { addable } from './exact-sum.ts';
import { FAILED } from './failure-counts.ts';
import type { ConfigurationSummary } from './summary.ts';

/** @returns the bucket of its duration where it was warm, else -1 */
export function countAttempt(configuration: ConfigurationSummary, invocation: Invocation): number {
  const { status, durationMs, billedMs, startMs, initKind } = invocation;
  const failed = FAILED[status];
  configuration.invocationCount++;
  configuration.statusCounts[status]++;
  const cold = initKind !== undefined;
  let bucket = -1;
  if (!Number.isNaN(durationMs)) {
    configuration.durationMsSum += addable(durationMs);
    if (cold) {
      const waited = initKind === 'provisioned' || initKind === 'suppressed' ? 0 : invocation.initMs || invocation.restoreMs || 0;
      configuration.cold.record(durationMs + waited);
    } else bucket = configuration.warm.record(durationMs);
  }
  if (!Number.isNaN(billedMs)) {
    configuration.billedCount++;
    configuration.billedMsSum += billedMs;
    if (invocation.initBilledMs > 0) configuration.billedInitMsSum += invocation.initBilledMs;
    if (failed) configuration.billedFailedMsSum += billedMs;
  }
  if (!Number.isNaN(invocation.extensionOverheadMs)) {
    configuration.extensionOverheadCount++;
    configuration.extensionOverheadMsSum += addable(invocation.extensionOverheadMs);
  }
  const minutes = configuration.minutes;
  const minute = minutes.at(startMs);
  if (minute >= 0) {
    minutes.invocations[minute]! += 1;
    if (!Number.isNaN(durationMs)) minutes.busyMs[minute]! += addable(durationMs);
    if (!Number.isNaN(billedMs)) minutes.billedMs[minute]! += billedMs;
    if (failed) minutes.failed[minute]! += 1;
    if (cold) minutes.cold[minute]! += 1;
    if (status === 'timeout') minutes.timeouts[minute]! += 1;
  }
  return bucket;
}
