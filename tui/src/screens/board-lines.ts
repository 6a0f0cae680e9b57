/** The recovery board as a table of cells: the scenario stays, architectures that do not fit are moved through. */
import { displayWidth } from '@nightlight/analyzer/wording';
import { cutText, fitText, wrapText } from '../frame/fit.ts';
import { type Line, line, type Run, run } from '../frame/line.ts';
import { type Column, table } from '../frame/table.ts';
import { visibleRows } from '../frame/visible-rows.ts';
import type { BoardView, CellView } from '../model/recovery-view.ts';
import { CLOCK_STYLES } from './clock-lines.ts';

export interface BoardLook {
  readonly width: number;
  /** Rows with the head. */
  readonly height: number;
  /** Index of the chosen scenario; undefined while something else is chosen. */
  readonly row: number | undefined;
  readonly column: number;
}

export function boardTable(board: BoardView, { width, height, row, column }: BoardLook): readonly Line[] {
  const label = Math.min(Math.max(12, Math.floor(width * 0.3)), Math.max(12, ...board.rows.map((each) => displayWidth(each.label))));
  const cellWidth = Math.max(LEAST_CELL, Math.min(MOST_CELL, Math.floor((width - 2 - label) / board.columns.length) - 1));
  const fitting = Math.max(1, Math.min(board.columns.length, Math.floor((width - 2 - label) / (cellWidth + 1))));
  const shown = visibleRows(board.columns.length, column, fitting);
  const room = Math.max(1, Math.min(board.rows.length, height - 1));
  const rows = visibleRows(board.rows.length, row ?? 0, room);
  const columns: Column<BoardView['rows'][number]>[] = [
    { head: 'scenario', width: label, grows: true, cut: 'middle', cell: (each) => each.label },
    ...board.columns.slice(shown.from, shown.to).map((name, index) => ({
      head: ` ${cutText(name, cellWidth - 1, 'middle')}`,
      width: cellWidth,
      cell: (each: BoardView['rows'][number]) =>
        cellRuns(each.cells[shown.from + index]!, cellWidth, each === board.rows[row ?? -1] && shown.from + index === column),
    })),
  ];
  return table(columns, board.rows.slice(rows.from, rows.to), { width, selected: row === undefined ? undefined : row - rows.from });
}

/** How many architectures stand outside of the table. */
export function hiddenColumns(board: BoardView, width: number): number {
  const label = Math.min(Math.max(12, Math.floor(width * 0.3)), Math.max(12, ...board.rows.map((each) => displayWidth(each.label))));
  return Math.max(0, board.columns.length - Math.max(1, Math.floor((width - 2 - label) / (LEAST_CELL + 1))));
}

/** Places or what a ranking lacks, and what makes the comparison unfair. */
export function rankingLines({ rank, because, warnings }: BoardView, width: number): readonly Line[] {
  const isRefused = rank[0] === NO_RANKING;
  const missing =
    because.length > MOST_MISSING ? [...because.slice(0, MOST_MISSING), `and ${because.length - MOST_MISSING} more`] : because;
  const text = isRefused ? `${NO_RANKING}, missing: ${missing.join('; ')}` : `ranking: ${rank.join('   ')}`;
  return [
    ...wrapText(text, width - 2, 3).map((part) => line(run(`  ${part}`, isRefused ? 'info' : 'strong'))),
    ...warnings.flatMap((warning) => wrapText(`? ${warning}`, width - 2, 2).map((part) => line(run(`  ${part}`, 'warn')))),
    ...(isRefused ? [] : because.flatMap((each) => wrapText(each, width - 2, 2).map((part) => line(run(`  ${part}`, 'dim'))))),
  ];
}

/** The same where there is one row: what is unfair is counted, and not left out. */
export function rankingLine({ rank, because, warnings }: BoardView, width: number): Line {
  const unfair = warnings.length === 0 ? '' : `   ? ${warnings.length} doubt${warnings.length === 1 ? '' : 's'}`;
  const isRefused = rank[0] === NO_RANKING;
  const text = isRefused ? `${NO_RANKING}, ${because.length} missing: ${because[0]?.split(': ')[0]}` : `ranking: ${rank.join('   ')}`;
  return line(run(`  ${cutText(text, width - 2 - unfair.length)}`, isRefused ? 'info' : 'strong'), run(unfair, 'warn'));
}

const NO_RANKING = 'no ranking yet';

/** What the marks in the cells mean. */
export const BOARD_LEGEND = '[I] instant  [M] moderate  [N] nightmare  p[ ] predicted  > not confirmed';

const LEAST_CELL = 17;
const MOST_CELL = 36;
const MOST_MISSING = 3;

function cellRuns({ text, tone, isComplete }: CellView, width: number, isChosen: boolean): readonly Run[] {
  return [
    run(isChosen ? '▸' : ' ', 'strong'),
    run(fitText(fittingText(text, width - 1), width - 1), isComplete ? CLOCK_STYLES[tone] : 'info'),
  ];
}

/** Rather fewer words than words cut off: the prediction goes first, then the single times. */
function fittingText(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const measured = text.replace(/ p\[.\]$/, '');
  if (displayWidth(measured) <= width) return measured;
  const count = /\((\d+ of \d+)\)/.exec(measured)?.[1];
  return count === undefined ? measured : `${count} runs`;
}
