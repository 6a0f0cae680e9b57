/** Percentiles of warm attempts in the stretch that somebody looks at, told when they are asked for. */
import type { WarmLatency } from '@nightlight/analyzer';
import { countWords, durationText } from '@nightlight/analyzer/report';
import type { PictureWindow } from './picture-window.ts';

export type WindowLatency = ReturnType<WarmLatency['between']>;

/** Reckoned once for a row: a day has many minutes, and a frame asks several times. @returns undefined where nobody counts them */
export function warmIn(warm: WarmLatency | undefined, { first, last }: PictureWindow): () => WindowLatency | undefined {
  let told: WindowLatency | undefined;
  return () => {
    told ??= warm?.between(first, last);
    return told;
  };
}

/** `573`; `?` where nobody counts them */
export function windowCount(told: WindowLatency | undefined): string {
  return told === undefined ? UNKNOWN : countWords(told.sampleCount);
}

/** `~640 ms`, `n<368`: with the `~` of what was counted in steps, and no digit more than those hold. */
export function windowPercentile(told: WindowLatency | undefined, name: keyof typeof NOT_ENOUGH): string {
  if (told === undefined) return UNKNOWN;
  const ms = told[name];
  return ms === undefined ? NOT_ENOUGH[name] : `~${durationText(Number(ms.toPrecision(2)))}`;
}

const UNKNOWN = '?';
/** As the report says it (docs/thresholds.md). */
const NOT_ENOUGH = { p50Ms: 'n<6', p90Ms: 'n<36', p99Ms: 'n<368', p999Ms: 'n<3,700' } satisfies Partial<
  Record<keyof WindowLatency, string>
>;
