/**
 * The report as JSON for programs: times become ISO UTC, and what is not known becomes `null`, never 0 and never left
 * out, so that a reader can tell "nobody knows" from "an older Nightlight that did not say".
 */

import type { Report } from './report.ts';
import { isoText } from './wording/times.ts';

export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface JsonSettings {
  /** Also give the first message of each failure as it was (redacted, but not masked). */
  readonly raw?: boolean | undefined;
}

/**
 * Members that hold epoch ms in the report, and their names in JSON, where they hold ISO text.
 * All other members that end in `Ms` are spans and keep name and number.
 */
export const MOMENT_KEYS = {
  fromMs: 'from',
  toMs: 'to',
  askedFromMs: 'askedFrom',
  askedToMs: 'askedTo',
  firstMs: 'first',
  lastMs: 'last',
  sinceMs: 'since',
  atMs: 'at',
  minuteMs: 'minute',
  peakMs: 'peakAt',
  othersLastMs: 'othersLast',
  maximumAtMs: 'maximumAt',
  mutedUntilMs: 'mutedUntil',
} as const;

/** Ready for `writeJson`; matches the published schema. */
export function reportToJson(report: Report, settings: JsonSettings = {}): JsonObject {
  const json = toJson(report) as JsonObject;
  if (settings.raw === true) return json;
  return { ...json, failures: (json.failures as readonly JsonObject[]).map((failure) => ({ ...failure, sampleMessage: null })) };
}

/**
 * Reads back what `reportToJson` gave.
 * @throws Error when it is not a report of this schema
 */
export function reportFromJson(json: JsonValue): Report {
  const schema = isObject(json) ? json.schema : undefined;
  if (schema !== 'report-1') {
    throw new Error(`expected a report with "schema": "report-1", found ${schema === undefined ? 'no schema' : JSON.stringify(schema)}`);
  }
  return fromJson(json) as Report;
}

/**
 * JSON text that may be shown on a terminal: JSON escapes the control bytes below space, but lets DEL, C1 and the
 * invisible direction marks through.
 */
export function writeJson(value: JsonValue, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const UNSAFE = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const ISO_KEYS = new Map(Object.entries(MOMENT_KEYS).map(([inReport, inJson]) => [inJson as string, inReport]));

/** With a year of six digits where the four do not do. */
const ISO = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function toJson(value: unknown): JsonValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return null;
  const json: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(value)) {
    const moment = Object.hasOwn(MOMENT_KEYS, key) && typeof member !== 'object' && typeof member !== 'string';
    if (!moment) set(json, key, toJson(member));
    else set(json, MOMENT_KEYS[key as keyof typeof MOMENT_KEYS], typeof member === 'number' && isDate(member) ? isoText(member) : null);
  }
  return json;
}

function fromJson(json: JsonValue): unknown {
  if (json === null) return undefined;
  if (typeof json !== 'object') return json;
  if (isList(json)) return json.map(fromJson);
  const value: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(json)) {
    // `at` of a piece of evidence is ISO text in the report too.
    const inReport = key === 'at' && 'byteOffset' in json ? undefined : ISO_KEYS.get(key);
    if (inReport !== undefined && member === null) set(value, inReport, undefined);
    else if (inReport !== undefined && typeof member === 'string' && ISO.test(member)) set(value, inReport, Date.parse(member));
    else set(value, key, fromJson(member));
  }
  return value;
}

/** A name from a log may be `__proto__`; assignment would lose it. */
function set(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function isDate(epochMs: number): boolean {
  return Number.isFinite(epochMs) && Math.abs(epochMs) <= 8.64e15;
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === 'object' && json !== null && !isList(json);
}

function isList(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}
