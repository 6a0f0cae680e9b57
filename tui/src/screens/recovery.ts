/**
 * How long the search for the cause takes. In five seconds: the time since the alert, what is believed and for how long,
 * how far it is to 5 and 45 minutes; below, how hard the same was elsewhere, and why nothing is ranked yet.
 */
import { fitLine, wrapText } from '../frame/fit.ts';
import { EMPTY_LINE, type Line, line, run } from '../frame/line.ts';
import { beside, panel } from '../frame/panel.ts';
import { boardMarkdown } from '../model/board-view.ts';
import { incidentMarkdown } from '../model/incident-view.ts';
import { NOTHING_TOLD, type RecoveryState } from '../model/recovery-state.ts';
import { type BoardView, type ClockView, cellEvidence, type RecoveryView, recoveryView } from '../model/recovery-view.ts';
import { selectedIndex } from '../model/row-order.ts';
import type { Screen, ScreenEffect, ScreenInput } from '../model/screen.ts';
import { BOARD_LEGEND, boardTable, hiddenColumns, rankingLine, rankingLines } from './board-lines.ts';
import {
  allOfTimeline,
  bigClock,
  type ClockLook,
  classLines,
  clockTitle,
  otherOpenLine,
  progressLines,
  searchLines,
  timelineLines,
} from './clock-lines.ts';

type Input = ScreenInput<RecoveryState>;

export const RECOVERY: Screen<RecoveryState> = {
  id: 'recovery',
  tab: 'Recov',
  title: 'Recovery',
  start: NOTHING_TOLD,
  rows: (input) => (input.view.crumbs.length === 0 ? rowIds(recoveryView(input.state)) : []),
  draw(input) {
    const lines = input.view.crumbs.length > 0 ? drawOpened(input) : input.width >= WIDE ? drawWide(input) : drawNarrow(input);
    return lines.slice(0, input.height).map((each) => fitLine(each, input.width));
  },
  why: whyText,
  mostScroll: (input) => Math.max(0, openedLines(input).length - input.height),
  next: nextText,
  open(input) {
    const { view, row } = chosenOf(input);
    if (input.view.crumbs.length > 0) return { kind: 'nothing' };
    if (row === undefined) {
      if (view.clock === undefined) return { kind: 'say', text: 'nothing to open yet: no incident, no runs' };
      return { kind: 'open', crumb: { id: CLOCK_ROW, title: `${view.clock.id} timeline` } };
    }
    const { label } = view.board!.rows[row]!;
    const architecture = view.board!.columns[input.state.column] ?? '';
    return { kind: 'open', crumb: { id: label, title: `${label} on ${architecture}` } };
  },
  act,
  copy(input) {
    const { row, clock } = chosenOf(input);
    if (row === undefined && clock !== undefined) return incidentMarkdown(clock);
    return input.state.board === undefined ? '' : boardMarkdown(input.state.board);
  },
};

const WIDE = 120;
/** The row of the incident; the others are named after scenarios. */
const CLOCK_ROW = '\u0000clock';

function rowIds({ clock, board }: RecoveryView): readonly string[] {
  return [...(clock === undefined ? [] : [CLOCK_ROW]), ...(board?.rows.map(({ label }) => label) ?? [])];
}

interface Chosen {
  readonly view: RecoveryView;
  /** Of the board; undefined while the incident is chosen. */
  readonly row: number | undefined;
  readonly clock: RecoveryState['clocks'][number] | undefined;
}

function chosenOf({ state, view: { selected, crumbs } }: Input): Chosen {
  const view = recoveryView(state);
  const ids = rowIds(view);
  const id = crumbs[0]?.id ?? ids[selectedIndex(ids, selected)];
  const row = view.board?.rows.findIndex(({ label }) => label === id) ?? -1;
  return { view, row: row < 0 ? undefined : row, clock: state.clocks.find((clock) => clock.id === view.clock?.id) };
}

