/**
 * One moment of an incident, as a line that anybody may append: who said what, when, by whose clock.
 *
 * Lines of later versions may carry members that this one does not know; they are kept and written back as they came.
 * What a person types is text from outside like any other: it is redacted when a mark is made and again when one is
 * read, because the file can be written by hand.
 */
import { shownMessage } from '../parse/shown-message.ts';
import type { LineReading } from './torn-lines.ts';

export const MARK_KINDS = ['inject', 'alert', 'ack', 'hypothesis', 'refute', 'note', 'view', 'confirm', 'mitigated', 'recovered'] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

/** Reverting, killing or replaying made it stop or come back; or it equals what the drill injected. */
export const PROOF_KINDS = ['revert', 'kill', 'replay', 'truth'] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];

export interface Mark {
  readonly v: 1;
  /** Of this line: the same line in two files is one mark. */
  readonly id: string;
  readonly incident: string;
  readonly mark: MarkKind;
  /** When it happened. */
  readonly atMs: number;
  /** A person, or `nightlight` for what the tool noticed by itself. */
  readonly by: string;
  /** When it was written, by the writer's clock, and whose clock that is. */
  readonly writtenMs?: number | undefined;
  readonly host?: string | undefined;
  /** What hurts, in one line: of the mark that opens an incident. */
  readonly title?: string | undefined;
  /** Where an alert came from: `pd-7712`, a rule. */
  readonly source?: string | undefined;
  readonly component?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly proof?: string | undefined;
  readonly proofKind?: ProofKind | undefined;
  /** A component that somebody changed, restarted or rolled back on a suspicion. */
  readonly actedOn?: string | undefined;
  /** Screen or dashboard that was looked at; and the log or store behind it. */
  readonly view?: string | undefined;
  readonly sink?: string | undefined;
  readonly note?: string | undefined;
  /** Of `inject` and `alert`: what a run on the board is counted under. */
  readonly architecture?: string | undefined;
  readonly scenario?: ScenarioKey | undefined;
  readonly people?: readonly RatedPerson[] | undefined;
  readonly predicted?: PredictedScore | undefined;
  /** Members that this version does not know. */
  readonly others?: Readonly<Record<string, unknown>> | undefined;
}

/** What makes two drills the same drill. */
export interface ScenarioKey {
  readonly id: string;
  /** Of the scenario's file. */
  readonly hash: string;
  readonly seed: number;
  /** `20 rps` */
  readonly load: string;
  /** `+300 ms each 3rd request` */
  readonly magnitude: string;
  readonly durationMs: number;
}

export interface RatedPerson {
  readonly name: string;
  /** How well they know this architecture by their own word: 0 never seen, 4 built it. */
  readonly familiarity?: number | undefined;
}

export interface PredictedScore {
  readonly class: 'instant' | 'moderate' | 'nightmare';
  readonly viewCount: number;
}

/** What the tool itself notes: no person, so no person-minutes. */
export const TOOL = 'nightlight';
/** One write of this many bytes is not torn by another writer on Linux; longer texts are cut, not refused. */
export const MOST_LINE_BYTES = 4_096;

/** @returns the mark with its texts redacted, as it is written and as it is read again */
export function markOf(draft: Mark): Mark {
  const shown = { ...draft };
  for (const member of SHOWN) {
    const text = draft[member];
    if (text !== undefined) Object.assign(shown, { [member]: shownMessage(text) });
  }
  return shown;
}

/** @returns one line without its newline, at most 4,095 bytes; the longest texts give way */
export function encodeMark(mark: Mark): string {
  let { others, ...members } = markOf(mark);
  for (;;) {
    // The version stands first: by it the beginning of a line is known.
    const line = JSON.stringify(Object.assign({ v: 1 }, others, members));
    if (byteLength(line) < MOST_LINE_BYTES) return line;
    const longest = longestText(members);
    if (longest !== undefined) members = { ...members, [longest]: halved(members[longest]!) };
    else if (others !== undefined) others = undefined;
    else throw new RangeError(`expected a mark that fits ${MOST_LINE_BYTES} bytes, found one whose names alone are longer`);
  }
}

