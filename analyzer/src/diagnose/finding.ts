/**
 * One thing that hurts, said so that a tired person can act: what, since when, how many, how sure, what next.
 */
import type { EvidenceReference } from './evidence-reference.ts';
import type { RaritySection } from './sections.ts';

export const FINDING_KINDS = [
  'out-of-memory',
  'masked-out-of-memory',
  'memory-growth',
  'fast-leak',
  'memory-pinned',
  'failure',
  'timeout',
  'process-died',
  'silent-error',
  'init-failure',
  'throttle',
  'dropped',
  'messages-dropped',
  'duplicate-delivery',
  'cold-start',
  'cold-start-storm',
  'slow-tail',
  'budget-broken',
  'retry-storm',
  'calls-near-limit',
  'pool-growth',
  'near-timeout',
  'near-memory',
  'retries',
  'silence',
  'spend-jump',
  'oversized-memory',
  'log-volume',
  'extension-cost',
  'data-gap',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** How sure: `proven` by a platform line that says so, `shown` by an interval or test, `suspected`, `cannot-tell`. */
export type Certainty = 'proven' | 'shown' | 'suspected' | 'cannot-tell';

/** `users` = requests failed or were slow; `soon` = they will; `money` = only cost; `data` = our view is incomplete. */
export type Harm = 'users' | 'soon' | 'money' | 'data';

export interface Finding {
  /** `F-1` … in order of rank; given by the report, empty before. */
  readonly id: string;
  readonly kind: FindingKind;
  /** The verdict word in front: `OUT OF MEMORY`, `TIMEOUTS`, `GROWING` … */
  readonly headline: string;
  readonly functionName: string;
  readonly version: string | undefined;
  readonly memorySizeMb: number | undefined;
  /** One sentence with numbers: why we say so. Redacted. */
  readonly why: string;
  readonly harm: Harm;
  readonly certainty: Certainty;
  /** What the certainty rests on or what is missing for more, in a short clause. */
  readonly certaintyBecause: string;
  /** Requests hurt (calls where throttled, messages where dropped or handled twice), and those that could have been: the share is affected / exposed. */
  readonly affectedCount: number | undefined;
  readonly exposedCount: number | undefined;
  /** 95 % Clopper-Pearson interval of the share. */
  readonly shareLow: number | undefined;
  readonly shareHigh: number | undefined;
  readonly sinceMs: number | undefined;
  readonly lastMs: number | undefined;
  /** Number that ranks findings of one harm: hurt requests per minute, dollars a day, or 0. */
  readonly weight: number;
  /** What changed beside it: new version, memory size, runtime version, traffic. */
  readonly changedBeside: readonly string[];
  /** A command to look or to mend; printed, never run. */
  readonly next: string;
  readonly evidence: readonly EvidenceReference[];
  /** Facts for `explain`: name -> value with its unit in the name, in the order to show. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** What would decide it, or make it surer; and what, if it were seen, would show it to be wrong. Given by the report. */
  readonly toDecide?: string | undefined;
  readonly falsifiers?: readonly string[] | undefined;
  /** How hard its cause will be to find, in one line; absent where it is of no failure group. */
  readonly recovery?: string | undefined;
  /** Which `--fail-on` gates it trips. */
  readonly gates: readonly ('leak' | 'cold' | 'p99' | 'gap' | 'systemic' | 'any')[];
  /** Of a failure: how it is spread over attempts, and the identity that holds in every build. */
  readonly rarity?: RaritySection['kind'] | undefined;
  readonly fingerprint?: string | undefined;
  /** Id of the finding that speaks of the same deaths. */
  readonly sameDeathsAs?: string | undefined;
  /** Somebody asked for it to be ranked last until then. */
  readonly mutedUntilMs?: number | undefined;
}
