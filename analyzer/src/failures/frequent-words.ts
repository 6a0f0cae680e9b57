/**
 * Steps one and two of mining: which lines of equally many words come from one statement.
 *
 * Words that are as frequent as each other come from the same statement, so in each line the largest set of equally frequent words
 * names it. What differs under one such name is a value where it takes many words, or words that only values take, and a word of
 * several statements otherwise.
 */
import { median } from '../stats/median.ts';
import { VALUE } from './line-scan.ts';
import { append } from './lists-by-key.ts';
import { addLine, canonicalOf, type DistinctLine, type Draft, MOST_NAMES } from './template-draft.ts';
import {
  COPULA,
  IDENTIFIER,
  isMethod,
  isNamedValue,
  isValue,
  KIND,
  LABEL,
  mostlyNames,
  NAME,
  ONLY_A_KIND,
  PREPOSITION,
  PROPER_NAME,
  TAG,
  VALUE_AND_COLON,
} from './value-words.ts';

/** Step one: lines of equally many words, by the largest set of words that are equally frequent. */
export function groupLines(lines: readonly DistinctLine[]): Draft[] {
  const byWordCount = new Map<string, Tokens[]>();
  for (const line of lines) {
    const words = line.text.split(' ');
    // A level in front would be the word that unlike statements of all programs with that logger share.
    const level = ONLY_A_KIND.test(words[0]!) ? words[0]! : '';
    append(byWordCount, `${words.length} ${level}`, { line, words });
  }
  const drafts: Draft[] = [];
  for (const [, group] of [...byWordCount].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const byRoot = new Map<string, Tokens[]>();
    const frequencies = columnFrequencies(group);
    const lineCount = group.reduce((sum, { line }) => sum + line.count, 0);
    for (const tokens of group) append(byRoot, rootOf(tokens.words, frequencies, lineCount), tokens);
    for (const sharing of byRoot.values()) splitByColumns(sharing, drafts);
  }
  return drafts;
}

interface Tokens {
  readonly line: DistinctLine;
  readonly words: readonly string[];
}

/** How many lines have a word in a column. */
function columnFrequencies(group: readonly Tokens[]): Map<string, number>[] {
  const columns = Array.from({ length: group[0]!.words.length }, () => new Map<string, number>());
  for (const { words, line } of group) {
    for (let column = 0; column < words.length; column++) {
      const word = words[column]!;
      columns[column]!.set(word, (columns[column]!.get(word) ?? 0) + line.count);
    }
  }
  return columns;
}

/** The words that are as frequent as most others of the line. */
function rootOf(words: readonly string[], frequencies: readonly Map<string, number>[], lineCount: number): string {
  const sizes = new Map<number, number>();
  let highest = 0;
  let everywhere = 0;
  for (let column = 0; column < words.length; column++) {
    // Lines were dealt out by their level already: it is no word that a statement is known by.
    if (isValue(words[column]!) || (column === 0 && ONLY_A_KIND.test(words[0]!))) continue;
    const frequency = frequencies[column]!.get(words[column]!)!;
    // Nor by the name of the program, where each line bears it.
    if (column < 2 && TAG.test(words[column]!) && frequency >= lineCount * NEARLY_ALL) continue;
    // A level or a name that stands in every line says nothing of how frequent this statement is.
    if (frequency >= lineCount * NEARLY_ALL) everywhere = frequency;
    else if (frequency > highest) highest = frequency;
    sizes.set(frequency, (sizes.get(frequency) ?? 0) + 1);
  }
  if (highest < FEW_REPEATS) highest = Math.max(highest, everywhere);
  let chosen = 0;
  let mostWords = 0;
  for (const [frequency, size] of sizes) {
    // Names that occur once each may outnumber the words of the sentence; they are too rare to be its words.
    if (frequency < highest * LEAST_FREQUENT_ROOT) continue;
    if (size > mostWords || (size === mostWords && frequency > chosen)) {
      chosen = frequency;
      mostWords = size;
    }
  }
  let root = '';
  for (let column = 0; column < words.length; column++) {
    const word = words[column]!;
    if (!isValue(word) && frequencies[column]!.get(word) === chosen) root += `${column}:${word} `;
  }
  return root;
}

/** Step two: under one root, a column with few values is a word of several statements, one with many is a value. */
function splitByColumns(sharing: readonly Tokens[], drafts: Draft[], taken: readonly string[] = []): void {
  const frequencies = columnFrequencies(sharing);
  const varies = frequencies.map((values, column) => isVariable(values) || isNamePlace(values, column, frequencies));
  for (let column = 1; column < varies.length; column++) {
    if (varies[column] !== true && isCrossed(sharing, frequencies, varies, column)) varies[column] = true;
  }
  const open = frequencies.flatMap((values, column) => (varies[column] === true || values.size === 1 ? [] : [column]));
  const others = frequencies.some(
    (values, column) => !open.includes(column) && varies[column] !== true && isSaying([...values.keys()][0]!),
  );
  if (open.length === 1 && others && isAloneValue(frequencies, open[0]!)) varies[open[0]!] = true;
  const names = [...taken];
  for (const [column, values] of frequencies.entries()) {
    if (varies[column] !== true) continue;
    for (const word of values.keys()) if (!word.includes(VALUE)) names.push(word);
  }
  // The colon behind a value stays: what follows it may be a value of its own, and lines with it are of another statement.
  const masked = sharing.map(({ line, words }) => ({
    line,
    words: words.map((word, column) => (varies[column] !== true ? word : word.endsWith(':') ? VALUE_AND_COLON : VALUE)),
  }));
  if (open.length > 1) {
    // What follows "is" need not be of the kind that follows "scanned": the column with the fewest words tells statements apart.
    const pivot = open.reduce((best, column) => (frequencies[column]!.size < frequencies[best]!.size ? column : best));
    const byWord = new Map<string, Tokens[]>();
    for (const tokens of masked) append(byWord, tokens.words[pivot]!, tokens);
    for (const part of byWord.values()) splitByColumns(part, drafts, names);
    return;
  }
  const byText = new Map<string, Tokens[]>();
  for (const tokens of masked) append(byText, tokens.words.join(' '), tokens);
  for (const [text, members] of byText) {
    const words = text.split(' ');
    const draft: Draft = {
      canonical: canonicalOf(words),
      patterns: [words],
      takesWords: names.length > 0,
      names: new Set(names.slice(0, MOST_NAMES)),
      count: 0,
      lastMs: Number.NEGATIVE_INFINITY,
      hashes: [],
      evidence: [],
    };
    for (const { line } of members) addLine(draft, line);
    drafts.push(draft);
  }
}

