/**
 * Drills. While one runs: that it is one, what it touches, how to end it, and which step waits for you. Otherwise: what is left
 * before the board may rank, which ways of failing can be provoked and how, and the earlier runs.
 */

import { printableDeep } from '@nightlight/analyzer/wording';
import { cutText, fitLine, fitText, wrapText } from '../frame/fit.ts';
import { EMPTY_LINE, type Line, line, run } from '../frame/line.ts';
import { beside, panel } from '../frame/panel.ts';
import { type Column, table } from '../frame/table.ts';
import { visibleRows } from '../frame/visible-rows.ts';
import {
  type DrillPlan,
  drillPlan,
  earlierRuns,
  type ModeRow,
  modeRows,
  type PlanRow,
  RUNS_WANTED,
  recipeRows,
} from '../model/drill-plan.ts';
import { type DrillState, modeOfRun, NO_DRILL, type RunningDrill } from '../model/drill-state.ts';
import { spanText } from '../model/incident-view.ts';
import { passesFilter, selectedIndex, selectedRow, shownRows } from '../model/row-order.ts';
import type { Screen, ScreenInput } from '../model/screen.ts';

type Input = ScreenInput<DrillState>;

export const DRILL: Screen<DrillState> = {
  id: 'drill',
  tab: 'Drill',
  title: 'Drill',
  start: NO_DRILL,
  rows: (input) => (input.view.crumbs.length === 0 && input.state.running === undefined ? rowsOf(input).map(({ id }) => id) : []),
  draw(input) {
    const lines =
      input.state.running !== undefined
        ? drawRunning(printableDeep(input.state.running), input)
        : input.view.crumbs.length > 0
          ? drawRecipe(input)
          : input.width >= WIDE
            ? drawWide(input)
            : drawNarrow(input);
    return lines.slice(0, input.height).map((each) => fitLine(each, input.width));
  },
  mostScroll: (input) => Math.max(0, (recipeOf(input)?.length ?? 0) - input.height),
  why: whyText,
  next: nextText,
  open(input) {
    const row = chosenOf(input);
    if (input.state.running !== undefined || input.view.crumbs.length > 0 || row === undefined) return { kind: 'nothing' };
    return { kind: 'open', crumb: { id: row.id, title: row.id } };
  },
  drill: (input) => chosenOf(input)?.scenarios[0],
  act: (input, action) =>
    action === 'earlier-runs' ? { kind: 'state', state: { ...input.state, showsRuns: !input.state.showsRuns } } : { kind: 'nothing' },
  copy(input) {
    const row = chosenOf(input);
    if (row === undefined) return '';
    return [
      `**Drill ${row.id}: ${row.name}**`,
      '',
      ...recipeRows(row).map(({ label, text }) => `- ${label === '' ? '' : `${label}: `}${text}`),
      '',
    ].join('\n');
  },
};

const WIDE = 120;
const LABEL_WIDTH = 11;

function rowsOf({ picture, state, view }: Input): readonly ModeRow[] {
  const found = modeRows(picture.report, state.runs, state.scenarios).filter(({ id, name, seen }) =>
    passesFilter(`${id} ${name} ${seen}`, view.filter),
  );
  return shownRows(found, ({ id }) => id, { order: view.order, filter: undefined });
}

function chosenOf(input: Input): ModeRow | undefined {
  const opened = input.view.crumbs[0]?.id;
  if (opened !== undefined) return modeRows(input.picture.report, input.state.runs, input.state.scenarios).find(({ id }) => id === opened);
  const rows = rowsOf(input);
  return selectedRow(rows, ({ id }) => id, input.view.selected);
}

function drawNarrow(input: Input): readonly Line[] {
  const { width, height, state } = input;
  const plan = drillPlan(state.board);
  const planRows = planLines(plan, width, Math.max(3, Math.floor(height * 0.4)));
  const left = height - planRows.length;
  const belowRows = Math.max(4, Math.floor(left * 0.45));
  const row = chosenOf(input);
  const below = state.showsRuns
    ? runLines(state, width, belowRows)
    : row === undefined
      ? []
      : [recipeTitle(row), ...recipeLines(row, width, belowRows - 1, 1)];
  return [...planRows, ...modeTable(input, width, left - below.length), ...below];
}

