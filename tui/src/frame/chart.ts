/**
 * A chart with axes in cells. A gap is a row of `?` on the ground line and empty above: never a zero and never a straight
 * line over what nobody saw. Braille gives 2 x 4 dots a cell, blocks eighths of its height, ASCII one mark.
 */
import { fitLine, fitText } from './fit.ts';
import { EIGHTHS, GAP, type Glyphs } from './glyphs.ts';
import { type Line, type Run, run, type Style } from './line.ts';

export interface ChartSeries {
  /** In order of x; a point without y breaks the line. */
  readonly points: readonly ChartPoint[];
  /** `area` is filled down to the ground, `line` joins its points, `dots` stand alone. */
  readonly kind: 'area' | 'line' | 'dots';
  readonly style: Style;
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number | undefined;
}

export interface ChartMark {
  readonly x: number;
  /** One column: `a` for an alert, `x` for a kill. */
  readonly letter: string;
  readonly style: Style;
  /** Where it stands; at the top when not given. */
  readonly y?: number;
}

export interface ChartLimit {
  readonly y: number;
  readonly label: string;
  readonly style?: Style;
}

export interface Chart {
  /** Both ends are shown. */
  readonly x: { readonly from: number; readonly to: number };
  readonly y: { readonly from?: number; readonly to: number; readonly label: (value: number) => string };
  readonly series: readonly ChartSeries[];
  /** Stretches of x of which nothing is known, both ends included. */
  readonly gaps?: readonly { readonly from: number; readonly to: number }[];
  readonly marks?: readonly ChartMark[];
  readonly limits?: readonly ChartLimit[];
  readonly xLabels?: readonly { readonly x: number; readonly text: string }[];
}

export interface ChartLook {
  readonly width: number;
  /** Rows with the axis of x in them; at least 3. */
  readonly height: number;
  readonly glyphs: Glyphs;
}

/** @returns exactly `height` lines of `width` columns */
export function drawChart(chart: Chart, look: ChartLook): readonly Line[] {
  const rows = Math.max(1, look.height - 1);
  const bottom = chart.y.from ?? 0;
  // A flat course must not divide by nothing.
  const top = chart.y.to > bottom ? chart.y.to : bottom + 1;
  const labels = axisLabels(rows, bottom, top, chart.y.label);
  const labelWidth = Math.min(Math.max(0, ...[...labels.values()].map((text) => text.length)), Math.max(0, look.width - 8));
  const columns = Math.max(1, look.width - labelWidth - AXIS_WIDTH);
  const place = placesOf(chart.x, bottom, top, columns, rows);
  const cells = blankCells(columns, rows);
  for (const limit of chart.limits ?? []) drawLimit(cells, limit, place, look.glyphs);
  for (const series of chart.series) {
    if (look.glyphs === 'braille') drawDots(cells, series, place);
    else drawSteps(cells, series, place, look.glyphs);
  }
  for (const gap of chart.gaps ?? []) drawGap(cells, gap, place);
  for (const mark of chart.marks ?? []) drawMark(cells, mark, place);
  const lines = cells.map((row, index) => {
    const label = labels.get(index);
    return [run(fitText(label ?? '', labelWidth, 'right'), 'dim'), run(label === undefined ? ' │' : ' ┤', 'frame'), ...runsOf(row)];
  });
  return [...lines, xAxis(chart, labelWidth, columns, place)].slice(0, look.height).map((each) => fitLine(each, look.width));
}

/** `[undefined, 3, 4]` from epoch minute 100 on becomes points at 100, 101, 102. */
export function pointsFrom(first: number, values: readonly (number | undefined)[]): readonly ChartPoint[] {
  return values.map((y, index) => ({ x: first + index, y }));
}

/** ` ┤` between the labels and the cells. */
const AXIS_WIDTH = 2;
/** Dots of a braille cell, Unicode chart U+2800: bit of the dot at [column][row]. */
const BRAILLE_BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BRAILLE_BASE = 0x2800;

interface Cell {
  text: string;
  style: Style;
  /** Braille dots that are set; 0 while the cell holds something else. */
  dots: number;
}

interface Place {
  readonly columns: number;
  readonly rows: number;
  /** Column of x, below 0 or at least `columns` when outside. */
  column(x: number): number;
  /** How far to the right within the chart, 0 to 1, and how high, 0 to 1. */
  right(x: number): number;
  up(y: number): number;
}

function placesOf(x: Chart['x'], bottom: number, top: number, columns: number, rows: number): Place {
  const span = x.to > x.from ? x.to - x.from : 1;
  const right = (value: number) => (value - x.from) / span;
  return {
    columns,
    rows,
    right,
    column: (value) => Math.floor(Math.min(right(value), right(value) > 1 ? 2 : 1) * (columns - 1) + 0.5),
    up: (value) => Math.max(0, Math.min(1, (value - bottom) / (top - bottom))),
  };
}

function blankCells(columns: number, rows: number): Cell[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => ({ text: ' ', style: 'plain' as Style, dots: 0 })));
}

