/**
 * A comparison as a person reads it: first what is new and what got worse, then what got better, then what could not be
 * told. What did not change is only counted, unless it is asked for. All text is safe for a terminal when it leaves here.
 */
import type { ComparedFailure, ComparedFigure, Comparison } from '@nightlight/analyzer/compare';
import { countWords, durationText, percentWords, plural, printableDeep, rangeText } from '@nightlight/analyzer/report';

export interface CompareViewSettings {
  /** Also what did not change. */
  readonly all?: boolean;
}

export interface CompareTextSettings extends CompareViewSettings {
  readonly width: number;
  readonly color: boolean;
}

/** `!` shown and bad, `+` shown and good, `?` cannot tell, ` ` nothing shown. */
export type CompareMark = '!' | '+' | '?' | ' ';

export interface CompareRow {
  readonly mark: CompareMark;
  /** `checkout 512 MB  init` */
  readonly what: string;
  /** `310 ms to 402 ms, 1.28 times (95 % interval 1.19 to 1.38)` */
  readonly change: string;
  readonly because: string;
}

export interface CompareView {
  readonly headline: string;
  readonly sides: readonly string[];
  readonly chapters: readonly { readonly title: string; readonly rows: readonly CompareRow[] }[];
  /** Sentences under the rows: what was left out, what the sides do not share, what the gate says. */
  readonly remarks: readonly string[];
}

function compareView(comparison: Comparison, { all = false }: CompareViewSettings = {}): CompareView {
  const safe = printableDeep(comparison);
  const failures = safe.failures.map((failure) => ({ group: failureGroup(failure), row: failureRow(failure) }));
  const figures = safe.figures.map((figure) => ({ group: figure.verdict.kind, row: figureRow(figure) }));
  const chapters = [
    { title: 'New failures', rows: rowsOf(failures, 'new') },
    { title: 'Worse', rows: [...rowsOf(failures, 'worse'), ...rowsOf(figures, 'worse')] },
    { title: 'Better', rows: [...rowsOf(failures, 'better'), ...rowsOf(figures, 'better')] },
    { title: 'Cannot tell', rows: [...rowsOf(failures, 'cannot-tell'), ...rowsOf(figures, 'cannot-tell')] },
    { title: 'No change shown', rows: all ? [...rowsOf(failures, 'no-change-shown'), ...rowsOf(figures, 'no-change-shown')] : [] },
  ].filter(({ rows }) => rows.length > 0);
  return {
    headline: headlineOf(safe),
    sides: [sideText('before', safe.before), sideText('after', safe.after)],
    chapters,
    remarks: remarksOn(safe, all),
  };
}

export function comparisonText(comparison: Comparison, { all = false, width, color }: CompareTextSettings): string {
  const view = compareView(comparison, { all });
  const paint = (mark: CompareMark, text: string) =>
    color && COLORS[mark] !== undefined ? `\u001b[${COLORS[mark]}m${text}\u001b[0m` : text;
  const rows = view.chapters.flatMap(({ title, rows: own }) => [
    '',
    title,
    ...own.flatMap(({ mark, what, change, because }) => [
      paint(mark, `${mark} ${what}`),
      ...wrapped(change, width - 4).map((line) => `    ${line}`),
      ...wrapped(because, width - 4).map((line) => `    ${line}`),
    ]),
  ]);
  const remarks = view.remarks.flatMap((remark) => wrapped(remark, width));
  return `${[...wrapped(view.headline, width), ...view.sides.flatMap((side) => wrapped(side, width)), ...rows, ...(remarks.length > 0 ? ['', ...remarks] : [])].join('\n')}\n`;
}

