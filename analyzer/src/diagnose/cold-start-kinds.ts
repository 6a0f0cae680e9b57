/** Which starts of a runtime a request had to wait for. */
import type { InitFact } from '../store/summary.ts';

/**
 * A sandbox that was started ahead of its first request (provisioned concurrency) made nobody wait, and an init that
 * failed before it served anything is no invocation; both are counted among the kinds, not in the share.
 */
export function isWaitedFor(init: InitFact): boolean {
  if (init.kind === 'provisioned') return false;
  return !Number.isNaN(init.invocationMs) || init.status === 'success' || init.status === 'unknown';
}
