/**
 * What fails, in groups of one fingerprint. In five seconds: which failure is systemic, where it starts (not where it is
 * raised), and whether retries rescue whoever waits. `enter` opens all that stands behind the verdict, `enter` again its
 * lines.
 */
import { countWords } from '@nightlight/analyzer/report';
import { displayWidth } from '@nightlight/analyzer/wording';
import { drawChart, pointsFrom } from '../frame/chart.ts';
import { cutText, fitLine, fitText, wrapText } from '../frame/fit.ts';
import { EMPTY_LINE, type Line, line, run } from '../frame/line.ts';
import { beside, panel } from '../frame/panel.ts';
import { sparkline } from '../frame/sparkline.ts';
import { type Column, table } from '../frame/table.ts';
import { visibleRows } from '../frame/visible-rows.ts';
import { momentText } from '../model/clock-text.ts';
import { type DetailRow, failureDetail, failureWhy, fingerprintRows } from '../model/failure-detail.ts';
import { FAILURE_SORTS, type FailureRow, failureCourse, failureRows, OWN_VERDICTS, type OwnVerdict } from '../model/failure-rows.ts';
import { momentsIn, type PictureWindow, stretchesOf, sumOf, windowOf } from '../model/picture-window.ts';
import { passesFilter, selectedIndex, selectedRow, shownRows } from '../model/row-order.ts';
import type { Screen, ScreenEffect, ScreenInput } from '../model/screen.ts';
import { TONE_STYLES } from './finding-lines.ts';
import { mostRawScroll, rawLines } from './raw-lines.ts';
import { aboutLine, chartMarks, chartTitle, clockLabels, marksLegend, stretchWords, unfinishedWords, windowWords } from './window-words.ts';

export interface FailuresState {
  /** What stands below the list. */
  readonly below: 'evidence' | 'over-time' | 'fingerprint';
  /** By the row's identity; kept apart from what was computed. */
  readonly own: Readonly<Record<string, OwnVerdict>>;
}

type Input = ScreenInput<FailuresState>;

export const FAILURES: Screen<FailuresState> = {
  id: 'failures',
  tab: 'Fail',
  title: 'Failures',
  start: { below: 'evidence', own: {} },
  sorts: FAILURE_SORTS,
  rows: (input) => (input.view.crumbs.length === 0 ? rowsOf(input).map(({ id }) => id) : []),
  draw(input) {
    const lines = isAtLines(input) ? drawLines(input) : input.view.crumbs.length === 0 ? drawList(input) : drawEvidence(input);
    return lines.map((each) => fitLine(each, input.width));
  },
  mostScroll: (input) =>
    isAtLines(input) ? mostRawScroll(belowHead(input, headOf(input))) : Math.max(0, (evidenceLines(input)?.length ?? 0) - input.height),
  why: whyText,
  next: nextText,
  open(input) {
    const row = chosenOf(input);
    if (row === undefined || isAtLines(input)) return { kind: 'nothing' };
    return input.view.crumbs.length === 0 ? { kind: 'open', crumb: { id: row.id, title: row.name } } : openLines(row);
  },
  act,
  suspect(input) {
    const group = chosenOf(input)?.group;
    // Where it was raised is not where it starts, if the lines tell that apart.
    return group && { component: group.startsIn ?? group.functionName, finding: group.fingerprint ?? group.name };
  },
  copy: (input) => {
    const row = chosenOf(input);
    return row === undefined ? '' : copyText(row, input);
  },
};

const WIDE = 120;
const LABEL_WIDTH = 13;
/** A crumb that leads from the list to the lines at once. */
const LINES = 'lines of ';

function rowsOf({ picture, view }: Input): readonly FailureRow[] {
  const found = failureRows(picture, windowOf(picture, view), view.sort).filter(({ searched }) => passesFilter(searched, view.filter));
  return shownRows(found, ({ id }) => id, { order: view.order, filter: undefined });
}

