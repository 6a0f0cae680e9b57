/**
 * Rare, systemic, dense now or undetermined, for one failure of one function: the counts of the summary, judged.
 *
 * How bad the failure is takes no part in it, and neither does how it ended. Where the input cannot tell, the verdict says
 * what would: so many more attempts, so many minutes, or a drill of a stated size.
 */
import { classifyRarity, type FailureTimeline, historyOfTimeline, type RarityVerdict, requestsToShow } from '../failures/index.ts';
import { ATTEMPT_RULES } from '../store/attempt-rules.ts';
import type { Summary } from '../store/summary.ts';
import { outcomeCounts } from './failure-outcomes.ts';
import { finite } from './finite.ts';
import { configurationsByFunction } from './function-configurations.ts';
import type { OutcomeSection, RaritySection } from './sections.ts';
import { countWords, percentWords, plural } from './wording.ts';

export interface RarityJudge {
  /**
   * @param timeline     of all its kinds; undefined where some of them were not followed through time
   * @param uncounted    failures of the function that ended alike and of which no line tells what they were
   */
  judge(
    functionName: string,
    timeline: FailureTimeline | undefined,
    uncounted: number,
    outcomes: OutcomeSection | undefined,
  ): RaritySection | undefined;
}

export function rarityJudge(summary: Summary): RarityJudge {
  const configurations = configurationsByFunction(summary);
  return {
    judge(functionName, timeline, uncounted, outcomes) {
      const attempts = summary.attempts.get(functionName);
      if (attempts === undefined) return undefined;
      if (timeline === undefined) return unknown(TOO_MANY_KINDS);
      // Without a time nobody can tell an outage from the way things are.
      if (timeline.first === undefined) return unknown('the lines carry no time');
      const untilMs = Math.max(timeline.lastMs, ...(configurations.get(functionName) ?? []).map(({ lastMs }) => lastMs));
      const counted = historyOfTimeline(attempts, timeline, ATTEMPT_RULES, untilMs);
      const history = outcomes === undefined ? counted : { ...counted, outcomes: outcomeCounts(outcomes) };
      // An hour that came once is no more than the moment of the incident.
      const isShort = untilMs - timeline.first.atMs < DAYS_TO_COMPARE_MS;
      const seen = isShort ? { ...history, attributes: history.attributes.filter(({ rule }) => rule.nature !== 'cycle') } : history;
      const verdict = classifyRarity(seen);
      if (verdict.kind === 'rare' && uncounted > 0)
        return unknown(`${plural(uncounted, 'failure')} of the function without a line of its own, which may be the same`);
      return sectionOf(verdict);
    },
  };
}

/** `systemic`, `dense now`, …: the words that every view uses. */
export const RARITY_WORDS = {
  systemic: 'systemic',
  rare: 'rare',
  'dense-now': 'dense now',
  undetermined: 'undetermined',
} as const satisfies Record<RaritySection['kind'], string>;

/** One clause for a sentence: the class, what it rests on, or what it needs. */
export function rarityClause(rarity: RaritySection): string {
  const { low, high, precondition, episodeCount, missing } = rarity;
  switch (rarity.kind) {
    case 'systemic':
      return precondition !== undefined && rarity.by === 'precondition'
        ? `systemic: under ${precondition.attribute} = ${precondition.value} at least ${percentWords(precondition.low)} fail`
        : `systemic: at least ${percentWords(low)} fail all along`;
    case 'rare':
      if (rarity.by === 'episodes') return `rare: ${plural(episodeCount, 'episode')}`;
      if (rarity.by === 'precondition' && precondition !== undefined)
        return `rare: only under ${precondition.attribute} = ${precondition.value}`;
      return `rare: at most ${percentWords(high)} fail`;
    case 'dense-now':
      return 'dense now';
    case 'undetermined':
      return `undetermined: ${shortNeed(missing)}`;
    default:
      return rarity.kind satisfies never;
  }
}

