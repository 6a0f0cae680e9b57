/**
 * Memory over the invocations of each sandbox, with the limit above and an x where the platform ended one. What is drawn
 * is a floor or a running maximum, never the saw of a heap between two collections taken for a trend.
 */
import { countWords, plural } from '@nightlight/analyzer/report';
import { type ChartMark, type ChartPoint, type ChartSeries, drawChart } from '../frame/chart.ts';
import { type Line, line, run, type Style } from '../frame/line.ts';
import { bytesText, drawnWords, type MemoryRow } from '../model/memory-rows.ts';
import type { ScreenInput } from '../model/screen.ts';
import { chartTitle } from './window-words.ts';

/** @param only  the stream of one sandbox; all of them when left out */
export function memoryChart(row: MemoryRow, input: ScreenInput, width: number, height: number, only?: string): readonly Line[] {
  const { course } = row;
  if (course === undefined) return [line(run('  no sandbox of it is kept: nothing to draw', 'dim'))];
  const shown = course.sandboxes
    .filter(({ logStream }) => only === undefined || logStream === only)
    .map((sandbox) => ({ ...sandbox, points: pointsUntil(sandbox, input.view.atMs) }))
    .filter(({ points }) => points.length > 0);
  const ends = shown.flatMap((sandbox) => endOf(sandbox, input.view.atMs));
  const title = titleOf(row, shown.length, ends, only !== undefined, input, width >= WIDE).map((each) => chartTitle(each, width));
  if (height < FEWEST_ROWS || shown.length === 0) return title;
  const highest = Math.max(...shown.flatMap(({ points }) => points.map(({ bytes }) => bytes)));
  const { limitBytes } = course;
  const isLimitNear = limitBytes !== undefined && limitBytes <= highest * FARTHEST_LIMIT;
  const lastN = Math.max(2, ...shown.map(({ points, invocationCount }) => Math.max(points.at(-1)!.n, invocationCount ?? 0)));
  const chart = drawChart(
    {
      x: { from: 1, to: lastN },
      y: { to: isLimitNear ? Math.max(limitBytes, highest) : highest * 1.1, label: axisText },
      series: shown.flatMap((sandbox, index) => seriesOf(sandbox, course.of, only !== undefined, SERIES[index % SERIES.length]!)),
      marks: ends,
      limits: isLimitNear ? [{ y: limitBytes, label: `limit ${bytesText(limitBytes)}` }] : [],
      xLabels: invocationLabels(lastN),
    },
    { width: width - 2, height: Math.min(height - title.length, MOST_ROWS), glyphs: input.glyphs },
  );
  return [...title, ...chart.map((each) => [run('  '), ...each])];
}

const WIDE = 110;

type Sandbox = NonNullable<MemoryRow['course']>['sandboxes'][number];

const FEWEST_ROWS = 5;
const MOST_ROWS = 18;
/** A limit that is further above would press the lines onto the ground; then it is only told. */
const FARTHEST_LIMIT = 4;
const SERIES: readonly Style[] = ['series1', 'series2', 'series3', 'series4'];
/** A block must hold a collection or two for its lowest point to be a floor. */
const BLOCKS_OF_A_LIFE = 12;
const FEWEST_IN_BLOCK = 4;
const END_LETTERS = { oom: 'x', timeout: 't', crash: 'c' } as const;
const END_WORDS: readonly (readonly [string, string])[] = [
  ['x', 'x killed'],
  ['t', 't timed out'],
  ['c', 'c crashed'],
];

