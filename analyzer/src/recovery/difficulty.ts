/**
 * How hard the cause of a failure will be to find: predicted before anybody has to.
 *
 * The score counts the views that a person is expected to open between the first alert and a confirmed cause: one for
 * each separate place that has to be read, some for each call between alert and fault, more where traces do not link the
 * two, where one cause raises many errors, where errors say little, and where nothing fails or the wrong one does. It
 * follows from the telemetry alone, so the term that costs most says what to mend first.
 *
 * The weights are a judgement, not a fit: one incident of five sinks and three hops, told in public as 45 minutes,
 * comes to 13.8. Minutes are therefore a prior, until a team has marked its own incidents.
 */
import type { Masking } from './masking.ts';

export interface DifficultyFacts {
  /** Separate logs or stores to read until the fault is visible at the faulty component, at least 1. */
  readonly sinkCount: number;
  /** Calls from the alerting component to the faulty one. */
  readonly hopCount: number;
  /** Of the failing requests: those whose trace links both ends; undefined where no trace was among the input. */
  readonly linkedShare: number | undefined;
  /** Mean number of callees at each hop: where one can turn wrong. */
  readonly calleesPerHop: number;
  /** Distinct errors that the one cause raises. */
  readonly fingerprintCount: number;
  /** Of: a specific type, a code, a frame of own code, the dependency's name. 0 to 1. */
  readonly errorDetail: number;
  readonly isSilent: boolean;
  readonly masking: Masking;
  /** Known only after a drill or a confirmed incident. */
  readonly wasTopSuspectRight?: boolean | undefined;
  /** Why the fault may lie one call further than the trail goes; undefined where the trail is known to end. */
  readonly mayGoOn?: string | undefined;
  /** Where the trail is broken, for the words of that term. */
  readonly brokenAt?: string | undefined;
}

export type DifficultyClass = 'instant' | 'moderate' | 'nightmare';

export interface DifficultyTerm {
  readonly what: string;
  readonly views: number;
}

export interface PredictedDifficulty {
  readonly class: DifficultyClass;
  /** Expected views to open: the score L. Unknown facts count as the worse one. */
  readonly viewCount: number;
  /** With the unknown facts the better way round; equal where all is known. */
  readonly viewCountAtBest: number;
  readonly classAtBest: DifficultyClass;
  /** In the order of the formula; they add up to `viewCount`. */
  readonly terms: readonly DifficultyTerm[];
  /** What to mend first. */
  readonly costliest: DifficultyTerm;
  readonly because: string;
  /** Three minutes a view; a prior, from one told incident. */
  readonly minutesPrior: number;
  readonly missing: readonly string[];
}

export function predictDifficulty(facts: DifficultyFacts): PredictedDifficulty {
  const further: DifficultyFacts =
    facts.mayGoOn === undefined ? facts : { ...facts, sinkCount: facts.sinkCount + 1, hopCount: facts.hopCount + 1, linkedShare: 0 };
  const worst = termsOf(further, further.linkedShare ?? 0, facts.masking.kind === 'masked');
  const best = termsOf(facts, facts.linkedShare ?? 1, facts.masking.kind === 'masked');
  const viewCount = totalOf(worst);
  const viewCountAtBest = totalOf(best);
  const judged = classOf(further, viewCount);
  // The first place to read is always there; what comes on top of it can be mended.
  const costliest = [...worst.slice(1), { what: worst[0]!.what, views: worst[0]!.views - 1 }].reduce((a, b) => (b.views > a.views ? b : a));
  return {
    class: judged.class,
    viewCount,
    viewCountAtBest,
    classAtBest: classOf(facts, viewCountAtBest).class,
    terms: worst,
    costliest,
    because: judged.because,
    minutesPrior: MINUTES_PER_VIEW * viewCount,
    missing: [
      ...(facts.linkedShare === undefined && facts.hopCount > 0 ? ['how many failing requests have a trace that links both ends'] : []),
      ...(facts.mayGoOn === undefined ? [] : [facts.mayGoOn]),
      ...(facts.masking.kind === 'cannot-tell' ? [facts.masking.missing] : []),
    ],
  };
}

const MINUTES_PER_VIEW = 3;
const MASKED_VIEWS = 3;
const SILENT_VIEWS = 2;
const VAGUE_VIEWS = 2;
const INSTANT_VIEWS = 2;
const NIGHTMARE_VIEWS = 10;

function termsOf(facts: DifficultyFacts, linkedShare: number, isMasked: boolean): DifficultyTerm[] {
  const { sinkCount, hopCount, calleesPerHop, fingerprintCount, errorDetail, isSilent, brokenAt, mayGoOn } = facts;
  return [
    { what: sinkCount === 1 ? 'one place to read' : `${sinkCount} separate places to read`, views: Math.max(1, sinkCount) },
    {
      what:
        mayGoOn === undefined
          ? `${hopCount} ${hopCount === 1 ? 'call' : 'calls'} from the alert to the fault`
          : 'calls that no line tells of',
      views: hopCount,
    },
    {
      what:
        brokenAt === undefined
          ? 'requests that no trace follows'
          : facts.linkedShare === undefined
            ? `no trace that leads to ${brokenAt}`
            : `trace broken at ${brokenAt}`,
      views: hopCount * calleesPerHop * (1 - linkedShare),
    },
    {
      what: `${fingerprintCount} different ${fingerprintCount === 1 ? 'error' : 'errors'} at the same time`,
      views: Math.ceil(Math.log2(Math.max(1, fingerprintCount))),
    },
    { what: 'errors that say little', views: VAGUE_VIEWS * (1 - errorDetail) },
    { what: 'nothing fails: it is silent', views: isSilent ? SILENT_VIEWS : 0 },
    { what: 'the faulty component does not show itself', views: isMasked ? MASKED_VIEWS : 0 },
  ];
}

function totalOf(terms: readonly DifficultyTerm[]): number {
  return terms.reduce((sum, { views }) => sum + views, 0);
}

function classOf(
  { masking, sinkCount, wasTopSuspectRight }: DifficultyFacts,
  viewCount: number,
): { readonly class: DifficultyClass; readonly because: string } {
  if (masking.kind === 'masked') return { class: 'nightmare', because: masking.because };
  if (masking.kind === 'elsewhere' && wasTopSuspectRight === false) {
    return { class: 'nightmare', because: `${masking.because}, and our first suspect was another` };
  }
  if (viewCount > NIGHTMARE_VIEWS) return { class: 'nightmare', because: `about ${viewCount.toFixed(1)} views to open` };
  if (sinkCount === 1 && viewCount <= INSTANT_VIEWS) return { class: 'instant', because: 'one place to read, and it says it' };
  return { class: 'moderate', because: `about ${viewCount.toFixed(1)} views to open` };
}
