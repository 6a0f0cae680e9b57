/**
 * A recipe that provokes a failure mode, with attempts that mean something.
 *
 * "Not reproduced in three attempts" says nothing of three single requests: at a rate of one in ten they miss it three
 * times out of four. An attempt is therefore as many requests, under the precondition, as would show the mode in 19 of
 * 20 cases; three such attempts in vain happen by chance once in 8,000.
 */
import type { FailureMode } from './failure-mode.ts';
import { whole } from './rarity-words.ts';

export interface Recipe {
  readonly modeId: string;
  readonly precondition: string;
  readonly fault: string;
  readonly payload: string;
  readonly concurrency: number;
  readonly warmUp: string | undefined;
  readonly from: 'inside' | 'outside';
  /** The rate that the attempts are sized for, and where it comes from. */
  readonly conditionalRate: number;
  readonly rateFrom: 'measured' | 'catalogue';
  readonly requestsPerAttempt: number;
  readonly attempts: number;
  /** Of missing it in all attempts although it is there. */
  readonly chanceOfMissing: number;
  readonly steps: readonly string[];
}

/**
 * @param measuredRate  failures over requests under the precondition, 0 to 1; where known, its lower bound
 * @param precondition  as mined from the failures; the catalogue's own where none was found
 */
export function recipeFor(mode: FailureMode, measuredRate?: number, precondition?: string): Recipe {
  const isMeasured = measuredRate !== undefined && measuredRate > 0;
  const conditionalRate = isMeasured ? Math.min(1, measuredRate) : mode.drill.expectedShare;
  const requestsPerAttempt = requestsToShow(conditionalRate);
  const { drill } = mode;
  const condition = precondition ?? drill.precondition;
  return {
    modeId: mode.id,
    precondition: condition,
    fault: drill.fault,
    payload: drill.payload,
    concurrency: drill.concurrency,
    warmUp: drill.warmUp,
    from: drill.from,
    conditionalRate,
    rateFrom: isMeasured ? 'measured' : 'catalogue',
    requestsPerAttempt,
    attempts: ATTEMPTS,
    chanceOfMissing: (1 - conditionalRate) ** (requestsPerAttempt * ATTEMPTS),
    steps: [
      ...(drill.warmUp === undefined ? [] : [`Warm up: ${drill.warmUp}.`]),
      `Make it so that ${condition}${drill.from === 'outside' ? ' (this cannot be done inside the process)' : ''}: ${drill.fault}.`,
      `Send ${requestWords(requestsPerAttempt)}, ${whole(drill.concurrency)} at a time, payload ${drill.payload}.`,
      AFTERWARDS,
    ],
  };
}

export interface FailureRecipe {
  readonly conditionalRate: number;
  readonly requestsPerAttempt: number;
  readonly attempts: number;
  /** Of missing it in all attempts although it is there. */
  readonly chanceOfMissing: number;
  readonly steps: readonly string[];
}

/**
 * For a failure that no mode of the catalogue explains: the requests themselves, under what its attempts share.
 *
 * @param rate   lower bound of the share that fails under the precondition; undefined where none is shown
 * @param under  `cold start = yes`; undefined where nothing is shared
 */
export function recipeOfFailure(rate: number | undefined, under: string | undefined): FailureRecipe {
  const isMeasured = rate !== undefined && rate > 0;
  const conditionalRate = isMeasured ? Math.min(1, rate) : UNKNOWN_RATE;
  const requestsPerAttempt = requestsToShow(conditionalRate);
  const sized = isMeasured ? 'sized for the lowest rate that fits what was seen' : 'no rate is shown yet: sized for 1 in 100';
  return {
    conditionalRate,
    requestsPerAttempt,
    attempts: ATTEMPTS,
    chanceOfMissing: (1 - conditionalRate) ** (requestsPerAttempt * ATTEMPTS),
    steps: [
      under === undefined ? 'Send requests like those that failed: no condition is known that they share.' : `Make it so that ${under}.`,
      `Send ${requestWords(requestsPerAttempt)} (${sized}).`,
      AFTERWARDS,
    ],
  };
}

function requestWords(count: number): string {
  return `${whole(count)} ${count === 1 ? 'request' : 'requests'}`;
}

/** The rate from which on a failure would be called systemic. */
const UNKNOWN_RATE = 1e-2;

/**
 * @param rate  chance that one request shows it, above 0
 * @returns requests after which it was seen at least once with 95 %
 */
export function requestsToShow(rate: number): number {
  if (rate >= 1) return 1;
  return Math.ceil(Math.log(MISSED_BY_CHANCE) / Math.log1p(-rate));
}

const MISSED_BY_CHANCE = 0.05;
const ATTEMPTS = 3;
const AFTERWARDS = `Seen once: provoked. Not seen: repeat, ${ATTEMPTS} attempts in all. In vain: not isolated; another precondition is missing.`;
