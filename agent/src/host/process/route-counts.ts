/**
 * Requests of a stretch of time, counted for each route.
 *
 * Durations go into the buckets of the record format at once, so that a million requests take no more memory than one.
 * Routes are bounded twice: so many at a time are counted apart, the busiest of them are told.
 */
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
  rowOfJob(name: string): RouteRow;
  count(row: RouteRow, durationMs: number, failed: boolean): void;
  /** What was counted since this was last asked. */
  take(): CountedRoutes;
}

/** @param learned  the pattern of a router that tells it only now and then, for a path with its values taken out */
export function createRouteCounts(learned: (method: string, masked: string) => string | undefined = () => undefined): RouteCounts {
  const rows = new Map<string, RouteRow>();
  const byPath = new Map<string, Map<string, RouteRow>>();
  const byPattern = new Map<string, Map<string, RouteRow>>();
  let remembered = 0;

  function rowOf(route: string): RouteRow {
    const name = rows.has(route) || rows.size < ROUTES_COUNTED ? route : OTHER;
    let row = rows.get(name);
    if (!row) {
      row = { route: name, requestCount: 0, failedCount: 0, counts: new Uint32Array(HISTOGRAM_LENGTH) };
      rows.set(name, row);
    }
    return row;
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
    remembered = 0;
  }

  return {
    rowOfRequest(method, url, pattern, statusCode) {
      if (pattern !== undefined) {
        return (
          byPattern.get(method)?.get(pattern) ?? remember(byPattern, method, pattern, rowOf(`${method} ${pattern.slice(0, LONGEST_NAME)}`))
        );
      }
      const path = pathOf(url);
      const known = byPath.get(method)?.get(path);
      if (known) return known;
      const masked = maskPath(path);
      // Whoever tries doors that are not there would fill the table with them.
      if (statusCode === 404 && !rows.has(`${method} ${masked}`)) return rowOf(`${method} ${UNMATCHED}`);
      const route = `${method} ${(learned(method, masked) ?? masked).slice(0, LONGEST_NAME)}`;
      return remember(byPath, method, path, rowOf(route));
    },

    rowOfJob: (name) => rowOf(name.slice(0, LONGEST_NAME)),

    count(row, durationMs, failed) {
      row.requestCount++;
      if (failed) row.failedCount++;
      row.counts[bucketOfMs(durationMs)]!++;
    },

    take() {
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
