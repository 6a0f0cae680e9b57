/**
 * Do cold starts explain the incident at all, which function is over its promise, and what its starts spend their time on.
 * Below the list each start of the chosen function; `enter` opens its breakdown and what could be done, with the
 * arithmetic, and its longest starts; `enter` again the line of one.
 */
import type { InitPoint } from '@nightlight/analyzer';
import { durationText, plural, printable } from '@nightlight/analyzer/report';
import { bar } from '../frame/bar.ts';
import { drawChart } from '../frame/chart.ts';
import { fitLine, fitText, selectedLine } from '../frame/fit.ts';
import { type Line, line, run } from '../frame/line.ts';
import { beside, panel } from '../frame/panel.ts';
import { type Column, table } from '../frame/table.ts';
import { visibleRows } from '../frame/visible-rows.ts';
import { momentText } from '../model/clock-text.ts';
import {
  adviceLines,
  budgetsOf,
  COLD_START_SORTS,
  type ColdStartRow,
  coldStartRows,
  coldStartWhy,
  explainsIncident,
  explanationText,
  startParts,
} from '../model/cold-start-rows.ts';
import { momentsIn, stretchesOf, windowOf } from '../model/picture-window.ts';
import { selectedIndex, selectedRow, shownRows } from '../model/row-order.ts';
import type { Screen, ScreenEffect, ScreenInput } from '../model/screen.ts';
import { labelled, TONE_STYLES } from './finding-lines.ts';
import { mostRawScroll, rawLines } from './raw-lines.ts';
import { aboutLine, chartMarks, chartTitle, clockLabels, marksLegend, windowWords } from './window-words.ts';

export const COLD_STARTS: Screen = {
  id: 'cold',
  tab: 'Cold',
  title: 'Cold starts',
  start: undefined,
  sorts: COLD_START_SORTS,
  rows: (input) => {
    if (input.view.crumbs.length === 0) return rowsOf(input).map(({ id }) => id);
    return input.view.crumbs.length === 1 ? longestOf(input).map(idOf) : [];
  },
  draw: (input) => {
    if (input.view.crumbs.length === 0) return drawList(input);
    return input.view.crumbs.length === 1 ? drawStarts(input) : rawLines(input);
  },
  mostScroll: mostRawScroll,
  why: (input) => {
    const row = chosenOf(input);
    if (row !== undefined) return coldStartWhy(row, input.picture);
    return input.view.crumbs.length > 0 ? GONE : `no start was told (${NO_STARTS}); ${explanationText(explainsIncident(input.picture))}`;
  },
  next: (input) => {
    if (rowsOf(input).length === 0) return '4 shows latency, 5 what fails';
    if (input.view.crumbs.length === 0) return 'enter opens what a start is made of, and what would change it';
    const option = chosenOf(input)?.section.options?.find(({ missing, next }) => missing === undefined && next !== undefined);
    return option?.next === undefined ? 'enter opens the line of a start   esc goes back' : printable(option.next);
  },
  open,
  copy: copyText,
};

const GONE = 'it is not in the picture any more; esc goes back';
const NO_STARTS = 'a service that runs on has none; of Lambda, REPORT lines or our agent tell them';
const WIDE = 120;
const MINUTE_MS = 60_000;
const CHART_ROWS = 7;
const MOST_LONGEST = 20;

function rowsOf(input: ScreenInput): readonly ColdStartRow[] {
  return shownRows(coldStartRows(input.picture, input.view.sort), ({ id }) => id, input.view);
}

function chosenOf(input: ScreenInput): ColdStartRow | undefined {
  const opened = input.view.crumbs[0]?.id;
  if (opened !== undefined) return coldStartRows(input.picture, undefined).find(({ id }) => id === opened);
  const rows = rowsOf(input);
  return selectedRow(rows, ({ id }) => id, input.view.selected);
}

/** Of the function in all versions: a start tells no version. Those without a duration stand last. */
function longestOf(input: ScreenInput): readonly InitPoint[] {
  const name = chosenOf(input)?.section.functionName;
  return input.picture.inits
    .filter(({ functionName }) => functionName === name)
    .sort((a, b) => (b.durationMs ?? -1) - (a.durationMs ?? -1))
    .slice(0, MOST_LONGEST);
}

function idOf({ atMs }: InitPoint, index: number): string {
  return `${index + 1} ${atMs}`;
}

function open(input: ScreenInput): ScreenEffect {
  const row = chosenOf(input);
  if (row === undefined || input.view.crumbs.length > 1) return { kind: 'nothing' };
  if (input.view.crumbs.length === 0) return { kind: 'open', crumb: { id: row.id, title: row.label } };
  const longest = longestOf(input);
  const ids = longest.map(idOf);
  const index = selectedIndex(ids, input.view.selected);
  const init = longest[index];
  if (init === undefined) return { kind: 'say', text: `${row.label}: no single start is kept` };
  return {
    kind: 'open',
    crumb: { id: ids[index]!, title: 'line of a start' },
    evidence: init.evidence === undefined ? [] : [init.evidence],
  };
}

