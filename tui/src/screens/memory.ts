/**
 * Is it a leak, since which deployment, and how long until the next kill. The list stands in the order in which it is
 * urgent; below, memory over the invocations of each sandbox; `enter` opens one sandbox or the evidence, `enter` again its
 * lines.
 */
import type { Finding } from '@nightlight/analyzer';
import { durationText, percentileText, plural, printable } from '@nightlight/analyzer/report';
import { fitLine, selectedLine } from '../frame/fit.ts';
import { EMPTY_LINE, type Line, line, run } from '../frame/line.ts';
import { panel } from '../frame/panel.ts';
import { sparkline } from '../frame/sparkline.ts';
import { type Column, table } from '../frame/table.ts';
import { visibleRows } from '../frame/visible-rows.ts';
import { momentText } from '../model/clock-text.ts';
import { allocationSites, bytesText, MEMORY_SORTS, type MemoryRow, memoryEvidence, memoryRows, memoryWhy } from '../model/memory-rows.ts';
import { nextStep } from '../model/next-step.ts';
import { inWindow, windowOf } from '../model/picture-window.ts';
import { selectedIndex, selectedRow, shownRows } from '../model/row-order.ts';
import type { Screen, ScreenEffect, ScreenInput } from '../model/screen.ts';
import { findingLines, findingTitle, labelled, TONE_STYLES } from './finding-lines.ts';
import { memoryChart } from './memory-chart.ts';
import { mostRawScroll, rawLines } from './raw-lines.ts';

export const MEMORY: Screen = {
  id: 'memory',
  tab: 'Mem',
  title: 'Memory',
  start: undefined,
  sorts: MEMORY_SORTS,
  rows(input) {
    const depth = input.view.crumbs.length;
    if (depth === 0) return rowsOf(input).map(({ id }) => id);
    // Lines are moved through; a row that could be selected would take the keys for that.
    return depth === 1 ? partsOf(input).map(({ id }) => id) : [];
  },
  draw: (input) => {
    if (input.view.crumbs.length === 0) return drawList(input);
    return input.view.crumbs.length === 1 ? drawParts(input) : rawLines(input);
  },
  mostScroll: mostRawScroll,
  why: (input) => {
    const row = chosenOf(input);
    if (row !== undefined) return memoryWhy(row, input.picture);
    if (input.view.crumbs.length > 0) return GONE;
    return rowsOf(unfiltered(input)).length === 0 ? NOTHING_TOLD : 'no function here passes the filter';
  },
  next: nextText,
  open,
  suspect(input) {
    const row = chosenOf(input);
    const part = row === undefined || input.view.crumbs.length === 0 ? undefined : chosenPart(input);
    const finding = part?.kind === 'finding' ? part.finding : row && findingsOf(row, input)[0];
    return finding && { component: printable(finding.functionName), finding: finding.id };
  },
  copy: copyText,
};

type Part =
  | { readonly kind: 'finding'; readonly id: string; readonly finding: Finding }
  | { readonly kind: 'sandbox'; readonly id: string; readonly sandbox: NonNullable<MemoryRow['course']>['sandboxes'][number] };

const NOTHING_TOLD = 'no line tells of memory: REPORT lines (Max Memory Used) do, and lines of our agent';
const GONE = 'it is not in the picture any more; esc goes back';
const WIDE = 120;
/** Below so many rows a chart shows a slope and nothing else; with more, words fit beneath. */
const CHART_ROWS = 10;
const MEMORY_KINDS: ReadonlySet<string> = new Set([
  'out-of-memory',
  'masked-out-of-memory',
  'memory-growth',
  'fast-leak',
  'memory-pinned',
  'near-memory',
  'oversized-memory',
]);

function rowsOf(input: ScreenInput): readonly MemoryRow[] {
  return shownRows(memoryRows(input.picture, input.view.sort), ({ id }) => id, input.view);
}

function unfiltered(input: ScreenInput): ScreenInput {
  return { ...input, view: { ...input.view, filter: undefined } };
}

