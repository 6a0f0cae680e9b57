/**
 * Which print statement a line came from, found from the lines alone.
 *
 * The miner reads a line once (masks and a hash), counts equal masked lines, and mines only when it is asked: words that
 * are as frequent as each other come from the same statement, so in each line the largest set of equally frequent words
 * names the statement, and a column that takes too many values under one name is a value that no mask knew. It has one
 * configuration for every program. After Brain (S. Yu, P. He, N. Chen and Y. Wu, 2023, "Brain: Log Parsing With
 * Bidirectional Parallel Tree", IEEE Transactions on Services Computing), without its settings for each data set.
 *
 * What is kept of a line are counts of masked lines, and of too many those with the smallest hashes: a choice that does
 * not depend on the order or on who saw the line. Miners of two threads therefore add up to the miner that read all.
 */
import { createHash } from 'node:crypto';
import { median } from '../stats/median.ts';
import type { Evidence } from '../store/summary.ts';
import { LineScan, METHODS, NO_NAME, shownTemplate, VALUE } from './line-scan.ts';

export interface Template {
  /** `t1:` and a hash of the text; the number is the version of masks and rules. */
  readonly id: string;
  /** With `<*>` for what varies. */
  readonly text: string;
  /** The masked lines it stands for, one for each number of words. */
  readonly patterns: readonly string[];
  readonly lineCount: number;
  /** When the last of them was printed, UTC epoch ms; minus infinity when no time was told. */
  readonly lastMs: number;
  /** The earliest lines, at most 8. */
  readonly evidence: readonly Evidence[];
}

/** How many different masked lines are held: so many of a shape (word count and first two words), of so many shapes. */
export interface MinerLimits {
  readonly mostShapes: number;
  readonly mostOfAShape: number;
}

/** At most 262,144 masked lines; programs have a few thousand. */
const EXPORT_LIMITS: MinerLimits = { mostShapes: 1024, mostOfAShape: 256 };

export class TemplateMiner {
  readonly #limits: MinerLimits;
  readonly #scan = new LineScan();
  readonly #shapes = new Map<number, Shape>();
  /** Shapes hashed above this are only counted; it falls when there are too many. */
  #highestShape = Number.POSITIVE_INFINITY;
  #lineCount = 0;

  /** @param limits  the same for all miners that will be added up */
  constructor(limits: MinerLimits = EXPORT_LIMITS) {
    this.#limits = limits;
  }

  get lineCount(): number {
    return this.#lineCount;
  }

