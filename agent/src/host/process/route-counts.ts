/**
 * Requests of a stretch of time, counted for each route.
 *
 * Durations go into the buckets of the record format at once, so that a million requests take no more memory than one.
 * Routes are bounded twice: so many at a time are counted apart, the busiest of them are told.
 *
 * Between two requests a server runs so much other code that ours has left the processor's caches, and what it costs then is
 * not its instructions but their way back. So ordinary requests are only noted down, and counted by the dozen.
 */
import { now } from '../../measure/clock.ts';
import { bucketOfMs, bucketsOfCounts, HISTOGRAM_LENGTH, type HistogramBuckets } from '../../record/histogram-text.ts';
import type { RouteWindow } from '../../record/route-window.ts';
import { maskPath, pathOf } from './route-name.ts';

export interface RouteRow {
  readonly route: string;
  requestCount: number;
  failedCount: number;
  readonly counts: Uint32Array;
}

export interface CountedRoutes {
  readonly requestCount: number;
  readonly failedCount: number;
  readonly durations: HistogramBuckets;
  readonly routes: RouteWindow[];
  /** How often each bucket was met, over all routes. */
  readonly counts: Uint32Array;
}

export interface RouteCounts {
  /** @param pattern  as the application's router calls the route, where that could be seen */
  rowOfRequest(method: string, url: string, pattern: string | undefined, statusCode: number | undefined): RouteRow;
  /** Counts a request that did not fail; whose route it is will be found out together with that of others. */
  countLater(method: string, url: string, pattern: string | undefined, isUnknown: boolean, durationMs: number): void;
  /** What finding those out took, since this was last asked. */
  takeCountingMs(): number;
  rowOfJob(name: string): RouteRow;
  /** @param bucket  that of its duration, by `bucketOfMs` */
  count(row: RouteRow, bucket: number, failed: boolean): void;
  /** What was counted since this was last asked. */
  take(): CountedRoutes;
}