function chosenOf(input: ScreenInput): MemoryRow | undefined {
  const rows = rowsOf(input);
  const opened = input.view.crumbs[0]?.id;
  if (opened !== undefined) return rows.find(({ id }) => id === opened);
  return selectedRow(rows, ({ id }) => id, input.view.selected);
}

function findingsOf({ section }: MemoryRow, { picture }: ScreenInput): readonly Finding[] {
  return picture.report.findings.filter(
    ({ kind, functionName, version, memorySizeMb }) =>
      MEMORY_KINDS.has(kind) &&
      functionName === section.functionName &&
      (version === undefined || version === section.version) &&
      (memorySizeMb === undefined || memorySizeMb === section.memorySizeMb),
  );
}

/** What stands behind a row: first what was found, then its sandboxes, those that grew most first. */
function partsOf(input: ScreenInput): readonly Part[] {
  const row = chosenOf(input);
  if (row === undefined) return [];
  return [
    ...findingsOf(row, input).map((finding): Part => ({ kind: 'finding', id: finding.id, finding })),
    ...(row.course?.sandboxes ?? []).map(
      (sandbox, index): Part => ({ kind: 'sandbox', id: `${printable(sandbox.logStream)} #${index + 1}`, sandbox }),
    ),
  ];
}

function chosenPart(input: ScreenInput): Part | undefined {
  const parts = partsOf(input);
  const ids = parts.map(({ id }) => id);
  return parts[selectedIndex(ids, input.view.crumbs.length === 1 ? input.view.selected : input.view.crumbs[1]?.id)];
}

function open(input: ScreenInput): ScreenEffect {
  const row = chosenOf(input);
  if (row === undefined) return { kind: 'nothing' };
  if (input.view.crumbs.length === 0) {
    const isEmpty = row.course === undefined && findingsOf(row, input).length === 0;
    if (isEmpty) return { kind: 'say', text: `${row.label}: no sandbox of it is kept, and nothing was found` };
    return { kind: 'open', crumb: { id: row.id, title: row.label } };
  }
  const part = chosenPart(input);
  if (part === undefined || input.view.crumbs.length > 1) return { kind: 'nothing' };
  const title = part.kind === 'finding' ? `${part.id} lines` : `lines of …${shortStream(part.sandbox.logStream)}`;
  return { kind: 'open', crumb: { id: part.id, title }, evidence: evidenceOf(part, row) };
}

/** Of a sandbox: where it ended, what our agent said of it, and its first line. */
function evidenceOf(part: Part, { section }: MemoryRow): Finding['evidence'] {
  if (part.kind === 'finding') return part.finding.evidence;
  const { logStream, evidence = [] } = part.sandbox;
  const verdicts = (section.agentVerdicts ?? []).filter((verdict) => verdict.logStream === logStream);
  return [...evidence.slice(0, -1), ...verdicts.map((verdict) => verdict.evidence), ...evidence.slice(-1)];
}

function drawList(input: ScreenInput): readonly Line[] {
  const { width, height, view } = input;
  const rows = rowsOf(input);
  if (rows.length === 0) return emptyList(input);
  const isWide = width >= WIDE;
  const chosen = selectedIndex(
    rows.map(({ id }) => id),
    view.selected,
  );
  const room = Math.max(1, Math.min(rows.length, isWide ? Math.floor(height / 4) : height - 2 - CHART_ROWS));
  const { from, to } = visibleRows(rows.length, chosen, room);
  const list = [
    ...table(isWide ? wideColumns() : narrowColumns(), rows.slice(from, to), { width, selected: chosen - from }),
    ...(to < rows.length || from > 0 ? [line(run(`    … ${plural(rows.length - (to - from), 'more row')}`, 'dim'))] : []),
  ];
  const left = Math.max(0, height - list.length - 1);
  const below = isWide ? wideBelow(rows[chosen]!, input, left) : narrowBelow(rows[chosen]!, input, left);
  return [...list, EMPTY_LINE, ...below].slice(0, height).map((each) => fitLine(each, width));
}

function emptyList(input: ScreenInput): readonly Line[] {
  const isFiltered = rowsOf(unfiltered(input)).length > 0;
  return [line(run(` ${isFiltered ? 'no function here passes the filter' : NOTHING_TOLD}`, 'dim'))].map((each) =>
    fitLine(each, input.width),
  );
}

