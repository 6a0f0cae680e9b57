/**
 * Whether what failed sits where it should not by chance: in one sandbox, past some age, after some hour.
 *
 * Given how many failed in all, each should fall into a part with the probability of the part's exposure. The part with
 * the most improbable count is named, its p multiplied by the number of parts looked at, so that looking at many is paid
 * for. Exact for every single part, and too careful rather than too bold for all of them.
 *
 * Source: the binomial test, W. J. Conover, "Practical Nonparametric Statistics", 3rd edition (1999), section 3.1, with
 * C. E. Bonferroni's inequality.
 */
import { binomialAtLeast } from './binomial-tails.ts';

export interface Part {
  readonly name: string;
  readonly count: number;
  readonly of: number;
}

export interface Concentration {
  readonly part: Part;
  /** Of all that failed, in this part; and of all that could have. */
  readonly countShare: number;
  readonly exposureShare: number;
  readonly p: number;
}

/**
 * @param parts  may overlap (`after 14:00` and `after 15:00`)
 * @param whole  all that failed, of all that could have
 * @returns undefined where there is nothing to divide
 */
export function concentrationOf(parts: readonly Part[], whole: { readonly count: number; readonly of: number }): Concentration | undefined {
  // A part that is the whole has nothing beside it to differ from.
  const told = parts.filter((part) => part.of > 0 && part.of < whole.of);
  if (told.length === 0 || whole.count === 0) return undefined;
  const judged = told.map((part) => ({ part, p: binomialAtLeast(part.count, whole.count, part.of / whole.of) }));
  const { part, p } = judged.reduce((a, b) => (b.p < a.p ? b : a));
  return {
    part,
    countShare: part.count / whole.count,
    exposureShare: part.of / whole.of,
    p: Math.min(1, p * told.length),
  };
}
