/** The requests of one route in a window: which route is slow must not drown in the sum over all of them. */
import { type Codec, columns, count, text } from './codec.ts';
import { histogram } from './histogram-codec.ts';
import type { HistogramBuckets } from './histogram-text.ts';

export interface RouteWindow {
  /** `GET /orders/:id`, without the variable parts. */
  readonly route: string;
  readonly requestCount: number;
  readonly failedCount: number;
  readonly durations?: HistogramBuckets | undefined;
}

export const routeWindow: Codec<RouteWindow> = columns<RouteWindow>(
  { route: text, requestCount: count, failedCount: count, durations: histogram },
  ['route', 'requestCount', 'failedCount'],
);