function titleOf(
  row: MemoryRow,
  shown: number,
  ends: readonly ChartMark[],
  isAlone: boolean,
  { view }: ScreenInput,
  isWide: boolean,
): readonly Line[] {
  const course = row.course!;
  const all = course.sandboxes.length + course.otherSandboxCount;
  const who = isAlone
    ? 'this sandbox'
    : shown < all
      ? `${shown} of ${plural(all, 'sandbox', 'sandboxes')}`
      : plural(all, 'sandbox', 'sandboxes');
  const limit = course.limitBytes;
  const highest = Math.max(0, ...course.sandboxes.flatMap(({ points }) => points.map(({ bytes }) => bytes)));
  const far = limit !== undefined && limit > highest * FARTHEST_LIMIT ? ' (above the chart)' : '';
  const letters = END_WORDS.flatMap(([letter, words]) => {
    const count = ends.filter((end) => end.letter === letter).length;
    return count === 0 ? [] : [`${words}${isAlone ? '' : ` ${count}`}`];
  });
  return [
    line(
      run(`  ${isWide ? row.label : row.name}: `, 'strong'),
      run(`${drawnWords(row, isWide)}, ${limit === undefined ? '' : `limit ${bytesText(limit)}${far}, `}${who}`, 'strong'),
      ...(view.atMs === undefined ? [] : [run(', up to the moment looked at', 'warn')]),
      run(`${letters.length === 0 ? '' : `   ${letters.join('   ')}`}`, 'dim'),
    ),
  ];
}

function pointsUntil({ points }: Sandbox, atMs: number | undefined): Sandbox['points'] {
  return atMs === undefined ? points : points.filter((point) => point.atMs <= atMs);
}

function endOf({ points, death, invocationCount, lastMs }: Sandbox, atMs: number | undefined): ChartMark[] {
  const last = points.at(-1)!;
  if (death === undefined || (atMs !== undefined && (lastMs ?? last.atMs) > atMs)) return [];
  return [{ x: Math.max(last.n, invocationCount ?? 0), y: last.bytes, letter: END_LETTERS[death], style: 'bad' }];
}

function seriesOf({ points, invocationCount }: Sandbox, of: 'heap' | 'process', isAlone: boolean, style: Style): ChartSeries[] {
  if (of === 'process') return [{ points: stairs(points, invocationCount), kind: 'line', style }];
  const floor: ChartSeries = { points: floorOf(points), kind: 'line', style };
  if (!isAlone) return [floor];
  return [{ points: points.map(({ n, bytes }) => ({ x: n, y: bytes })), kind: 'dots', style: 'dim' }, floor];
}

/** A maximum stays where it is until it rises. */
function stairs(points: Sandbox['points'], invocationCount: number | undefined): readonly ChartPoint[] {
  const drawn: ChartPoint[] = [];
  points.forEach(({ n, bytes }, index) => {
    const before = points[index - 1];
    if (before !== undefined && n > before.n + 1) drawn.push({ x: n - 1, y: before.bytes });
    drawn.push({ x: n, y: bytes });
  });
  const last = points.at(-1);
  if (last !== undefined && invocationCount !== undefined && invocationCount > last.n) drawn.push({ x: invocationCount, y: last.bytes });
  return drawn;
}

/** The lowest point of each stretch of a life. */
function floorOf(points: Sandbox['points']): readonly ChartPoint[] {
  const size = Math.max(FEWEST_IN_BLOCK, Math.ceil(points.length / BLOCKS_OF_A_LIFE));
  const floor: ChartPoint[] = [];
  for (let from = 0; from < points.length; from += size) {
    const lowest = points.slice(from, from + size).reduce((low, point) => (point.bytes < low.bytes ? point : low));
    floor.push({ x: lowest.n, y: lowest.bytes });
  }
  return floor;
}

/** Whole megabytes, where halves would only be noise. */
function axisText(bytes: number): string {
  const megabytes = bytes / 1_048_576;
  return megabytes === 0 || megabytes >= 9.5 ? `${countWords(megabytes)} MB` : bytesText(bytes);
}

function invocationLabels(lastN: number): { readonly x: number; readonly text: string }[] {
  const middle = Math.round((1 + lastN) / 2);
  return [
    { x: 1, text: 'invocation 1' },
    ...(lastN > 8 ? [{ x: middle, text: `${middle}` }] : []),
    { x: lastN, text: `${lastN} of a sandbox` },
  ];
}
