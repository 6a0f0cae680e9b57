/** One frame as text, for a terminal whose keys are not ours: standard input comes from a file there. */
import type { Picture } from '@nightlight/analyzer';
import { fitLine } from '../frame/fit.ts';
import type { Glyphs } from '../frame/glyphs.ts';
import { EMPTY_LINE, type Line } from '../frame/line.ts';
import type { Screen, ScreenInput } from '../model/screen.ts';
import { footerLines, footerRows, HEADER_ROWS, headerLines } from '../model/shell-lines.ts';
import { startShell, viewOf } from '../model/shell-state.ts';

export interface OneFrame {
  readonly picture: Picture;
  readonly screen: Screen;
  readonly screens: readonly Screen[];
  readonly headline: Line;
  readonly width: number;
  readonly height: number;
  readonly glyphs: Glyphs;
  readonly wallMs: number;
}

/** @returns exactly `height` rows of `width` columns: the frame that the shell would show before the first key */
export function oneFrame({ picture, screen, screens, headline, width, height, glyphs, wallMs }: OneFrame): readonly Line[] {
  const state = startShell(screen.id);
  const room = Math.max(1, height - HEADER_ROWS - footerRows(height));
  const input: ScreenInput = { picture, state: screen.start, view: viewOf(state), width, height: room, glyphs };
  const body = screen.draw(input);
  const footer = { state, why: screen.why(input), next: screen.next(input) };
  return [
    ...headerLines({ picture, opening: '', state, screens, wallMs, incident: headline, heldCount: 0, lookedBack: 'now' }, width),
    ...Array.from({ length: room }, (_, row) => fitLine(body[row] ?? EMPTY_LINE, width)),
    ...footerLines(footer, width, footerRows(height)),
  ];
}
