/**
 * Does a failure happen everywhere in its stream, or in a few places of it?
 *
 * The stream is cut into windows in which three or more failures are expected. If they come by an even chance, at least
 * 95 % of such windows hold one; an outage leaves most of them empty. A window holds the failure when it has a quarter
 * of what is expected: one failure in a window that should have two hundred is not the same failure going on.
 */
import { clopperPearson } from '../stats/clopper-pearson.ts';
import type { Tally } from '../store/attempt-attribute.ts';

export interface Spread {
  readonly windows: number;
  readonly filled: number;
  /** 95 % bounds of the share of windows that hold the failure. */
  readonly low: number;
  readonly high: number;
}

/** @param blocks  consecutive pieces of the stream */
export function spreadOf(blocks: readonly Tally[]): Spread {
  let exposed = 0;
  let failures = 0;
  for (const block of blocks) {
    exposed += block.exposed;
    failures += block.failures;
  }
  const share = exposed > 0 ? failures / exposed : 0;
  let windows = 0;
  let filled = 0;
  let expected = 0;
  let seen = 0;
  for (const block of blocks) {
    expected += share * block.exposed;
    seen += block.failures;
    if (expected < EXPECTED) continue;
    windows++;
    if (seen >= Math.max(1, expected / 4)) filled++;
    expected = 0;
    seen = 0;
  }
  return { windows, filled, ...clopperPearson(filled, windows) };
}

const EXPECTED = 3;
