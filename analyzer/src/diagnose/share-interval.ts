/** A share as every section shows it: the counts themselves and how far the truth may lie from what was seen. */
import { clopperPearson } from '../stats/clopper-pearson.ts';
import type { ShareInterval } from './sections.ts';

/** @returns undefined where nothing could have happened: no exposure, no share */
export function shareInterval(count: number, of: number): ShareInterval | undefined {
  if (!(of > 0)) return undefined;
  const { low, high } = clopperPearson(count, of);
  return { count, of, share: count / of, low, high };
}

/** With no attempts nothing is known of a share: anything from 0 to 1. */
export const NOTHING_EXPOSED: ShareInterval = { count: 0, of: 0, share: 0, low: 0, high: 1 };
