/**
 * Does every fifth request fail, rather than one in five? A counter, a shard or a connection of a pool says so.
 *
 * For each m from 2 to 20 the failures are sorted by their request's number modulo m; if the number had nothing to do
 * with it, all remainders would fill alike. Of the periods that chance does not explain, the longest wins that explains as
 * much as the best: what fails every tenth time also fills one remainder of 5 and of 2, but two of 20.
 *
 * Source: K. Pearson (1900), Philosophical Magazine 50, 157-175 (goodness of fit); C. E. Bonferroni's correction for the
 * nineteen periods that are tried.
 */
import { chiSquareAtLeast } from './chi-square-tail.ts';

export interface EveryNth {
  readonly period: number;
  /** Which request of the period fails most, from 0. */
  readonly remainder: number;
  /** Of the failures, the share that falls on it. */
  readonly share: number;
  /** Probability of remainders at least so uneven by chance, corrected for the periods tried. */
  readonly chance: number;
}

/** Counts by remainder for every period at once: 209 numbers, however long the stream. */
export class RemainderCounts {
  readonly counts: number[] = new Array<number>(FIRST_OF.at(-1)!).fill(0);
  total = 0;

  /** @param index  the request's number in its stream */
  add(index: number): void {
    this.total++;
    for (let period = SHORTEST; period <= LONGEST; period++) this.counts[FIRST_OF[period - SHORTEST]! + (index % period)]!++;
  }

  remainders(period: number): readonly number[] {
    return this.counts.slice(FIRST_OF[period - SHORTEST]!, FIRST_OF[period - SHORTEST]! + period);
  }
}

export function everyNth(counts: RemainderCounts): EveryNth | undefined {
  if (counts.total < FEWEST) return undefined;
  const found: EveryNth[] = [];
  for (let period = SHORTEST; period <= LONGEST; period++) {
    const remainders = counts.remainders(period);
    const expected = counts.total / period;
    const deviation = remainders.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const chance = Math.min(1, (LONGEST - SHORTEST + 1) * chiSquareAtLeast(deviation, period - 1));
    const most = Math.max(...remainders);
    if (chance <= LARGEST_CHANCE && most / counts.total >= LEAST_SHARE)
      found.push({ period, remainder: remainders.indexOf(most), share: most / counts.total, chance });
  }
  const best = Math.max(...found.map(({ share }) => share));
  return found.findLast(({ share }) => share >= best * ALIKE);
}

const SHORTEST = 2;
const LONGEST = 20;
/** Fewer failures than these fill no remainders. */
const FEWEST = 12;
const LARGEST_CHANCE = 0.001;
/** Some requests of the period may fail for other reasons; most should not. */
const LEAST_SHARE = 0.5;
const ALIKE = 0.9;
const FIRST_OF = Array.from({ length: LONGEST - SHORTEST + 2 }, (_, i) => (i * (i + 2 * SHORTEST - 1)) / 2);
