/**
 * How far the true share may lie from the one we saw, without any approximation: "0 of 40 failed" still allows 8.8 %.
 *
 * The interval is exact for one look at a finished export: it contains the true share in at least `level` of all
 * exports, usually more. It is not valid for a screen that looks again with every new line.
 *
 * Source: C. J. Clopper, E. S. Pearson (1934), "The use of confidence or fiducial limits illustrated in the case of the
 * binomial", Biometrika 26 (4), 404–413.
 */
import { binomialAtLeast, binomialAtMost } from './binomial-tails.ts';
import { remembered } from './remembered.ts';

/**
 * @param count  how many showed it
 * @param of     how many could have; with 0 nothing is known, and the bounds say so
 * @param level  probability that the interval holds the truth
 * @returns bounds of the true share, each from 0 to 1
 */
export function clopperPearson(count: number, of: number, level = 0.95): { readonly low: number; readonly high: number } {
  return of > 0 ? bounds(count, of, level) : { low: 0, high: 1 };
}

const bounds = remembered((count, of, level) => {
  const tail = (1 - level) / 2;
  const share = count / of;
  return {
    low: count <= 0 ? 0 : boundary(0, share, (p) => binomialAtLeast(count, of, p) > tail),
    high: count >= of ? 1 : boundary(share, 1, (p) => binomialAtMost(count, of, p) <= tail),
  };
});

/** @returns where `isBeyond` turns true between `low` (false) and `high` (true) */
function boundary(low: number, high: number, isBeyond: (p: number) => boolean): number {
  let [from, to] = [low, high];
  // Relative to whichever end of the scale is near: a share of 0.999999 is as fine a statement as one of 0.000001.
  while (to - from > RELATIVE_WIDTH * Math.min(to, 1 - from)) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) break;
    if (isBeyond(middle)) to = middle;
    else from = middle;
  }
  return (from + to) / 2;
}

/** Ten digits: no one reads more, and the incomplete beta function carries a few more. */
const RELATIVE_WIDTH = 1e-11;