function chosenOf(input: Input): FailureRow | undefined {
  const opened = input.view.crumbs[0]?.id;
  if (opened !== undefined) {
    const id = opened.startsWith(LINES) ? opened.slice(LINES.length) : opened;
    // What was opened stays open, also when a filter or the window would hide it.
    return failureRows(input.picture, windowOf(input.picture, input.view), undefined).find((row) => row.id === id);
  }
  const rows = rowsOf(input);
  return selectedRow(rows, ({ id }) => id, input.view.selected);
}

function isAtLines({ view: { crumbs } }: Input): boolean {
  return crumbs.at(-1)?.id.startsWith(LINES) === true;
}

function openLines({ id, group }: FailureRow): ScreenEffect<FailuresState> {
  return { kind: 'open', crumb: { id: `${LINES}${id}`, title: 'lines' }, evidence: group.failure.evidence };
}

function act(input: Input, action: string): ScreenEffect<FailuresState> {
  const { state } = input;
  const row = chosenOf(input);
  if (row === undefined) return { kind: 'say', text: 'no failure to look at' };
  const toggled = (below: FailuresState['below']): ScreenEffect<FailuresState> => ({
    kind: 'state',
    state: { ...state, below: state.below === below ? 'evidence' : below },
  });
  switch (action) {
    case 'over-time':
      return toggled('over-time');
    case 'fingerprint-rule':
      return toggled('fingerprint');
    case 'failure-lines':
      return isAtLines(input) ? { kind: 'nothing' } : openLines(row);
    case 'own-verdict': {
      const now = state.own[row.id];
      const next = now === undefined ? OWN_VERDICTS[0] : OWN_VERDICTS[OWN_VERDICTS.indexOf(now) + 1];
      const { [row.id]: _, ...others } = state.own;
      return { kind: 'state', state: { ...state, own: next === undefined ? others : { ...others, [row.id]: next } } };
    }
    default:
      return { kind: 'nothing' };
  }
}

function drawList(input: Input): readonly Line[] {
  const { width, height, view, picture, state } = input;
  const window = windowOf(picture, view);
  const rows = rowsOf(input);
  if (rows.length === 0) return emptyLines(input);
  const chosen = selectedIndex(
    rows.map(({ id }) => id),
    view.selected,
  );
  const row = rows[chosen]!;
  const isWide = width >= WIDE;
  const room = Math.max(2, Math.min(rows.length, Math.floor((height - 3) * (isWide ? 0.35 : 0.3)) + (isWide ? 0 : 1)));
  const { from, to } = visibleRows(rows.length, chosen, room);
  const list = [
    ...table(columnsOf(input, window, isWide, rows), rows.slice(from, to), { width, selected: chosen - from }),
    aboutLine(
      [
        ...(rows.length > to - from ? [`rows ${from + 1} to ${to} of ${rows.length}`] : []),
        `counts: ${stretchWords(window, view)}`,
        'recovers, verdict: all that was seen',
      ],
      width,
    ),
  ];
  const left = height - list.length;
  if (isWide) return [...list, ...widePanels(input, row, window, left)];
  const title = titleLine(row, state.own[row.id]);
  if (state.below === 'over-time')
    return [...list, title, ...overTimeLines(input, row, window, { width, height: left - 1, withWords: true })];
  if (state.below === 'fingerprint') return [...list, title, ...detailLines(fingerprintRows(row.group), width, left - 1, 3)];
  return [...list, title, ...detailLines(failureDetail(row.group), width, left - 2, 2), courseLine(input, row, window)];
}

