/**
 * Rare, systemic, dense now, or undetermined: how a failure is spread over requests, never how bad it is.
 *
 * Rare needs a sequence of circumstances; systemic follows from normal operation. Between one in ten and one in 100,000
 * lie four decades, and most verdicts elsewhere are guesses in them. Here a class is only said when bounds that hold at
 * every look exclude the other one; otherwise the answer is what is known and what would decide.
 *
 * - systemic: at least 1 in 100 attempts fails, all along the stream; or 1 in 100 of those under a normal precondition.
 * - rare: fewer than 1 in 10,000 attempts fail; or they fail in episodes of which fewer than 1 in 10,000 attempts begins
 *   one; or only under a precondition that fewer than 1 in 1,000 attempts meet.
 * - dense now: above 1 in 100 in the stretch under way, whether or not it will last.
 */
import { clopperPearson } from '../stats/clopper-pearson.ts';
import { confidenceSequence, type Interval } from '../stats/confidence-sequence.ts';
import { chanceOfSoRegularLives } from '../stats/regular-lives.ts';
import { isUnnoticed, type Outcome, usualOutcome } from '../store/outcomes.ts';
import type { Evidence } from '../store/summary.ts';
import { withinExistence } from './existing-versions.ts';
import type { FailureHistory } from './failure-history.ts';
import { type FailurePattern, patternOf } from './failure-pattern.ts';
import { mayHideNormalCondition, minePrecondition, type Precondition } from './preconditions.ts';
import { ATTEMPTS, LEAST_SPAN_MS, RARE_SHARE, SYSTEMIC_SHARE } from './rarity-bounds.ts';
import type { Decided, Episodes, Grounds } from './rarity-grounds.ts';
import { type Missing, whatWouldDecide } from './rarity-missing.ts';
import { falsifiersOf, whyOf } from './rarity-words.ts';
import { type Spread, spreadOf } from './spread.ts';

export type RarityVerdict =
  | (RarityFacts & { readonly kind: 'rare'; readonly by: 'density' | 'episodes' | 'precondition'; readonly watch: boolean })
  | (RarityFacts & { readonly kind: 'systemic'; readonly by: 'density' | 'precondition' })
  | (RarityFacts & { readonly kind: 'dense-now'; readonly sinceMs: number; readonly missing: Missing })
  | (RarityFacts & { readonly kind: 'undetermined'; readonly missing: Missing });

export interface RarityFacts {
  /** Bounds of the share of exposed attempts that fail; 0 to 1 where nothing tells how many were exposed. */
  readonly share: Interval;
  /** After the first sight, in the versions that have the failure. */
  readonly exposed: number;
  readonly failures: number;
  readonly spread: Spread;
  readonly episodes: Episodes;
  readonly pattern: FailurePattern;
  readonly precondition: Precondition | undefined;
  /** Fails densely at this moment, whatever the class. */
  readonly isDenseNow: boolean;
  readonly outcome: Outcome | undefined;
  /** Versions that are free of it, and not counted. */
  readonly freeVersions: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly why: string;
  /** What would make us take the verdict back. */
  readonly falsifiers: readonly string[];
}

export interface RarityOptions {
  /** `once` for a finished export, `again` (the default) for a screen or a report that is made again and again. */
  readonly look?: 'once' | 'again';
  /** A drill chose its attempts and its load: neither their number nor their span has to show that they are normal. */
  readonly isDrill?: boolean;
}

export function classifyRarity(seen: FailureHistory, options: RarityOptions = {}): RarityVerdict {
  const { history, freeVersions } = withinExistence(seen);
  const interval = options.look === 'once' ? clopperPearson : confidenceSequence;
  const { exposed, failures } = history.total;
  const isCounted = exposed >= 0;
  const share = isCounted ? interval(failures, Math.round(exposed)) : { low: 0, high: 1 };
  const spread = spreadOf(history.blocks);
  const precondition = isCounted ? minePrecondition(history, interval) : undefined;
  const episodes = {
    count: history.furtherEpisodes + 1,
    perAttempt: isCounted ? interval(history.furtherEpisodes, Math.round(exposed)) : { low: 0, high: 1 },
  };
  const grounds: Grounds = {
    history,
    exposed,
    failures,
    share,
    spread,
    episodes,
    precondition,
    pattern: patternOf(history, spread, precondition),
  };
  const decided = isCounted ? decide(grounds, options.isDrill === true) : undefined;
  const facts = {
    share,
    exposed: isCounted ? exposed : 0,
    failures,
    spread,
    episodes,
    pattern: grounds.pattern,
    precondition,
    isDenseNow: history.denseSinceMs !== undefined,
    outcome: usualOutcome(history.outcomes),
    freeVersions,
    evidence: history.evidence,
    why: whyOf(grounds, decided),
    falsifiers: falsifiersOf(grounds, decided),
  };
  if (decided?.kind === 'systemic') return { ...facts, ...decided };
  if (decided?.kind === 'rare') return { ...facts, ...decided, watch: isUnnoticed(history.outcomes) };
  const missing = whatWouldDecide(grounds, isCounted, interval);
  if (decided?.kind === 'dense-now') return { ...facts, ...decided, missing };
  return { ...facts, kind: 'undetermined', missing };
}

