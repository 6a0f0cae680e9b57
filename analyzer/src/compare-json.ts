/** A comparison for programs, as a report is written: times are ISO UTC, what is not known is `null`, never left out. */
import type { ComparedSide, Comparison } from './diagnose/comparison.ts';
import type { JsonObject, JsonValue } from './report/json.ts';

export function comparisonToJson(comparison: Comparison): JsonObject {
  return { ...(plain(comparison) as JsonObject), before: sideToJson(comparison.before), after: sideToJson(comparison.after) };
}

function sideToJson({ fromMs, toMs, ...side }: ComparedSide): JsonObject {
  return { ...(plain(side) as JsonObject), from: side.from, first: moment(fromMs), last: moment(toMs) };
}

function moment(epochMs: number | undefined): string | null {
  return epochMs === undefined || !(Math.abs(epochMs) <= LATEST_MS) ? null : new Date(epochMs).toISOString();
}

/** The end of what a date can say. */
const LATEST_MS = 8.64e15;

function plain(value: unknown): JsonValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
