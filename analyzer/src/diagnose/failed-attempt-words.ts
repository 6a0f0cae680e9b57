/** Clauses of the sentence that tells of failed attempts: what happened, how it goes on, and what all of them share. */
import type { MinuteSeries } from '../store/minute-series.ts';
import type { Summary } from '../store/summary.ts';
import { RARITY_WORDS } from './failure-rarity.ts';
import { sumBetween } from './function-configurations.ts';
import type { Incident } from './gather-incidents.ts';
import type { FailureSection, MemorySection } from './sections.ts';
import { UNEXPLAINED } from './unexplained-failures.ts';
import { aboutWords, countWords, durationWords, oneInWords, plural } from './wording.ts';

export function openingWords(incident: Incident, timeoutMs: number | undefined, memory: readonly MemorySection[]): string {
  const foremost = incident.groups[0]!;
  switch (incident.kind) {
    case 'timeout':
      return timeoutMs === undefined ? 'ran into the timeout' : `ran into the timeout of ${durationWords(timeoutMs)}`;
    case 'out-of-memory':
      return `killed for want of memory${climbWords(memory) ?? ''}`;
    case 'init-failure':
      return foremost.type === UNEXPLAINED ? 'the init failed' : `the init failed with ${nameOf(foremost)}`;
    case 'failure':
      return incident.folded ? `${plural(incident.groups.length, 'more kind')} of failure` : nameOf(foremost);
    default:
      return incident.kind satisfies never;
  }
}

/** `1 in 12 in the last 15 min`: is it still going on, and is it better or worse than the whole? */
export function trendWords(summary: Summary, perMinute: ReadonlyMap<number, number>, minutes: MinuteSeries): string | undefined {
  const lastMinute = Math.floor(summary.lastMs / 60_000);
  const firstMinute = Math.floor(summary.firstMs / 60_000);
  if (perMinute.size === 0 || !(lastMinute - firstMinute >= SHORTEST_INPUT_FOR_TREND_MINUTES)) return undefined;
  let failed = 0;
  for (let minute = lastMinute - RECENT_MINUTES + 1; minute <= lastMinute; minute++) failed += perMinute.get(minute) ?? 0;
  const attempts = sumBetween(minutes, 'invocations', (lastMinute - RECENT_MINUTES + 1) * 60_000, (lastMinute + 1) * 60_000);
  if (failed === 0) return attempts === 0 ? 'not called in the last 15 min' : `none of ${countWords(attempts)} in the last 15 min`;
  return `${oneInWords(failed, Math.max(failed, attempts))} in the last 15 min`;
}

export function coldWords(cold: number, count: number): string | undefined {
  if (cold === 0) return undefined;
  if (cold < count) return `${countWords(cold)} on a cold start`;
  return count === 1 ? 'on a cold start' : 'all on a cold start';
}

/** A server fails on some routes and answers on the others: which ones is where one looks first. Failures of all kinds are counted. */
export function routeWords(summary: Summary, functionName: string, isAlone: boolean): string | undefined {
  const failing = [...summary.routes]
    .map(([key, { failedCount, requestCount }]) => ({ key: key.split('\u0000'), failedCount, requestCount }))
    .filter(({ key, failedCount }) => key[0] === functionName && failedCount > 0)
    .sort((a, b) => b.failedCount - a.failedCount || (a.key[1]! < b.key[1]! ? -1 : 1));
  if (failing.length === 0) return undefined;
  const named = failing
    .slice(0, MOST_ROUTES)
    .map(
      ({ key, failedCount, requestCount }) => `${key[1]} ${countWords(failedCount)} of ${countWords(Math.max(failedCount, requestCount))}`,
    );
  const more = failing.length > MOST_ROUTES ? ` and ${plural(failing.length - MOST_ROUTES, 'more route')}` : '';
  return `${isAlone ? 'failing routes' : 'failing routes, all kinds of failure together'}: ${named.join(', ')}${more}`;
}

/** The clock may only have come first. A finding of its own tells of it, but whoever reads only this one must not be misled. */
export function fullMemoryWords(memory: readonly MemorySection[]): string | undefined {
  const count = memory.reduce((sum, { maskedDeathCount }) => sum + (maskedDeathCount ?? 0), 0);
  return count === 0 ? undefined : `${countWords(count)} at full memory, which may be why`;
}

export function attemptsAndClass(group: FailureSection, withClassWord: boolean): string {
  const word = withClassWord && group.rarity !== undefined ? `, ${RARITY_WORDS[group.rarity.kind]}` : '';
  return `${countWords(group.rate.count)} attempts${word}`;
}

/** Type and masked message, short enough for a line: the masked form groups the same way that the eye does. */
export function nameOf(group: FailureSection): string {
  // Where nothing names the error, its type is the bare status.
  const nameless = group.type === UNEXPLAINED || (group.type === group.status && group.maskedMessage === '');
  if (nameless) return 'failed without an error line';
  const code = group.code === undefined || group.maskedMessage.includes(group.code) ? '' : ` (${group.code})`;
  if (group.maskedMessage === '' || group.maskedMessage === group.type) return `${group.type}${code}`;
  const line = group.maskedMessage.split('\n', 1)[0]!;
  return `${group.type}${code}: ${line.length > 100 ? `${line.slice(0, 99)}…` : line}`;
}

/** What the memory diagnosis knows of the way to the limit: a leak that explains the deaths stands in front of them. */
function climbWords(memory: readonly MemorySection[]): string | undefined {
  for (const { fastLeak, growth } of memory) {
    if (fastLeak !== undefined) {
      const { medianInvocations, lowInvocations, highInvocations, mbPerInvocation } = fastLeak;
      const slope = mbPerInvocation === undefined ? '' : `, climbing ${mbPerInvocation.toPrecision(2)} MB each`;
      return ` ${aboutWords(medianInvocations, lowInvocations, highInvocations, 'invocation')} after a start${slope}`;
    }
    if (growth.kind === 'leaking') return `, climbing ${growth.mbPerInvocation.toPrecision(2)} MB per invocation`;
  }
  return undefined;
}

const RECENT_MINUTES = 15;
/** In an input hardly longer than that, the last minutes are the whole. */
const SHORTEST_INPUT_FOR_TREND_MINUTES = 20;
const MOST_ROUTES = 3;