function narrowColumns(): readonly Column<MemoryRow>[] {
  return [
    { head: 'function', width: 13, grows: true, cut: 'middle', cell: ({ name }) => name },
    { head: 'sandboxes', width: 9, align: 'right', dropsAt: 2, cell: ({ sandboxes }) => sandboxes },
    { head: '+/inv', width: 8, align: 'right', cell: ({ growth }) => growth },
    { head: 'memory', width: 12, cell: ({ memory }) => memory },
    { head: 'limit', width: 8, align: 'right', dropsAt: 1, cell: ({ limit }) => limit },
    { head: 'inv left', width: 9, align: 'right', cell: ({ fullIn }) => fullIn },
    { head: 'time', width: 7, align: 'right', cell: ({ fullAtPace }) => fullAtPace },
    { head: 'kills', width: 5, align: 'right', cell: killsCell },
    { head: 'verdict', width: 18, cell: ({ verdict, tone }) => run(verdict, TONE_STYLES[tone]) },
  ];
}

function wideColumns(): readonly Column<MemoryRow>[] {
  return [
    { head: 'function', width: 14, grows: true, cut: 'middle', cell: ({ name }) => name },
    { head: 'sandboxes', width: 9, align: 'right', cell: ({ sandboxes }) => sandboxes },
    { head: 'per invocation (95 %)', width: 23, align: 'right', cell: ({ growthWithInterval }) => growthWithInterval },
    { head: 'which memory', width: 14, cell: ({ memory }) => memory },
    { head: 'highest', width: 8, align: 'right', dropsAt: 2, cell: ({ highest }) => highest },
    { head: 'limit', width: 8, align: 'right', dropsAt: 1, cell: ({ limit }) => limit },
    { head: 'inv left', width: 9, align: 'right', cell: ({ fullIn }) => fullIn },
    { head: 'time', width: 7, align: 'right', cell: ({ fullAtPace }) => fullAtPace },
    { head: 'kills', width: 5, align: 'right', cell: killsCell },
    { head: 'since', width: 11, cell: ({ since }) => since },
    { head: 'verdict', width: 18, cell: ({ verdict, tone }) => run(verdict, TONE_STYLES[tone]) },
  ];
}

function killsCell({ kills, section }: MemoryRow) {
  return run(kills, section.oomCount > 0 ? 'bad' : 'plain');
}

/** The chart, and words beneath where they fit. */
function narrowBelow(row: MemoryRow, input: ScreenInput, height: number): readonly Line[] {
  const words = height >= CHART_ROWS + 4 ? besideLines(row, input, input.width - 2).slice(0, Math.min(4, height - CHART_ROWS)) : [];
  return [...memoryChart(row, input, input.width, height - words.length), ...words.map((each) => [run('  '), ...each])];
}

/** Chart above; beneath it what the verdict rests on, and what goes with it. */
function wideBelow(row: MemoryRow, input: ScreenInput, height: number): readonly Line[] {
  const boxHeight = Math.min(15, Math.max(0, height - CHART_ROWS));
  const chart = memoryChart(row, input, input.width, boxHeight < 5 ? height : height - boxHeight);
  if (boxHeight < 5) return chart;
  const leftWidth = Math.floor(input.width * 0.55);
  const left = panel(`Evidence: ${row.verdict.slice(2)}`, evidenceLines(row, input, leftWidth - 4), leftWidth, boxHeight);
  const rightWidth = input.width - leftWidth;
  const right = panel('Beside it', besideLines(row, input, rightWidth - 4), rightWidth, boxHeight);
  return [...chart, ...left.map((each, index) => [...each, ...(right[index] ?? [])])];
}

function evidenceLines(row: MemoryRow, { picture }: ScreenInput, width: number): readonly Line[] {
  return memoryEvidence(row, picture).flatMap(({ label, text }) => labelled(label, text, width, LABEL_WIDTH).map(outdented));
}

const LABEL_WIDTH = 15;

/** `labelled` leaves four columns below a list; in a box there is none. */
function outdented(given: Line): Line {
  return given.map((part, index) => (index === 0 ? { ...part, text: part.text.slice(4) } : part));
}

