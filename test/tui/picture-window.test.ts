/** The minute that is not over yet is said to be so: its fall at the right edge of a chart is not the end of what hurts. */
import type { Picture } from '@nightlight/analyzer';
import { expect, test } from 'vitest';
import { windowOf } from '../../tui/src/model/picture-window.ts';
import { unfinishedWords } from '../../tui/src/screens/window-words.ts';

const LAST = 29_916_000;
const HOUR = { windowMs: 3_600_000, atMs: undefined };

function pictureAt(nowMs: number, state: 'live' | 'replaying' | 'ended'): Picture {
  return { nowMs, minutes: { first: LAST - 10, last: LAST, gaps: [] }, sources: [{ state }] } as unknown as Picture;
}

test.each(['live', 'replaying'] as const)('twelve seconds into a minute of a source that is %s, it says so', (state) => {
  const window = windowOf(pictureAt(LAST * 60_000 + 12_900, state), HOUR);
  expect(unfinishedWords(window)).toBe('   last minute: 12 s so far');
});

test('a minute that is over, an input that has ended, and a window that ends earlier have no unfinished minute', () => {
  expect(unfinishedWords(windowOf(pictureAt((LAST + 1) * 60_000, 'live'), HOUR))).toBe('');
  expect(unfinishedWords(windowOf(pictureAt(LAST * 60_000 + 12_900, 'ended'), HOUR))).toBe('');
  const earlier = { ...HOUR, atMs: (LAST - 3) * 60_000 };
  expect(unfinishedWords(windowOf(pictureAt(LAST * 60_000 + 12_900, 'live'), earlier))).toBe('');
});
