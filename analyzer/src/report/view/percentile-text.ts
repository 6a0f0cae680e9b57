/** Percentiles in words, which never claim more than the number of samples allows. */
import type { Percentile, Percentiles } from '../../diagnose/sections.ts';
import { countWords } from '../../diagnose/wording.ts';
import { durationText } from '../wording/times.ts';

export type PercentileName = 'p50Ms' | 'p90Ms' | 'p99Ms' | 'p999Ms';

/**
 * Smallest sample with a two-sided 95 % order-statistic interval.
 * Source: H. A. David, H. N. Nagaraja (2003), "Order Statistics", 3rd edition, section 7.1.
 */
export const SAMPLES_NEEDED: Readonly<Record<PercentileName, number>> = { p50Ms: 6, p90Ms: 36, p99Ms: 368, p999Ms: 3700 };

/** `3.8 s`, or the reason why there is none: `n<368` */
export function percentileText(percentiles: Percentiles | undefined, name: PercentileName): string {
  if (percentiles === undefined || percentiles.sampleCount === 0) return '-';
  const percentile = percentiles[name];
  if (percentile === undefined) return `n<${countWords(SAMPLES_NEEDED[name])}`;
  return percentile.high === undefined ? `>= ${durationText(percentile.low ?? percentile.value)}` : durationText(percentile.value);
}

/** `3.8 s [3.5 s, 4.4 s]` */
export function percentileWithInterval(percentiles: Percentiles | undefined, name: PercentileName): string {
  const percentile = percentiles?.[name];
  const text = percentileText(percentiles, name);
  return percentile === undefined || percentile.high === undefined ? text : `${text} ${intervalText(percentile)}`;
}

function intervalText(percentile: Percentile): string {
  return `[${durationText(percentile.low ?? percentile.value)}, ${durationText(percentile.high ?? percentile.value)}]`;
}