function act(input: Input, action: string): ScreenEffect<RecoveryState> {
  const { state } = input;
  switch (action) {
    case 'cell-left':
    case 'cell-right': {
      const count = state.board?.architectures.length ?? 0;
      if (count === 0) return { kind: 'say', text: 'no board yet: it begins with the first run of a drill' };
      const column = Math.max(0, Math.min(count - 1, state.column + (action === 'cell-left' ? -1 : 1)));
      return { kind: 'state', state: { ...state, column } };
    }
    case 'next-incident': {
      const ids = [...state.clocks.filter(({ isOpen }) => !isOpen), ...state.clocks.filter(({ isOpen }) => isOpen)]
        .map(({ id }) => id)
        .reverse();
      const shown = recoveryView(state).clock?.id;
      if (shown === undefined || ids.length < 2) return { kind: 'say', text: 'there is no other incident' };
      return { kind: 'state', state: { ...state, incident: ids[(ids.indexOf(shown) + 1) % ids.length] } };
    }
    default:
      return { kind: 'nothing' };
  }
}

function lookOf({ width, glyphs, picture, view }: Input): ClockLook {
  return { width, glyphs, timeStyle: view.timeStyle, nowMs: picture.nowMs };
}

function drawNarrow(input: Input): readonly Line[] {
  const { width, height, state } = input;
  const { view, row } = chosenOf(input);
  const look = lookOf(input);
  const { clock, board } = view;
  // The board keeps its head, its rows as far as they fit, and one line on the ranking.
  const boardRows = board === undefined ? 2 : Math.min(board.rows.length + 3, Math.max(5, Math.floor(height * 0.45)));
  const upper = height - boardRows;
  const lines: Line[] = [];
  if (clock === undefined) lines.push(...noClockLines(width));
  else {
    const fixed = [clockLine(clock, row === undefined, width), ...progressLines(clock.progress, look, 1), ...classLines(clock, width, 2)];
    const below = [...searchLines(clock, width, 1), ...otherOpenLine(view, width)];
    const timeline = timelineLines(clock, look, Math.max(2, upper - fixed.length - below.length - 1));
    lines.push(fixed[0]!, ...timeline, ...fixed.slice(1), ...below);
  }
  lines.push(...doubtLines(state, width));
  const shown = lines.slice(0, upper - 1);
  return [
    ...shown,
    line(run(` ${boardTitle('Board: from the alert to the confirmed cause', board, width)}`, 'strong')),
    ...boardPart(board, { width, height: height - shown.length - 1, row, column: state.column }),
  ];
}

function drawWide(input: Input): readonly Line[] {
  const { width, height, state } = input;
  const { view, row } = chosenOf(input);
  const { clock, board } = view;
  const upper = Math.max(12, Math.min(18, Math.floor(height * 0.45)));
  const leftWidth = Math.floor(width * 0.46);
  const rightWidth = width - leftWidth;
  const top =
    clock === undefined
      ? panel('Incident clock', noClockLines(width - 4), width, 5)
      : beside(
          panel(
            `${row === undefined ? '> ' : ''}${clock.isDrill ? 'Drill' : 'Incident'} clock   ${clock.id} ${clock.title}`,
            bigClock(clock, { ...lookOf(input), width: leftWidth - 4 }, upper - 2),
            leftWidth,
            upper,
          ),
          panel(
            'Timeline (h hypothesis, x refute, n note, c confirm)',
            timelineLines(clock, { ...lookOf(input), width: rightWidth - 4 }, upper - 2),
            rightWidth,
            upper,
          ),
        );
  const told = [...otherOpenLine(view, width), ...doubtLines(state, width)];
  const left = height - top.length - told.length;
  const cellHeight = board === undefined || row === undefined ? 0 : Math.min(10, Math.max(0, left - board.rows.length - 9));
  const boardHeight =
    board === undefined ? Math.min(left, 5) : Math.min(left - cellHeight, board.rows.length + 4 + rankingLines(board, width - 4).length);
  return [
    ...top,
    ...told,
    ...panel(
      boardTitle('Recovery board: from the alert to the confirmed cause, median of 5 or more runs', board, width - 4),
      boardPart(board, { width: width - 4, height: boardHeight - 2, row, column: state.column }),
      width,
      boardHeight,
    ),
    ...(cellHeight < 4 || board === undefined || row === undefined
      ? []
      : panel(`Cell: ${board.rows[row]!.label} on ${board.columns[state.column]}`, cellLines(input, row, width - 4), width, cellHeight)),
  ];
}

function clockLine(clock: ClockView, isChosen: boolean, width: number): Line {
  const title: Line = [run(isChosen ? '> ' : '  ', 'strong'), ...clockTitle(clock, width - 2)];
  return isChosen ? title.map((part) => ({ ...part, isSelected: true })) : title;
}

