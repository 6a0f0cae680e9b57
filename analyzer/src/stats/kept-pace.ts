/**
 * Does a heap climb late in its life as it did early?
 *
 * What an invocation keeps and what it leaves to the next full collection climb alike between collections. A cache that is
 * full, or a process that has warmed up, climbs more slowly than before; a leak does not.
 */
import type { BlockMinima } from './block-minima.ts';
import { median } from './median.ts';

/** @returns the usual climb late over the usual climb early; 0 where there was none early, or too few low points tell */
export function keptPace(lows: BlockMinima, now: number): number {
  const points = lows.points(Number.NEGATIVE_INFINITY, now);
  const climbs = (from: number, until: number): number => {
    const paces: number[] = [];
    for (let i = 1; i < points.length; i++) {
      const [before, point] = [points[i - 1]!, points[i]!];
      if (point.at > from && point.at <= until) paces.push((point.value - before.value) / (point.at - before.at));
    }
    // Collections fall between some low points; the middle of the rest is the climb.
    return paces.length === 0 ? 0 : median(paces);
  };
  const early = climbs(EARLY_FROM_SHARE * now, EARLY_UNTIL_SHARE * now);
  return early > 0 ? climbs(LATE_FROM_SHARE * now, now) / early : 0;
}

const EARLY_FROM_SHARE = 0.05;
const EARLY_UNTIL_SHARE = 0.4;
const LATE_FROM_SHARE = 0.6;
