/**
 * What has to hold for the failure to happen: the values that its attempts share and the others do not.
 *
 * Two dozen attributes with their values are hundreds of chances to find something by accident, so the share of
 * accidents among those kept is bounded (Benjamini, Hochberg). Of those, the one that sorts failures from attempts best is
 * named; whatever the counts cannot tell apart from it is named beside it, never hidden.
 */
import { benjaminiHochberg } from '../stats/benjamini-hochberg.ts';
import { binomialAtLeast } from '../stats/binomial-tails.ts';
import { clopperPearson } from '../stats/clopper-pearson.ts';
import { confidenceSequence, type Interval } from '../stats/confidence-sequence.ts';
import type { AttributeRule } from '../store/attempt-attribute.ts';
import type { AttributeHistory, FailureHistory } from './failure-history.ts';
import { spreadOf } from './spread.ts';

export interface Precondition {
  readonly attribute: string;
  readonly value: string;
  readonly nature: AttributeRule['nature'];
  /** Of the failures that told it, the share under it; and of all attempts. */
  readonly coverage: number;
  readonly shareOfAttempts: number;
  /** How many times more frequent among failures than among attempts. */
  readonly lift: number;
  /** Bounds of the share of attempts under it that fail. */
  readonly rate: Interval;
  readonly exposed: number;
  readonly failures: number;
  /** Other values of which the counts cannot tell whether they are the reason instead. */
  readonly cannotBeSeparatedFrom: readonly string[];
  /**
   * - `normal`: normal operation brings it about, and it failed whenever it did.
   * - `exceptional`: fewer than 1 in 1,000 attempts meet it.
   * - `unproven`: neither is shown, or it may not ground a verdict (a place, a symptom, an hour that came once).
   */
  readonly standing: 'normal' | 'exceptional' | 'unproven';
}

/** @param interval  bounds of a share, for one look or for many */
export function minePrecondition(
  history: FailureHistory,
  interval: (count: number, of: number) => Interval = confidenceSequence,
): Precondition | undefined {
  if (history.total.failures < FEWEST_FAILURES) return undefined;
  const candidates = history.attributes.filter(isWorthATest).map((attribute) => ({ attribute, ...weigh(attribute) }));
  const untried = Math.max(0, history.valuesTried - candidates.length);
  const kept = benjaminiHochberg([...candidates.map(({ chance }) => chance), ...new Array<number>(untried).fill(1)], FALSE_SHARE);
  const sharing = candidates
    .filter(({ attribute, coverage, lift }, i) => kept[i] && lift >= LEAST_LIFT && covers(attribute) && coverage > 0)
    .sort((a, b) => b.gain - a.gain);
  // A symptom sorts well, being part of the failure. It is named only where nothing else explains it.
  const best = sharing.find(({ attribute }) => attribute.rule.nature !== 'symptom') ?? sharing[0];
  if (best === undefined) return undefined;
  const rivals = sharing.filter((other) => other !== best && isAsGood(other.attribute, best.attribute));
  return describe(
    history,
    best.attribute,
    rivals.map(({ attribute }) => attribute),
    interval,
  );
}

/**
 * Might all of it happen under a normal condition of which too few attempts were seen? A thousand cold starts a year are
 * few, and a failure on each of them is systemic. So before a failure is called rare, each value that all its failures
 * share has to be shown to fail in fewer than 1 in 100 attempts.
 */
export function mayHideNormalCondition(
  history: FailureHistory,
  failsSeldom: number,
  interval: (count: number, of: number) => Interval = confidenceSequence,
): boolean {
  return history.attributes.some(({ rule, within, told, fitsFirst }) => {
    if (!fitsFirst || within.failures < told.failures || (rule.nature !== 'context' && rule.nature !== 'mechanism')) return false;
    const share = within.exposed / told.exposed;
    if (rule.nature === 'context' && share < EXCEPTIONAL_SHARE) return false;
    return interval(within.failures, Math.round(within.exposed)).high >= failsSeldom;
  });
}

function isWorthATest({ within, told }: AttributeHistory): boolean {
  return within.failures > 0 && told.failures >= FEWEST_FAILURES && told.exposed > 0;
}

