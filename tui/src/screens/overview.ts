/**
 * What hurts now. In five seconds: the worst function, how many requests a minute it hurts, since when, and on whom it
 * waits. `enter` opens what was found there, `enter` again the lines behind it.
 */
import type { Finding, Picture } from '@nightlight/analyzer';
import {
  changedText,
  configurationLabel,
  findingMark,
  hurtText,
  printable,
  printableDeep,
  sinceText,
  UNNAMED_FUNCTION,
} from '@nightlight/analyzer/report';
import { bar } from '../frame/bar.ts';
import { drawChart, pointsFrom } from '../frame/chart.ts';
import { cutText, fitLine, fitText } from '../frame/fit.ts';
import { EMPTY_LINE, type Line, line, run } from '../frame/line.ts';
import { panel } from '../frame/panel.ts';
import { sparkline } from '../frame/sparkline.ts';
import { type Column, table } from '../frame/table.ts';
import { visibleRows } from '../frame/visible-rows.ts';
import { ageText, momentText } from '../model/clock-text.ts';
import { nextStep } from '../model/next-step.ts';
import { hurtOfAll, OVERVIEW_SORTS, type OverviewRow, overviewRows, rateText } from '../model/overview-rows.ts';
import { overviewView } from '../model/overview-view.ts';
import { momentsIn, type PictureWindow, stretchesOf, windowOf } from '../model/picture-window.ts';
import { selectedIndex, selectedRow, shownRows } from '../model/row-order.ts';
import type { Screen, ScreenEffect, ScreenInput } from '../model/screen.ts';
import { findingLines, findingTitle, TONE_STYLES } from './finding-lines.ts';
import { mostRawScroll, rawLines } from './raw-lines.ts';
import { aboutLine, chartMarks, chartTitle, clockLabels, marksLegend, stretchWords, unfinishedWords, windowWords } from './window-words.ts';

export const OVERVIEW: Screen = {
  id: 'overview',
  tab: 'Over',
  title: 'Overview',
  start: undefined,
  sorts: OVERVIEW_SORTS,
  rows(input) {
    const depth = input.view.crumbs.length;
    if (depth === 0) return rowsOf(input).map(({ name }) => name);
    // Lines are moved through; a row that could be selected would take the keys for that.
    return depth === 1 ? findingsOf(input).map(({ id }) => id) : [];
  },
  draw: (input) => {
    if (input.view.crumbs.length === 0) return drawList(input);
    return input.view.crumbs.length === 1 ? drawFindings(input) : rawLines(input);
  },
  mostScroll: mostRawScroll,
  why: (input) => whyText(input),
  next: (input) => nextText(input),
  open,
  suspect(input) {
    const finding = input.view.crumbs.length === 0 ? findingsOf(input)[0] : chosenFinding(input);
    return finding && { component: printable(finding.functionName), finding: finding.id };
  },
  copy: (input) =>
    findingsOf(input)
      .map(
        (finding) =>
          `**${finding.id} ${findingMark(finding)} ${finding.headline}**  ${finding.functionName}\n\n- why: ${finding.why}\n- hurts: ${hurtText(finding)}\n- since: ${sinceText(finding)}; ${changedText(finding, input.picture.report.changes)}\n- next: \`${finding.next}\`\n`,
      )
      .join('\n'),
};

/** The third row while no incident runs: what hurts most. */
export function headlineOf(picture: Picture): Line {
  const { headline, tone } = overviewView(picture.report, []);
  const [worst] = picture.report.findings;
  if (worst?.sinceMs === undefined) return [run(headline, TONE_STYLES[tone])];
  // In 80 columns the end is cut: the memory size and how long ago it was give way to what came before it.
  const named = { ...printableDeep(worst), memorySizeMb: undefined };
  const title =
    worst.harm === 'money' ? headline : `${named.id} ${findingMark(named)} ${named.headline}  ${configurationLabel(named)}`.trimEnd();
  return [
    run(title, TONE_STYLES[tone]),
    run(`  since ${momentText(worst.sinceMs, 'utc', picture.nowMs)}`, 'dim'),
    run(afterDeploy(picture), 'mark'),
    run(`  (${momentText(worst.sinceMs, 'relative', picture.nowMs)})`, 'dim'),
  ];
}

