/**
 * The recovery board as people and programs read it: the plain table first, then the ranking or what it lacks, then
 * what makes it unfair. All text is safe for a terminal when it leaves here.
 */
import type { Board, BoardCell, PairComparison, SurvivalMedian } from '@nightlight/analyzer/recovery';
import { displayWidth, padEnd, printable, printableDeep, wrap } from '@nightlight/analyzer/wording';
import { spanText } from './incident-view.ts';

export function boardText(board: Board, width: number): string {
  const safe = printableDeep(board);
  return `${[...headLines(safe), ...tableLines(safe, width), '', ...fitted(rankingLines(safe), width), ...warningLines(safe, width)].join('\n')}\n`;
}

export function rankingText(board: Board, width: number): string {
  const safe = printableDeep(board);
  return `${[...(safe.isExample ? [EXAMPLE] : []), ...fitted(rankingLines(safe), width), ...warningLines(safe, width)].join('\n')}\n`;
}

export function boardMarkdown(board: Board): string {
  const safe = printableDeep(board);
  const { architectures, scenarios, cells } = safe;
  const row = (texts: readonly string[]) => `| ${texts.map(cellText).join(' | ')} |`;
  return `${[
    '# Recovery board: from alert to confirmed cause',
    '',
    ...(safe.isExample ? [EXAMPLE, ''] : []),
    row(['scenario', ...architectures]),
    row(['---', ...architectures.map(() => '---')]).replaceAll('\\', ''),
    ...scenarios.map(({ label }, index) => row([label, ...cells[index]!.map(cellWords)])),
    ...totalRows(safe).map(row),
    '',
    ...rankingLines(safe).map((line) => (line.startsWith('  ') ? `- ${cellText(line.trim())}` : `${cellText(line)}\n`)),
    ...(safe.warnings.length === 0 ? [] : ['', ...safe.warnings.map((warning) => `- ? ${cellText(warning)}`)]),
  ].join('\n')}\n`;
}

/** One line a cell. What is a lower bound says so in a column of its own. */
export function boardCsv(board: Board): string {
  const head = [
    ...['scenario', 'hash', 'seed', 'load', 'magnitude', 'durationMs', 'architecture', 'runs', 'confirmed', 'masked'],
    ...['medianMs', 'medianIsLowerBound', 'class', 'predictedClass', 'predictedViews', 'isExample'],
  ];
  const rows = board.scenarios.flatMap(({ id, hash, seed, load, magnitude, durationMs }, row) =>
    board.architectures.map((architecture, column) => {
      const cell = board.cells[row]![column]!;
      const key = [id, hash, seed, load, magnitude, durationMs, architecture];
      if (cell.kind === 'not-run') return [...key, 0, 0, 0, '', '', '', '', '', board.isExample];
      const { searches, confirmedCount, maskedCount, median, predicted } = cell;
      const middle = median.kind === 'none' ? ['', ''] : [median.value, median.kind === 'beyond'];
      const judged = cell.class.kind === 'told' ? cell.class.class : '';
      return [
        ...key,
        searches.length,
        confirmedCount,
        maskedCount,
        ...middle,
        judged,
        predicted?.class ?? '',
        predicted?.viewCount ?? '',
        board.isExample,
      ];
    }),
  );
  return `${[head, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n')}\r\n`;
}

/** `[M] 11:40`, `[N] > 60:00`, `10:58 11:40 (2 of 5)`, `not run` */
export function cellWords(cell: BoardCell): string {
  if (cell.kind === 'not-run') return 'not run';
  const { searches, median, predicted } = cell;
  const beside = predicted === undefined ? '' : ` p[${letter(predicted.class)}]`;
  if (searches.length < LEAST_FOR_MEDIAN) {
    const spans = searches.map(({ searchedMs, isConfirmed }) => `${isConfirmed ? '' : '>'}${spanText(searchedMs)}`);
    return `${spans.join(' ')} (${searches.length} of ${LEAST_FOR_MEDIAN})${beside}`;
  }
  return `[${classLetter(cell)}] ${medianWords(median)}${beside}`;
}

function medianWords(median: SurvivalMedian): string {
  return median.kind === 'none' ? 'no runs' : `${median.kind === 'beyond' ? '> ' : ''}${spanText(median.value)}`;
}

function classLetter(cell: Extract<BoardCell, { kind: 'runs' }>): string {
  return cell.class.kind === 'told' ? letter(cell.class.class) : `${letter(cell.class.low)}-${letter(cell.class.high)}`;
}