function drawList(input: ScreenInput): readonly Line[] {
  const { width, height, view, picture } = input;
  const rows = rowsOf(input);
  if (rows.length === 0) {
    const text =
      view.filter !== undefined && picture.report.coldStarts.length > 0
        ? 'no function here passes the filter'
        : 'no start of a runtime was told';
    return [fitLine([run(` ${text}`, 'dim')], width)];
  }
  const isWide = width >= WIDE;
  const chosen = selectedIndex(
    rows.map(({ id }) => id),
    view.selected,
  );
  const room = Math.max(1, Math.min(rows.length, isWide ? Math.floor(height / 4) : height - 3 - CHART_ROWS));
  const { from, to } = visibleRows(rows.length, chosen, room);
  const list = [
    ...table(columnsOf(isWide), rows.slice(from, to), { width, selected: chosen - from }),
    aboutLine(
      [...(rows.length > to - from ? [`… ${plural(rows.length - (to - from), 'more row')}`] : []), 'starts: all that was seen'],
      width,
    ),
  ];
  const left = Math.max(0, height - list.length);
  return [...list, ...(isWide ? wideBelow(rows[chosen]!, input, left) : initChart(rows[chosen]!, input, width, left))]
    .slice(0, height)
    .map((each) => fitLine(each, width));
}

function columnsOf(isWide: boolean): readonly Column<ColdStartRow>[] {
  const figure = (head: string, width: number, cell: (row: ColdStartRow) => string): Column<ColdStartRow> => ({
    head,
    width,
    align: 'right',
    cell: (row) => run(cell(row), cell(row).startsWith('n<') || cell(row) === '-' ? 'dim' : 'plain'),
  });
  return [
    { head: 'function', width: 13, grows: true, cut: 'middle', cell: ({ name }) => name },
    figure('cold/inv', isWide ? 13 : 10, ({ cold }) => cold),
    figure('share', 6, ({ share }) => share),
    figure('init p50', 8, ({ p50 }) => p50),
    figure('p99', 7, ({ p99 }) => p99),
    figure('max', 6, ({ max }) => max),
    { head: 'budget', width: 6, cell: ({ budget, budgetTone }) => run(budget, TONE_STYLES[budgetTone]) },
    { head: 'spends', width: isWide ? 28 : 14, cell: ({ spends }) => spends },
    ...(isWide ? [{ head: 'kinds', width: 30, cell: ({ kinds }) => kinds } satisfies Column<ColdStartRow>] : []),
  ];
}

function wideBelow(row: ColdStartRow, input: ScreenInput, height: number): readonly Line[] {
  const boxHeight = Math.min(14, Math.max(0, height - CHART_ROWS - 3));
  const chart = initChart(row, input, input.width, boxHeight < 4 ? height : height - boxHeight);
  if (boxHeight < 4) return chart;
  const leftWidth = Math.floor(input.width * 0.42);
  const rightWidth = input.width - leftWidth;
  const left = panel(`Where a start of ${row.name} goes`, partLines(row, input, leftWidth - 4), leftWidth, boxHeight);
  const right = panel('What would change it (reckoned from this input, not measured)', advice(row, rightWidth - 4), rightWidth, boxHeight);
  return [...chart, ...beside(left, right)];
}

/** Each start as a dot: an average hides the slow ones. */
function initChart(row: ColdStartRow, input: ScreenInput, width: number, height: number): readonly Line[] {
  const { picture, view, glyphs } = input;
  const { functionName } = row.section;
  const window = windowOf(picture, view);
  if (window.last < window.first) return [line(run('  no minute is known yet', 'dim'))];
  const untilMs = Math.min((window.last + 1) * MINUTE_MS, view.atMs ?? Number.POSITIVE_INFINITY);
  const inits = picture.inits.filter(
    (init) => init.functionName === functionName && init.atMs >= window.first * MINUTE_MS && init.atMs <= untilMs,
  );
  const timed = inits.filter(({ durationMs }) => durationMs !== undefined);
  const moments = momentsIn(picture, window, functionName);
  const untimed = inits.length - timed.length;
  const parts = line(
    run(`  ${printable(functionName)}: ${timed.length} starts with a duration, ${windowWords(window)}`, 'strong'),
    ...(view.atMs === undefined ? [] : [run(', up to the moment looked at', 'warn')]),
    run(`${untimed > 0 ? `, ${untimed} without` : ''}${marksLegend(moments)}${window.gaps.length > 0 ? '   ? no data' : ''}`, 'dim'),
  );
  const title = chartTitle(parts, width);
  if (height < 5) return [title];
  if (timed.length === 0) return [title, line(run('  no start with a duration in this window', 'dim'))];
  const limits = budgetsOf(row.section, picture)
    .filter(({ figure }) => figure === 'init-p99')
    .map(({ limit }) => ({ y: limit, label: `budget ${durationText(limit)}` }));
  const top = Math.max(...timed.map(({ durationMs }) => durationMs!), ...limits.map(({ y }) => y)) * 1.05;
  return [
    title,
    ...drawChart(
      {
        x: { from: window.first, to: Math.max(window.first + 1, window.last) },
        y: { to: top, label: (value) => durationText(value) },
        series: [{ points: timed.map(({ atMs, durationMs }) => ({ x: atMs / MINUTE_MS, y: durationMs })), kind: 'dots', style: 'series1' }],
        gaps: stretchesOf(window.gaps),
        marks: chartMarks(moments),
        limits,
        xLabels: clockLabels(window),
      },
      { width: width - 2, height: Math.min(height - 1, 14), glyphs },
    ).map((each) => [run('  '), ...each]),
  ];
}