export function comparisonMarkdown(comparison: Comparison, settings: CompareViewSettings = {}): string {
  const view = compareView(comparison, settings);
  const chapters = view.chapters.flatMap(({ title, rows }) => [
    `## ${title}`,
    '',
    '| | what | change | because |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ mark, what, change, because }) => `| ${mark.trim()} | ${[what, change, because].map(cell).join(' | ')} |`),
    '',
  ]);
  const lines = [
    `# ${markdownSafe(view.headline)}`,
    '',
    ...view.sides.map((side) => `- ${markdownSafe(side)}`),
    '',
    ...chapters,
    ...view.remarks.map((remark) => `${markdownSafe(remark)}\n`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

type Group = ComparedFigure['verdict']['kind'] | 'new';

const COLORS: Readonly<Record<CompareMark, number | undefined>> = { '!': 31, '+': 32, '?': 33, ' ': undefined };
const MARKS: Readonly<Record<Group, CompareMark>> = { new: '!', worse: '!', better: '+', 'cannot-tell': '?', 'no-change-shown': ' ' };

function rowsOf(items: readonly { readonly group: Group; readonly row: CompareRow }[], wanted: Group): CompareRow[] {
  return items.filter(({ group }) => group === wanted).map(({ row }) => row);
}

function headlineOf(comparison: Comparison): string {
  const isNew = comparison.failures.filter(({ news }) => news.kind === 'new').length;
  const worse =
    comparison.figures.filter(({ verdict }) => verdict.kind === 'worse').length +
    comparison.failures.filter(({ news }) => news.kind === 'more').length;
  const better =
    comparison.figures.filter(({ verdict }) => verdict.kind === 'better').length +
    comparison.failures.filter(({ news }) => news.kind === 'fewer' || news.kind === 'gone').length;
  if (comparison.before.invocationCount === 0 || comparison.after.invocationCount === 0)
    return '? Nothing to compare: one side holds no invocation';
  if (isNew + worse + better === 0)
    return comparison.figures.length === 0 ? '? Nothing to compare: no function on both sides' : 'No change shown';
  const said = [
    ...(isNew === 0 ? [] : [plural(isNew, 'new failure')]),
    ...(worse === 0 ? [] : [`${countWords(worse)} worse`]),
    ...(better === 0 ? [] : [`${countWords(better)} better`]),
  ];
  return `${isNew + worse > 0 ? '! ' : ''}${said.join(', ')}`;
}

function sideText(name: 'before' | 'after', { label, fromMs, toMs, invocationCount }: Comparison['before']): string {
  const range = fromMs === undefined || toMs === undefined ? '' : `, ${rangeText(fromMs, toMs)}`;
  return `${name}: ${label}, ${plural(invocationCount, 'invocation')}${range}`;
}

function failureGroup({ news }: ComparedFailure): Group {
  switch (news.kind) {
    case 'new':
      return 'new';
    case 'more':
      return 'worse';
    case 'fewer':
    case 'gone':
      return 'better';
    case 'perhaps-new':
    case 'perhaps-gone':
      return 'cannot-tell';
    case 'as-before':
      return 'no-change-shown';
    default:
      return news satisfies never;
  }
}

const NEWS_WORDS: Readonly<Record<ComparedFailure['news']['kind'], string>> = {
  new: 'did not occur before',
  more: 'more frequent',
  fewer: 'less frequent',
  gone: 'does not occur any more',
  'perhaps-new': 'not seen before, but too little was seen',
  'perhaps-gone': 'not seen after, but too little was seen',
  'as-before': 'no change shown',
};

function failureRow(failure: ComparedFailure): CompareRow {
  const { before, after, news } = failure;
  const ratio = failure.low === undefined || !(failure.ratio !== undefined && failure.ratio > 0) ? '' : `, ${timesText(failure)}`;
  return {
    mark: MARKS[failureGroup(failure)],
    what: `${failure.functionName}  ${failure.type}${failure.maskedMessage === '' ? '' : `: ${failure.maskedMessage}`}`,
    change: `${countWords(before.count)} of ${countWords(before.of)} before (at most ${percentWords(before.high)}), ${countWords(after.count)} of ${countWords(after.of)} after (${percentWords(after.low)} to ${percentWords(after.high)})${ratio}`,
    because: `${NEWS_WORDS[news.kind]}${news.kind === 'perhaps-new' || news.kind === 'perhaps-gone' ? `: ${news.missing}` : ''}`,
  };
}

const FIGURE_WORDS: Readonly<Record<ComparedFigure['figure'], string>> = {
  'failure-rate': 'failure rate',
  latency: 'latency, median',
  tail: 'latency, p99',
  init: 'init, median',
  'cold-share': 'share of cold starts',
  'memory-slope': 'memory growth',
  cost: 'cost',
};

function figureRow(figure: ComparedFigure): CompareRow {
  const { verdict } = figure;
  const size = figure.memorySizeMb === undefined ? '' : ` ${countWords(figure.memorySizeMb)} MB`;
  const values =
    figure.before === undefined || figure.after === undefined
      ? ''
      : `${valueText(figure.before, figure)} to ${valueText(figure.after, figure)}`;
  const ratio = figure.low === undefined ? '' : timesText(figure);
  const told = [values, ratio].filter((text) => text !== '').join(', ');
  return {
    mark: MARKS[verdict.kind],
    what: `${figure.functionName}${size}  ${FIGURE_WORDS[figure.figure]}`,
    change: `${told === '' ? '' : `${told}; `}${countWords(figure.beforeCount)} before, ${countWords(figure.afterCount)} after`,
    because: `${verdictText(figure)}${figure.because}`,
  };
}

function verdictText(figure: ComparedFigure): string {
  const { verdict } = figure;
  switch (verdict.kind) {
    case 'worse':
    case 'better':
      return figure.p === undefined ? '' : `p ${figure.p < 1e-6 ? '< 0.000001' : `= ${Number(figure.p.toPrecision(2))}`}; `;
    case 'no-change-shown':
      return verdict.detectable === undefined ? '' : `${valueText(verdict.detectable, figure)} would have shown; `;
    case 'cannot-tell':
      return `${verdict.missing}; `;
    default:
      return verdict satisfies never;
  }
}

function valueText(value: number, { unit }: ComparedFigure): string {
  switch (unit) {
    case 'ms':
      return durationText(value);
    case 'share':
      return percentWords(value);
    case 'MB an invocation':
      return `${Number(value.toPrecision(2))} MB an invocation`;
    case 'USD a million':
      return `$${value.toFixed(2)} a million`;
    default:
      return unit satisfies never;
  }
}

function timesText({
  ratio,
  low,
  high,
}: {
  readonly ratio: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}): string {
  const lowest = (low ?? 0).toFixed(2);
  // From nothing there is no ratio, and a bound alone is no interval.
  const interval = high === undefined ? `at least ${lowest} times with 95 %` : `95 % interval ${lowest} to ${high.toFixed(2)}`;
  return ratio === undefined ? interval : `${ratio.toFixed(2)} times (${interval})`;
}

function remarksOn(comparison: Comparison, all: boolean): string[] {
  const unchanged =
    comparison.figures.filter(({ verdict }) => verdict.kind === 'no-change-shown').length +
    comparison.failures.filter(({ news }) => news.kind === 'as-before').length;
  const { gate } = comparison;
  return [
    ...(all || unchanged === 0
      ? []
      : [`${plural(unchanged, 'figure')} without a change that shows (--all lists them, with what would have shown).`]),
    ...(comparison.onlyAfter.length === 0 ? [] : [`Only after: ${comparison.onlyAfter.join(', ')}.`]),
    ...(comparison.onlyBefore.length === 0 ? [] : [`Only before: ${comparison.onlyBefore.join(', ')}.`]),
    ...comparison.notes.map((note) => `Note: ${note}.`),
    ...(comparison.unread.length === 0 ? [] : [`${plural(comparison.unread.length, 'input')} could not be read.`]),
    ...gate.tripped.map(({ gate: name, because }) => `Gate ${name}: tripped, ${because}.`),
    ...gate.undecided.map(({ gate: name, missing }) => `Gate ${name}: undecided, ${missing}.`),
  ];
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].filter((each) => each !== '');
}

/** What Markdown would take for its own. */
function markdownSafe(text: string): string {
  return text.replace(/[\\`*_[\]<>#|]/g, '\\$&');
}

function cell(text: string): string {
  return markdownSafe(text.trim());
}
