/**
 * Where to look first for one failure, from two sources that know different things.
 *
 * What the failure itself points at (an error that names a peer, a call that had not come back) needs no history and comes
 * first. What changed along the calls when it began follows. Where both name the same component they are one suspect; where
 * they differ, the first says so as a doubt.
 */
import type { FailureSection } from '../diagnose/sections.ts';
import type { FailureIncidents } from './failure-incident.ts';
import type { FailureTrail } from './failure-trail.ts';
import { bareName } from './peer-aliases.ts';
import type { SuspectRow, SuspectSection } from './recovery-sections.ts';
import { rankSuspects, type Suspect } from './suspects.ts';

export function failureSuspects(failure: FailureSection, trail: FailureTrail, incidents: FailureIncidents): SuspectSection {
  const incident = incidents.of(failure);
  const ranking = incident === undefined ? undefined : rankSuspects(incident);
  const byChange = ranking?.kind === 'ranked' ? inOrderOfTrail(ranking.suspects.filter(({ explains }) => explains >= WORTH_A_ROW)) : [];
  const pointedAt = trail.path.length > 1 ? pointedAtBy(trail, byChange) : undefined;
  const rest = byChange.filter(({ component }) => pointedAt === undefined || !isSame(component, pointedAt.component));
  return {
    fingerprint: failure.fingerprint,
    functionName: failure.functionName,
    type: failure.type,
    maskedMessage: failure.maskedMessage,
    suspects: [...(pointedAt === undefined ? [] : [pointedAt]), ...rest.map(rowOf)].slice(0, MOST_ROWS),
    missing: [
      ...(incident === undefined ? [`whom ${failure.functionName} called: lines of the agent`] : []),
      ...(ranking?.kind === 'cannot-tell' ? [ranking.missing] : []),
    ],
  };
}

/** A part of the change that a row is worth; below it everything moves a little. Our own choice. */
const WORTH_A_ROW = 0.1;
const MOST_ROWS = 5;
/** From here on a change speaks against what the error points at. */
const SPEAKS_AGAINST = 0.5;

/** Whoever a trail leads to comes before those that only changed at the same time. */
function inOrderOfTrail(suspects: readonly Suspect[]): Suspect[] {
  return [...suspects.filter(({ path }) => path !== undefined), ...suspects.filter(({ path }) => path === undefined)];
}

function pointedAtBy({ path, because, showsItself }: FailureTrail, byChange: readonly Suspect[]): SuspectRow {
  const component = path.at(-1)!;
  const same = byChange.find((suspect) => isSame(suspect.component, component));
  const [strongest] = byChange;
  return {
    component,
    path,
    explains: same?.explains,
    mechanism: same?.mechanism,
    evidence: [...because, ...(same?.evidence ?? [])],
    doubts: [
      ...(showsItself === undefined ? ['whether it shows trouble itself is not in the input'] : []),
      ...(showsItself === false ? ['its own lines show no failure at that time'] : []),
      ...(strongest !== undefined && same === undefined && strongest.explains >= SPEAKS_AGAINST
        ? [`what changed when it began speaks for ${strongest.component}`]
        : []),
      ...(same?.doubts ?? []),
    ],
  };
}

function rowOf({ component, path, explains, mechanism, evidence, doubts }: Suspect): SuspectRow {
  return { component, path, explains, mechanism, evidence, doubts };
}

function isSame(one: string, other: string): boolean {
  return one === other || bareName(one) === bareName(other);
}