export function readMark(line: string): LineReading<Mark> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { kind: 'unreadable', because: 'it is no JSON' };
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return { kind: 'unreadable', because: 'it is no JSON object' };
  const members = json as Record<string, unknown>;
  if (members.v !== 1) return { kind: 'unreadable', because: `it is of version ${String(members.v).slice(0, 20)}, and 1 was expected` };
  for (const name of ['id', 'incident', 'mark', 'by']) {
    if (typeof members[name] !== 'string' || members[name] === '') return { kind: 'unreadable', because: `it has no ${name}` };
  }
  if (!isMoment(members.atMs)) return { kind: 'unreadable', because: 'its atMs is no time' };
  if (!(MARK_KINDS as readonly string[]).includes(members.mark as string)) {
    return { kind: 'unreadable', because: `it is of a kind that this version does not know: ${String(members.mark).slice(0, 40)}` };
  }
  return { kind: 'read', value: markOf(knownMembers(members)) };
}

const SHOWN = ['title', 'source', 'component', 'fingerprint', 'proof', 'actedOn', 'view', 'sink', 'note'] as const;
const TEXTS = [...SHOWN, 'host', 'architecture'] as const;
const KNOWN = new Set<string>([
  ...TEXTS,
  ...['v', 'id', 'incident', 'mark', 'atMs', 'by', 'writtenMs', 'proofKind', 'scenario', 'people', 'predicted'],
]);

/** A known member of the wrong kind is no member; an unknown one is kept. */
function knownMembers(members: Record<string, unknown>): Mark {
  const { id, incident, mark, atMs, by, writtenMs, proofKind, scenario, people, predicted } = members;
  const texts = Object.fromEntries(TEXTS.filter((name) => typeof members[name] === 'string').map((name) => [name, members[name]]));
  const others = Object.entries(members).filter(([name]) => !KNOWN.has(name));
  return {
    v: 1,
    id: id as string,
    incident: incident as string,
    mark: mark as MarkKind,
    atMs: atMs as number,
    by: by as string,
    ...(isMoment(writtenMs) ? { writtenMs } : {}),
    ...texts,
    ...((PROOF_KINDS as readonly unknown[]).includes(proofKind) ? { proofKind: proofKind as ProofKind } : {}),
    ...(isScenario(scenario) ? { scenario } : {}),
    ...(Array.isArray(people) ? { people: people.filter(isPerson) } : {}),
    ...(isPrediction(predicted) ? { predicted } : {}),
    ...(others.length === 0 ? {} : { others: Object.fromEntries(others) }),
  };
}

export function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}

export function isScenario(value: unknown): value is ScenarioKey {
  if (typeof value !== 'object' || value === null) return false;
  const { id, hash, seed, load, magnitude, durationMs } = value as Record<string, unknown>;
  return [id, hash, load, magnitude].every((text) => typeof text === 'string') && Number.isFinite(seed) && Number.isFinite(durationMs);
}

export function isPerson(value: unknown): value is RatedPerson {
  if (typeof value !== 'object' || value === null) return false;
  const { name, familiarity } = value as Record<string, unknown>;
  return typeof name === 'string' && (familiarity === undefined || isFamiliarity(familiarity));
}

export function isPrediction(value: unknown): value is PredictedScore {
  if (typeof value !== 'object' || value === null) return false;
  const { class: judged, viewCount } = value as Record<string, unknown>;
  return ['instant', 'moderate', 'nightmare'].includes(judged as string) && Number.isFinite(viewCount);
}

function isFamiliarity(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 4;
}

function longestText(members: Omit<Mark, 'others'>): (typeof SHOWN)[number] | undefined {
  const lengths = SHOWN.map((name) => ({ name, length: members[name]?.length ?? 0 })).sort((a, b) => b.length - a.length);
  return lengths[0]!.length > SHORTEST_CUT ? lengths[0]!.name : undefined;
}

const SHORTEST_CUT = 40;

function halved(text: string): string {
  return `${text.slice(0, text.length >> 1).replace(/[\ud800-\udbff]$/, '')} …`;
}

function byteLength(line: string): number {
  return new TextEncoder().encode(line).length;
}