function columnsOf(
  { view, picture, state }: Input,
  window: PictureWindow,
  isWide: boolean,
  rows: readonly FailureRow[],
): readonly Column<FailureRow>[] {
  const hasOwn = Object.keys(state.own).length > 0;
  return [
    { head: 'failure', width: 16, grows: true, cell: ({ name }) => name },
    {
      head: 'raised in',
      width: fittingWidth(rows, ({ raisedIn }) => raisedIn, isWide ? 24 : 12),
      cut: 'middle',
      cell: ({ raisedIn }) => raisedIn,
    },
    {
      head: 'starts in',
      width: fittingWidth(rows, ({ startsIn }) => startsIn, isWide ? 24 : 12),
      cut: 'middle',
      dropsAt: 2,
      cell: ({ startsIn }) => startsIn,
    },
    { head: `in ${windowWords(window)}`, width: isWide ? 16 : 14, align: 'right', cell: countedText },
    ...(isWide
      ? [{ head: 'windows', width: 10, align: 'right', dropsAt: 3, cell: ({ windows }) => windows } satisfies Column<FailureRow>]
      : []),
    { head: 'recovers', width: 8, align: 'right', cell: ({ recovers }) => recovers },
    { head: ' verdict', width: 15, cell: ({ verdict, tone }) => run(` ${verdict}`, TONE_STYLES[tone]) },
    ...(hasOwn ? [{ head: 'yours', width: 8, cell: ({ id }) => state.own[id] ?? '' } satisfies Column<FailureRow>] : []),
    ...(isWide
      ? [
          {
            head: 'first seen',
            width: 13,
            dropsAt: 4,
            cell: ({ firstMs }) => (firstMs === undefined ? '?' : momentText(firstMs, view.timeStyle, picture.nowMs)),
          } satisfies Column<FailureRow>,
        ]
      : []),
  ];
}

/** `12, 1 in 51` */
function countedText({ windowCount, oneIn }: FailureRow): string {
  return windowCount === 0 || oneIn === '-' ? countWords(windowCount) : `${countWords(windowCount)}, 1 in ${oneIn}`;
}

/** No wider than what stands there: the names of failures need the room. */
function fittingWidth(rows: readonly FailureRow[], textOf: (row: FailureRow) => string, most: number): number {
  return rows.reduce((width, row) => Math.max(width, Math.min(most, displayWidth(textOf(row).slice(0, most * 4)))), 9);
}

function titleLine({ name, verdict, tone, raisedIn }: FailureRow, own: OwnVerdict | undefined): Line {
  return [
    run(`  ${verdict}`, TONE_STYLES[tone]),
    ...(own === undefined ? [] : [run(`, you say: ${own}`, 'mark')]),
    run(`  ${name}`, 'strong'),
    run(`  in ${raisedIn}`, 'dim'),
  ];
}

/** @param rows  at most so many of each sentence */
function detailLines(details: readonly DetailRow[], width: number, height: number, rows: number): readonly Line[] {
  const lines: Line[] = [];
  for (const { label, text } of details) {
    const wrapped = wrapText(text, width - LABEL_WIDTH - 1, rows);
    if (lines.length + wrapped.length > height) break;
    lines.push(...wrapped.map((part, index) => line(run(fitText(index === 0 ? `  ${label}` : '', LABEL_WIDTH), 'dim'), part)));
  }
  return lines;
}

/** One row of cells where there is no room for a chart. */
function courseLine({ width, glyphs }: Input, { group, tone }: FailureRow, window: PictureWindow): Line {
  const course = failureCourse(group, window);
  const most = course.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  const after = ` most ${countWords(most)}`;
  const cells = Math.max(8, Math.min(course.length, width - LABEL_WIDTH - after.length));
  return [
    run(fitText('  a minute', LABEL_WIDTH), 'dim'),
    ...sparkline(withGapsKept(course, cells), { width: cells, glyphs, style: TONE_STYLES[tone] }),
    run(after, 'dim'),
  ];
}

type Course = ReturnType<typeof failureCourse>;

/** Where several minutes share a cell, one of which nothing is known does not turn into "it did not come". */
function withGapsKept(course: Course, cells: number): Course {
  if (course.length <= cells) return course;
  return Array.from({ length: cells }, (_, cell) => {
    const shared = course.slice(Math.floor((cell * course.length) / cells), Math.floor(((cell + 1) * course.length) / cells));
    const most = shared.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
    return most === 0 && shared.includes(undefined) ? undefined : most;
  });
}

