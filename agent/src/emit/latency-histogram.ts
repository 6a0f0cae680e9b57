/**
 * Latency of a long-running process as OpenTelemetry's exponential histogram, made from the exact buckets of our windows.
 *
 * Why exponential: it is sparse, needs no bounds agreed on beforehand, and its buckets merge by addition at every backend,
 * as ours do. Scale 4 is 16 buckets for each doubling (4.4 % wide). Each of our buckets (at most 0.8 % wide) goes whole into
 * the bucket that holds its middle, always the same one: counts stay exact sums, and only a bucket of ours that lies
 * across a bound can be off by its own width. The sum is taken from the middles and is exact to 0.4 %.
 *
 * Source: OpenTelemetry specification, "Metrics Data Model", ExponentialHistogram ("All Scales: Use the Logarithm Function").
 */
import type { HistogramBuckets } from '../record/histogram-text.ts';
import type { WindowRecord } from '../record/window-record.ts';
import type { Attributes } from './span.ts';

export interface ExponentialPoint {
  readonly attributes: Attributes;
  readonly fromEpochMs: number;
  readonly toEpochMs: number;
  readonly count: number;
  /** Seconds. */
  readonly sum: number;
  readonly scale: number;
  /** Index of the first bucket count. */
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

export interface LatencyHistograms {
  /** @returns one point for each route, or one for all where the window names no routes */
  add(window: WindowRecord): ExponentialPoint[];
}

/** @param temporality  `cumulative` keeps counting over windows, so that a lost request loses no counts */
export function createLatencyHistograms(temporality: 'cumulative' | 'delta'): LatencyHistograms {
  const series = new Map<string, Series>();
  return {
    add(window) {
      if (temporality === 'delta') series.clear();
      const touched = new Set<Series>();
      for (const { route, durations } of window.routes ?? [{ route: ALL, durations: window.durations }]) {
        if (!durations?.length) continue;
        const name = series.has(route) || series.size < MOST_SERIES ? route : OTHER;
        const one = series.get(name) ?? { name, fromEpochMs: window.fromEpochMs, counts: new Map(), count: 0, sum: 0 };
        series.set(name, one);
        addBuckets(one, durations);
        touched.add(one);
      }
      return [...touched].map((one) => pointOf(one, window.fromEpochMs + window.lengthMs));
    },
  };
}

interface Series {
  readonly name: string;
  readonly fromEpochMs: number;
  /** By index of the exponential bucket. */
  readonly counts: Map<number, number>;
  count: number;
  sum: number;
}

function addBuckets(series: Series, buckets: HistogramBuckets): void {
  for (const { index, count } of buckets) {
    const seconds = middleSeconds(index);
    // Bucket i holds what is above base^i and at most base^(i+1).
    const exponential = Math.ceil(Math.log2(seconds) * 2 ** SCALE) - 1;
    series.counts.set(exponential, (series.counts.get(exponential) ?? 0) + count);
    series.count += count;
    series.sum += seconds * count;
  }
}

function pointOf(series: Series, toEpochMs: number): ExponentialPoint {
  const indices = [...series.counts.keys()];
  const offset = Math.min(...indices);
  const bucketCounts = new Array<number>(Math.max(...indices) - offset + 1).fill(0);
  for (const [index, count] of series.counts) bucketCounts[index - offset] = count;
  return {
    attributes: attributesOf(series.name),
    fromEpochMs: series.fromEpochMs,
    toEpochMs,
    count: series.count,
    sum: series.sum,
    scale: SCALE,
    offset,
    bucketCounts,
  };
}

function attributesOf(route: string): Attributes {
  if (route === ALL) return {};
  const http = /^([A-Z]+) (\S.*)$/.exec(route);
  return http ? { 'http.request.method': http[1]!, 'http.route': http[2]! } : { 'nightlight.route': route };
}

/** The inverse of `bucketOfMs`: the middle of the whole microseconds that a bucket of ours holds. */
function middleSeconds(index: number): number {
  const bucket = Math.max(0, (index >> 7) - 1);
  const low = (index - bucket * 128) * 2 ** bucket;
  return Math.max(1, low + (2 ** bucket - 1) / 2) / 1e6;
}

const SCALE = 4;
const ALL = '';
const OTHER = 'other';
/** The windows name a few dozen routes at most; over a long life the names may change, and memory must not follow. */
const MOST_SERIES = 200;