/** Latency of the same function, allocation sites, and what to do: memory that is short shows in the tail first. */
function besideLines(row: MemoryRow, input: ScreenInput, width: number): readonly Line[] {
  const { picture, view, glyphs } = input;
  const { functionName, version, memorySizeMb } = row.section;
  const latency = picture.report.latency.find(
    (each) => each.functionName === functionName && each.version === version && each.memorySizeMb === memorySizeMb,
  );
  const course = picture.functions.find((each) => each.functionName === functionName);
  const window = windowOf(picture, view);
  const sparkWidth = Math.max(8, Math.min(24, width - 34));
  const spark = (values: readonly (number | undefined)[]) =>
    values.some((value) => value !== undefined)
      ? sparkline(values, { width: sparkWidth, glyphs })
      : [run('too few a minute for a course'.slice(0, sparkWidth + 8), 'dim')];
  const [sites, ages] = [allocationSites(row), latency?.course?.ages ?? []];
  const [young, old] = [ages.find(({ p50Ms }) => p50Ms !== undefined), ages.findLast(({ p50Ms }) => p50Ms !== undefined)];
  return [
    line(
      run('p99 ', 'dim'),
      percentileText(latency?.warm, 'p99Ms').padEnd(9),
      ...spark(course === undefined ? [] : inWindow(course.p99Ms, picture, window)),
    ),
    line(
      run('p50 ', 'dim'),
      percentileText(latency?.warm, 'p50Ms').padEnd(9),
      ...spark(course === undefined ? [] : inWindow(course.p50Ms, picture, window)),
    ),
    ...(young === undefined || old === undefined || young === old
      ? []
      : [
          line(
            run('age ', 'dim'),
            `p50 ${durationText(young.p50Ms!)} at invocation ${young.fromInvocation}, ${durationText(old.p50Ms!)} from ${old.fromInvocation}`,
            run(`  ${AGE_WORDS[latency!.course!.age]}`, latency!.course!.age === 'slower-with-age' ? 'warn' : 'dim'),
          ),
        ]),
    ...(latency?.course === undefined
      ? []
      : labelled('tail', `${TAIL_WORDS[latency.course.tail]}: ${printable(latency.course.tailBecause)}`, width, 9).map(outdented)),
    ...(sites.length === 0 ? [] : [line(run('allocated, grown most first', 'strong')), ...sites.map((site) => line(` ${site}`))]),
    ...findingsOf(row, input)
      .slice(0, 3)
      .map((finding) => fitLine(findingTitle(finding), width)),
  ];
}

const AGE_WORDS: Readonly<Record<string, string>> = {
  'slower-with-age': 'slower with age',
  'age-or-clock': 'age or clock: cannot tell',
  'no-effect-shown': 'no effect shown',
  'insufficient-data': 'too few to compare',
};

const TAIL_WORDS: Readonly<Record<string, string>> = {
  'tail-grew': 'grew while the middle did not, as want of memory does',
  'all-slower': 'everything became slower',
  'no-growth-shown': 'no growth shown',
  'insufficient-data': 'cannot tell',
};

function drawParts(input: ScreenInput): readonly Line[] {
  const { width, height, picture } = input;
  const row = chosenOf(input);
  if (row === undefined) return [line(run(` ${GONE}`, 'dim'))];
  const parts = partsOf(input);
  const chosen = chosenPart(input);
  const at = chosen === undefined ? 0 : parts.findIndex(({ id }) => id === chosen.id);
  const room = Math.max(1, Math.min(parts.length, Math.floor(height / 3)));
  const { from, to } = visibleRows(parts.length, at, room);
  const list = parts.slice(from, to).map((part) => {
    const isChosen = part.id === chosen?.id;
    const title: Line = [
      run(isChosen ? '>' : ' ', 'strong'),
      ...(part.kind === 'finding' ? findingTitle(part.finding) : sandboxTitle(part.sandbox, input)),
    ];
    return isChosen ? selectedLine(title, width) : fitLine(title, width);
  });
  const lines = chosen === undefined ? 0 : evidenceOf(chosen, row).length;
  const hint = line(run(`    ${lines === 0 ? 'no single line stands behind it' : `enter: ${plural(lines, 'line')} of it`}`, 'key'));
  const left = height - list.length - 2;
  const detail =
    chosen === undefined
      ? []
      : chosen.kind === 'finding'
        ? [
            ...findingLines(chosen.finding, picture.report, width).slice(1),
            ...memoryEvidence(row, picture).flatMap(({ label, text }) => labelled(label, text, width, 16)),
          ]
        : [
            ...memoryChart(row, input, width, Math.min(left, Math.max(CHART_ROWS, left - 6)), chosen.sandbox.logStream),
            ...sandboxWords(chosen.sandbox, row, width),
          ];
  return [...list, EMPTY_LINE, ...detail.slice(0, Math.max(0, left)), hint].slice(0, height).map((each) => fitLine(each, width));
}