function noClockLines(width: number): readonly Line[] {
  return wrapText(
    'No incident was noted. ! notes an alert and starts the clock; outside of this screen: nightlight incident start "what hurts".',
    width - 2,
    3,
  ).map((text) => line(run(`  ${text}`)));
}

/** An invented board says so first, and one that is wider than the screen says how much of it is not seen. */
function boardTitle(title: string, board: BoardView | undefined, width: number): string {
  const hidden = board === undefined ? 0 : hiddenColumns(board, width);
  return `${board?.isExample === true ? 'EXAMPLE, invented runs. ' : ''}${hidden === 0 ? '' : `← → ${hidden} more. `}${title}`;
}

function boardPart(
  board: BoardView | undefined,
  look: { width: number; height: number; row: number | undefined; column: number },
): readonly Line[] {
  const { width, height } = look;
  if (board === undefined)
    return wrapText('no runs yet: the board begins with the first drill; nightlight recovery board --example shows one', width - 2, 2).map(
      (text) => line(run(`  ${text}`, 'dim')),
    );
  const whole = rankingLines(board, width);
  const ranking = height - board.rows.length - 1 >= Math.min(4, whole.length) ? whole : [rankingLine(board, width)];
  const tableHeight = Math.min(board.rows.length + 1, Math.max(3, height - Math.min(2, ranking.length)));
  const left = height - tableHeight;
  const isRoomy = left > ranking.length;
  return [
    ...boardTable(board, { ...look, height: tableHeight }),
    ...(isRoomy ? [line(run(`  ${BOARD_LEGEND}`, 'dim'))] : []),
    ...ranking.slice(0, isRoomy ? left - 1 : left),
  ];
}

function cellLines({ state }: Input, row: number, width: number): readonly Line[] {
  return cellEvidence(state.board!, state.runs, row, state.column).flatMap((text, index) =>
    wrapText(text, width - 2, 3).map((part) => line(run(`  ${part}`, index === 0 ? 'strong' : 'plain'))),
  );
}

function doubtLines({ doubts }: RecoveryState, width: number): readonly Line[] {
  return doubts.slice(0, 2).flatMap((doubt) => wrapText(`? ${doubt}`, width - 2, 2).map((text) => line(run(`  ${text}`, 'info'))));
}

/** The whole timeline, or all runs of a cell. */
function drawOpened(input: Input): readonly Line[] {
  const { height, view } = input;
  const lines = openedLines(input);
  const from = Math.max(0, Math.min(view.scroll, lines.length - height));
  return lines.slice(from, from + height);
}

function openedLines(input: Input): readonly Line[] {
  const {
    width,
    view: { crumbs },
  } = input;
  const { view, row } = chosenOf(input);
  const { clock, board } = view;
  return row !== undefined && board !== undefined
    ? [...cellLines(input, row, width), EMPTY_LINE, ...rankingLines(board, width)]
    : clock !== undefined && crumbs[0]?.id === CLOCK_ROW
      ? [
          clockLine(clock, false, width),
          ...allOfTimeline(clock, lookOf(input)),
          EMPTY_LINE,
          ...classLines(clock, width, 4),
          ...searchLines(clock, width, 4),
        ]
      : [line(run('  this is no longer there; esc goes back', 'info'))];
}

function whyText(input: Input): string {
  const { view, row } = chosenOf(input);
  const { board } = view;
  if (row === undefined || board === undefined) return view.why;
  const cell = board.rows[row]!.cells[input.state.column];
  const [first = '', ...others] = board.because;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${board.rows[row]!.label} on ${board.columns[input.state.column]}: ${cell?.text ?? '?'}; ${board.rank[0] === 'no ranking yet' ? `no ranking: missing is ${first}${more}` : board.rank.join(', ')}`;
}

function nextText(input: Input): string {
  if (input.view.crumbs.length > 0) return 'esc goes back   y copies it';
  const { view, row } = chosenOf(input);
  if (row === undefined) return view.next;
  const drill = view.board?.nextDrill;
  return drill === undefined
    ? 'enter opens the runs of the cell   left and right choose the architecture'
    : `drill ${drill.scenario} on ${drill.architecture} (${drill.runCount} of 5 runs)   enter opens the cell   left, right choose`;
}