/** What would decide, as short as a headline needs it; the whole of it stands in the explanation. */
function shortNeed(missing: RaritySection['missing']): string {
  if (missing === undefined) return 'needs more attempts';
  const { attemptsToRare, attemptsToSystemic, minutesToSystemic, drill } = missing;
  const fewest = [attemptsToRare, attemptsToSystemic].filter((count) => count !== undefined).sort((a, b) => a - b)[0];
  const inDrill = `${drill.attempts} drills of ${countWords(drill.requestsPerAttempt)} requests`;
  if (fewest === undefined) return `needs ${inDrill}`;
  if (fewest > 0) return `needs ${countWords(fewest)} more attempts or ${inDrill}`;
  // Attempts there are enough of: what is missing is the time over which they go on failing.
  return minutesToSystemic === undefined ? `needs ${inDrill}` : `needs ${plural(minutesToSystemic, 'more minute')} of it or ${inDrill}`;
}

function unknown(because: string): RaritySection {
  const requestsPerAttempt = requestsToShow(SYSTEMIC_RATE);
  const drill = { attempts: DRILLS, requestsPerAttempt, under: undefined };
  return {
    kind: 'undetermined',
    by: undefined,
    watch: false,
    failures: 0,
    exposed: 0,
    low: 0,
    high: 1,
    windowCount: 0,
    filledWindowCount: 0,
    episodeCount: 0,
    pattern: 'not known',
    precondition: undefined,
    isDenseNow: false,
    sinceMs: undefined,
    freeVersions: [],
    why: because,
    falsifiers: [],
    missing: {
      text: `${because}; ${DRILLS} drills of ${countWords(requestsPerAttempt)} requests can tell`,
      attemptsToRare: undefined,
      attemptsToSystemic: undefined,
      minutesToSystemic: undefined,
      drill,
    },
  };
}

function sectionOf(verdict: RarityVerdict): RaritySection {
  const { precondition, spread, share } = verdict;
  return {
    kind: verdict.kind,
    by: verdict.kind === 'systemic' || verdict.kind === 'rare' ? verdict.by : undefined,
    watch: verdict.kind === 'rare' && verdict.watch,
    failures: verdict.failures,
    exposed: Math.round(verdict.exposed),
    low: share.low,
    high: share.high,
    windowCount: spread.windows,
    filledWindowCount: spread.filled,
    episodeCount: verdict.episodes.count,
    pattern: patternWords(verdict),
    precondition:
      precondition === undefined
        ? undefined
        : {
            attribute: precondition.attribute,
            value: precondition.value,
            nature: precondition.nature,
            standing: precondition.standing,
            failures: precondition.failures,
            exposed: Math.round(precondition.exposed),
            low: precondition.rate.low,
            high: precondition.rate.high,
            coverage: precondition.coverage,
            shareOfAttempts: Math.min(1, precondition.shareOfAttempts),
            cannotBeSeparatedFrom: precondition.cannotBeSeparatedFrom,
          },
    isDenseNow: verdict.isDenseNow,
    sinceMs: verdict.kind === 'dense-now' ? finite(verdict.sinceMs) : undefined,
    freeVersions: verdict.freeVersions,
    why: verdict.why,
    falsifiers: verdict.falsifiers,
    missing: 'missing' in verdict ? verdict.missing : undefined,
  };
}

function patternWords({ pattern }: RarityVerdict): string {
  switch (pattern.kind) {
    case 'every-nth':
      return `every ${pattern.period}th attempt of a sandbox (${percentWords(pattern.shareOfFailures)} of the failures)`;
    case 'precondition':
      return `under ${pattern.condition}`;
    case 'bursty':
      return `in bursts, ${countWords(Math.round(pattern.failuresPerEpisode))} failures each`;
    case 'growing':
      return Number.isFinite(pattern.times) ? `growing, ${pattern.times.toPrecision(2)} times as dense in the second half` : 'growing';
    case 'sporadic':
      return 'sporadic';
    case 'too-few':
      return 'too few to see a pattern';
    default:
      return pattern satisfies never;
  }
}

const TOO_MANY_KINDS = 'more kinds of failure than are followed through time';
const DAYS_TO_COMPARE_MS = 2 * 86_400_000;
const SYSTEMIC_RATE = 1e-2;
const DRILLS = 3;