/** As the evidence rounds it, so that both say the same. */
function wholeMinutes(ms: number): number {
  return ms < 120_000 ? ms : Math.round(ms / 60_000) * 60_000;
}

/** `; v42 came 33 min before`: the mark in the chart leaves with the window that is shown, the question does not. */
function afterDeploy({ report }: Picture): string {
  const [worst] = report.findings;
  const sinceMs = worst?.sinceMs;
  if (sinceMs === undefined) return '';
  const came = report.changes.filter(
    ({ kind, functionName, atMs }) => kind === 'version' && functionName === worst!.functionName && atMs <= sinceMs,
  );
  const last = came.at(-1);
  return last?.version === undefined ? '' : `; v${printable(last.version)} came ${ageText(wholeMinutes(sinceMs - last.atMs))} before`;
}

/** Head, chart and its title need so many rows before the list may take the rest. */
const CHART_ROWS = 6;
const WIDE = 120;

function rowsOf(input: ScreenInput): readonly OverviewRow[] {
  const window = windowOf(input.picture, input.view);
  return shownRows(overviewRows(input.picture, window, input.view.sort), ({ name }) => name, input.view);
}

function chosenOf(input: ScreenInput): OverviewRow | undefined {
  const rows = rowsOf(input);
  const name = input.view.crumbs[0]?.id;
  if (name !== undefined) return rows.find((row) => row.name === name) ?? rows[0];
  return selectedRow(rows, (row) => row.name, input.view.selected);
}

function findingsOf(input: ScreenInput): readonly Finding[] {
  const name = chosenOf(input)?.name;
  return input.picture.report.findings.filter(
    ({ functionName }) => printable(functionName === '' ? '(whole input)' : functionName) === name,
  );
}

function chosenFinding(input: ScreenInput): Finding | undefined {
  const findings = findingsOf(input);
  return findings[
    selectedIndex(
      findings.map(({ id }) => id),
      input.view.crumbs.length === 1 ? input.view.selected : input.view.crumbs[1]?.id,
    )
  ];
}

function open(input: ScreenInput): ScreenEffect {
  if (input.view.crumbs.length === 0) {
    const row = chosenOf(input);
    if (row === undefined) return { kind: 'nothing' };
    return findingsOf(input).length === 0
      ? { kind: 'say', text: `${row.name}: nothing was found` }
      : { kind: 'open', crumb: { id: row.name, title: row.name } };
  }
  const finding = chosenFinding(input);
  if (input.view.crumbs.length > 1 || finding === undefined) return { kind: 'nothing' };
  return { kind: 'open', crumb: { id: finding.id, title: `${finding.id} lines` }, evidence: finding.evidence };
}

function drawList(input: ScreenInput): readonly Line[] {
  const { width, height, view, picture } = input;
  const window = windowOf(picture, view);
  const rows = rowsOf(input);
  const isWide = width >= WIDE;
  const chosen = selectedIndex(
    rows.map(({ name }) => name),
    view.selected,
  );
  const most = rows.reduce((max, { hurtPerMinute }) => Math.max(max, hurtPerMinute ?? 0), 0);
  const below = isWide ? Math.max(CHART_ROWS + 2, Math.floor(height * 0.55)) : CHART_ROWS;
  const room = Math.max(2, Math.min(rows.length, height - 2 - below));
  const { from, to } = visibleRows(rows.length, chosen, room);
  const list = [
    ...table(columnsOf(isWide, most, input), rows.slice(from, to), { width, selected: chosen < 0 ? undefined : chosen - from }),
    aboutLine([...hiddenWords(rows, from, to), ...aboutFigures(rows[chosen], window, view, isWide)], width),
  ];
  const left = height - list.length;
  return [...list, ...(isWide ? wideBelow(input, window, left) : chartLines(input, window, width, left))].map((each) =>
    fitLine(each, width),
  );
}