/** @param learned  the pattern of a router that tells it only now and then, for a path with its values taken out */
export function createRouteCounts(learned: (method: string, masked: string) => string | undefined = () => undefined): RouteCounts {
  const rows = new Map<string, RouteRow>();
  const byPath = new Map<string, Map<string, RouteRow>>();
  const byPattern = new Map<string, Map<string, RouteRow>>();
  let remembered = 0;
  /**
   * Paths found lately, by a few of their bits. The parser makes a new string of each request's path: to look it up in a Map
   * it has to be hashed, which costs as much as all else that is counted of a request; to compare it costs next to nothing.
   */
  const lately: (LatePath | undefined)[] = new Array(LATE_PATHS).fill(undefined);

  function rowOf(route: string): RouteRow {
    const name = rows.has(route) || rows.size < ROUTES_COUNTED ? route : OTHER;
    let row = rows.get(name);
    if (!row) {
      row = { route: name, requestCount: 0, failedCount: 0, counts: new Uint32Array(HISTOGRAM_LENGTH) };
      rows.set(name, row);
    }
    return row;
  }

  function lateRow(method: string, path: string): RouteRow | undefined {
    const late = lately[bitsOf(path)];
    return late !== undefined && late.path === path && late.method === method ? late.row : undefined;
  }

  function rowOfPath(method: string, url: string, statusCode: number | undefined): RouteRow {
    const path = pathOf(url);
    const known = (path.length < url.length ? lateRow(method, path) : undefined) ?? byPath.get(method)?.get(path);
    if (known) {
      // Whoever comes first stays until the next window: a thousand paths that take turns would only push each other out.
      lately[bitsOf(path)] ??= { method, path, row: known };
      return known;
    }
    const masked = maskPath(path);
    // Whoever tries doors that are not there would fill the table with them.
    if (statusCode === 404 && !rows.has(`${method} ${masked}`)) return rowOf(`${method} ${UNMATCHED}`);
    const route = `${method} ${(learned(method, masked) ?? masked).slice(0, LONGEST_NAME)}`;
    return remember(byPath, method, path, rowOf(route));
  }

  function remember(known: Map<string, Map<string, RouteRow>>, method: string, text: string, row: RouteRow): RouteRow {
    if (++remembered > NAMES_REMEMBERED) forget();
    let ofMethod = known.get(method);
    if (!ofMethod) {
      ofMethod = new Map();
      known.set(method, ofMethod);
    }
    ofMethod.set(text, row);
    return row;
  }

  function forget(): void {
    byPath.clear();
    byPattern.clear();
    lately.fill(undefined);
    remembered = 0;
  }

  /** Method, path and pattern of one after the other: what is noted down together lies together. */
  const notes: (string | undefined)[] = new Array(GATHERED * NOTE_LENGTH).fill(undefined);
  /** Below 0, by 1 and more, where nobody knew the path. */
  const durationsMs = new Float64Array(GATHERED);
  let gathered = 0;
  let countingMs = 0;

  function countGathered(): void {
    for (let at = 0; at < gathered; at++) {
      const note = at * NOTE_LENGTH;
      const isUnknown = durationsMs[at]! < 0;
      const row = rowOfRequest(notes[note]!, notes[note + 1]!, notes[note + 2], isUnknown ? 404 : 200);
      row.requestCount++;
      row.counts[bucketOfMs(isUnknown ? -1 - durationsMs[at]! : durationsMs[at]!)]!++;
      notes[note + 1] = notes[note + 2] = undefined;
    }
    gathered = 0;
  }

  function countInOneGo(): void {
    const sinceMs = now();
    countGathered();
    countingMs += now() - sinceMs;
  }

  function rowOfRequest(method: string, url: string, pattern: string | undefined, statusCode: number | undefined): RouteRow {
    if (pattern === undefined) return lateRow(method, url) ?? rowOfPath(method, url, statusCode);
    return (
      byPattern.get(method)?.get(pattern) ?? remember(byPattern, method, pattern, rowOf(`${method} ${pattern.slice(0, LONGEST_NAME)}`))
    );
  }

  return {
    rowOfRequest,

    countLater(method, url, pattern, isUnknown, durationMs) {
      const note = gathered * NOTE_LENGTH;
      notes[note] = method;
      notes[note + 1] = url;
      // Of most there is none, and there was none before.
      if (pattern !== undefined) notes[note + 2] = pattern;
      durationsMs[gathered] = isUnknown ? -1 - durationMs : durationMs;
      if (++gathered === GATHERED) countInOneGo();
    },

    takeCountingMs() {
      const taken = countingMs;
      countingMs = 0;
      return taken;
    },

    rowOfJob: (name) => rowOf(name.slice(0, LONGEST_NAME)),

    count(row, bucket, failed) {
      row.requestCount++;
      if (failed) row.failedCount++;
      row.counts[bucket]!++;
    },

    take() {
      countGathered();
      const busiest = [...rows.values()].filter((row) => row.requestCount > 0).sort(byCount);
      const told = busiest.filter((row) => row.route !== OTHER).slice(0, ROUTES_TOLD);
      const rest = busiest.filter((row) => !told.includes(row));
      const all = sumOf(OTHER, busiest);
      const routes = (rest.length > 0 ? [...told, sumOf(OTHER, rest)] : told).map((row) => ({
        route: row.route,
        requestCount: row.requestCount,
        failedCount: row.failedCount,
        durations: bucketsOfCounts(row.counts),
      }));
      // What nobody asked for in this stretch makes room; the others go on in cleared rows.
      for (const [name, row] of rows) {
        if (row.requestCount === 0) {
          rows.delete(name);
          forget();
        }
        row.requestCount = row.failedCount = 0;
        row.counts.fill(0);
      }
      lately.fill(undefined);
      return { ...all, durations: bucketsOfCounts(all.counts), routes };
    },
  };
}

const OTHER = 'other';
const UNMATCHED = 'unmatched';
/** Each takes 12 KiB. */
const ROUTES_COUNTED = 50;
const ROUTES_TOLD = 20;
const NAMES_REMEMBERED = 2_000;
const LONGEST_NAME = 120;

interface LatePath {
  readonly method: string;
  readonly path: string;
  readonly row: RouteRow;
}

const GATHERED = 64;
const NOTE_LENGTH = 3;
/** A power of two. */
const LATE_PATHS = 64;

/** Length, and the last characters: those of one application differ there. */
function bitsOf(path: string): number {
  const { length } = path;
  return (length * 5 + path.charCodeAt(length - 1) + path.charCodeAt(length >> 1) * 3) & (LATE_PATHS - 1);
}

const byCount = (a: RouteRow, b: RouteRow): number => b.requestCount - a.requestCount;

function sumOf(route: string, rows: readonly RouteRow[]): RouteRow {
  const sum = { route, requestCount: 0, failedCount: 0, counts: new Uint32Array(HISTOGRAM_LENGTH) };
  for (const row of rows) {
    sum.requestCount += row.requestCount;
    sum.failedCount += row.failedCount;
    for (let bucket = 0; bucket < HISTOGRAM_LENGTH; bucket++) sum.counts[bucket]! += row.counts[bucket]!;
  }
  return sum;
}
