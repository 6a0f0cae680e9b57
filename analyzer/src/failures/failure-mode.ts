/**
 * What the catalogue holds of one failure mode.
 *
 * The signature is a list of questions to the observations. Each of them can be answered by "seen", "not seen" or
 * "cannot tell": the third answer is why a mode is never ruled out, nor named, because nobody looked.
 */
import type { Archetype, ComponentObservations } from './component-observations.ts';

export type Sight =
  | { readonly kind: 'seen'; readonly evidence: string }
  | { readonly kind: 'not-seen'; readonly found: string }
  | { readonly kind: 'cannot-tell'; readonly missing: string };

export interface Clause {
  /** Completes "recognised when …". */
  readonly asks: string;
  readonly look: (observed: ComponentObservations) => Sight;
}

export interface Signature {
  /** All must be seen. The first is the telltale: without it the mode is not even thought of. */
  readonly requires: readonly Clause[];
  /** Make it certain; their absence leaves a suspicion. */
  readonly supports: readonly Clause[];
  /** Each of them is a better explanation, and takes the name away. */
  readonly excludes: readonly Clause[];
  /** The telltale is the platform's or the program's own statement of the fact. */
  readonly isProof?: true;
}

export type DefaultClass = 'rare' | 'systemic' | 'by its cause';
export type DefaultDifficulty = 'instant' | 'moderate' | 'nightmare';

export interface ProvokingDrill {
  /** What to inject or to do. */
  readonly fault: string;
  readonly precondition: string;
  readonly payload: string;
  readonly concurrency: number;
  /** Requests that have to be sent before the first one can show the mode. */
  readonly warmUp: string | undefined;
  /** Where the fault has to be injected from; what is `outside` cannot be done inside the process. */
  readonly from: 'inside' | 'outside';
  /** Share of the drill's requests that show the mode, once provoked: sizes the attempts where nothing was measured. */
  readonly expectedShare: number;
}

export interface FailureMode {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly archetypes: readonly Archetype[];
  /** One or two sentences for somebody who meets it for the first time. */
  readonly what: string;
  readonly signature: Signature;
  readonly defaultClass: DefaultClass;
  readonly classBecause: string;
  readonly isSilent: boolean;
  /** Nobody was turned away by it so far; what comes of it is. Told behind whatever turns people away already. */
  readonly hurtsLater?: true;
  /** Modes that bring this one about: where one of them is named of the same component, the cause is told first. */
  readonly broughtBy?: readonly string[];
  readonly defaultDifficulty: DefaultDifficulty;
  readonly difficultyBecause: string;
  readonly drill: ProvokingDrill;
  /** In the order in which to try them. */
  readonly runbook: readonly string[];
  /** What looks alike and is not: the near miss. */
  readonly notToBeTakenFor: string;
}
