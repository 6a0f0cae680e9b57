/** How failures lie in the stream, in one word that a person can act on: look for a counter, for an outage, for a leak. */
import { binomialAtLeast } from '../stats/binomial-tails.ts';
import type { FailureHistory } from './failure-history.ts';
import type { Precondition } from './preconditions.ts';
import type { Spread } from './spread.ts';

export type FailurePattern =
  | { readonly kind: 'every-nth'; readonly period: number; readonly shareOfFailures: number }
  | { readonly kind: 'precondition'; readonly condition: string }
  | { readonly kind: 'bursty'; readonly failuresPerEpisode: number; readonly gapVariation: number }
  | { readonly kind: 'growing'; readonly times: number }
  | { readonly kind: 'sporadic' }
  | { readonly kind: 'too-few' };

export function patternOf(history: FailureHistory, spread: Spread, precondition: Precondition | undefined): FailurePattern {
  const { everyNth, gapVariation, total, furtherEpisodes } = history;
  if (everyNth !== undefined) return { kind: 'every-nth', period: everyNth.period, shareOfFailures: everyNth.share };
  if (precondition !== undefined && precondition.nature !== 'symptom')
    return { kind: 'precondition', condition: `${precondition.attribute} = ${precondition.value}` };
  if (total.failures < FEWEST) return { kind: 'too-few' };
  const failuresPerEpisode = (total.failures + 1) / (furtherEpisodes + 1);
  const isUneven = spread.windows >= 5 && spread.high < UNEVEN;
  if (gapVariation > BURSTY_VARIATION || (isUneven && failuresPerEpisode >= 5)) return { kind: 'bursty', failuresPerEpisode, gapVariation };
  const times = growthOf(history);
  return times === undefined ? { kind: 'sporadic' } : { kind: 'growing', times };
}

/** @returns how many times denser the second half of the attempts fails than the first; undefined where chance may do it */
function growthOf({ blocks }: FailureHistory): number | undefined {
  const middle = blocks.length >> 1;
  const sum = (from: number, to: number, key: 'exposed' | 'failures') =>
    blocks.slice(from, to).reduce((total, block) => total + block[key], 0);
  const [early, late] = [sum(0, middle, 'failures'), sum(middle, blocks.length, 'failures')];
  const [earlyExposed, lateExposed] = [sum(0, middle, 'exposed'), sum(middle, blocks.length, 'exposed')];
  if (early + late < FEWEST_TO_GROW || earlyExposed === 0) return undefined;
  const times = late / lateExposed / (Math.max(early, 0.5) / earlyExposed);
  const chance = binomialAtLeast(late, early + late, lateExposed / (earlyExposed + lateExposed));
  return times >= 2 && chance <= 0.001 ? times : undefined;
}

const FEWEST = 6;
const FEWEST_TO_GROW = 12;
/** Spread over mean of the gaps: 1 by chance. */
const BURSTY_VARIATION = 3;
const UNEVEN = 0.7;