/** Why there is no ranking, or the places and what they rest on. */
function rankingLines({ ranking, runCount }: Board): string[] {
  if (ranking.kind === 'refused') {
    const { missing } = ranking;
    const more = missing.length > MOST_MISSING ? [`  and ${missing.length - MOST_MISSING} more`] : [];
    return [
      `No ranking from ${runCount} ${runCount === 1 ? 'run' : 'runs'}: every architecture needs the same scenarios, ${LEAST_FOR_MEDIAN} runs each. Missing:`,
      ...missing.slice(0, MOST_MISSING).map((what) => `  ${what}`),
      ...more,
      // An empty board is where everybody begins.
      ...(runCount === 0
        ? ['Next: nightlight drill list, then nightlight drill run; nightlight recovery board --example shows a full one.']
        : []),
    ];
  }
  return [
    'Ranking: easier to find causes in comes first; equal places are not separable',
    ...ranking.places.map(({ place, architecture }) => `  ${place}. ${architecture}`),
    ...ranking.comparisons.flatMap((comparison) => {
      const [verdict, figures] = comparisonWords(comparison);
      return [`  ${verdict}`, `    ${figures}`];
    }),
  ];
}

/** The verdict, and the figures it rests on. */
export function comparisonWords({ first, second, pairCount, ratio, verdict }: PairComparison): readonly [string, string] {
  const said =
    verdict.kind === 'easier'
      ? `${verdict.architecture} before ${verdict.architecture === first ? second : first}: ${verdict.because}`
      : `${first} and ${second} not separable: ${verdict.because}`;
  if (ratio === undefined) return [said, 'no ratio'];
  const times = `${ratioWords(ratio.median)} times (${ratioWords(ratio.interval)})`;
  return [said, `time in ${first} ${times} that in ${second}, ${pairCount} pairs`];
}

/** As many as the ranking needs; the analyzer refuses below it. */
const LEAST_FOR_MEDIAN = 5;
const MOST_MISSING = 12;
const EXAMPLE = 'EXAMPLE: these runs are invented.';

function headLines({ isExample }: Board): string[] {
  return [
    'Board: from alert to confirmed cause, median of the runs (min:s)',
    '> not confirmed by then; p[ ] predicted; I instant, M moderate, N nightmare',
    ...(isExample ? [EXAMPLE] : []),
    '',
  ];
}

function tableLines(board: Board, width: number): string[] {
  const { architectures, scenarios, cells } = board;
  if (architectures.length === 0) return ['  no runs yet'];
  const rows = [
    ['scenario', ...architectures],
    ...scenarios.map(({ label }, index) => [label, ...cells[index]!.map(cellWords)]),
    ...totalRows(board),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column]!))));
  const isWide = widths.reduce((sum, each) => sum + each + GAP, 0) > width;
  if (!isWide) return rows.map((row) => `  ${row.map((text, column) => padEnd(text, widths[column]! + GAP)).join('')}`.trimEnd());
  // Too many columns for this terminal: each scenario becomes a block of its own.
  const label = Math.max(...architectures.map((name) => displayWidth(name)));
  return rows
    .slice(1)
    .flatMap(([head, ...texts]) => [
      `  ${head}`,
      ...texts.map((text, column) => `    ${padEnd(architectures[column]!, label + GAP)}${text}`),
    ]);
}

const GAP = 3;

function totalRows({ totals, familiarity }: Board): string[][] {
  return [
    ['runs', ...totals.map(({ runCount }) => String(runCount))],
    ['masked', ...totals.map(({ maskedCount, runCount }) => `${maskedCount} of ${runCount}`)],
    ['nightmares', ...totals.map(({ nightmares: { low, high } }) => (low === high ? String(low) : `${low} to ${high}`))],
    ['predicted right', ...totals.map(({ predictedRight: { count, of } }) => (of === 0 ? '?' : `${count} of ${of}`))],
    ['familiarity 0-4', ...familiarity.ratings.map(({ middle }) => (middle === undefined ? '?' : String(middle)))],
  ];
}

function warningLines({ warnings }: Board, width: number): string[] {
  if (warnings.length === 0) return [];
  return ['', ...warnings.flatMap((warning) => wrap(warning, width - 2).map((line, index) => `${index === 0 ? '?' : ' '} ${line}`))];
}

/** Further lines of one stand two further in. */
function fitted(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line) => {
    const indent = ' '.repeat(line.length - line.trimStart().length);
    return wrap(line.trimStart(), width - indent.length - 2).map((part, index) => `${indent}${index === 0 ? '' : '  '}${part}`);
  });
}

function ratioWords({ low, high }: { readonly low: number; readonly high: number }): string {
  const one = (value: number) => (value === 0 || !Number.isFinite(value) ? 'unknown' : String(Number(value.toPrecision(2))));
  return one(low) === one(high) ? one(low) : `${one(low)} to ${one(high)}`;
}

function letter(judged: string): string {
  return judged[0]!.toUpperCase();
}

function cellText(text: string): string {
  return text.replace(/[\\`*_<>|[\]]/g, (character) => `\\${character}`);
}

/** A spreadsheet must not take a name for a formula. */
function csvField(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const text = printable(value);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
