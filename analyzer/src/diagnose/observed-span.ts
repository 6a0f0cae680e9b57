/** How long the input looks: what turns a sum into "an hour" and "a day". */
import type { Summary } from '../store/summary.ts';

/** @returns hours from the first event to the last; undefined below five minutes, where "an hour" would be a guess */
export function observedHours(summary: Pick<Summary, 'firstMs' | 'lastMs'>): number | undefined {
  const spanMs = summary.lastMs - summary.firstMs;
  return spanMs >= SHORTEST_SPAN_MS ? spanMs / 3_600_000 : undefined;
}

/** @returns what the sum becomes in a day when the rest of the day is like the part we saw */
export function perDay(sum: number, summary: Pick<Summary, 'firstMs' | 'lastMs'>): number | undefined {
  const hours = observedHours(summary);
  return hours === undefined ? undefined : (sum / hours) * 24;
}

/** For `certaintyBecause`: how much of a day the daily figure rests on. */
export function dailyFigureBasis(summary: Pick<Summary, 'firstMs' | 'lastMs'>): string {
  const hours = observedHours(summary);
  if (hours === undefined) return 'the input spans less than 5 minutes';
  return hours >= 24
    ? 'seen over a full day or more'
    : `reckoned up from ${hours < 2 ? `${Math.round(hours * 60)} min` : `${Math.round(hours)} h`} to a day`;
}

const SHORTEST_SPAN_MS = 5 * 60_000;