function drawWide(input: Input): readonly Line[] {
  const { width, height, state } = input;
  const plan = drillPlan(state.board);
  const planHeight = Math.min(Math.floor(height * 0.4), (plan?.rows.length ?? 1) + 4);
  const left = height - planHeight;
  const leftWidth = Math.floor(width * 0.6);
  const rightWidth = width - leftWidth;
  const row = chosenOf(input);
  const [title, lines] =
    state.showsRuns || row === undefined
      ? ['Earlier runs, the newest first', runLines(state, rightWidth - 4, left - 2)]
      : [`How to provoke it: ${row.name}`, recipeLines(row, rightWidth - 4, left - 2, 4)];
  return [
    ...panel('Plan for a fair ranking', planLines(plan, width - 4, planHeight - 2), width, planHeight),
    ...beside(
      panel('What can be provoked; seen here stands first', modeTable(input, leftWidth - 4, left - 2), leftWidth, left),
      panel(title, lines, rightWidth, left),
    ),
  ];
}

/** Runs of each cell out of those that a ranking needs. */
function planLines(plan: DrillPlan | undefined, width: number, height: number): readonly Line[] {
  if (plan === undefined)
    return wrapText(
      'No run of a drill is known yet. A fair ranking needs the same scenarios on every architecture, 5 runs in each cell, by people who do not know the fault.',
      width - 2,
      3,
    ).map((text) => line(run(`  ${text}`)));
  const least = Math.max(9, Math.min(16, Math.floor((width - 34) / plan.columns.length) - 1));
  const fitting = Math.max(1, Math.min(plan.columns.length, Math.floor((width - 34) / (least + 1))));
  const hidden = plan.columns.length - fitting;
  const columns: Column<PlanRow>[] = [
    { head: 'scenario', width: 18, grows: true, cut: 'middle', cell: ({ scenario }) => scenario },
    ...plan.columns.slice(0, fitting).map((name, index) => ({
      head: cutText(name, least, 'middle'),
      width: least,
      align: 'right' as const,
      cell: ({ cells }: PlanRow) => {
        const text = cells[index]!;
        return run(text, Number.parseInt(text, 10) >= RUNS_WANTED ? 'dim' : 'warn');
      },
    })),
    {
      head: 'left',
      width: 5,
      align: 'right',
      cell: ({ leftCount }) => run(leftCount === 0 ? '-' : String(leftCount), leftCount === 0 ? 'dim' : 'strong'),
    },
  ];
  const rows = [...plan.rows].sort((a, b) => b.leftCount - a.leftCount).slice(0, Math.max(1, height - 2));
  const more = [
    ...(rows.length < plan.rows.length ? [`${plan.rows.length - rows.length} more scenarios`] : []),
    ...(hidden > 0 ? [`${hidden} more architectures`] : []),
  ].join(', ');
  return [
    ...table(columns, rows, { width }),
    line(
      run(
        `  ${plan.isExample ? 'EXAMPLE, invented runs. ' : ''}${leftWords(plan)}${more === '' ? '' : `; ${more}`}`,
        plan.leftCount === 0 ? 'ok' : 'info',
      ),
    ),
  ];
}

function leftWords({ leftCount, lackingCellCount, cellCount, takes }: DrillPlan): string {
  if (leftCount === 0) return 'nothing is left: every cell has its runs';
  return `${leftCount} runs left in ${lackingCellCount} of ${cellCount} cells${takes === undefined ? '' : `, ${takes}`}`;
}

function modeTable(input: Input, width: number, height: number): readonly Line[] {
  const rows = rowsOf(input);
  if (rows.length === 0) return [line(run('  no way of failing passes the filter; esc ends it', 'info'))];
  const chosen = selectedIndex(
    rows.map(({ id }) => id),
    input.view.selected,
  );
  const room = Math.max(1, height - 2);
  const { from, to } = visibleRows(rows.length, chosen, room);
  return [
    ...table(MODE_COLUMNS, rows.slice(from, to), { width, selected: chosen - from }),
    rows.length > to - from ? line(run(`    rows ${from + 1} to ${to} of ${rows.length}`, 'dim')) : EMPTY_LINE,
  ].slice(0, Math.max(1, height));
}