/**
 * Each word of the column stands with each word of another column that differs: two values of one statement. Words of several
 * statements come with their own others.
 */
function isCrossed(
  sharing: readonly Tokens[],
  columns: readonly ReadonlyMap<string, number>[],
  varies: readonly boolean[],
  column: number,
): boolean {
  const words = [...columns[column]!.keys()];
  if (
    words.length < FEWEST_NAMES ||
    !mostlyNames(words) ||
    words.every((word) => LABEL.test(word)) ||
    words.some((word) => isMethod(word) || isNamedValue(word))
  )
    return false;
  if ([...columns[column - 1]!.keys()].some((word) => COPULA.test(word))) return false;
  const pairs = new Set<string>();
  const others = new Set<string>();
  for (const { words: line } of sharing) {
    const other = line.map((word, at) => (at === column || varies[at] === true ? VALUE : word)).join(' ');
    others.add(other);
    pairs.add(`${line[column]!} ${other}`);
  }
  return others.size > 1 && pairs.size >= CROSSED * words.length * others.size;
}

/** A word that tells one statement from others; a level in front of the line does not. */
function isSaying(word: string): boolean {
  return !isValue(word) && !ONLY_A_KIND.test(word);
}

/**
 * One word that differs while all else is equal: from five on it is rather one statement with a word for a value, from three on
 * where the words are not such as tell what happened ("is open", "refund approved").
 */
function isAloneValue(columns: readonly ReadonlyMap<string, number>[], column: number): boolean {
  const words = [...columns[column]!.keys()];
  if (words.length >= ALONE_VALUES) return true;
  if (words.some(isNamedValue) || words.every((word) => LABEL.test(word))) return false;
  if (words.length < FEWEST_NAMES || column === 0 || words.some((word) => isMethod(word))) return false;
  if ([...columns[column - 1]!.keys()].some((word) => COPULA.test(word))) return false;
  return mostlyNames(words);
}

function isVariable(values: ReadonlyMap<string, number>): boolean {
  if (values.size === 1) return false;
  let carrying = 0;
  let nameless = 0;
  for (const word of values.keys()) {
    if (word.includes(VALUE)) carrying++;
    if (isValue(word)) nameless++;
  }
  // `a<*>`, `<*>%`: what differs is only how the same value is written.
  if (carrying === values.size && nameless > 0) return true;
  // `ms=<*>` and `code=<*>` are names that statements give, however many there are.
  if (2 * (carrying - nameless) > values.size) return false;
  if (values.size >= MANY_VALUES) return true;
  if (values.size >= FEWEST_NAMES && [...values.keys()].every((word) => IN_PARENTHESES.test(word))) return true;
  // A value may have one favourite; words of different statements are all printed again and again.
  return values.size >= FEWEST_VALUES && median([...values.values()]) < FEW_REPEATS;
}

/**
 * Words that only a value takes, however few of them were seen: identifiers (`card_declined`, `OrderPlaced`, `user.merged`), and
 * from three on names in capitals (`PAID`, `Oslo`) within a sentence in small letters, and what a preposition or the name of a
 * kind announces ("via twilio", "provider twilio").
 */
function isNamePlace(values: ReadonlyMap<string, number>, column: number, columns: readonly ReadonlyMap<string, number>[]): boolean {
  if (column === 0 || values.size < 2) return false;
  const words = [...values.keys()];
  // GET and POST are words of the statement wherever they stand, as in the labels of published access logs.
  if (words.some((word) => isMethod(word))) return false;
  if (words.every((word) => word.includes(VALUE) || IDENTIFIER.test(word)) && words.some((word) => IDENTIFIER.test(word))) return true;
  if (values.size < FEWEST_NAMES) return false;
  if (words.every((word) => isValue(word) || PROPER_NAME.test(word)) && mostlyNames(words)) return true;
  const after = columns[column + 1];
  if (after !== undefined && [...after.keys()].every((word) => KIND.test(word))) return true;
  const before = [...columns[column - 1]!.keys()];
  if (!words.every((word) => isValue(word) || NAME.test(word))) return false;
  return before.every((word) => PREPOSITION.test(word)) || (before.every((word) => KIND.test(word)) && mostlyNames(words));
}

const IN_PARENTHESES = /^\([^()]+\)[,.:;]?$/;

const ALONE_VALUES = 5;

const FEWEST_VALUES = 6;

const FEWEST_NAMES = 3;

const MANY_VALUES = 12;

const FEW_REPEATS = 4;

const NEARLY_ALL = 0.9;

/** Of all pairs of words that two values could make. */
const CROSSED = 0.5;

const LEAST_FREQUENT_ROOT = 0.1;