/** Two figures of one failure that are not of the same requests must not look as if they were. */
function aboutFigures(row: OverviewRow | undefined, window: PictureWindow, view: ScreenInput['view'], isWide: boolean): readonly string[] {
  if (window.last < window.first) return [];
  return [
    `figures: ${stretchWords(window, view)}`,
    `${isWide ? 'memory, verdict' : 'verdict'}: all that was seen`,
    // Where there is room, each row tells its own.
    ...(isWide || row === undefined || row.warm === '?' ? [] : [`p99 of ${row.warm} warm`]),
  ];
}

/** What of a long list is not in sight. */
function hiddenWords(rows: readonly OverviewRow[], from: number, to: number): readonly string[] {
  const hidden = [...rows.slice(0, from), ...rows.slice(to)];
  if (hidden.length === 0) return [];
  const hurting = hidden.filter(({ hurtPerMinute }) => (hurtPerMinute ?? 0) > 0).length;
  const where = from > 0 ? `rows ${from + 1} to ${to} of ${rows.length}` : `… ${hidden.length} more`;
  return [`${where}, ${hurting === 0 ? 'none of the others hurting' : `${hurting} of the others hurting`}`];
}

function columnsOf(isWide: boolean, most: number, { glyphs }: ScreenInput): readonly Column<OverviewRow>[] {
  const barWidth = isWide ? 12 : 6;
  return [
    {
      head: isWide ? 'hurt requests/min' : 'hurt/min',
      width: barWidth + 6,
      cell: ({ hurtPerMinute }) => {
        if (hurtPerMinute === undefined) return run(fitText('?', barWidth + 6, 'right'), 'gap');
        const share = most > 0 ? hurtPerMinute / most : 0;
        return [...bar(share, barWidth, glyphs, hurtPerMinute > 0 ? 'bad' : 'dim'), run(fitText(rateText(hurtPerMinute), 6, 'right'))];
      },
    },
    { head: 'function', width: 12, grows: true, cut: 'middle', cell: ({ name }) => name },
    { head: 'inv/min', width: 7, align: 'right', cell: ({ invocationsPerMinute }) => invocationsPerMinute },
    { head: 'err', width: 7, align: 'right', cell: ({ errorShare }) => errorShare },
    ...(isWide ? [{ head: 'n warm', width: 7, align: 'right', dropsAt: 4, cell: ({ warm }) => warm } satisfies Column<OverviewRow>] : []),
    ...(isWide ? [{ head: 'p50', width: 8, align: 'right', cell: ({ p50 }) => p50 } satisfies Column<OverviewRow>] : []),
    { head: 'p99', width: 8, align: 'right', cell: ({ p99 }) => p99 },
    { head: 'cold', width: 6, align: 'right', dropsAt: 2, cell: ({ cold }) => cold },
    ...(isWide
      ? [
          {
            head: 'mem/inv',
            width: 8,
            align: 'right',
            dropsAt: 1,
            cell: ({ memoryPerInvocation }) => memoryPerInvocation,
          } satisfies Column<OverviewRow>,
          {
            head: 'hurt, this window',
            width: 18,
            dropsAt: 3,
            cell: ({ course }) => sparkline(course, { width: 18, glyphs, style: 'bad' }),
          } satisfies Column<OverviewRow>,
        ]
      : []),
    { head: 'verdict', width: 20, cell: ({ verdict, tone }) => run(verdict, TONE_STYLES[tone]) },
  ];
}

