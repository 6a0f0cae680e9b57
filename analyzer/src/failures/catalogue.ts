/**
 * The catalogue of failure modes, and which of them the observations show.
 *
 * Teams know many ways of failing and have rehearsed a few. A list that everybody may read, with a signature and a drill
 * for each, turns "it is slow" into a name, and a name into a page of what to do. A mode is only named when all that
 * its signature asks was seen; where nobody looked, it is said what would have to be looked at.
 */
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { ComponentObservations } from './component-observations.ts';
import type { Clause, DefaultClass, DefaultDifficulty, FailureMode, Sight } from './failure-mode.ts';
import { PROCESS_MODES } from './modes/inside-the-process.ts';
import { LIMIT_MODES } from './modes/limits-and-versions.ts';
import { MESSAGE_MODES } from './modes/messages-and-workers.ts';
import { OUT_OF_REACH_MODES } from './modes/peers-out-of-reach.ts';
import { SAFEGUARD_MODES } from './modes/retries-and-breakers.ts';
import { WAITING_MODES } from './modes/waiting-for-others.ts';
import { WRONG_SUCCESS_MODES } from './modes/wrong-successes.ts';
import type { Observations } from './observations.ts';

/** Grows with each change of a signature, a class or a difficulty, so that reports of two versions can be told apart. */
export const CATALOGUE_VERSION = 2;

/** In the order of their numbers. */
export const FAILURE_MODES: readonly FailureMode[] = [
  ...WAITING_MODES,
  ...SAFEGUARD_MODES,
  ...WRONG_SUCCESS_MODES,
  ...OUT_OF_REACH_MODES,
  ...PROCESS_MODES,
  ...MESSAGE_MODES,
  ...LIMIT_MODES,
].sort((a, b) => a.number - b.number);

/** `proven`: the platform or the program says so; `shown`: all seen; `suspected`: the telling part seen, not all that supports it. */
export type ModeCertainty = 'proven' | 'shown' | 'suspected' | 'cannot-tell';

export interface RecognisedMode {
  readonly component: string;
  readonly modeId: string;
  readonly name: string;
  readonly catalogueVersion: number;
  /** With `cannot-tell` the mode is not named: its telltale was seen, and `missing` says what would decide. */
  readonly certainty: ModeCertainty;
  readonly evidence: readonly string[];
  readonly missing: readonly string[];
  readonly defaultClass: DefaultClass;
  readonly defaultDifficulty: DefaultDifficulty;
  readonly isSilent: boolean;
}

/**
 * In the order in which somebody should look: what turns people away now before what will, the surest first, a cause before what
 * it brings about. Modes of which only the telltale was seen stand at the end.
 */
export function recogniseModes(observations: Observations): RecognisedMode[] {
  return atOnce(recogniseSteps(observations));
}

/** As `recogniseModes`. */
export function* recogniseSteps({ components }: Observations): Steps<RecognisedMode[]> {
  const ofComponents = yield* mapInSteps(components, COMPONENTS_A_STEP, (observed) =>
    FAILURE_MODES.flatMap((mode) => recognise(mode, observed) ?? []),
  );
  const found = ofComponents.flat().sort((a, b) => tierOf(a) - tierOf(b) || ORDER.indexOf(a.certainty) - ORDER.indexOf(b.certainty));
  return causesFirst(found);
}

const COMPONENTS_A_STEP = 32;

export function modeNamed(idOrNumber: string): FailureMode | undefined {
  const wanted = idOrNumber.trim().toLowerCase().replace(/^#/, '');
  return FAILURE_MODES.find(({ id, number, name }) => id === wanted || String(number) === wanted || name.toLowerCase() === wanted);
}

const ORDER: readonly ModeCertainty[] = ['proven', 'shown', 'suspected', 'cannot-tell'];
const BY_ID = new Map(FAILURE_MODES.map((mode) => [mode.id, mode]));

function tierOf({ certainty, modeId }: RecognisedMode): number {
  if (certainty === 'cannot-tell') return 2;
  return BY_ID.get(modeId)!.hurtsLater === true ? 1 : 0;
}

/** A cause is moved to right before the first of what it brings about; all else stays where it is. */
function causesFirst(modes: readonly RecognisedMode[]): RecognisedMode[] {
  const ordered = [...modes];
  for (const effect of modes) {
    const causes = BY_ID.get(effect.modeId)!.broughtBy ?? [];
    if (effect.certainty === 'cannot-tell') continue;
    for (const cause of modes) {
      if (!causes.includes(cause.modeId) || cause.component !== effect.component || cause.certainty === 'cannot-tell') continue;
      const [from, to] = [ordered.indexOf(cause), ordered.indexOf(effect)];
      if (from > to) ordered.splice(to, 0, ...ordered.splice(from, 1));
    }
  }
  return ordered;
}

function recognise(mode: FailureMode, observed: ComponentObservations): RecognisedMode | undefined {
  const { requires, supports, excludes, isProof } = mode.signature;
  const look = (clauses: readonly Clause[]): Sight[] => clauses.map((clause) => clause.look(observed));
  const required = look(requires);
  if (required[0]?.kind !== 'seen' || required.some(({ kind }) => kind === 'not-seen')) return undefined;
  if (look(excludes).some(({ kind }) => kind === 'seen')) return undefined;
  const supporting = look(supports);
  const isComplete = required.every(({ kind }) => kind === 'seen');
  const isSupported = supporting.every(({ kind }) => kind === 'seen');
  return {
    component: observed.component,
    modeId: mode.id,
    name: mode.name,
    catalogueVersion: CATALOGUE_VERSION,
    certainty: !isComplete ? 'cannot-tell' : isProof === true ? 'proven' : isSupported ? 'shown' : 'suspected',
    evidence: [...required, ...supporting].flatMap((sight) => (sight.kind === 'seen' ? [sight.evidence] : [])),
    missing: [...required, ...supporting].flatMap((sight) =>
      sight.kind === 'cannot-tell' ? [sight.missing] : sight.kind === 'not-seen' ? [`against it: ${sight.found}`] : [],
    ),
    defaultClass: mode.defaultClass,
    defaultDifficulty: mode.defaultDifficulty,
    isSilent: mode.isSilent,
  };
}
