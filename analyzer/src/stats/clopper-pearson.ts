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
    low: count <= 0 ? 0 : boundary({ low: 0, high: share }, guess(count, of, -1), tail, (p) => binomialAtLeast(count, of, p), true),
    high: count >= of ? 1 : boundary({ low: share, high: 1 }, guess(count, of, 1), tail, (p) => binomialAtMost(count, of, p), false),
  };
});

interface Span {
  readonly low: number;
  readonly high: number;
}

/**
 * Halves the span until ten digits are known. What a half decides far from the boundary is known before it is reckoned: a few
 * steps that converge fast enclose the boundary, and only between their ends the tail itself has to be asked.
 *
 * @param tailAt  the tail's probability, which rises with the share or falls
 * @returns where the tail at a share passes `tail`
 */
function boundary(within: Span, guessed: number, tail: number, tailAt: (p: number) => number, rises: boolean): number {
  const isBeyond = rises ? (p: number) => tailAt(p) > tail : (p: number) => tailAt(p) <= tail;
  const near = enclosure(within, guessed, tail, tailAt);
  // Were the ends not on both sides of it, every half would be asked for.
  const known = near !== undefined && !isBeyond(near.low) && isBeyond(near.high) ? near : { low: -1, high: 2 };
  let { low: from, high: to } = within;
  // Relative to whichever end of the scale is near: a share of 0.999999 is as fine a statement as one of 0.000001.
  while (to - from > RELATIVE_WIDTH * Math.min(to, 1 - from)) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) break;
    if (middle >= known.high || (middle > known.low && isBeyond(middle))) to = middle;
    else from = middle;
  }
  return (from + to) / 2;
}

/** Secant steps along the logarithms, on which both tails are nearly straight. */
function enclosure({ low, high }: Span, guessed: number, tail: number, tailAt: (p: number) => number): Span | undefined {
  const apart = (logit: number): number => Math.log(tailAt(shareAt(logit)) / tail);
  let before = Math.log(guessed / (1 - guessed));
  let wasApart = apart(before);
  let at = before + FIRST_STEP;
  for (let step = 0; step < MOST_STEPS; step++) {
    const isApart = apart(at);
    const next = at - (isApart * (at - before)) / (isApart - wasApart);
    if (!Number.isFinite(next)) return undefined;
    const isClose = Math.abs(next - at) < ENCLOSED / 10;
    [before, wasApart, at] = [at, isApart, next];
    if (isClose) break;
  }
  const found = { low: shareAt(at - ENCLOSED), high: shareAt(at + ENCLOSED) };
  return found.low > low && found.high < high ? found : undefined;
}

/** The bound by E. B. Wilson's approximation (1927), a little wide. @param side  -1: the lower, 1: the upper */
function guess(count: number, of: number, side: number): number {
  const reach = GUESSED_Z * Math.sqrt(count * (1 - count / of) + GUESSED_Z ** 2 / 4);
  return (count + GUESSED_Z ** 2 / 2 + side * reach) / (of + GUESSED_Z ** 2);
}

function shareAt(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Ten digits: no one reads more, and the incomplete beta function carries a few more. */
const RELATIVE_WIDTH = 1e-11;
/** Hundred times as wide: far outside the noise of a tail's last digits, of which no half may depend. */
const ENCLOSED = 1e-9;
const FIRST_STEP = 0.01;
const MOST_STEPS = 12;
const GUESSED_Z = 2;
