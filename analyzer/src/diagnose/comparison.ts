/** What a comparison of two times says, as plain data: the terminal, Markdown and JSON are only views of it. */
import type { EvidenceReference } from './evidence-reference.ts';

export const COMPARISON_SCHEMA = 'comparison-1';
export const COMPARE_GATES = ['worse', 'new'] as const;
export type CompareGate = (typeof COMPARE_GATES)[number];

export const COMPARED_FIGURES = ['failure-rate', 'latency', 'tail', 'init', 'cold-share', 'memory-slope', 'cost'] as const;
export type ComparedFigureName = (typeof COMPARED_FIGURES)[number];

export type ComparedVerdict =
  | { readonly kind: 'worse' | 'better' }
  /** `detectable`: the smallest value after that would have been shown in four of five such comparisons. */
  | { readonly kind: 'no-change-shown'; readonly detectable: number | undefined }
  | { readonly kind: 'cannot-tell'; readonly missing: string };

export interface ComparedFigure {
  readonly figure: ComparedFigureName;
  readonly functionName: string;
  /** undefined where memory sizes are taken together (counts), or where no line told it. */
  readonly memorySizeMb: number | undefined;
  readonly unit: 'ms' | 'share' | 'MB an invocation' | 'USD a million';
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly beforeCount: number;
  readonly afterCount: number;
  /** After over before with its 95 % interval; `high` Infinity is given as undefined. */
  readonly ratio: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Two-sided; undefined where intervals were held against each other instead. */
  readonly p: number | undefined;
  readonly verdict: ComparedVerdict;
  /** What the verdict rests on, or what else is different, in a short clause. */
  readonly because: string;
}

/** What a figure holds that could not be compared. */
export const NO_FIGURES = { before: undefined, after: undefined, ratio: undefined, low: undefined, high: undefined, p: undefined } as const;

export type FailureNews =
  /** Was not there before, and chance does not explain it. */
  | { readonly kind: 'new' }
  /** Was not there before, and the time before was too short to say that it could not have been. */
  | { readonly kind: 'perhaps-new'; readonly missing: string }
  | { readonly kind: 'more' | 'fewer' | 'as-before' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'perhaps-gone'; readonly missing: string };

export interface ComparedFailure {
  /** What both sides were compared by; absent in reports of an older version. */
  readonly fingerprint?: string | undefined;
  readonly functionName: string;
  readonly type: string;
  readonly maskedMessage: string;
  readonly status: string;
  readonly before: { readonly count: number; readonly of: number; readonly high: number };
  readonly after: { readonly count: number; readonly of: number; readonly low: number; readonly high: number };
  readonly ratio: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly p: number;
  readonly news: FailureNews;
  readonly evidence: readonly EvidenceReference[];
}

export interface ComparedSide {
  /** `version 41`, a path, a range. */
  readonly label: string;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly invocationCount: number;
  /** A finished report holds percentiles in place of the durations, so its intervals are wider. */
  readonly from: 'export' | 'report';
}

export interface Comparison {
  readonly schema: typeof COMPARISON_SCHEMA;
  readonly tool: string;
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  /** New ones first, then the ones that became more frequent. */
  readonly failures: readonly ComparedFailure[];
  /** Worse first, then better, then the rest. */
  readonly figures: readonly ComparedFigure[];
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** What the two sides do not have in common, in sentences. */
  readonly notes: readonly string[];
  readonly unread: readonly { readonly path: string; readonly code: string; readonly message: string; readonly next: string }[];
  readonly gate: {
    readonly failOn: readonly CompareGate[];
    readonly tripped: readonly { readonly gate: CompareGate; readonly because: string }[];
    readonly undecided: readonly { readonly gate: CompareGate; readonly missing: string }[];
  };
  /** 0, 1, 3 or 4 as in `nightlight help exit-codes`. */
  readonly exit: 0 | 1 | 3 | 4;
}
