/**
 * What the report says of recovery: which ways of failing were recognised, where to look first, how hard that will be,
 * and what makes a small failure a large one. Missing is `undefined`, never 0, as in the other chapters.
 */
import type { Coverage, ModeCertainty, RecognisedMode } from '../failures/index.ts';
import type { DifficultyClass, DifficultyTerm } from './difficulty.ts';
import type { PatternVerdict, ResiliencePattern } from './resilience-patterns.ts';

export interface ModeSection {
  /** Surest first. */
  readonly recognised: readonly (RecognisedMode & { readonly certainty: Exclude<ModeCertainty, 'cannot-tell'> })[];
  /** Their telltale was seen, and too little else to name them. */
  readonly notJudged: readonly Pick<RecognisedMode, 'component' | 'modeId' | 'name' | 'evidence' | 'missing'>[];
  readonly catalogueVersion: number;
}

/** Names the failure group that a row speaks of, as in the chapter of failures. */
export interface FailureGroupName {
  /** Absent where kinds of error are counted together. */
  readonly fingerprint?: string | undefined;
  readonly functionName: string;
  readonly type: string;
  readonly maskedMessage: string;
}

/** How hard the cause of one failure group will be to find: predicted, not measured. */
export interface DifficultySection extends FailureGroupName {
  /** Answers that count as a success and are not what they seem. */
  readonly isSilent: boolean;
  readonly class: DifficultyClass;
  /** Expected views to open: the score L, with unknown facts taken as the worse one, and as the better one. */
  readonly viewCount: number;
  readonly viewCountAtBest: number;
  readonly classAtBest: DifficultyClass;
  /** They add up to `viewCount`. */
  readonly terms: readonly DifficultyTerm[];
  /** What to mend first; undefined where the one place that has to be read is all there is. */
  readonly costliest: DifficultyTerm | undefined;
  readonly because: string;
  /** A prior from one told incident, not a measurement. */
  readonly minutesPrior: number;
  /** From the failing function to where the trail ends, both included. */
  readonly path: readonly string[];
  readonly missing: readonly string[];
}

/** Where to look first for one failure group. Never a cause: a person confirms. */
export interface SuspectSection extends FailureGroupName {
  /** Strongest first. */
  readonly suspects: readonly SuspectRow[];
  /** What would have to be among the input to say more. */
  readonly missing: readonly string[];
}

export interface SuspectRow {
  readonly component: string;
  /** From the failing function to it, both included; undefined where no trail leads there. */
  readonly path: readonly string[] | undefined;
  /** Of the change at the failing function, 0 to 1, by figures before and since; undefined where none were at hand. */
  readonly explains: number | undefined;
  readonly mechanism: string | undefined;
  readonly evidence: readonly string[];
  readonly doubts: readonly string[];
}

export interface PatternSection {
  readonly seen: readonly Extract<PatternVerdict, { readonly kind: 'seen' }>[];
  readonly notSeen: readonly Extract<PatternVerdict, { readonly kind: 'not-seen' }>[];
  /** One row a pattern: of how many components and peers it could not be judged, and what was missing. */
  readonly notJudged: readonly {
    readonly pattern: ResiliencePattern;
    readonly count: number;
    /** At most three of them. */
    readonly missing: readonly string[];
  }[];
}

export type CoverageSection = Coverage;