const MODE_COLUMNS: readonly Column<ModeRow>[] = [
  { head: 'can fail by', width: 20, grows: true, cell: ({ name }) => name },
  { head: 'usually', width: 12, dropsAt: 2, cell: ({ class: usual }) => usual },
  { head: 'to find', width: 13, cell: ({ difficulty }) => difficulty },
  { head: 'provoked', width: 8, cell: ({ from }) => from },
  { head: 'runs', width: 4, align: 'right', cell: ({ runCount }) => (runCount === 0 ? '-' : String(runCount)) },
  { head: 'seen here', width: 16, cut: 'middle', dropsAt: 1, cell: ({ seen }) => run(seen, 'mark') },
];

function recipeTitle({ id, name }: ModeRow): Line {
  return line(run(`  ${name}`, 'strong'), run(`   nightlight explain ${id}`, 'dim'));
}

function recipeLines(row: ModeRow, width: number, height: number, rows: number): readonly Line[] {
  return recipeRows(row)
    .flatMap(({ label, text }) =>
      wrapText(text, width - LABEL_WIDTH, rows).map((part, index) =>
        line(run(fitText(index === 0 ? `  ${label}` : '', LABEL_WIDTH), 'dim'), part),
      ),
    )
    .slice(0, Math.max(0, height));
}

function runLines({ runs }: DrillState, width: number, height: number): readonly Line[] {
  const told = earlierRuns(runs);
  if (told.length === 0) return [line(run('  no earlier run', 'dim'))];
  const shown = told.slice(0, Math.max(1, told.length > height ? height - 1 : height));
  return [
    ...shown.map((text) => line(`  ${cutText(text, width - 2)}`)),
    ...(shown.length < runs.length
      ? [line(run(`    … ${runs.length - shown.length} older ones; nightlight recovery score lists them`, 'dim'))]
      : []),
  ];
}

/** All of one recipe, and its earlier runs. */
function drawRecipe(input: Input): readonly Line[] {
  const { height, view } = input;
  const lines = recipeOf(input);
  if (lines === undefined) return [line(run('  this is no longer there; esc goes back', 'info'))];
  const from = Math.max(0, Math.min(view.scroll, lines.length - height));
  return lines.slice(from, from + height);
}

function recipeOf(input: Input): readonly Line[] | undefined {
  const { width, state } = input;
  const row = chosenOf(input);
  if (row === undefined) return undefined;
  const runs = earlierRuns(state.runs.filter(({ scenario }) => modeOfRun(state.scenarios, scenario.id) === row.id));
  return [
    recipeTitle(row),
    line(run(`  usually ${row.class}, ${row.difficulty} to find: ${row.mode.difficultyBecause}`, 'dim')),
    ...recipeLines(row, width, ALL, 4),
    EMPTY_LINE,
    line(run(runs.length === 0 ? '  no earlier run of it' : '  earlier runs, the newest first', 'strong')),
    ...runs.map((text) => line(`  ${text}`)),
  ];
}

const ALL = 1_000;

/** Its name would tell the fault to whoever is to find it. */
function isHidden({ isBlind, state }: RunningDrill): boolean {
  return isBlind && !isOver(state);
}

function isOver(state: RunningDrill['state']): boolean {
  return state === 'restored' || state === 'aborted';
}