function weigh({ within, told }: AttributeHistory): { chance: number; coverage: number; lift: number; gain: number } {
  const coverage = within.failures / told.failures;
  const share = Math.min(1, within.exposed / told.exposed);
  const lift = coverage / share;
  return {
    chance: lift < LEAST_LIFT ? 1 : binomialAtLeast(within.failures, told.failures, share),
    coverage,
    lift,
    gain: divergence(coverage, share),
  };
}

/** Kullback and Leibler's divergence of the failures' share from the attempts': how far the value sorts them apart. */
function divergence(coverage: number, share: number): number {
  if (coverage <= share || share <= 0) return 0;
  return coverage * Math.log(coverage / share) + (coverage < 1 ? (1 - coverage) * Math.log((1 - coverage) / (1 - share)) : 0);
}

function covers({ within, told }: AttributeHistory): boolean {
  if (told.failures < ENOUGH_FOR_A_BOUND) return within.failures === told.failures;
  return clopperPearson(within.failures, told.failures).low >= LEAST_COVERAGE;
}

/** The failures outside of the rival are too few to rule it out. */
function isAsGood(rival: AttributeHistory, best: AttributeHistory): boolean {
  const missed = rival.told.failures - rival.within.failures;
  const missedByBest = best.told.failures - best.within.failures;
  return missed - missedByBest <= MOST_MISSED;
}

function describe(
  history: FailureHistory,
  attribute: AttributeHistory,
  rivals: readonly AttributeHistory[],
  interval: (count: number, of: number) => Interval,
): Precondition {
  const { rule, value, within, told } = attribute;
  const standing = standingOf(attribute, history);
  return {
    attribute: rule.name,
    value,
    nature: rule.nature,
    coverage: within.failures / told.failures,
    shareOfAttempts: within.exposed / told.exposed,
    lift: weigh(attribute).lift,
    rate: interval(within.failures, within.exposed),
    exposed: within.exposed,
    failures: within.failures,
    cannotBeSeparatedFrom: rivals.map((rival) => `${rival.rule.name} = ${rival.value}`),
    // Where a rival would lead to the other class, neither class is shown.
    standing: rivals.some((rival) => isOpposite(standing, standingOf(rival, history))) ? 'unproven' : standing,
  };
}

function standingOf(attribute: AttributeHistory, history: FailureHistory): Precondition['standing'] {
  const { rule, within, told } = attribute;
  if (rule.nature === 'place' || rule.nature === 'symptom' || rule.nature === 'version') return 'unproven';
  const share = clopperPearson(Math.round(within.exposed), Math.round(told.exposed));
  if (rule.nature === 'context' && share.high < EXCEPTIONAL_SHARE) return 'exceptional';
  if (rule.nature === 'context' && share.low < EXCEPTIONAL_SHARE) return 'unproven';
  return holdsEachTime(attribute, history) ? 'normal' : 'unproven';
}

function isOpposite(a: Precondition['standing'], b: Precondition['standing']): boolean {
  return (a === 'normal' && b === 'exceptional') || (a === 'exceptional' && b === 'normal');
}

/** An outage fails under every condition that happened to hold meanwhile; a condition that is the reason fails again. */
function holdsEachTime({ rule, blocks, within }: AttributeHistory, history: FailureHistory): boolean {
  const pieces = blocks();
  // Too few for windows: then each failure, or every other one, has to be an episode of its own.
  const areApart = history.furtherEpisodes + 1 >= Math.max(FEWEST_EPISODES, within.failures / 2);
  if (!areApart && spreadOf(pieces).low < LEAST_SPREAD) return false;
  if (rule.periodMs === undefined) return true;
  const failed = pieces.filter(({ failures }) => failures > 0);
  return failed.at(-1)!.atMs - failed[0]!.atMs >= (OCCURRENCES - 1) * rule.periodMs;
}

const FEWEST_FAILURES = 6;
const FALSE_SHARE = 0.01;
const LEAST_LIFT = 3;
/** Below it a bound of the coverage says nothing, and every failure has to be under the value. */
const ENOUGH_FOR_A_BOUND = 30;
const LEAST_COVERAGE = 0.8;
const EXCEPTIONAL_SHARE = 1e-3;
const LEAST_SPREAD = 0.5;
const FEWEST_EPISODES = 5;
const OCCURRENCES = 3;
/** Failures that miss a rival though they meet the best value: one or two may be other failures with the same words. */
const MOST_MISSED = 1;
