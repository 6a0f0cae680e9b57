/**
 * Which percentile moved and which did not, against what was promised, and where the time goes. Below the list all requests
 * of the chosen function by duration, minute by minute; `enter` opens its slowest attempts, `enter` again their lines.
 */
import { LATENCY_BANDS_MS } from '@nightlight/analyzer';
import { countWords, durationText, percentileText, percentWords, plural, printable } from '@nightlight/analyzer/report';
import { bar } from '../frame/bar.ts';
import { type ChartSeries, drawChart, pointsFrom } from '../frame/chart.ts';
import { fitLine, fitText, selectedLine } from '../frame/fit.ts';
import { heatmap } from '../frame/heatmap.ts';
import { EMPTY_LINE, type Line, line, run } from '../frame/line.ts';
import { beside, panel } from '../frame/panel.ts';
import { type Column, table } from '../frame/table.ts';
import { visibleRows } from '../frame/visible-rows.ts';
import { momentText } from '../model/clock-text.ts';
import { budgetsOf, budgetWords, LATENCY_SORTS, type LatencyRow, latencyRows, latencyWhy, timeParts } from '../model/latency-rows.ts';
import { nextStep } from '../model/next-step.ts';
import { inWindow, momentsIn, type PictureWindow, stretchesOf, windowOf } from '../model/picture-window.ts';
import { selectedIndex, selectedRow, shownRows } from '../model/row-order.ts';
import type { Screen, ScreenEffect, ScreenInput } from '../model/screen.ts';
import { TONE_STYLES } from './finding-lines.ts';
import { mostRawScroll, rawLines } from './raw-lines.ts';
import { aboutLine, chartMarks, chartTitle, clockLabels, marksLegend, stretchWords, unfinishedWords, windowWords } from './window-words.ts';

export interface LatencyState {
  readonly below: 'heatmap' | 'lines';
}

type Input = ScreenInput<LatencyState>;
type Slow = LatencyRow['section']['slowest'][number];

export const LATENCY: Screen<LatencyState> = {
  id: 'latency',
  tab: 'Lat',
  title: 'Latency',
  start: { below: 'heatmap' },
  sorts: LATENCY_SORTS,
  rows: (input) =>
    input.view.crumbs.length === 0 ? rowsOf(input).map(({ id }) => id) : input.view.crumbs.length === 1 ? slowestOf(input).map(idOf) : [],
  draw: (input) => {
    if (input.view.crumbs.length === 0) return drawList(input);
    return input.view.crumbs.length === 1 ? drawSlowest(input) : rawLines(input);
  },
  mostScroll: mostRawScroll,
  why: (input) => {
    const row = chosenOf(input);
    if (row !== undefined) return latencyWhy(row, input.picture);
    if (input.view.crumbs.length > 0) return GONE;
    return isFiltered(input) ? NONE_PASSES : NOTHING_TOLD;
  },
  next: nextText,
  open,
  act: (input, action) =>
    action === 'heatmap-or-lines'
      ? { kind: 'state', state: { below: input.state.below === 'heatmap' ? 'lines' : 'heatmap' } }
      : { kind: 'nothing' },
  copy: copyText,
};

const NOTHING_TOLD = 'no attempt with a duration has come: REPORT lines, spans and lines of our agent have one';
const NONE_PASSES = 'no function here passes the filter';
const GONE = 'it is not in the picture any more; esc goes back';
const WIDE = 120;
const MINUTE_MS = 60_000;
/** Title, seven bands and the clock. */
const HEATMAP_ROWS = LATENCY_BANDS_MS.length + 3;
const BAND_WIDTH = 10;

function rowsOf(input: Input): readonly LatencyRow[] {
  return shownRows(rowsInWindow(input, input.view.sort), ({ id }) => id, input.view);
}

function rowsInWindow({ picture, view }: Input, sort: string | undefined): readonly LatencyRow[] {
  return latencyRows(picture, windowOf(picture, view), sort);
}

function isFiltered(input: Input): boolean {
  return input.view.filter !== undefined && rowsInWindow(input, undefined).length > 0;
}

function chosenOf(input: Input): LatencyRow | undefined {
  const opened = input.view.crumbs[0]?.id;
  if (opened !== undefined) return rowsInWindow(input, undefined).find(({ id }) => id === opened);
  const rows = rowsOf(input);
  return selectedRow(rows, ({ id }) => id, input.view.selected);
}

function slowestOf(input: Input): readonly Slow[] {
  return chosenOf(input)?.section.slowest ?? [];
}

