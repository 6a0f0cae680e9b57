/**
 * Rows under their heads. Columns that do not fit are left out, the least important first, rather than cut until they
 * mislead; the one that grows takes what is left over.
 */
import { type Align, type Cut, fitText, selectedLine } from './fit.ts';
import { type Line, type Run, run } from './line.ts';

export interface Column<Row> {
  readonly head: string;
  readonly width: number;
  readonly align?: Align;
  readonly cut?: Cut;
  /** Takes the width that nobody needs; `width` is then the least. */
  readonly grows?: boolean;
  /** Left out first when the highest; 0, as when not given, stays always. */
  readonly dropsAt?: number;
  /** Several runs when a cell has several styles; they must already be `width` wide then. */
  readonly cell: (row: Row, width: number) => string | Run | readonly Run[];
}

export interface TableLook {
  readonly width: number;
  /** Columns between two columns; one when not given. */
  readonly between?: number;
  /** Index of the selected row, which gets a `>`. */
  readonly selected?: number | undefined;
}

/** @returns the head, then one line a row; each begins with two columns for the cursor */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], look: TableLook): readonly Line[] {
  const between = ' '.repeat(look.between ?? 1);
  const shown = fittingColumns(columns, look.width - CURSOR_WIDTH, between.length);
  const head: Line = [
    run(' '.repeat(CURSOR_WIDTH)),
    ...joined(
      shown.map(({ column, width }) => [run(fitText(column.head, width, column.align), 'dim')]),
      between,
    ),
  ];
  return [
    head,
    ...rows.map((row, index) => {
      const isSelected = index === look.selected;
      const cells = shown.map(({ column, width }) => cellOf(column, row, width));
      const drawn: Line = [run(isSelected ? '> ' : '  ', 'strong'), ...joined(cells, between)];
      return isSelected ? selectedLine(drawn, look.width) : drawn;
    }),
  ];
}

/** @returns the columns that have room, each with its width */
function fittingColumns<Row>(columns: readonly Column<Row>[], width: number, between: number): { column: Column<Row>; width: number }[] {
  let kept = columns;
  const needed = () => kept.reduce((sum, column) => sum + column.width, 0) + between * Math.max(0, kept.length - 1);
  while (needed() > width) {
    const first = Math.max(...kept.map(({ dropsAt }) => dropsAt ?? 0));
    if (!(first > 0)) break;
    const index = kept.findLastIndex(({ dropsAt }) => dropsAt === first);
    kept = kept.filter((_, at) => at !== index);
  }
  const spare = Math.max(0, width - needed());
  const growing = kept.filter(({ grows }) => grows).length;
  let given = 0;
  return kept.map((column) => {
    if (!column.grows) return { column, width: column.width };
    given++;
    // The last one takes what division leaves.
    const part = given === growing ? spare - Math.floor(spare / growing) * (growing - 1) : Math.floor(spare / growing);
    return { column, width: column.width + part };
  });
}

const CURSOR_WIDTH = 2;

function cellOf<Row>(column: Column<Row>, row: Row, width: number): readonly Run[] {
  const cell = column.cell(row, width);
  if (typeof cell === 'string') return [run(fitText(cell, width, column.align, column.cut))];
  if ('text' in cell) return [{ ...cell, text: fitText(cell.text, width, column.align, column.cut) }];
  return cell;
}

function joined(cells: readonly (readonly Run[])[], between: string): Run[] {
  return cells.flatMap((cell, index) => (index === 0 ? cell : [run(between), ...cell]));
}