function drawDots(cells: Cell[][], series: ChartSeries, place: Place): void {
  const width = place.columns * 2;
  const height = place.rows * 4;
  const dot = (x: number, fromTop: number) => {
    if (x < 0 || x >= width || fromTop < 0 || fromTop >= height) return;
    const cell = cells[fromTop >> 2]![x >> 1]!;
    cell.dots |= BRAILLE_BITS[(x & 1) as 0 | 1][(fromTop & 3) as 0 | 1 | 2 | 3];
    cell.text = String.fromCharCode(BRAILLE_BASE + cell.dots);
    cell.style = series.style;
  };
  let before: { x: number; y: number } | undefined;
  for (const point of series.points) {
    if (point.y === undefined || !Number.isFinite(point.y)) {
      before = undefined;
      continue;
    }
    const here = { x: Math.round(place.right(point.x) * (width - 1)), y: Math.round((1 - place.up(point.y)) * (height - 1)) };
    if (here.x < 0 || here.x >= width) {
      before = undefined;
      continue;
    }
    const from = series.kind === 'dots' || before === undefined ? here : before;
    const steps = Math.max(Math.abs(here.x - from.x), series.kind === 'area' ? 0 : Math.abs(here.y - from.y), 1);
    for (let step = from === here ? steps : 0; step <= steps; step++) {
      const x = Math.round(from.x + ((here.x - from.x) * step) / steps);
      const y = Math.round(from.y + ((here.y - from.y) * step) / steps);
      dot(x, y);
      if (series.kind === 'area') for (let down = y + 1; down < height; down++) dot(x, down);
    }
    before = here;
  }
}

function drawSteps(cells: Cell[][], series: ChartSeries, place: Place, glyphs: Glyphs): void {
  if (series.kind !== 'area') {
    for (const { x, y } of series.points) {
      if (y === undefined || !Number.isFinite(y)) continue;
      const cell = cells[rowOf(y, place)]?.[place.column(x)];
      if (cell) Object.assign(cell, { text: glyphs === 'ascii' ? '*' : '•', style: series.style });
    }
    return;
  }
  for (const [column, y] of highestByColumn(series.points, place)) {
    const eighths = Math.max(y > 0 ? 1 : 0, Math.round(place.up(y) * place.rows * 8));
    for (let row = 0; row < place.rows; row++) {
      const above = eighths - (place.rows - 1 - row) * 8;
      if (above <= 0) continue;
      Object.assign(cells[row]![column]!, { text: EIGHTHS[glyphs][Math.min(8, above)]!, style: series.style });
    }
  }
}

/** Where one point takes several columns, the columns up to the next point are its; where several share one, the highest counts. */
function highestByColumn(points: readonly ChartPoint[], place: Place): Map<number, number> {
  const highest = new Map<number, number>();
  points.forEach(({ x, y }, index) => {
    if (y === undefined || !Number.isFinite(y)) return;
    const next = points[index + 1];
    const from = place.column(x);
    const to = next === undefined || next.y === undefined ? from : Math.max(from, place.column(next.x) - 1);
    for (let column = Math.max(0, from); column <= Math.min(to, place.columns - 1); column++) {
      highest.set(column, Math.max(highest.get(column) ?? Number.NEGATIVE_INFINITY, y));
    }
  });
  return highest;
}

function rowOf(y: number, place: Place): number {
  return Math.round((1 - place.up(y)) * (place.rows - 1));
}

function drawLimit(cells: Cell[][], limit: ChartLimit, place: Place, glyphs: Glyphs): void {
  const row = cells[rowOf(limit.y, place)];
  if (!row) return;
  const style = limit.style ?? 'limit';
  const label = ` ${limit.label}`;
  const from = row.length - label.length;
  row.forEach((cell, column) => {
    if (column >= from) Object.assign(cell, { text: label[column - from]!, style });
    else if (column % 2 === 0) Object.assign(cell, { text: glyphs === 'ascii' ? '-' : '╌', style });
  });
}

function drawGap(cells: Cell[][], gap: { readonly from: number; readonly to: number }, place: Place): void {
  const from = Math.max(0, place.column(gap.from));
  const to = Math.min(place.columns - 1, place.column(gap.to));
  for (let column = from; column <= to; column++) {
    cells.forEach((row, index) => {
      Object.assign(row[column]!, { text: index === place.rows - 1 ? GAP : ' ', style: 'gap', dots: 0 });
    });
  }
}

function drawMark(cells: Cell[][], mark: ChartMark, place: Place): void {
  const row = cells[mark.y === undefined ? 0 : rowOf(mark.y, place)];
  const cell = row?.[place.column(mark.x)];
  if (cell) Object.assign(cell, { text: mark.letter.slice(0, 1), style: mark.style, dots: 0 });
}

function axisLabels(rows: number, bottom: number, top: number, label: (value: number) => string): Map<number, string> {
  // Every other row at most: figures in each row are a fence in front of the course.
  const count = Math.max(2, Math.min(5, Math.ceil(rows / 2)));
  const labels = new Map<number, string>();
  if (rows === 1) return labels.set(0, label(top));
  for (let n = 0; n < count; n++) {
    const row = Math.round((n * (rows - 1)) / (count - 1));
    labels.set(row, label(top - ((top - bottom) * row) / (rows - 1)));
  }
  return labels;
}

function xAxis(chart: Chart, labelWidth: number, columns: number, place: Place): Line {
  const text = Array.from({ length: columns }, () => ' ');
  let free = 0;
  for (const label of chart.xLabels ?? []) {
    // The last one may stand further left, so that it is whole.
    const from = Math.min(place.column(label.x), columns - label.text.length);
    if (from < free || from < 0) continue;
    [...label.text].forEach((character, index) => {
      text[from + index] = character;
    });
    free = from + label.text.length + 1;
  }
  return [run(' '.repeat(labelWidth)), run(' └', 'frame'), run(text.join(''), 'dim')];
}

function runsOf(row: readonly Cell[]): readonly Run[] {
  const runs: { text: string; style: Style }[] = [];
  for (const { text, style } of row) {
    const last = runs.at(-1);
    // A blank has no colour to lose.
    if (last !== undefined && (last.style === style || text === ' ')) last.text += text;
    else runs.push({ text, style });
  }
  return runs;
}
