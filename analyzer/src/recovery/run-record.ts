/**
 * One run of a scenario on one architecture, as a line of the runs file: who searched, how long, and what was seen of
 * masking. A run whose cause was not confirmed is a run, too: it took longer than was searched.
 */
import { shownMessage } from '../parse/shown-message.ts';
import type { DifficultyClass } from './difficulty.ts';
import type { IncidentClock } from './incident-clock.ts';
import { isMoment, isPerson, isPrediction, isScenario, type PredictedScore, type RatedPerson, type ScenarioKey } from './mark.ts';
import { type MeasuredClass, measuredClass } from './measured-class.ts';
import { type LineReading, type ReadLines, readLines } from './torn-lines.ts';

export interface RunRecord {
  readonly v: 1;
  readonly id: string;
  readonly architecture: string;
  readonly scenario: ScenarioKey;
  readonly isConfirmed: boolean;
  /** From the alert to the confirmed cause, or to the end of the search. */
  readonly searchedMs: number;
  readonly isMasked: boolean;
  readonly people: readonly RatedPerson[];
  /** The alert's. */
  readonly atMs?: number | undefined;
  /** Distinct views that were opened; absent when nobody noted any. */
  readonly viewCount?: number | undefined;
  readonly sinkCount?: number | undefined;
  readonly wrongHypothesisCount?: number | undefined;
  readonly personMinutes?: number | undefined;
  /** From injection to alert. */
  readonly detectionMs?: number | undefined;
  /** Those who searched did not know what was injected. */
  readonly isBlind?: boolean | undefined;
  readonly predicted?: PredictedScore | undefined;
  readonly incident?: string | undefined;
  /** Invented, to show the board. */
  readonly isExample?: boolean | undefined;
  readonly others?: Readonly<Record<string, unknown>> | undefined;
}

export function readRuns(text: string): ReadLines<RunRecord> {
  return readLines(text, readRun);
}

/** @returns one line without its newline */
export function encodeRun({ others, ...members }: RunRecord): string {
  return JSON.stringify(Object.assign({ v: 1 }, others, members));
}

/** @returns undefined unless the incident was a drill that says architecture and scenario, and whose clock can be told */
export function runOfIncident(clock: IncidentClock): RunRecord | undefined {
  const { id, marks, search, masking, views, sinks, wrongHypothesisCount, personMinutes, detectionMs, alertMs } = clock;
  const told = marks.find(({ architecture, scenario }) => architecture !== undefined && scenario !== undefined);
  // While somebody still searches, the run is not over.
  if (told === undefined || search.kind === 'cannot-tell' || (search.kind === 'censored' && clock.isOpen)) return undefined;
  const people = told.people ?? clock.people.map(({ name }) => ({ name }));
  return {
    v: 1,
    id: `run-${id}`,
    architecture: told.architecture!,
    scenario: told.scenario!,
    isConfirmed: search.kind === 'confirmed',
    searchedMs: search.afterMs,
    isMasked: masking.kind === 'observed',
    people,
    sinkCount: sinks.length,
    wrongHypothesisCount,
    personMinutes,
    incident: id,
    ...(alertMs === undefined ? {} : { atMs: alertMs }),
    ...(views.length === 0 ? {} : { viewCount: views.length }),
    ...(detectionMs === undefined ? {} : { detectionMs }),
    ...(told.predicted === undefined ? {} : { predicted: told.predicted }),
  };
}

/** By the same rules as an incident's. */
export function classOfRun({ isConfirmed, searchedMs, isMasked, viewCount = 0 }: RunRecord): MeasuredClass {
  return measuredClass(
    isConfirmed ? { kind: 'confirmed', afterMs: searchedMs } : { kind: 'censored', afterMs: searchedMs, because: 'not confirmed' },
    isMasked ? { kind: 'observed', because: 'masked: something else was acted on or suspected for 10 min' } : { kind: 'not-observed' },
    viewCount,
  );
}

/** From the easiest to the hardest. */
export const CLASSES: readonly DifficultyClass[] = ['instant', 'moderate', 'nightmare'];

/** Places in `CLASSES`: the easiest and the hardest that it may be. */
export function boundsOfClass(run: RunRecord): readonly [number, number] {
  const measured = classOfRun(run);
  switch (measured.kind) {
    case 'measured':
      return [CLASSES.indexOf(measured.class), CLASSES.indexOf(measured.class)];
    case 'at-least':
      return [CLASSES.indexOf(measured.class), CLASSES.length - 1];
    case 'cannot-tell':
      // Only the number of views is missing: one, or more.
      return [0, 1];
    default:
      return measured satisfies never;
  }
}

const COUNTS = ['viewCount', 'sinkCount', 'wrongHypothesisCount', 'personMinutes', 'detectionMs', 'atMs'] as const;
const FLAGS = ['isBlind', 'isExample'] as const;
const KNOWN = new Set<string>([
  ...COUNTS,
  ...FLAGS,
  ...['v', 'id', 'architecture', 'scenario', 'isConfirmed', 'searchedMs', 'isMasked', 'people', 'predicted', 'incident'],
]);

function readRun(line: string): LineReading<RunRecord> {
  const json: unknown = JSON.parse(line);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return unreadable('it is no JSON object');
  const members = json as Record<string, unknown>;
  const { v, id, architecture, scenario, isConfirmed, searchedMs, isMasked, people, predicted, incident } = members;
  if (v !== 1) return unreadable(`it is of version ${String(v).slice(0, 20)}, and 1 was expected`);
  if (typeof id !== 'string' || id === '') return unreadable('it has no id');
  if (typeof architecture !== 'string' || architecture === '') return unreadable('it has no architecture');
  if (!isScenario(scenario)) return unreadable('its scenario lacks id, hash, seed, load, magnitude or durationMs');
  if (typeof isConfirmed !== 'boolean' || typeof isMasked !== 'boolean') return unreadable('it does not say isConfirmed and isMasked');
  if (!isMoment(searchedMs) || searchedMs < 0) return unreadable('its searchedMs is no duration');
  if (!Array.isArray(people) || !people.every(isPerson)) return unreadable('its people are not a list of names with familiarity 0 to 4');
  const others = Object.entries(members).filter(([name]) => !KNOWN.has(name));
  return {
    kind: 'read',
    value: {
      v: 1,
      id,
      architecture: shownMessage(architecture),
      scenario,
      isConfirmed,
      searchedMs,
      isMasked,
      people,
      ...Object.fromEntries(COUNTS.filter((name) => Number.isFinite(members[name])).map((name) => [name, members[name]])),
      ...Object.fromEntries(FLAGS.filter((name) => typeof members[name] === 'boolean').map((name) => [name, members[name]])),
      ...(isPrediction(predicted) ? { predicted } : {}),
      ...(typeof incident === 'string' ? { incident } : {}),
      ...(others.length === 0 ? {} : { others: Object.fromEntries(others) }),
    },
  };
}

function unreadable(because: string): { readonly kind: 'unreadable'; readonly because: string } {
  return { kind: 'unreadable', because };
}