  /**
   * @param line  a message as it was printed, without time, level and request id
   * @param file  its number in the summary; with place and time it says where the line can be read again
   * @param times  how often it was printed
   */
  add(line: string, file = NOWHERE, place = 0, atMs = Number.NaN, times = 1): void {
    const scan = this.#scan;
    scan.read(line);
    this.#lineCount += times;
    if (scan.shape > this.#highestShape) return;
    let shape = this.#shapes.get(scan.shape);
    if (shape === undefined) {
      shape = { lines: new Map(), highest: Number.POSITIVE_INFINITY };
      this.#shapes.set(scan.shape, shape);
      if (this.#shapes.size > 2 * this.#limits.mostShapes) this.#dropShapes();
    }
    let known = shape.lines.get(scan.hash);
    if (known === undefined) {
      if (scan.hash > shape.highest) return;
      known = { hash: scan.hash, text: scan.text(), count: 0, lastMs: Number.NEGATIVE_INFINITY, evidence: [] };
      shape.lines.set(scan.hash, known);
      if (shape.lines.size > 2 * this.#limits.mostOfAShape) dropLines(shape, this.#limits.mostOfAShape);
    }
    known.count += times;
    if (atMs > known.lastMs) known.lastMs = atMs;
    noteEvidence(known.evidence, file, place, atMs, MOST_EVIDENCE_OF_A_LINE);
  }

  /** Adds what another miner saw; the other one stays as it is. */
  merge(other: TemplateMiner): void {
    this.#lineCount += other.#lineCount;
    this.#highestShape = Math.min(this.#highestShape, other.#highestShape);
    for (const [key, theirs] of other.#shapes) {
      let ours = this.#shapes.get(key);
      if (ours === undefined) {
        ours = { lines: new Map(), highest: theirs.highest };
        this.#shapes.set(key, ours);
      }
      ours.highest = Math.min(ours.highest, theirs.highest);
      for (const [hash, line] of theirs.lines) {
        const known = ours.lines.get(hash);
        if (known === undefined) ours.lines.set(hash, { ...line, evidence: [...line.evidence] });
        else {
          known.count += line.count;
          known.lastMs = Math.max(known.lastMs, line.lastMs);
          for (const { file, place, atMs } of line.evidence) noteEvidence(known.evidence, file, place, atMs, MOST_EVIDENCE_OF_A_LINE);
        }
      }
      dropLines(ours, this.#limits.mostOfAShape);
    }
    this.#dropShapes();
  }

  /** Settles the templates of all lines so far; the miner can go on adding. */
  mine(): MinedTemplates {
    this.#dropShapes();
    const lines: DistinctLine[] = [];
    for (const shape of this.#shapes.values()) {
      dropLines(shape, this.#limits.mostOfAShape);
      for (const line of shape.lines.values()) lines.push(line);
    }
    // Nothing below depends on the order but which of two equal figures comes first.
    lines.sort((a, b) => a.hash - b.hash);
    return new MinedTemplates(lines, this.#lineCount);
  }

  #dropShapes(): void {
    if (this.#shapes.size > this.#limits.mostShapes) {
      this.#highestShape = Math.min(this.#highestShape, [...this.#shapes.keys()].sort((a, b) => a - b)[this.#limits.mostShapes - 1]!);
    }
    if (this.#highestShape === Number.POSITIVE_INFINITY) return;
    for (const key of this.#shapes.keys()) if (key > this.#highestShape) this.#shapes.delete(key);
  }
}

export class MinedTemplates {
  /** Most lines first. */
  readonly templates: readonly Template[];
  /** Lines that were seen and are no part of a template's count, because too many different ones were. */
  readonly uncountedLineCount: number;
  readonly #byHash = new Map<number, number>();
  readonly #byWordCount = new Map<number, { readonly words: readonly string[]; readonly template: number }[]>();
  readonly #scan = new LineScan();

  constructor(lines: readonly DistinctLine[], lineCount: number) {
    const drafts = absorbRare(mergeAlike(joinReasons(absorbRare(mergeAlike(joinTails(mergeAlike(groupLines(lines))))))));
    this.templates = drafts.map((draft) => ({
      id: templateId(draft.canonical),
      text: shownTemplate(draft.canonical),
      patterns: draft.patterns.map((words) => words.join(' ')),
      lineCount: draft.count,
      lastMs: draft.lastMs,
      evidence: draft.evidence,
    }));
    drafts.forEach((draft, number) => {
      for (const hash of draft.hashes) this.#byHash.set(hash, number);
      for (const words of draft.patterns) {
        const same = this.#byWordCount.get(words.length) ?? [];
        same.push({ words, template: number });
        this.#byWordCount.set(words.length, same);
      }
    });
    this.uncountedLineCount = lineCount - drafts.reduce((sum, { count }) => sum + count, 0);
  }

  /** @returns the template of a line, also of one that was not among those mined; undefined when none fits */
  templateOf(line: string): Template | undefined {
    const scan = this.#scan;
    scan.read(line);
    const known = this.#byHash.get(scan.hash);
    if (known !== undefined) return this.templates[known];
    const tokens = scan.tokens();
    let best: number | undefined;
    let mostKept = 0;
    for (const { words, template } of this.#byWordCount.get(tokens.length) ?? []) {
      const kept = keptWords(words, tokens);
      if (kept > mostKept) {
        mostKept = kept;
        best = template;
      }
    }
    return best === undefined ? undefined : this.templates[best];
  }
}

/** @param canonical  masked words with one blank between them */
export function templateId(canonical: string): string {
  return `t1:${createHash('sha256').update(canonical).digest('hex').slice(0, 12)}`;
}

/** A place of a pattern at which any word may stand, with the colon behind it that all words there had. */
export function takesAny(word: string): boolean {
  return word === VALUE || word === VALUE_AND_COLON;
}

/** @returns how many words of the pattern the line has, 0 when it lacks one */
function keptWords(pattern: readonly string[], tokens: readonly string[]): number {
  let kept = 0;
  for (let column = 0; column < pattern.length; column++) {
    if (takesAny(pattern[column]!)) continue;
    if (pattern[column] !== tokens[column]) return 0;
    kept++;
  }
  return kept;
}

interface DistinctLine {
  readonly hash: number;
  readonly text: string;
  count: number;
  lastMs: number;
  readonly evidence: Evidence[];
}

interface Shape {
  readonly lines: Map<number, DistinctLine>;
  highest: number;
}

interface Tokens {
  readonly line: DistinctLine;
  readonly words: readonly string[];
}

interface Draft {
  readonly canonical: string;
  /** Masked words, one list for each number of words that occurred. */
  readonly patterns: (readonly string[])[];
  /** A value of it was found in plain words, not by a mask. */
  takesWords: boolean;
  count: number;
  lastMs: number;
  readonly hashes: number[];
  readonly evidence: Evidence[];
}

/** Step one: lines of equally many words, by the largest set of words that are equally frequent. */
function groupLines(lines: readonly DistinctLine[]): Draft[] {
  const byWordCount = new Map<number, Tokens[]>();
  for (const line of lines) {
    const words = line.text.split(' ');
    append(byWordCount, words.length, { line, words });
  }
  const drafts: Draft[] = [];
  for (const [, group] of [...byWordCount].sort(([a], [b]) => a - b)) {
    const byRoot = new Map<string, Tokens[]>();
    const frequencies = columnFrequencies(group);
    const lineCount = group.reduce((sum, { line }) => sum + line.count, 0);
    for (const tokens of group) append(byRoot, rootOf(tokens.words, frequencies, lineCount), tokens);
    for (const sharing of byRoot.values()) splitByColumns(sharing, drafts);
  }
  return drafts;
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
    if (isValue(words[column]!)) continue;
    const frequency = frequencies[column]!.get(words[column]!)!;
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
function splitByColumns(sharing: readonly Tokens[], drafts: Draft[], tookWords = false): void {
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
  const takesWords =
    tookWords || frequencies.some((values, column) => varies[column] === true && [...values.keys()].some((word) => !word.includes(VALUE)));
  // The colon behind a value stays: what follows it may be a value of its own.
  const shown = frequencies.map((values) => ([...values.keys()].every((word) => word.endsWith(':')) ? VALUE_AND_COLON : VALUE));
  const masked = sharing.map(({ line, words }) => ({
    line,
    words: words.map((word, column) => (varies[column] === true ? shown[column]! : word)),
  }));
  if (open.length > 1) {
    // What follows "is" need not be of the kind that follows "scanned": the column with the fewest words tells statements apart.
    const pivot = open.reduce((best, column) => (frequencies[column]!.size < frequencies[best]!.size ? column : best));
    const byWord = new Map<string, Tokens[]>();
    for (const tokens of masked) append(byWord, tokens.words[pivot]!, tokens);
    for (const part of byWord.values()) splitByColumns(part, drafts, takesWords);
    return;
  }
  const byText = new Map<string, Tokens[]>();
  for (const tokens of masked) append(byText, tokens.words.join(' '), tokens);
  for (const [text, members] of byText) {
    const words = text.split(' ');
    const draft: Draft = {
      canonical: canonicalOf(words),
      patterns: [words],
      takesWords,
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
  if (words.length < FEWEST_NAMES || !mostlyNames(words) || words.some((word) => METHODS.has(word))) return false;
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
  if (words.length < FEWEST_NAMES || column === 0 || words.some((word) => METHODS.has(word))) return false;
  if ([...columns[column - 1]!.keys()].some((word) => COPULA.test(word))) return false;
  return mostlyNames(words);
}

/** No more than half of the words tell what happened or how something is. */
function mostlyNames(words: readonly string[]): boolean {
  return 2 * words.filter((word) => NO_NAME.test(word.toLowerCase()) || STATE.test(word)).length <= words.length;
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
  if (words.some((word) => METHODS.has(word))) return false;
  if (words.every((word) => word.includes(VALUE) || IDENTIFIER.test(word)) && words.some((word) => IDENTIFIER.test(word))) return true;
  if (values.size < FEWEST_NAMES) return false;
  if (words.every((word) => isValue(word) || PROPER_NAME.test(word)) && mostlyNames(words)) return true;
  const after = columns[column + 1];
  if (after !== undefined && [...after.keys()].every((word) => KIND.test(word))) return true;
  const before = [...columns[column - 1]!.keys()];
  if (!words.every((word) => isValue(word) || NAME.test(word))) return false;
  return before.every((word) => PREPOSITION.test(word)) || (before.every((word) => KIND.test(word)) && mostlyNames(words));
}

/** `<*>`, `v<*>`, `(<*>,`; not `retries=<*>`, whose name is a word of the statement. */
function isValue(word: string): boolean {
  return word.includes(VALUE) && !NAMED_VALUE.test(word);
}

/** A list of three and a list of five are the same statement: values side by side count as one. */
export function canonicalOf(words: readonly string[]): string {
  const kept: string[] = [];
  for (const word of words) {
    const plain = isValue(word) && VALUE_AND_MARKS.test(word) ? VALUE : word;
    // `took 3h 4m` and `took=3h 4m` have one value each.
    if (plain === VALUE && kept.at(-1)?.endsWith(VALUE) === true) continue;
    kept.push(plain);
  }
  return kept.join(' ');
}

/**
 * Step three: what follows a colon may be a sentence of somebody else's, of any length. Where many different ones follow the
 * same words, few of them twice, they are one value; and where a list does, a single name is a list of one.
 */
function joinTails(drafts: readonly Draft[]): Draft[] {
  const byHead = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const head = headOf(draft.canonical);
    if (head !== undefined) append(byHead, head, draft);
  }
  const renamed = new Map<Draft, string>();
  for (const [head, sharing] of byHead) {
    const whole = `${head} ${VALUE}`;
    const rare = sharing.length >= MANY_VALUES && median(sharing.map(({ count }) => count)) < FEW_REPEATS;
    if (
      rare ||
      (sharing.length >= ALONE_VALUES && head.includes(' ') && sharing.every(({ canonical }) => PHRASE.test(canonical.slice(head.length))))
    ) {
      for (const draft of sharing) renamed.set(draft, whole);
    } else if (sharing.length >= FEWEST_NAMES && sharing.some(({ canonical }) => canonical === whole)) {
      for (const draft of sharing) if (SHORT_TAIL.test(draft.canonical.slice(head.length))) renamed.set(draft, whole);
    }
  }
  return drafts.map((draft) => {
    const canonical = renamed.get(draft);
    return canonical === undefined ? draft : { ...draft, canonical, takesWords: true };
  });
}

/**
 * Step five: what stands behind "failed:" or "evicted:", or in brackets at the end, is a reason, and three different ones are one
 * value. Words that tell what happened ("order 7: packed") are statements unless most others behind the same words are none.
 */
function joinReasons(drafts: readonly Draft[]): Draft[] {
  const byHead = new Map<string, { readonly draft: Draft; readonly isReason: boolean }[]>();
  for (const draft of drafts) {
    const told = reasonIn(draft.patterns[0]!);
    if (told !== undefined) append(byHead, told.head, { draft, isReason: told.isReason });
  }
  const renamed = new Map<Draft, string>();
  const wholes = new Set<string>();
  for (const [head, sharing] of byHead) {
    const whole = canonicalOf([...head.split(' '), VALUE]);
    const reasons = sharing.filter(({ isReason }) => isReason).length;
    const isJoined = sharing.some(({ draft }) => draft.canonical === whole);
    if (2 * reasons < sharing.length || (sharing.length < fewest(head) && !isJoined)) continue;
    wholes.add(whole);
    for (const { draft } of sharing) renamed.set(draft, whole);
  }
  // "job labels failed:" is a case of "job <*> failed:" also where it was seen more than a few times.
  const general = [...wholes].filter((whole) => whole.split(VALUE).length > 2).map((whole) => whole.split(' '));
  return drafts.map((draft) => {
    const own = renamed.get(draft);
    if (own === undefined) return draft;
    const words = own.split(' ');
    const wider = general.filter((pattern) => pattern.length === words.length && pattern[0] === words[0] && spans(pattern, words, true));
    return { ...draft, canonical: wider.length > 0 ? wider[0]!.join(' ') : own, takesWords: true };
  });
}

/** Up to four plain words; a single one must not tell what happened. */
function isPhrase(words: readonly string[]): boolean {
  return (
    words.length <= LONGEST_PHRASE &&
    words.every((word) => isValue(word) || PLAIN_WORD.test(word)) &&
    !words.every(isValue) &&
    (words.length > 1 || mostlyNames(words))
  );
}

/** Behind the value of another place a sentence may also be the statement's own: "order 7: packed", "order 7: sent". */
function fewest(head: string): number {
  return head.endsWith(VALUE) && !head.split(' ').some((word) => GIVES_REASON.test(word)) ? ALONE_VALUES - 1 : FEWEST_NAMES;
}

/** @returns the words up to a colon or an opening bracket, where what follows may be a reason or a state; whether it reads as one */
function reasonIn(words: readonly string[]): { readonly head: string; readonly isReason: boolean } | undefined {
  for (let at = 1; at < words.length - 1; at++) {
    const word = words[at]!;
    if (!word.endsWith(':')) continue;
    const tail = words.slice(at + 1);
    const announcing = isValue(word) ? words.slice(0, at) : [word];
    const isReason = announcing.some((one) => GIVES_REASON.test(one)) || isPhrase(tail);
    if (isReason || tail.length === 1) return { head: canonicalOf(words.slice(0, at + 1)), isReason };
  }
  const bracket = words.findIndex((word, at) => at > 1 && word.startsWith('('));
  if (bracket < 0 || !words.at(-1)!.endsWith(')') || !isPhrase(words.slice(bracket))) return undefined;
  return { head: canonicalOf(words.slice(0, bracket)), isReason: true };
}

/** @returns the words up to the first colon that tells more than a kind; undefined where there is none */
function headOf(canonical: string): string | undefined {
  for (let colon = canonical.indexOf(': '); colon >= 0; colon = canonical.indexOf(': ', colon + 1)) {
    const head = canonical.slice(0, colon + 1);
    if (head.includes(' ') || !ONLY_A_KIND.test(head)) return head;
  }
  return undefined;
}

/**
 * Step four: a line or two that a frequent template covers came from its statement, where the template is known to take words,
 * or where what stands at its values can only be a value.
 */
function absorbRare(drafts: readonly Draft[]): Draft[] {
  const homes = new Map<string, { readonly draft: Draft; readonly words: readonly string[] }[]>();
  for (const draft of drafts) {
    if (draft.count < MANY_VALUES) continue;
    const words = draft.canonical.split(' ');
    if (words.filter((word) => !isValue(word)).length >= FEWEST_WORDS_OF_A_HOME) append(homes, words[0]!, { draft, words });
  }
  return mergeAlike(
    drafts.map((draft) => {
      const words = draft.canonical.split(' ');
      const isRare = draft.count < FEW_REPEATS;
      const fitting = [...(homes.get(words[0]!) ?? []), ...(homes.get(VALUE) ?? [])].filter(
        (home) =>
          home.draft !== draft && (isRare || isNameOfSeveralWords(home, draft, words)) && spans(home.words, words, home.draft.takesWords),
      );
      return fitting.length === 1 ? { ...draft, canonical: fitting[0]!.draft.canonical } : draft;
    }),
  );
}

/** "dish caesar salad is back" came from "dish <*> is back" however often: names have several words, and none that tells what happened. */
function isNameOfSeveralWords(
  home: { readonly draft: Draft; readonly words: readonly string[] },
  draft: Draft,
  words: readonly string[],
): boolean {
  if (!home.draft.takesWords || home.draft.count < draft.count || words.length <= home.words.length) return false;
  const fixed = new Set(home.words.filter((word) => !isValue(word)));
  return fixed.size >= FEWEST_FIXED && words.every((word) => fixed.has(word) || isValue(word) || !TELLS.test(word));
}

/** @returns whether the words fit the pattern, each of its values standing for one word or more; without `takesWords` for codes only */
function spans(pattern: readonly string[], words: readonly string[], takesWords: boolean): boolean {
  const takes = (word: string) => takesWords || isValue(word) || IDENTIFIER.test(word) || CODE.test(word);
  let p = 0;
  // Where to go on when a value must take one word more: it is enough to know the last one.
  let lastValue = -1;
  let taken = 0;
  for (let w = 0; w < words.length; ) {
    if (p < pattern.length && pattern[p] === VALUE && takes(words[w]!)) {
      lastValue = p++;
      taken = ++w;
    } else if (p < pattern.length && pattern[p] === words[w]) {
      p++;
      w++;
    } else if (lastValue >= 0 && takes(words[taken]!)) {
      p = lastValue + 1;
      w = ++taken;
    } else {
      return false;
    }
  }
  return p === pattern.length;
}

function mergeAlike(drafts: readonly Draft[]): Draft[] {
  const byText = new Map<string, Draft>();
  for (const draft of drafts) {
    const same = byText.get(draft.canonical);
    if (same === undefined) {
      byText.set(draft.canonical, draft);
      continue;
    }
    same.count += draft.count;
    same.takesWords ||= draft.takesWords;
    same.lastMs = Math.max(same.lastMs, draft.lastMs);
    same.patterns.push(...draft.patterns);
    same.hashes.push(...draft.hashes);
    for (const { file, place, atMs } of draft.evidence) noteEvidence(same.evidence, file, place, atMs, MOST_EVIDENCE);
  }
  return [...byText.values()].sort((a, b) => b.count - a.count || (a.canonical < b.canonical ? -1 : 1));
}

function addLine(draft: Draft, line: DistinctLine): void {
  draft.count += line.count;
  draft.lastMs = Math.max(draft.lastMs, line.lastMs);
  draft.hashes.push(line.hash);
  for (const { file, place, atMs } of line.evidence) noteEvidence(draft.evidence, file, place, atMs, MOST_EVIDENCE);
}

/** Keeps the earliest, in the order of time, file and place, so that the order of reading does not matter. */
function noteEvidence(kept: Evidence[], file: number, place: number, atMs: number, most: number): void {
  if (file === NOWHERE) return;
  if (kept.length === most && !isBefore(file, place, atMs, kept[most - 1]!)) return;
  let at = kept.length;
  while (at > 0 && isBefore(file, place, atMs, kept[at - 1]!)) at--;
  kept.splice(at, 0, { file, place, atMs });
  if (kept.length > most) kept.pop();
}

function isBefore(file: number, place: number, atMs: number, other: Evidence): boolean {
  const ours = Number.isNaN(atMs) ? Number.POSITIVE_INFINITY : atMs;
  const theirs = Number.isNaN(other.atMs) ? Number.POSITIVE_INFINITY : other.atMs;
  if (ours !== theirs) return ours < theirs;
  return file !== other.file ? file < other.file : place < other.place;
}

function dropLines(shape: Shape, most: number): void {
  if (shape.lines.size > most) {
    shape.highest = Math.min(shape.highest, [...shape.lines.keys()].sort((a, b) => a - b)[most - 1]!);
  }
  if (shape.highest === Number.POSITIVE_INFINITY) return;
  for (const hash of shape.lines.keys()) if (hash > shape.highest) shape.lines.delete(hash);
}

function append<Key, Value>(to: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = to.get(key);
  if (list === undefined) to.set(key, [value]);
  else list.push(value);
}

/** `Error:`, `WARN:`: what follows is a statement of its own. */
const ONLY_A_KIND = /(?:error|exception|warn|warning|info|debug|fail|failed|failure|fatal|trace|notice)\]?:$/i;
/** Two to four words without a value: `card expired`, `quota exceeded`. */
const PHRASE = /^(?: [\p{L}'-]+){1,4}$/u;
const PLAIN_WORD = /^[("]?[\p{L}'-]+[)".!]*$/u;
const LONGEST_PHRASE = 4;
const SHORT_TAIL = /^(?: [^ ]+){1,2}$/;
const PROPER_NAME = /^[("']?\p{Lu}[\p{L}_-]{2,}[,.:;)"']*$/u;
const IN_PARENTHESES = /^\([^()]+\)[,.:;]?$/;
/** `card_declined`, `order.created`, `OrderPlaced`, `getCart`: no word of a sentence. */
const IDENTIFIER = /^[(["'<]*(?:\p{L}+(?:[_.:]\p{L}+)+|\p{L}*\p{Ll}\p{Lu}\p{L}*)[\])>"',.:;]*$/u;
/** One word that may name something: letters, perhaps with joints. */
const NAME = /^["'(]?\p{L}[\p{L}_.:-]*[,.:;)"']*$/u;
const PREPOSITION = /^(?:via|from|to|by|for|of)$/i;
const KIND =
  /^(?:on|with|at|provider|supplier|vendor|carrier|region|zone|stage|environment|type|code|reason|mode|role|plan|table|topic|bucket|queue|handler|operation|flag|template|locale|language|currency|service|module|plugin|category|event|action|command|format|model|stream|tenant|customer)$/i;
/** A verb or what denies one; `of` and `the` may be parts of a name. */
const TELLS = /(?:ed|ing)[,.:;]?$|^(?:not|no|is|was|are|were|has|have|had|can|could|will|did|does|cannot)[,.:;]?$/i;
const COPULA = /^(?:is|are|was|were|be|became|now|not)$/;
const STATE =
  /^(?:half-)?(?:open|ready|busy|idle|online|offline|away|up|down|ok|full|empty|hit|miss|start|stop|done|complete|green|yellow|red)[,.:;]?$/i;
/** `RXKQTZ`: a booking, a ticker, an airport. */
const CODE = /^\p{Lu}{4,}[,.:;)]*$/u;
const GIVES_REASON =
  /(?:failed|failure|error|exception|reason|cause|because|threw|rejected|refused|declined|denied|bounced?|disconnected|aborted|crashed|rejecting|unreachable|unavailable)[:]?$/i;
const FEWEST_NAMES = 3;
const NAMED_VALUE = /[A-Za-z_]{3}[=:]\u0001/;
const VALUE_AND_COLON = `${VALUE}:`;
const VALUE_AND_MARKS = /^[([<,:;.#-]*\u0001(?:[)\]>,:;.%-]*\u0001?)*$/;

/** For lines that nobody will look up again. */
const NOWHERE = -1;
const MOST_EVIDENCE = 8;
const MOST_EVIDENCE_OF_A_LINE = 3;

const ALONE_VALUES = 5;
const FEWEST_VALUES = 6;
const MANY_VALUES = 12;
const FEW_REPEATS = 4;
const NEARLY_ALL = 0.9;
const FEWEST_WORDS_OF_A_HOME = 2;
const FEWEST_FIXED = 3;
/** Of all pairs of words that two values could make. */
const CROSSED = 0.5;
const LEAST_FREQUENT_ROOT = 0.1;