function decide(grounds: Grounds, isDrill: boolean): Decided | undefined {
  const { history, share, spread, episodes, precondition, failures } = grounds;
  const isLong = isDrill || hasLastedLong(grounds);
  if (isLong && precondition?.standing === 'normal' && precondition.rate.low >= SYSTEMIC_SHARE)
    return { kind: 'systemic', by: 'precondition' };
  if (isLong && share.low >= SYSTEMIC_SHARE && spread.low >= LEAST_SPREAD) return { kind: 'systemic', by: 'density' };
  const mayBeRare = precondition?.standing !== 'normal' && !mayTurnOutNormal(precondition) && grounds.pattern.kind !== 'growing';
  if (mayBeRare && share.high < RARE_SHARE && !mayHideNormalCondition(history, SYSTEMIC_SHARE)) return { kind: 'rare', by: 'density' };
  if (mayBeRare && areFewEpisodes(grounds)) return { kind: 'rare', by: 'episodes' };
  if (precondition?.standing === 'exceptional' && share.high < 1e-3 && episodes.perAttempt.high < 1e-3 && failures > 0)
    return { kind: 'rare', by: 'precondition' };
  return history.denseSinceMs === undefined ? undefined : { kind: 'dense-now', sinceMs: history.denseSinceMs };
}

/** A precondition that may turn out to be normal, and fails often where it holds: no rarity before that is settled. */
function mayTurnOutNormal(precondition: Precondition | undefined): boolean {
  if (precondition?.standing !== 'unproven' || (precondition.nature !== 'mechanism' && precondition.nature !== 'context')) return false;
  return precondition.rate.high >= SYSTEMIC_SHARE && precondition.shareOfAttempts >= 1e-3;
}

/** Long enough to be how things are. What broke into a clean run has to outlast an outage first. */
function hasLastedLong({ history, exposed, share }: Grounds): boolean {
  if (history.untilMs - history.firstMs < LEAST_SPAN_MS) return false;
  const brokeIn = history.exposedBefore * Math.log1p(-Math.min(0.5, Math.max(share.low, 1e-12))) < Math.log(CHANCE_OF_CLEAN_RUN);
  return exposed >= (brokeIn ? ATTEMPTS_AFTER_CLEAN_RUN : ATTEMPTS);
}

function areFewEpisodes({ history, failures, spread, episodes }: Grounds): boolean {
  if (episodes.perAttempt.high >= RARE_SHARE || failures < 6 || episodes.count - 1 > failures / 5) return false;
  // An outage at nine may be what the load of nine does: it has to stay away at the same hour of the next two days.
  if (history.untilMs - history.firstMs < TWO_DAYS_MS) return false;
  if (spread.windows < 10 || spread.high >= MOST_SPREAD_OF_EPISODES) return false;
  return !comeRegularly(history.onsetsMs);
}

/** What comes back like clockwork has a reason in normal operation, whether or not an attribute names it. */
function comeRegularly(onsetsMs: readonly number[]): boolean {
  const gaps = onsetsMs.slice(1).map((onset, i) => onset - onsetsMs[i]!);
  return gaps.length >= 3 && gaps.every((gap) => gap > 0) && chanceOfSoRegularLives(gaps) <= 0.001;
}

/** Bursts of the lab last up to 5,000 attempts: at this length none of the rare ones is called systemic in even traffic. */
const ATTEMPTS_AFTER_CLEAN_RUN = 10_000;
const CHANCE_OF_CLEAN_RUN = 1e-6;
const TWO_DAYS_MS = 50 * 3_600_000;
const LEAST_SPREAD = 0.5;
const MOST_SPREAD_OF_EPISODES = 0.2;