function idOf({ requestId }: Slow, index: number): string {
  return `${index + 1} ${printable(requestId)}`;
}

function open(input: Input): ScreenEffect<LatencyState> {
  const row = chosenOf(input);
  if (row === undefined || input.view.crumbs.length > 1) return { kind: 'nothing' };
  if (input.view.crumbs.length === 0) {
    return row.section.slowest.length === 0
      ? { kind: 'say', text: `${row.label}: no single attempt is kept` }
      : { kind: 'open', crumb: { id: row.id, title: `slowest of ${row.name}` } };
  }
  const slowest = slowestOf(input);
  const ids = slowest.map(idOf);
  const index = selectedIndex(ids, input.view.selected);
  const slow = slowest[index];
  return slow === undefined
    ? { kind: 'nothing' }
    : { kind: 'open', crumb: { id: ids[index]!, title: `${durationText(slow.durationMs)} lines` }, evidence: [slow.evidence] };
}

function drawList(input: Input): readonly Line[] {
  const { width, height, view, picture } = input;
  const rows = rowsOf(input);
  if (rows.length === 0) return [fitLine([run(` ${isFiltered(input) ? NONE_PASSES : NOTHING_TOLD}`, 'dim')], width)];
  const isWide = width >= WIDE;
  const chosen = selectedIndex(
    rows.map(({ id }) => id),
    view.selected,
  );
  const room = Math.max(1, Math.min(rows.length, isWide ? Math.floor(height / 4) : height - 2 - HEATMAP_ROWS));
  const { from, to } = visibleRows(rows.length, chosen, room);
  const list = [
    ...table(columnsOf(isWide), rows.slice(from, to), { width, selected: chosen - from }),
    aboutLine(
      [
        ...(rows.length > to - from ? [`… ${plural(rows.length - (to - from), 'more row')}`] : []),
        `warm to p99.9: ${stretchWords(windowOf(picture, view), view)}`,
        'the rest: all that was seen',
      ],
      width,
    ),
  ];
  const left = Math.max(0, height - list.length);
  return [...list, ...(isWide ? wideBelow(rows[chosen]!, input, left) : courseLines(rows[chosen]!, input, width, left))]
    .slice(0, height)
    .map((each) => fitLine(each, width));
}

function columnsOf(isWide: boolean): readonly Column<LatencyRow>[] {
  const percentile = (head: string, width: number, cell: (row: LatencyRow) => string): Column<LatencyRow> => ({
    head,
    width: isWide ? 9 : width,
    align: 'right',
    cell: (row) => figure(cell(row)),
  });
  return [
    { head: 'function', width: 13, grows: true, cut: 'middle', cell: ({ name }) => name },
    { head: 'warm', width: isWide ? 9 : 6, align: 'right', cell: ({ n }) => n },
    percentile('p50', 7, ({ p50 }) => p50),
    percentile('p90', 8, ({ p90 }) => p90),
    percentile('p99', 8, ({ p99 }) => p99),
    percentile('p99.9', 8, ({ p999 }) => p999),
    percentile('max', 6, ({ max }) => max),
    ...(isWide ? [percentile('p99+cold', 9, ({ p99WithCold }) => p99WithCold)] : []),
    { head: 'budget', width: 15, cell: ({ budget, budgetTone }) => run(budget, TONE_STYLES[budgetTone]) },
    { head: 'what moved', width: 16, dropsAt: 1, cell: ({ moved, movedTone }) => run(moved, TONE_STYLES[movedTone]) },
  ];
}

/** Words in place of a figure are not to be read as one. */
function figure(text: string) {
  return run(text, text.startsWith('n<') || text === '-' ? 'dim' : 'plain');
}

function wideBelow(row: LatencyRow, input: Input, height: number): readonly Line[] {
  const boxHeight = Math.min(10, Math.max(0, height - HEATMAP_ROWS - 2));
  const course = courseLines(row, input, input.width, boxHeight < 4 ? height : height - boxHeight);
  if (boxHeight < 4) return course;
  const leftWidth = Math.floor(input.width / 2);
  const left = panel(`Where the time of ${row.name} goes`, timeLines(row, input, leftWidth - 4), leftWidth, boxHeight);
  const right = panel('Slowest attempts (enter opens them)', slowLines(row, input), input.width - leftWidth, boxHeight);
  return [...course, ...beside(left, right)];
}