function overTimeLines(
  input: Input,
  row: FailureRow,
  window: PictureWindow,
  { width, height, withWords }: { readonly width: number; readonly height: number; readonly withWords: boolean },
): readonly Line[] {
  const { view, picture, glyphs } = input;
  if (window.last < window.first) return [line(run('  no minute is known yet', 'dim'))];
  const { group } = row;
  const course = failureCourse(group, window);
  const moments = momentsIn(picture, window, group.courseName);
  const when = failureDetail(group).filter(({ label }) => label === 'when' || label === 'spread' || label === 'free of it');
  const below = withWords ? detailLines(when, width, Math.max(0, height - CHART_ROWS - 1), 2) : [];
  const top = course.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return [
    chartTitle(
      line(
        run(`  a minute, ${windowWords(window)}: ${countWords(sumOf(course) ?? 0)} in all`, 'strong'),
        ...(view.atMs === undefined ? [] : [run(', up to the moment looked at', 'warn')]),
        run(`${marksLegend(moments)}${window.gaps.length > 0 ? '   ? no data' : ''}`, 'dim'),
        run(unfinishedWords(window), 'dim'),
      ),
      width,
    ),
    ...drawChart(
      {
        x: { from: window.first, to: Math.max(window.first + 1, window.last) },
        y: { to: Math.max(1, top), label: countLabel },
        series: [{ points: pointsFrom(window.first, course), kind: 'area', style: TONE_STYLES[row.tone] }],
        gaps: stretchesOf(window.gaps),
        marks: chartMarks(moments),
        xLabels: clockLabels(window),
      },
      { width: width - 2, height: Math.max(3, Math.min(16, height - 1 - below.length)), glyphs },
    ).map((each): Line => [run('  '), ...each]),
    ...below,
  ];
}

/** Half a failure does not exist, and rounded it would stand on the axis twice. */
function countLabel(value: number): string {
  return value >= 10 || Math.abs(value - Math.round(value)) < 0.01 ? countWords(value) : '';
}

const CHART_ROWS = 5;

/** Verdict and course side by side; below them where to look and what it said. */
function widePanels(input: Input, row: FailureRow, window: PictureWindow, height: number): readonly Line[] {
  const { width, state } = input;
  const { group, verdict } = row;
  const sampleRows = height >= 20 ? Math.min(8, 4 + group.failure.stack.length) : 0;
  const leftWidth = Math.floor(width * 0.58);
  const own = state.own[row.id];
  const [title, details] =
    state.below === 'fingerprint'
      ? ['Fingerprint', fingerprintRows(group)]
      : [`${verdict}${own === undefined ? '' : `, you say: ${own}`}`, failureDetail(group)];
  const told = detailLines(details, leftWidth - 4, height - sampleRows - 2, 3);
  // Both boxes stay of one height while one goes through the list, wherever that is possible.
  const upper = Math.min(height - sampleRows, Math.max(told.length + 2, UPPER_ROWS));
  const left = panel(`${title}  ${cutText(row.name, leftWidth - title.length - 8)}`, told, leftWidth, upper);
  const rightWidth = width - leftWidth;
  const right = panel(
    'When it came',
    overTimeLines(input, row, window, { width: rightWidth - 4, height: upper - 2, withWords: false }),
    rightWidth,
    upper,
  );
  return [
    ...beside(left, right),
    ...(sampleRows === 0
      ? []
      : panel('As it was first printed (enter twice, or l: its lines)', sampleLines(row, width - 4), width, sampleRows)),
  ];
}

const UPPER_ROWS = 20;

function sampleLines({ group: { failure } }: FailureRow, width: number): readonly Line[] {
  const { type, sampleMessage, stack, causes } = failure;
  return [
    line(run(cutText(type === sampleMessage ? type : `${type}: ${sampleMessage}`, width), 'strong')),
    ...causes.map((cause) => line(cutText(`  caused by ${cause}`, width))),
    ...(stack.length === 0 ? [line(run('  no stack was printed', 'dim'))] : stack.map((frame) => line(cutText(`  at ${frame}`, width)))),
  ];
}

/** The place of a failed attempt may be the platform's line of its end: what the program printed stands above. */
function drawLines(input: Input): readonly Line[] {
  const head = headOf(input);
  return [...head, ...rawLines(belowHead(input, head))];
}

