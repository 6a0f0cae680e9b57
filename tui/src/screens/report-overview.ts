/** The overview of a report: what hurts most, the functions in that order, and the findings of the chosen one. */
import type { Picture } from '@nightlight/analyzer';
import { cutText, wrapText } from '../frame/fit.ts';
import { type Line, line, run, type Style } from '../frame/line.ts';
import { type Column, table } from '../frame/table.ts';
import { visibleRows } from '../frame/visible-rows.ts';
import { type FindingView, type FunctionRow, type OverviewView, overviewView, type Tone } from '../model/overview-view.ts';
import { selectedIndex, shownRows } from '../model/row-order.ts';
import type { Screen, ScreenInput } from '../model/screen.ts';

export const REPORT_OVERVIEW: Screen = {
  id: 'overview',
  tab: 'Over',
  title: 'Overview',
  start: undefined,
  rows: (input) => rowsOf(input).map(({ name }) => name),
  draw,
  why: (input) => chosenOf(input)?.findings[0]?.why ?? '',
  next: (input) => chosenOf(input)?.findings[0]?.next ?? '',
  copy: (input) =>
    (chosenOf(input)?.findings ?? [])
      .map(
        ({ title, why, hurts, since, next }) =>
          `**${title}**\n\n- why: ${why}\n- hurts: ${hurts}\n- since: ${since}\n- next: \`${next}\`\n`,
      )
      .join('\n'),
};

/** The view of a picture is made once, however often it is drawn. */
function overviewOf(picture: Picture): OverviewView {
  let view = views.get(picture);
  if (view === undefined) {
    view = overviewView(
      picture.report,
      picture.sources.map(({ name }) => name),
    );
    views.set(picture, view);
  }
  return view;
}

export function headlineOf(picture: Picture): Line {
  const { headline, tone } = overviewOf(picture);
  return [run(headline, STYLES[tone])];
}

const views = new WeakMap<Picture, OverviewView>();

const STYLES: Readonly<Record<Tone, Style>> = { red: 'bad', yellow: 'warn', blue: 'info', green: 'ok', plain: 'plain' };

const COLUMNS: readonly Column<FunctionRow>[] = [
  { head: 'hurt req', width: 8, align: 'right', cell: ({ hurts }) => hurts },
  { head: 'share', width: 8, align: 'right', cell: ({ share }) => share },
  { head: ' function', width: 12, grows: true, cut: 'middle', cell: ({ name }, width) => ` ${cutText(name, width - 1, 'middle')}` },
  { head: 'p99', width: 10, align: 'right', cell: ({ p99 }) => p99 },
  { head: 'cold', width: 7, align: 'right', dropsAt: 1, cell: ({ cold }) => cold },
  { head: ' verdict', width: 21, cell: ({ verdict, tone }) => run(` ${verdict}`, STYLES[tone]) },
];

/** Title, why in up to four lines, whom, since, next in two. */
const DETAIL_ROWS = 9;

function draw(input: ScreenInput): readonly Line[] {
  const { width, height, view } = input;
  const overview = overviewOf(input.picture);
  const rows = rowsOf(input);
  const chosen = selectedIndex(
    rows.map(({ name }) => name),
    view.selected,
  );
  // The table takes what it needs, but leaves the findings enough to be read.
  const room = Math.max(1, Math.min(rows.length, height - DETAIL_ROWS - 2));
  const { from, to } = visibleRows(rows.length, chosen, room);
  const isPart = from > 0 || to < rows.length;
  return [
    ...table(COLUMNS, rows.slice(from, to), { width, selected: chosen < 0 ? undefined : chosen - from }),
    line(isPart ? `   rows ${from + 1} to ${to} of ${rows.length}` : run(` ${overview.range}`, 'dim')),
    ...findingLines(rows[chosen], width),
  ];
}

function rowsOf({ picture, view }: ScreenInput): readonly FunctionRow[] {
  return shownRows(overviewOf(picture).rows, ({ name }) => name, view);
}

function chosenOf(input: ScreenInput): FunctionRow | undefined {
  const rows = rowsOf(input);
  return rows[
    selectedIndex(
      rows.map(({ name }) => name),
      input.view.selected,
    )
  ];
}

function findingLines(row: FunctionRow | undefined, width: number): readonly Line[] {
  if (row === undefined) return [line(' no function to look at')];
  if (row.findings.length === 0) return [line(` ${row.name}: nothing was found`)];
  return row.findings.flatMap((finding: FindingView) => [
    line(run(` ${finding.title}`, STYLES[finding.tone])),
    ...labelled('why', finding.why, width),
    ...labelled('hurts', finding.hurts, width),
    ...labelled('since', finding.since, width),
    ...labelled('next', finding.next, width),
  ]);
}

function labelled(label: string, text: string, width: number): readonly Line[] {
  return wrapText(text, width - LABEL_WIDTH, 4).map((row, index) =>
    line(run((index === 0 ? `    ${label}` : '').padEnd(LABEL_WIDTH), 'dim'), row),
  );
}

const LABEL_WIDTH = 10;
