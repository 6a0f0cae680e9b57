/**
 * How many attempts could have shown a failure. No rate is printed without it, and it decides what the rate means: a
 * bug of version 8 is measured against the attempts of version 8.
 */
import type { Summary } from '../store/summary.ts';

export interface Exposure {
  all: number;
  readonly byVersion: Map<string, number>;
}

export function countExposures(summary: Summary): Map<string, Exposure> {
  const exposures = new Map<string, Exposure>();
  for (const { functionName, version, invocationCount } of summary.configurations.values()) {
    const exposure = exposures.get(functionName) ?? { all: 0, byVersion: new Map() };
    exposure.all += invocationCount;
    exposure.byVersion.set(version, (exposure.byVersion.get(version) ?? 0) + invocationCount);
    exposures.set(functionName, exposure);
  }
  return exposures;
}

/** Attempts in the versions that showed the failure: a version without the bug must not thin out the rate. */
export function exposedTo(exposure: Exposure | undefined, versions: Iterable<string>, count: number): number {
  let exposed = 0;
  for (const version of versions) {
    const attempts = exposure?.byVersion.get(version);
    // A failure whose version is not known may have come from any.
    if (attempts === undefined) return Math.max(count, exposure?.all ?? 0);
    exposed += attempts;
  }
  return Math.max(count, exposed);
}