function timeLines(row: LatencyRow, { picture, glyphs }: Input, width: number): readonly Line[] {
  const parts = timeParts(row, picture);
  const budgets = budgetsOf(row.section, picture).map(({ kind, beyond, missing, ...budget }) =>
    line(
      run(`budget ${budgetWords(budget)}: `, 'dim'),
      run(kind === 'broken' ? 'OVER' : kind === 'within' ? 'ok' : '?', kind === 'broken' ? 'bad' : 'plain'),
      beyond === undefined
        ? ` ${printable(missing ?? '')}`
        : `, ${percentWords(beyond.share)} beyond (${countWords(beyond.count)} of ${countWords(beyond.of)})`,
    ),
  );
  if (parts.length === 0) {
    return [
      line(run('cannot tell: no line tells of outbound calls or of GC', 'dim')),
      line(run('(our agent and OTLP client spans do)', 'dim')),
      ...budgets,
    ];
  }
  const nameWidth = Math.min(28, Math.floor(width / 2));
  return [
    ...parts
      .slice(0, 6)
      .map(({ name, share, words }) =>
        line(
          fitText(name, nameWidth, 'left', 'middle'),
          ' ',
          ...bar(share ?? 0, 10, glyphs, 'series1'),
          ` ${share === undefined ? '?' : `${Math.round(share * 100)} %`}`.padEnd(7),
          run(words, 'dim'),
        ),
      ),
    ...budgets,
  ];
}

function slowLines({ section }: LatencyRow, { view, picture }: Input): readonly Line[] {
  if (section.slowest.length === 0) return [line(run('none is kept', 'dim'))];
  return section.slowest.map(({ durationMs, requestId, evidence }) =>
    line(
      run(durationText(durationMs).padStart(8), 'strong'),
      `  ${timeOf(evidence.at, view, picture.nowMs)}  `,
      run(printable(requestId), 'dim'),
    ),
  );
}

function timeOf(at: string | undefined, { timeStyle }: Pick<Input['view'], 'timeStyle'>, nowMs: number): string {
  return at === undefined ? 'time unknown' : momentText(Date.parse(at), timeStyle, nowMs);
}

function courseLines(row: LatencyRow, input: Input, width: number, height: number): readonly Line[] {
  const { picture, view } = input;
  const window = windowOf(picture, view);
  const course = picture.functions.find(({ functionName }) => functionName === row.section.functionName);
  if (course === undefined || window.last < window.first) return [line(run('  no minute of it is known', 'dim'))];
  return input.state.below === 'heatmap'
    ? heatLines(row, course.latency, input, window, width, height)
    : percentileLines(row, course, input, window, width, height);
}

/** Warm requests of all versions: a minute holds too few of one. */
function heatLines(
  row: LatencyRow,
  bands: readonly (readonly number[])[],
  input: Input,
  window: PictureWindow,
  width: number,
  height: number,
): readonly Line[] {
  const { picture, view, glyphs } = input;
  const moments = momentsIn(picture, window, row.section.functionName);
  const gaps = new Set(window.gaps);
  const columns = Math.max(1, width - BAND_WIDTH - 3);
  const rows = bands
    .map((counts, band) => ({
      label: bandLabel(band),
      counts: stretched(
        inWindow(counts, picture, window).map((count, index) => (gaps.has(window.first + index) ? undefined : count)),
        columns,
      ),
    }))
    .reverse();
  const parts = line(
    run(`  ${printable(row.section.functionName)}: warm requests by duration, ${windowWords(window)}`, 'strong'),
    ...(view.atMs === undefined ? [] : [run(', up to the moment looked at', 'warn')]),
    run(`${width >= WIDE ? ', darker is more' : ''}${marksLegend(moments)}${gaps.size > 0 ? '   ? no data' : ''}`, 'dim'),
    run(unfinishedWords(window), 'dim'),
  );
  const title = chartTitle(parts, width);
  const drawn = heatmap(rows, { width: width - 2, labelWidth: BAND_WIDTH, glyphs }).map((each) => [run('  '), ...each]);
  return [title, ...drawn, markLine(moments, window, columns), clockLine(window, columns)].slice(0, Math.max(1, height));
}

/** A minute takes several cells where there is room; where there is none the heatmap adds them up. */
function stretched(counts: readonly (number | undefined)[], columns: number): readonly (number | undefined)[] {
  if (counts.length === 0 || counts.length >= columns) return counts;
  return Array.from({ length: columns }, (_, cell) => counts[Math.floor((cell * counts.length) / columns)]);
}