/** Hurt requests of all functions over the window, with its gaps and what changed. */
function chartLines(input: ScreenInput, window: PictureWindow, width: number, height: number): readonly Line[] {
  const { picture, view, glyphs } = input;
  if (window.last < window.first) return [line(run('  no minute is known yet', 'dim'))];
  const hurt = hurtOfAll(picture, window);
  const moments = momentsIn(picture, window);
  const parts = line(
    run(`  hurt requests a minute, ${windowWords(window)}`, 'strong'),
    ...(view.atMs === undefined ? [] : [run(', up to the moment looked at', 'warn')]),
    run(`${marksLegend(moments)}${window.gaps.length > 0 ? '   ? no data' : ''}`, 'dim'),
    run(unfinishedWords(window), 'dim'),
  );
  const title = chartTitle(parts, width);
  if (height < 4) return [title];
  const top = hurt.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return [
    title,
    ...drawChart(
      {
        x: { from: window.first, to: Math.max(window.first + 1, window.last) },
        y: { to: Math.max(1, top), label: (value) => rateText(value) },
        series: [{ points: pointsFrom(window.first, hurt), kind: 'area', style: 'bad' }],
        gaps: stretchesOf(window.gaps),
        marks: chartMarks(moments),
        xLabels: clockLabels(window),
      },
      { width: width - 2, height: Math.min(height - 1, 12), glyphs },
    ).map((each) => [run('  '), ...each]),
  ];
}

/** Beside the chart: what the verdicts are, and who waits on whom. */
function wideBelow(input: ScreenInput, window: PictureWindow, height: number): readonly Line[] {
  const { width } = input;
  const chartHeight = Math.max(6, Math.min(12, Math.floor(height / 2)));
  const boxHeight = height - chartHeight;
  const chart = chartLines(input, window, width, chartHeight);
  if (boxHeight < 5) return chart;
  const leftWidth = Math.floor(width / 2);
  const left = panel('Verdicts', verdictLines(input, leftWidth - 4, boxHeight - 2), leftWidth, boxHeight);
  const right = panel('Who waits on whom', waitLines(input, width - leftWidth - 4), width - leftWidth, boxHeight);
  return [...left.map((each, row) => [...each, ...(right[row] ?? [])]), ...chart];
}

function verdictLines({ picture }: ScreenInput, width: number, room: number): readonly Line[] {
  const { findings } = picture.report;
  const shown = findings.slice(0, findings.length > room ? room - 1 : room);
  return [
    ...shown.map((finding) => fitLine(findingTitle(printableDeep(finding)), width)),
    ...(shown.length < findings.length ? [line(run(` ${findings.length - shown.length} more, on their functions`, 'dim'))] : []),
    ...(findings.length === 0 ? [line(run(' nothing was found', 'dim'))] : []),
  ];
}

function waitLines({ picture }: ScreenInput, width: number): readonly Line[] {
  const waits = picture.functions.flatMap(({ functionName, waitsOn }) =>
    waitsOn.slice(0, 3).map(({ peer, timeShare, callCount }) => ({ functionName, peer, timeShare, callCount })),
  );
  if (waits.length === 0)
    return [line(run(' cannot tell: no line tells of outbound calls', 'dim')), line(run(' (our agent or OTLP client spans do)', 'dim'))];
  return waits
    .sort((a, b) => b.timeShare - a.timeShare)
    .map(({ functionName, peer, timeShare, callCount }) =>
      line(
        ` ${fitText(printable(functionName), Math.min(20, Math.floor(width / 3)), 'left', 'middle')} `,
        run(`${Math.round(timeShare * 100)} %`.padStart(5), timeShare >= 0.5 ? 'strong' : 'plain'),
        ` of its time on ${cutText(printable(peer), 24, 'middle')}`,
        run(`  ${callCount.toLocaleString('en-US')} calls`, 'dim'),
      ),
    );
}

