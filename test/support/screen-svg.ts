/** A screen of cells as an SVG picture: what the terminal held, so that a picture in the documentation cannot show more. */
import type { ScreenCell } from './terminal-screen.ts';

/** @returns one SVG document; wider letters take two cells, reversed cells have a ground */
export function screenSvg(cells: readonly (readonly ScreenCell[])[], title: string): string {
  return [...opening(cells, title), ...drawn(cells), '</svg>', ''].join('\n');
}

/** One screen after the other, for so long each, for ever; whoever wants no motion sees the last one. */
export function animatedSvg(screens: readonly (readonly (readonly ScreenCell[])[])[], title: string, secondsEach: number): string {
  const share = Math.round(1_000_000 / screens.length) / 10_000;
  return [
    ...opening(screens[0]!, title),
    '<style>',
    `.s{visibility:hidden;animation:s ${screens.length * secondsEach}s steps(1,end) infinite}`,
    `@keyframes s{0%{visibility:visible}${share}%{visibility:hidden}}`,
    '@media (prefers-reduced-motion:reduce){.s{animation:none}.s:last-child{visibility:visible}}',
    '</style>',
    ...screens.flatMap((cells, index) => [`<g class="s" style="animation-delay:${index * secondsEach}s">`, ...drawn(cells), '</g>']),
    '</svg>',
    '',
  ].join('\n');
}

function opening(cells: readonly (readonly ScreenCell[])[], title: string): readonly string[] {
  const columns = cells[0]?.length ?? 0;
  const [width, height] = [columns * CELL_WIDTH + 2 * MARGIN, cells.length * CELL_HEIGHT + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="6" fill="${GROUND}"/>`,
  ];
}

function drawn(cells: readonly (readonly ScreenCell[])[]): readonly string[] {
  const grounds: string[] = [];
  const texts: string[] = [];
  cells.forEach((row, rowIndex) => {
    for (const { from, text, cell, cellCount } of runsOf(row)) {
      const x = MARGIN + from * CELL_WIDTH;
      const y = MARGIN + rowIndex * CELL_HEIGHT;
      const colour = colourOf(cell);
      if (cell.isInverse)
        grounds.push(`<rect x="${x}" y="${y}" width="${cellCount * CELL_WIDTH}" height="${CELL_HEIGHT}" fill="${colour}"/>`);
      if (text.trim() === '') continue;
      const fill = cell.isInverse ? GROUND : colour;
      // The length is told, so that a font of another width cannot move what follows.
      const look = `${fill === INK ? '' : ` fill="${fill}"`}${cell.isBold ? ' font-weight="bold"' : ''}`;
      texts.push(`<text x="${x}" y="${y + BASELINE}" textLength="${cellCount * CELL_WIDTH}"${look}>${escaped(text)}</text>`);
    }
  });
  return [
    ...grounds,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="13" fill="${INK}" xml:space="preserve">`,
    ...texts,
    '</g>',
  ];
}

const CELL_WIDTH = 8;
const CELL_HEIGHT = 17;
const BASELINE = 13;
const MARGIN = 10;
const GROUND = '#14171c';
const INK = '#d5d8dd';

interface CellRun {
  readonly from: number;
  readonly text: string;
  readonly cell: ScreenCell;
  readonly cellCount: number;
}

/** Neighbours that look the same; blanks at the ends are taken off, unless they have a ground. */
function runsOf(row: readonly ScreenCell[]): readonly CellRun[] {
  const runs: { from: number; text: string; cell: ScreenCell; cellCount: number }[] = [];
  row.forEach((cell, column) => {
    if (cell.width === 0) return;
    const last = runs.at(-1);
    // Several blanks between two words need no letters, and viewers disagree on how wide they are.
    if (
      last !== undefined &&
      last.from + last.cellCount === column &&
      lookOf(last.cell) === lookOf(cell) &&
      (cell.isInverse || !(cell.text === ' ' && last.text.endsWith(' ')))
    ) {
      last.text += cell.text;
      last.cellCount += cell.width;
    } else runs.push({ from: column, text: cell.text, cell, cellCount: cell.width });
  });
  return runs;
}

function lookOf({ foreground, isBold, isInverse }: ScreenCell): string {
  return `${foreground} ${isBold} ${isInverse}`;
}

function colourOf({ foreground }: ScreenCell): string {
  return foreground.startsWith('#') ? foreground : INK;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
