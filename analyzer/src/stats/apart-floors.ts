/**
 * Floors that are far enough apart to be asked one by one: of those close together the lowest.
 *
 * V8 was seen to miss garbage of up to a quarter of what was kept. What is missed only adds, so the lowest of several floors
 * lies nearest to the truth, and the surer the more there are.
 */
import type { Collection } from './collection-log.ts';
import type { NoisyPoint } from './line-fit.ts';

/** @returns oldest first */
export function apartFloors(settled: readonly Collection[], now: number): NoisyPoint[] {
  const floors = settled.map(({ at, floorBytes, count }) => ({ at, value: floorBytes, count }));
  while (floors.length > 1) {
    let nearest = 0;
    for (let i = 1; i + 1 < floors.length; i++) if (gapAfter(floors, i) < gapAfter(floors, nearest)) nearest = i;
    if (gapAfter(floors, nearest) >= ONE_FLOOR_SHARE * now && floors.length <= MOST_FLOORS) break;
    const [one, other] = [floors[nearest]!, floors[nearest + 1]!];
    floors.splice(nearest, 2, { ...(one.value <= other.value ? one : other), count: one.count + other.count });
  }
  return floors.map(({ at, value, count }) => ({ at, value, noise: noiseBytes(value, count) }));
}

/** Of the lowest of so many floors. */
export const noiseBytes = (floorBytes: number, count = 1): number => Math.max(256 * 1024, (0.1 * floorBytes) / (count + 1));

const gapAfter = (points: readonly { readonly at: number }[], i: number): number => points[i + 1]!.at - points[i]!.at;

/** Floors nearer to each other than this share of the life are one. */
const ONE_FLOOR_SHARE = 0.05;
const MOST_FLOORS = 10;