function partLines(row: ColdStartRow, { glyphs }: ScreenInput, width: number): readonly Line[] {
  const { phases, packages } = startParts(row.section);
  const { notTold = [], split, failedInitCount } = row.section;
  const nameWidth = Math.min(22, Math.floor(width / 2));
  const partLine = ({ name, ms, share }: (typeof phases)[number], style: 'series1' | 'series2') =>
    line(
      fitText(name, nameWidth, 'left', 'middle'),
      ' ',
      ...bar(share, 10, glyphs, style),
      ` ${durationText(ms).padStart(7)} ${`${Math.round(share * 100)} %`.padStart(5)}`,
    );
  return [
    ...(failedInitCount > 0 ? [line(run(`! ${plural(failedInitCount, 'init')} failed`, 'bad'))] : []),
    ...phases.map((part) => partLine(part, 'series1')),
    ...packages.slice(0, 5).map((part) => partLine({ ...part, name: `  ${part.name}` }, 'series2')),
    ...(split === undefined || split.startCount === 0
      ? []
      : [line(run(`mean of ${plural(split.startCount, 'start')}, seen by our agent`, 'dim'))]),
    ...notTold.flatMap((what) => labelled('not told', printable(what), width, 13).map(outdented)),
    line(run(`kinds: ${row.kinds === '' ? 'none' : row.kinds}`, 'dim')),
  ];
}

function advice(row: ColdStartRow, width: number): readonly Line[] {
  const lines = adviceLines(row.section);
  const causes = (row.section.causes ?? []).flatMap(({ because }) =>
    labelled('cause', printable(because), width, ADVICE_WIDTH).map(outdented),
  );
  if (lines.length === 0 && causes.length === 0)
    return [line(run('nothing was reckoned: nobody waited, or the input is too short', 'dim'))];
  return [
    ...causes,
    ...lines.flatMap(({ label, text, isReckoned }) =>
      labelled(isReckoned ? label : `? ${label}`, text, width, ADVICE_WIDTH).map(outdented),
    ),
  ];
}

const ADVICE_WIDTH = 29;

/** `labelled` leaves four columns below a list; in a box there is none. */
function outdented(given: Line): Line {
  return given.map((part, index) => (index === 0 ? { ...part, text: part.text.slice(4) } : part));
}

function drawStarts(input: ScreenInput): readonly Line[] {
  const { width, height, view, picture } = input;
  const row = chosenOf(input);
  if (row === undefined) return [fitLine([run(` ${GONE}`, 'dim')], width)];
  const longest = longestOf(input);
  const chosen = selectedIndex(longest.map(idOf), view.selected);
  const room = Math.max(1, Math.min(longest.length, Math.floor(height / 4)));
  const { from, to } = visibleRows(longest.length, chosen, room);
  const list = longest.slice(from, to).map(({ atMs, durationMs, kind }, index) => {
    const isChosen = from + index === chosen;
    const duration = durationMs === undefined ? 'not told' : durationText(durationMs);
    const text = line(
      run(isChosen ? '> ' : '  ', 'strong'),
      run(duration.padStart(8), 'strong'),
      `  ${momentText(atMs, view.timeStyle, picture.nowMs)}  ${printable(kind)}`,
    );
    return isChosen ? selectedLine(text, width) : fitLine(text, width);
  });
  const change = row.section.sinceVersionBefore;
  return [
    line(run(`  longest starts of ${printable(row.section.functionName)}`, 'dim')),
    ...list,
    line(run(longest.length === 0 ? '    no single start is kept' : '    enter: its line', 'key')),
    ...partLines(row, input, width - 4).map((each) => [run('    '), ...each]),
    ...(change === undefined
      ? []
      : labelled('since', `v${printable(change.versionBefore)}: ${CHANGE_WORDS[change.kind]}: ${printable(change.because)}`, width)),
    ...advice(row, width - 4).map((each) => [run('    '), ...each]),
  ]
    .slice(0, height)
    .map((each) => fitLine(each, width));
}

const CHANGE_WORDS = {
  slower: 'slower',
  faster: 'faster',
  'no-change-shown': 'no change shown',
  'insufficient-data': 'cannot tell',
} as const;

function copyText(input: ScreenInput): string {
  const row = chosenOf(input);
  if (row === undefined) return '';
  return [
    `**Cold starts: ${row.label}**`,
    '',
    coldStartWhy(row, input.picture),
    '',
    `- spends: ${row.spends}`,
    `- kinds: ${row.kinds}`,
    ...adviceLines(row.section).map(({ label, text }) => `- ${label}: ${text}`),
    '',
  ].join('\n');
}
