/**
 * One number to rank what hurts users: hurt requests per minute over the time in which they were hurt.
 *
 * A single failure has no span of its own; divided by seconds it would outrank a thousand spread over a day. No span
 * counts as shorter than a quarter of an hour, about the time in which someone on call first looks.
 */
export function hurtPerMinute(affectedCount: number, sinceMs: number | undefined, lastMs: number | undefined): number {
  const spanMs = sinceMs === undefined || lastMs === undefined ? 0 : lastMs - sinceMs;
  return affectedCount / Math.max(SHORTEST_SPAN_MINUTES, spanMs / 60_000);
}

const SHORTEST_SPAN_MINUTES = 15;
