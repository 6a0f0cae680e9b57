/**
 * What would decide between rare and systemic: so many more attempts, so much more time, or a drill of a stated size.
 *
 * "Undetermined" alone is no answer. A function with 200 requests a day cannot be told rare for months; whoever reads
 * this should learn that, and the drill that settles it this afternoon.
 */
import type { Interval } from '../stats/confidence-sequence.ts';
import { ATTEMPTS, LEAST_SPAN_MS, RARE_SHARE, SYSTEMIC_SHARE } from './rarity-bounds.ts';
import type { Grounds } from './rarity-grounds.ts';
import { percent, whole } from './rarity-words.ts';
import { requestsToShow } from './reproduce.ts';

export interface Missing {
  /** In one clause: "31,400 more attempts without the failure, or one drill of 299 under cold start = yes". */
  readonly text: string;
  /** Further attempts without the failure after which it is rare; undefined where it is seen too often for that. */
  readonly attemptsToRare: number | undefined;
  /** Further attempts after which it is systemic if it goes on as it does; undefined where it fails too seldom. */
  readonly attemptsToSystemic: number | undefined;
  /** Minutes that an episode would have to outlast. */
  readonly minutesToSystemic: number | undefined;
  /** Attempts that show or rule out a rate of 1 in 100 in a drill: three drills of this size, under this condition. */
  readonly drill: { readonly attempts: number; readonly requestsPerAttempt: number; readonly under: string | undefined };
}

export function whatWouldDecide(grounds: Grounds, isCounted: boolean, interval: (count: number, of: number) => Interval): Missing {
  const { precondition, failures, exposed, history } = grounds;
  const under = precondition === undefined ? undefined : `${precondition.attribute} = ${precondition.value}`;
  // A rate that is not known yet is sized for the one that would make it systemic.
  const rate = precondition !== undefined && precondition.rate.low > SYSTEMIC_SHARE ? precondition.rate.low : SYSTEMIC_SHARE;
  const drill = { attempts: DRILLS, requestsPerAttempt: requestsToShow(rate), under };
  const inDrill = `${DRILLS} drills of ${whole(drill.requestsPerAttempt)} requests${under === undefined ? '' : ` under ${under}`}`;
  if (!isCounted) {
    const text = `no count of the attempts that could have failed; with one, or with ${inDrill}, it can be told`;
    return { text, attemptsToRare: undefined, attemptsToSystemic: undefined, minutesToSystemic: undefined, drill };
  }
  const attemptsToRare = toRare(failures, exposed, interval);
  const attemptsToSystemic = toSystemic(failures, exposed, interval);
  const minutesLeft = Math.ceil((LEAST_SPAN_MS - (history.untilMs - history.firstMs)) / 60_000);
  const minutesToSystemic = attemptsToSystemic !== undefined && minutesLeft > 0 ? minutesLeft : undefined;
  const ways: string[] = [];
  if (attemptsToSystemic === 0 && minutesToSystemic !== undefined) {
    ways.push(`${minutesToSystemic} more ${minutesToSystemic === 1 ? 'minute' : 'minutes'} of failing like this (systemic)`);
  } else if (attemptsToSystemic !== undefined && attemptsToSystemic > 0) {
    const time = minutesToSystemic === undefined ? '' : ` over ${minutesToSystemic} more minutes`;
    ways.push(`${whole(attemptsToSystemic)} more attempts${time} that go on failing like this (systemic)`);
  }
  if (attemptsToRare !== undefined) ways.push(`${whole(attemptsToRare)} more without it (rare)`);
  ways.push(inDrill);
  return { text: `${betweenClasses(grounds)}${ways.join(', or ')}`, attemptsToRare, attemptsToSystemic, minutesToSystemic, drill };
}

/** Where both bounds lie between the classes, no number of further attempts will change it. */
function betweenClasses({ share }: Grounds): string {
  if (share.low <= RARE_SHARE || share.high >= SYSTEMIC_SHARE) return '';
  return `it lies between the classes (${percent(share.low)} to ${percent(share.high)}); only what triggers it can tell: `;
}

type Bounds = (count: number, of: number) => Interval;

/** How many attempts in all so many failures take depends on nothing else, and a flood of texts asks it hundreds of times. */
const RARE_FROM = new Map<Bounds, Map<number, number | undefined>>();

function toRare(failures: number, exposed: number, interval: Bounds): number | undefined {
  let known = RARE_FROM.get(interval);
  if (known === undefined) {
    known = new Map();
    RARE_FROM.set(interval, known);
  }
  if (!known.has(failures)) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(
      failures,
      fewest((attempts) => attempts >= failures && interval(failures, Math.round(attempts)).high < RARE_SHARE),
    );
  }
  const attempts = known.get(failures);
  return attempts === undefined ? undefined : Math.max(0, Math.ceil(attempts - exposed));
}

function toSystemic(failures: number, exposed: number, interval: (count: number, of: number) => Interval): number | undefined {
  if (failures === 0) return undefined;
  const share = failures / exposed;
  const isSystemic = (more: number) =>
    exposed + more >= ATTEMPTS && interval(Math.round(share * (exposed + more)), Math.round(exposed + more)).low >= SYSTEMIC_SHARE;
  return share <= SYSTEMIC_SHARE ? undefined : fewest(isSystemic);
}

/** @returns the fewest further attempts that do, to within a hundredth; undefined where ten million would not */
function fewest(does: (more: number) => boolean): number | undefined {
  if (does(0)) return 0;
  let [short, enough] = [0, 128];
  while (!does(enough)) {
    short = enough;
    enough *= 2;
    if (enough > MOST_ATTEMPTS) return undefined;
  }
  while (enough - short > Math.max(1, enough / 100)) {
    const middle = Math.round((short + enough) / 2);
    if (does(middle)) enough = middle;
    else short = middle;
  }
  return enough;
}

const MOST_KNOWN = 1_000;
const MOST_ATTEMPTS = 10_000_000;
/** Three sized drills in vain happen by chance once in 8,000: then "not isolated" is said with reason. */
const DRILLS = 3;
