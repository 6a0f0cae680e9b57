/** The lines behind a number, as they were printed and redacted: the last step of every way down. */
import { printable } from '@nightlight/analyzer/report';
import { cutText, wrapText } from '../frame/fit.ts';
import { type Line, line, run } from '../frame/line.ts';
import { momentText } from '../model/clock-text.ts';
import type { ScreenInput } from '../model/screen.ts';

type Input = Pick<ScreenInput, 'view' | 'picture' | 'width' | 'height'>;

export function rawLines(input: Input): readonly Line[] {
  const { view, height } = input;
  const drawn = allOf(input);
  const from = Math.max(0, Math.min(view.scroll, drawn.length - height));
  const shown = drawn.slice(from, from + height);
  if (from + height >= drawn.length) return shown;
  return [...shown.slice(0, -1), line(run(`    … ${drawn.length - from - height + 1} more rows; j and k move`, 'dim'))];
}

/** How far they can be moved. */
export function mostRawScroll(input: Input): number {
  return Math.max(0, allOf(input).length - input.height);
}

function allOf({ view, picture, width }: Input): readonly Line[] {
  const { lines } = view;
  if (lines === undefined) return [line(run(' no line stands behind this: it is counted over many', 'dim'))];
  switch (lines.kind) {
    case 'reading':
      return [line(run(' reading the lines …', 'dim'))];
    case 'failed':
      return wrapText(`the lines could not be read: ${lines.because}`, width - 1, 3).map((text) => line(run(` ${text}`, 'warn')));
    case 'read':
      break;
    default:
      return lines satisfies never;
  }
  if (lines.lines.length === 0) return [line(run(' no line stands behind this: it is counted over many', 'dim'))];
  return lines.lines.flatMap(({ atMs, source, text, evidence }) => [
    line(
      run(atMs === undefined ? ' time unknown' : ` ${momentText(atMs, view.timeStyle, picture.nowMs)}`, 'strong'),
      // Of a long path the file counts, and the byte behind it.
      run(
        `  ${cutText(printable(source), Math.max(12, width - PLACE_AND_TIME), 'middle')}, byte ${evidence.byteOffset.toLocaleString('en-US')}`,
        'dim',
      ),
    ),
    ...printable(text)
      .split(/\r?\n/)
      .flatMap((row) => wrapText(row, width - 4, MOST_ROWS).map((part) => line(`   ${part}`))),
  ]);
}

/** Columns that time and byte take beside the path. */
const PLACE_AND_TIME = 40;

/** Of one line of a log: a stack has some twenty, a dumped object may have thousands. */
const MOST_ROWS = 24;
