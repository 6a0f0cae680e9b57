/**
 * The `known` section of nightlight.config.json: who owns a failure, what to do about it, and until when it shall not stand in front.
 *
 * A typo in it would mute nothing, or the wrong thing, and nobody would notice at night. So every entry is held against what
 * an entry may say, and the first that says something else is an error with its place.
 */
export interface KnownEntry {
  readonly fingerprint: string;
  readonly owner?: string;
  readonly runbook?: string;
  /** Only while it lies ahead. */
  readonly mutedUntilMs?: number;
}

export type KnownSection =
  | { readonly kind: 'read'; readonly known: readonly KnownEntry[] }
  | { readonly kind: 'wrong'; readonly message: string; readonly next: string };

/**
 * @param config  the parsed file
 * @param path    for messages
 * @param nowMs   a mute that has ended is none
 */
export function readKnownSection(config: unknown, path: string, nowMs: number): KnownSection {
  if (!isObject(config)) return wrong(`${path}: expected an object with a "known" list, found ${shown(config)}`);
  const { known } = config;
  if (known === undefined) return { kind: 'read', known: [] };
  if (!Array.isArray(known)) return wrong(`${path}: expected "known" to be a list, found ${shown(known)}`);
  const entries: KnownEntry[] = [];
  for (const [i, entry] of known.entries()) {
    const read = readEntry(entry, `${path}: known[${i}]`, nowMs);
    if (typeof read === 'string') return wrong(read);
    if (entries.some(({ fingerprint }) => fingerprint === read.fingerprint))
      return wrong(`${path}: known[${i}]: expected each fingerprint once, found ${read.fingerprint} again`);
    entries.push(read);
  }
  return { kind: 'read', known: entries };
}

/** @returns what is wrong, as text */
function readEntry(entry: unknown, where: string, nowMs: number): KnownEntry | string {
  if (!isObject(entry)) return `${where}: expected an object, found ${shown(entry)}`;
  const stranger = Object.keys(entry).find((key) => !MEMBERS.includes(key));
  if (stranger !== undefined) return `${where}: expected ${MEMBERS.join(', ')}, found "${stranger}"`;
  const { fingerprint, owner, runbook, mute } = entry;
  if (typeof fingerprint !== 'string' || !FINGERPRINT.test(fingerprint))
    return `${where}: expected "fingerprint" as v1: and ten digits, found ${shown(fingerprint)}`;
  for (const [name, value] of [
    ['owner', owner],
    ['runbook', runbook],
  ] as const)
    if (value !== undefined && (typeof value !== 'string' || value.trim() === ''))
      return `${where}: expected "${name}" as text, found ${shown(value)}`;
  const until = mute === undefined ? undefined : isObject(mute) ? mute.until : mute;
  const untilMs = typeof until === 'string' && ISO.test(until) ? Date.parse(until) : Number.NaN;
  if (mute !== undefined && Number.isNaN(untilMs))
    return `${where}: expected "mute" as {"until": "2026-12-01"} or with a time in UTC, found ${shown(mute)}`;
  return {
    fingerprint,
    ...(owner !== undefined && { owner: owner as string }),
    ...(runbook !== undefined && { runbook: runbook as string }),
    ...(untilMs > nowMs && { mutedUntilMs: untilMs }),
  };
}

function wrong(message: string): KnownSection {
  return { kind: 'wrong', message, next: EXAMPLE };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

const MEMBERS = ['fingerprint', 'owner', 'runbook', 'mute'];
const FINGERPRINT = /^v\d+:[0-9a-f]{10}$/;
/** A day, or a moment with its zone: midnight in an unnamed zone is another moment on every machine. */
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/;
const EXAMPLE =
  '{"known": [{"fingerprint": "v1:93efbf8771", "owner": "payments", "runbook": "https://…", "mute": {"until": "2026-12-01"}}]}';