function headOf(input: Input): readonly Line[] {
  const row = chosenOf(input);
  if (row === undefined) return [];
  const words = sampleLines(row, input.width - 2).slice(0, 2);
  return [...words.map((each): Line => [run('  '), ...each]), EMPTY_LINE];
}

function belowHead(input: Input, head: readonly Line[]): Input {
  return { ...input, height: Math.max(1, input.height - head.length) };
}

/** Everything that is known of one failure; longer than its place, it is moved through. */
function drawEvidence(input: Input): readonly Line[] {
  const { height, view } = input;
  const lines = evidenceLines(input);
  if (lines === undefined) return [line(run('  this failure is no longer among what is kept; esc goes back', 'info'))];
  const from = Math.max(0, Math.min(view.scroll, lines.length - height));
  const shown = lines.slice(from, from + height);
  if (from + height >= lines.length) return shown;
  return [...shown.slice(0, -1), line(run(`    … ${lines.length - from - height + 1} more rows; j and k move`, 'dim'))];
}

function evidenceLines(input: Input): readonly Line[] | undefined {
  const { width, picture, view, state } = input;
  const row = chosenOf(input);
  if (row === undefined) return undefined;
  const window = windowOf(picture, view);
  const { group } = row;
  const count = group.failure.evidence.length;
  return [
    titleLine(row, state.own[row.id]),
    line(
      run(`  ${count === 0 ? 'no line of it was kept' : `enter: ${count === 1 ? 'the line' : `${count} of the lines`} behind it`}`, 'key'),
    ),
    ...detailLines(failureDetail(group), width, ALL, 6),
    EMPTY_LINE,
    ...overTimeLines(input, row, window, { width, height: 10, withWords: false }),
    EMPTY_LINE,
    ...detailLines(fingerprintRows(group), width, ALL, 4),
    EMPTY_LINE,
    ...sampleLines(row, width - 2).map((each): Line => [run('  '), ...each]),
  ];
}

const ALL = 1_000;

function emptyLines({ picture, view }: Input): readonly Line[] {
  const { report } = picture;
  if (view.filter !== undefined && report.failures.length > 0) return [line(run('  no failure passes the filter; esc ends it', 'info'))];
  const attempts = report.functions.reduce((sum, { invocationCount }) => sum + invocationCount, 0);
  const text =
    attempts === 0
      ? '  ? nothing to judge: no attempt has come yet'
      : `  no failure in ${countWords(attempts)} attempts, and no line of an error`;
  return [line(run(text, attempts === 0 ? 'info' : 'ok'))];
}

function whyText(input: Input): string {
  const row = chosenOf(input);
  if (row === undefined) return input.picture.report.failures.length === 0 ? 'nothing has come that failed' : 'no failure is chosen';
  const { startsIn, raisedIn } = row;
  const masked = startsIn !== '?' && startsIn !== raisedIn ? `; raised in ${raisedIn}, it seems to start in ${startsIn}` : '';
  return `${failureWhy(row.group)}${masked}`;
}

function nextText(input: Input): string {
  const row = chosenOf(input);
  if (row === undefined) return 'w looks at a longer window, 1 goes to the overview';
  if (isAtLines(input)) return 'esc goes back';
  return input.view.crumbs.length > 0
    ? 'enter opens its lines   y copies it   c confirms the root cause'
    : 'enter opens all evidence   l its lines   o over time';
}

function copyText(row: FailureRow, { picture, view, state }: Input): string {
  const { group, verdict, name, raisedIn } = row;
  const own = state.own[row.id];
  const since = row.firstMs === undefined ? 'time unknown' : momentText(row.firstMs, view.timeStyle, picture.nowMs);
  return [
    `**${verdict}: ${name}** in ${raisedIn}, first seen ${since}${own === undefined ? '' : ` (our own verdict: ${own})`}`,
    '',
    ...failureDetail(group).map(({ label, text }) => `- ${label.trim()}: ${text}`),
    ...(group.failure.fingerprint === undefined ? [] : [`- fingerprint: \`${group.failure.fingerprint}\``]),
    '',
  ].join('\n');
}