function drawRunning(drill: RunningDrill, { width, height, state }: Input): readonly Line[] {
  const { scenario, architecture, runNumber, state: phase, nowMs, beganMs, stopsAtMs, isBlind, fault, touches, abort, seed, steps } = drill;
  const began = beganMs === undefined ? '' : `, fault began ${spanText(Math.max(0, nowMs - beganMs))} ago`;
  const stops = phase !== 'injecting' || stopsAtMs === undefined ? '' : `, ends by itself in ${spanText(Math.max(0, stopsAtMs - nowMs))}`;
  const head: readonly (readonly [string, string])[] = [
    ['state', `${PHASES[phase]}${began}${stops}`],
    ['fault', isHidden(drill) ? 'hidden (blind): shown when the cause is confirmed' : fault],
    ['touches', touches],
    ...(isOver(phase) ? [] : [['abort', abort] as const]),
  ];
  const waiting = steps.findIndex(({ atMs }) => atMs === undefined);
  const alertMs = beganMs ?? steps.find(({ atMs }) => atMs !== undefined)?.atMs;
  const earlier = isHidden(drill) ? [] : earlierRuns(state.runs.filter((each) => each.scenario.id === scenario));
  return [
    line(
      run(` ${isOver(phase) ? 'DRILL, OVER' : 'DRILL, NOT AN INCIDENT'}  `, 'mark'),
      run(isHidden(drill) ? `blind, on ${architecture}` : `${scenario} on ${architecture}`, 'title'),
      run(`   run ${runNumber} of ${RUNS_WANTED}   ${isBlind ? '' : 'not blind   '}${seed === undefined ? '' : `seed ${seed}`}`, 'dim'),
    ),
    ...head.flatMap(([label, text]) =>
      wrapText(text, width - LABEL_WIDTH, 2).map((part, index) =>
        line(
          run(fitText(index === 0 ? `   ${label}` : '', LABEL_WIDTH), 'dim'),
          run(part, label === 'state' && phase === 'injecting' ? 'warn' : 'plain'),
        ),
      ),
    ),
    EMPTY_LINE,
    line(run(`   ${fitText('step', 28)} ${fitText('since it began', 15)} by`, 'dim')),
    ...steps.map(({ what, atMs, by }, index) => {
      const mark = atMs !== undefined ? '✓' : index === waiting && !isOver(phase) ? '▸' : ' ';
      const since = atMs === undefined ? '--:--' : alertMs === undefined ? '' : spanText(Math.max(0, atMs - alertMs));
      return line(
        run(` ${mark} `, atMs === undefined ? 'mark' : 'ok'),
        run(`${fitText(what, 28)} ${fitText(since, 15)} `, index === waiting ? 'strong' : 'plain'),
        run(by),
      );
    }),
    EMPTY_LINE,
    line(
      run(
        isHidden(drill)
          ? '   its earlier runs are shown when it is over'
          : earlier.length === 0
            ? '   no earlier run of this scenario'
            : '   earlier runs of this scenario',
        'strong',
      ),
    ),
    ...earlier.slice(0, Math.max(1, height)).map((text) => line(run(`   ${cutText(text, width - 3)}`, 'dim'))),
  ];
}

const PHASES: Readonly<Record<RunningDrill['state'], string>> = {
  preparing: '○ PREPARING',
  injecting: '● INJECTING',
  searching: '◐ THE FAULT IS OVER, the search goes on',
  restored: '✓ RESTORED',
  aborted: '✗ ABORTED and restored',
};

function whyText({ state }: Input): string {
  const { running } = state;
  if (running !== undefined) {
    const { scenario, architecture, runNumber } = printableDeep(running);
    return `this is a drill: ${isHidden(running) ? 'a cell of' : `${scenario} on`} ${architecture} has ${runNumber - 1} of ${RUNS_WANTED} runs; the clock goes from the alert to the confirmed cause`;
  }
  if (state.refused !== undefined) return `the drill did not run: ${printableDeep(state.refused)}`;
  const plan = drillPlan(state.board);
  if (plan === undefined) return 'nothing was drilled yet: which causes are hard to find is only predicted';
  return plan.leftCount === 0
    ? 'every cell of the board has its runs: it ranks'
    : `the board does not rank yet: ${leftWords(plan)}${plan.takes === undefined ? '' : ' at the times so far'}`;
}

function nextText(input: Input): string {
  const { running } = input.state;
  if (running !== undefined) {
    const step = printableDeep(running.steps.find(({ atMs }) => atMs === undefined));
    return step === undefined
      ? '6 shows the board'
      : `${step.what} (${step.by})   ${printableDeep(running.abort)} aborts   1 to 5 look at the system`;
  }
  if (input.view.crumbs.length > 0) return 'esc goes back   y copies the recipe';
  const next = drillPlan(input.state.board)?.next;
  const row = chosenOf(input);
  const start = row !== undefined && row.scenarios.length > 0 ? '   D starts a drill' : '';
  if (next !== undefined)
    return `drill ${next.scenario} on ${next.architecture} (${next.runCount} of ${RUNS_WANTED} runs)${start}   enter: a recipe`;
  return row === undefined ? 'esc ends the filter' : `enter opens the recipe of ${row.name.toLowerCase()}${start}   o earlier runs`;
}