/** ` …a80c57  139 MB -> 512 MB over 28 invocations, killed 01:55:52 UTC` */
function sandboxTitle(
  { logStream, points, death, invocationCount, lastMs }: Extract<Part, { kind: 'sandbox' }>['sandbox'],
  { view, picture }: ScreenInput,
): Line {
  const [first, last] = [points[0], points.at(-1)];
  const course = first === undefined || last === undefined ? 'no point' : `${bytesText(first.bytes)} -> ${bytesText(last.bytes)}`;
  const seenMs = lastMs ?? last?.atMs;
  const when = seenMs === undefined ? '' : ` ${momentText(seenMs, view.timeStyle, picture.nowMs)}`;
  return [
    run(` …${shortStream(logStream)} `, 'strong'),
    run(` ${course} over ${plural(Math.max(last?.n ?? 0, invocationCount ?? 0), 'invocation')}, `),
    run(`${death === undefined ? 'last seen' : DEATH_WORDS[death]}${when}`, death === undefined ? 'dim' : 'bad'),
  ];
}

const DEATH_WORDS = { oom: 'x killed out of memory', timeout: 't timed out', crash: 'c crashed' } as const;

function sandboxWords({ logStream }: { readonly logStream: string }, { section }: MemoryRow, width: number): readonly Line[] {
  const verdicts = (section.agentVerdicts ?? []).filter((verdict) => verdict.logStream === logStream);
  return [
    ...labelled('stream', printable(logStream), width),
    ...verdicts.flatMap(({ channel, verdict, bytesPerInvocation, probeCount }) =>
      labelled(
        channel,
        `${verdict}${bytesPerInvocation === undefined ? '' : `, ${bytesText(bytesPerInvocation)} per invocation`}, ${probeCount === 0 ? 'passive' : plural(probeCount, 'forced collection')}`,
        width,
      ),
    ),
  ];
}

/** The end of a stream's name is what differs. */
function shortStream(logStream: string): string {
  return printable(logStream).slice(-8);
}

function nextText(input: ScreenInput): string {
  const row = chosenOf(input);
  if (row === undefined) return 'nightlight layer --help   our agent tells heap, Buffers and native memory apart';
  const [finding] = findingsOf(row, input);
  if (input.view.crumbs.length === 0)
    return finding === undefined
      ? 'enter opens its sandboxes   4 latency of the same functions'
      : 'enter opens evidence and sandboxes   y copies   c confirms the root cause';
  const part = chosenPart(input);
  const told = part?.kind === 'finding' ? part.finding : finding;
  return told === undefined ? 'enter opens its lines   esc goes back' : nextStep(told, input.picture.report);
}

function copyText(input: ScreenInput): string {
  const row = chosenOf(input);
  if (row === undefined) return '';
  const sites = allocationSites(row);
  return [
    `**Memory: ${row.label}  ${row.verdict.trim()}**`,
    '',
    memoryWhy(row, input.picture),
    '',
    ...memoryEvidence(row, input.picture).map(({ label, text }) => `- ${label}: ${text}`),
    ...sites.map((site) => `- allocated: ${site}`),
    ...findingsOf(row, input).map(({ id, headline, next }) => `- ${id} ${printable(headline)}, next: \`${printable(next)}\``),
    '',
  ].join('\n');
}