function drawFindings(input: ScreenInput): readonly Line[] {
  const { width, height, picture } = input;
  const findings = findingsOf(input);
  const chosen = chosenFinding(input);
  const list = findings.map((finding) => {
    const isChosen = finding === chosen;
    const title: Line = [run(isChosen ? '>' : ' ', 'strong'), ...findingTitle(finding)];
    return isChosen ? title.map((part) => ({ ...part, isSelected: true })) : title;
  });
  const at = chosen === undefined ? 0 : findings.indexOf(chosen);
  const room = Math.max(1, Math.min(list.length, Math.floor(height / 3)));
  const { from, to } = visibleRows(list.length, at, room);
  const detail = chosen === undefined ? [] : findingLines(chosen, picture.report, width, Math.max(0, height - room - 12)).slice(1);
  const lines = chosen?.evidence.length ?? 0;
  return [
    ...list.slice(from, to).map((each) => fitLine(each, width)),
    EMPTY_LINE,
    ...detail,
    line(run(`    ${lines === 0 ? 'no single line stands behind it' : `enter: ${lines} of its lines`}`, 'key')),
  ].slice(0, height);
}

function whyText(input: ScreenInput): string {
  const row = chosenOf(input);
  if (row === undefined) return nothingYet(input.picture);
  const [finding] = input.view.crumbs.length > 0 ? [chosenFinding(input)] : findingsOf(input);
  const waits = input.picture.functions.find(({ functionName }) => printable(functionName) === row.name)?.waitsOn[0];
  const waiting =
    waits !== undefined && waits.timeShare >= WORTH_SAYING
      ? `${Math.round(waits.timeShare * 100)} % of its time is spent waiting on ${printable(waits.peer)}; `
      : '';
  if (finding === undefined) return `${row.name}: ${waiting}nothing was found that hurts`;
  return `${row.name}: ${waiting}${printable(finding.why)}`;
}

/** Below it, its own code takes most of the time. */
const WORTH_SAYING = 0.5;

/** Before the first event the screen is there for whoever has to make something send. */
function nothingYet({ sources, report }: Picture): string {
  const waiting = sources.filter(({ state }) => state === 'waiting').map(({ name }) => printable(name));
  if (waiting.length > 0) return `nothing has come yet from ${waiting.join(', ')}`;
  return report.input.eventCount === 0 ? 'no event was read' : 'no invocation and no request was told by what was read';
}

/** What came without a name may be several functions in one row: whoever reads it can tell, and only then. */
function namingStep(input: ScreenInput): string {
  if (chosenOf(input)?.name !== UNNAMED_FUNCTION) return '';
  const isOtlp = input.picture.sources.every(({ kind }) => kind === 'otlp');
  return `   ${isOtlp ? 'OTEL_SERVICE_NAME' : '--function NAME'} gives it a name`;
}

function howToSend({ sources }: Picture): string {
  const [receiver] = sources.flatMap(({ kind, name }) => (kind === 'otlp' ? [/\S+:\d+$/.exec(name)?.[0]] : []));
  if (receiver !== undefined) return `start your program with OTEL_EXPORTER_OTLP_ENDPOINT=http://${printable(receiver)}`;
  return sources.some(({ kind }) => kind === 'stdin') ? 'see that the program before the | prints something' : 'nightlight help formats';
}

function nextText(input: ScreenInput): string {
  const depth = input.view.crumbs.length;
  if (depth === 0 && rowsOf(input).length === 0) return howToSend(input.picture);
  if (depth === 0) {
    const isFine = findingsOf(input).length === 0;
    const naming = namingStep(input);
    if (isFine) return `${rowsOf(input).length > 1 ? 'select another function   ' : ''}3 shows its memory   4 its latency${naming}`;
    return `enter opens the evidence   y copies it${naming === '' ? '   c confirms the root cause' : naming}`;
  }
  const finding = chosenFinding(input);
  if (finding === undefined) return 'esc goes back';
  // In 24 rows the evidence may be longer than its place: what leads to the lines stands here, too.
  const lines = depth === 1 && finding.evidence.length > 0 ? 'enter shows its lines   ' : '';
  return `${lines}${nextStep(finding, input.picture.report)}`;
}