function bandLabel(band: number): string {
  const from = band === 0 ? 0 : LATENCY_BANDS_MS[band - 1]!;
  const to = LATENCY_BANDS_MS[band]!;
  if (!Number.isFinite(to)) return `> ${shortTime(from)}`;
  if (from === 0) return `< ${shortTime(to)}`;
  return from < 1000 && to >= 1000 ? `${shortTime(from)}-${shortTime(to)}` : `${shortTime(from).split(' ')[0]}-${shortTime(to)}`;
}

function shortTime(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

function markLine(moments: ReturnType<typeof momentsIn>, window: PictureWindow, columns: number): Line {
  const cells = Array.from({ length: columns }, () => ' ');
  for (const { x, letter } of chartMarks(moments)) {
    const column = Math.floor(((x - window.first) * columns) / (window.last - window.first + 1));
    if (column >= 0 && column < columns) cells[column] = letter;
  }
  return line(' '.repeat(BAND_WIDTH + 3), run(cells.join(''), 'mark'));
}

function clockLine(window: PictureWindow, columns: number): Line {
  const cells = Array.from({ length: columns }, () => ' ');
  for (const { x, text } of clockLabels(window)) {
    const column = Math.min(Math.floor(((x - window.first) * columns) / (window.last - window.first + 1)), columns - text.length);
    [...text].forEach((character, index) => {
      if (column >= 0) cells[column + index] = character;
    });
  }
  return line(' '.repeat(BAND_WIDTH + 3), run(cells.join(''), 'dim'));
}

function percentileLines(
  row: LatencyRow,
  course: Input['picture']['functions'][number],
  input: Input,
  window: PictureWindow,
  width: number,
  height: number,
): readonly Line[] {
  const { picture, view, glyphs } = input;
  const [p50, p99] = [inWindow(course.p50Ms, picture, window), inWindow(course.p99Ms, picture, window)];
  const moments = momentsIn(picture, window, row.section.functionName);
  const isByMinute = p99.some((value) => value !== undefined);
  const tail: ChartSeries = {
    points: isByMinute ? pointsFrom(window.first, p99) : hourPoints(row, window),
    kind: 'line',
    style: 'series2',
  };
  const isTailKnown = tail.points.some(({ y }) => y !== undefined);
  const parts = line(
    run(`  ${printable(row.section.functionName)}: `, 'strong'),
    run('p50 a minute', 'series1'),
    isTailKnown
      ? run(isByMinute ? ', p99 a minute' : `, p99 an hour of ${row.name} (no minute has 368)`, 'series2')
      : run(', p99 needs 368 requests a minute or an hour: none has them', 'dim'),
    ...(view.atMs === undefined ? [] : [run(', up to the moment looked at', 'warn')]),
    run(`${marksLegend(moments)}${window.gaps.length > 0 ? '   ? no data' : ''}`, 'dim'),
  );
  const title = chartTitle(parts, width);
  if (height < 5) return [title];
  const limits = budgetsOf(row.section, picture).map(({ figure, limit }) => ({
    y: limit,
    label: `budget ${budgetWords({ figure, limit })}`,
  }));
  const top = Math.max(1, ...limits.map(({ y }) => y), ...[...p50, ...tail.points.map(({ y }) => y)].map((value) => value ?? 0));
  return [
    title,
    ...drawChart(
      {
        x: { from: window.first, to: Math.max(window.first + 1, window.last) },
        y: { to: top, label: (value) => durationText(value) },
        series: [{ points: pointsFrom(window.first, p50), kind: 'line', style: 'series1' }, tail],
        gaps: stretchesOf(window.gaps),
        marks: chartMarks(moments),
        limits,
        xLabels: clockLabels(window),
      },
      { width: width - 2, height: Math.min(height - 1, 14), glyphs },
    ).map((each) => [run('  '), ...each]),
  ];
}

/** An hour's p99 holds for all of the hour. */
function hourPoints({ section }: LatencyRow, window: PictureWindow): ChartSeries['points'] {
  return (section.course?.hours ?? []).flatMap(({ fromMs, p99Ms }) => {
    const from = Math.max(window.first, fromMs / MINUTE_MS);
    const to = Math.min(window.last, fromMs / MINUTE_MS + 59);
    if (from > to) return [];
    return [
      { x: from, y: p99Ms },
      { x: to, y: p99Ms },
      { x: to, y: undefined },
    ];
  });
}

function drawSlowest(input: Input): readonly Line[] {
  const { width, height, view, picture } = input;
  const row = chosenOf(input);
  if (row === undefined) return [fitLine([run(` ${GONE}`, 'dim')], width)];
  const slowest = slowestOf(input);
  const chosen = selectedIndex(slowest.map(idOf), view.selected);
  const room = Math.max(1, Math.min(slowest.length, Math.floor(height / 3)));
  const { from, to } = visibleRows(slowest.length, chosen, room);
  const list = slowest.slice(from, to).map(({ durationMs, requestId, evidence }, index) => {
    const isChosen = from + index === chosen;
    const text = line(
      run(isChosen ? '> ' : '  ', 'strong'),
      run(durationText(durationMs).padStart(8), 'strong'),
      `  ${timeOf(evidence.at, view, picture.nowMs)}  request ${printable(requestId)}`,
      run(`  ${printable(evidence.path)}`, 'dim'),
    );
    return isChosen ? selectedLine(text, width) : fitLine(text, width);
  });
  return [
    line(run(`  slowest attempts of ${row.label}`, 'dim')),
    ...list,
    line(run('    enter: its line', 'key')),
    EMPTY_LINE,
    ...courseTables(row, height - list.length - 3),
  ]
    .slice(0, height)
    .map((each) => fitLine(each, width));
}

/** By hour of the clock beside by age of the sandbox: what a restart mends, and what waiting does. */
function courseTables({ section: { course } }: LatencyRow, height: number): readonly Line[] {
  if (course === undefined) return [line(run('  hours and ages are not told of it', 'dim'))];
  const figures = (count: number, p50Ms: number | undefined, p99Ms: number | undefined) =>
    `${countWords(count).padStart(7)} ${(p50Ms === undefined ? 'n<6' : durationText(p50Ms)).padStart(8)} ${(p99Ms === undefined ? 'n<368' : durationText(p99Ms)).padStart(8)}`;
  const head = 'warm      p50      p99';
  const hours = course.hours
    .slice(-Math.max(1, height - 4))
    .map(
      ({ fromMs, count, p50Ms, p99Ms }) =>
        `${new Date(fromMs).toISOString().slice(5, 16).replace('T', ' ')}${figures(count, p50Ms, p99Ms)}`,
    );
  const ages = course.ages
    .slice(0, Math.max(1, height - 4))
    .map(({ fromInvocation, count, p50Ms, p99Ms }) => `${countWords(fromInvocation).padStart(9)}${figures(count, p50Ms, p99Ms)}`);
  return [
    line(run(`  hour (UTC)    ${head}   invocation   ${head}`, 'dim')),
    ...Array.from({ length: Math.max(hours.length, ages.length) }, (_, index) =>
      line(`  ${(hours[index] ?? '').padEnd(38)}${ages[index] ?? ''}`),
    ),
    line(run(`  over hours: ${printable(course.tailBecause)}`, 'dim')),
    line(run(`  by age: ${printable(course.ageBecause)}`, 'dim')),
  ];
}

function nextText(input: Input): string {
  const row = chosenOf(input);
  if (row === undefined) return 'esc goes back';
  if (input.view.crumbs.length === 0)
    return `enter opens its slowest attempts   v ${input.state.below === 'heatmap' ? 'lines of p50 and p99' : 'heatmap'}   w window`;
  if (input.view.crumbs.length > 1) return 'esc goes back';
  const finding = input.picture.report.findings.find(
    ({ functionName, kind }) => functionName === row.section.functionName && (kind === 'slow-tail' || kind === 'budget-broken'),
  );
  return finding === undefined ? 'enter opens the line of the attempt   esc goes back' : nextStep(finding, input.picture.report);
}

function copyText(input: Input): string {
  const row = chosenOf(input);
  if (row === undefined) return '';
  const { warm } = row.section;
  const seen = (name: Parameters<typeof percentileText>[1]) => percentileText(warm, name);
  return [
    `**Latency: ${row.label}**`,
    '',
    latencyWhy(row, input.picture),
    '',
    `- warm, ${stretchWords(windowOf(input.picture, input.view), input.view)}: n ${row.n}, p50 ${row.p50}, p90 ${row.p90}, p99 ${row.p99}, p99.9 ${row.p999}`,
    `- warm, all that was seen: n ${countWords(warm.sampleCount)}, p50 ${seen('p50Ms')}, p90 ${seen('p90Ms')}, p99 ${seen('p99Ms')}, p99.9 ${seen('p999Ms')}, max ${row.max}; p99 with cold starts ${row.p99WithCold}`,
    `- budget: ${row.budget}`,
    ...row.section.slowest.map(({ durationMs, requestId }) => `- slowest: ${durationText(durationMs)}, request ${printable(requestId)}`),
    '',
  ].join('\n');
}
