/** What a screen is drawn from in tests: nothing selected, times in UTC, the last hour. */
import type { Picture } from '../../analyzer/src/live/picture.ts';
import type { ScreenInput } from '../../tui/src/model/screen.ts';

/** Bodies of terminals of 80x24, 100x29 and 140x44: the sizes that screens are laid out for. */
export const SIZES: readonly (readonly [number, number])[] = [
  [80, 17],
  [100, 22],
  [140, 37],
];

export function screenInput(
  picture: Picture,
  view: Partial<ScreenInput['view']> = {},
  size: { readonly width: number; readonly height: number } = { width: 80, height: 17 },
  state?: unknown,
): ScreenInput {
  return {
    picture,
    state,
    glyphs: 'braille',
    ...size,
    view: {
      selected: undefined,
      order: undefined,
      filter: undefined,
      sort: undefined,
      timeStyle: 'utc',
      windowMs: 3_600_000,
      atMs: undefined,
      crumbs: [],
      lines: undefined,
      scroll: 0,
      ...view,
    },
  };
}
