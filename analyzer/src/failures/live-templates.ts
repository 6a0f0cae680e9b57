/**
 * Templates of a stream: every line gets one at once, and what was guessed is settled by mining again and again.
 *
 * A line that was seen before goes where that went, one that a mined template takes goes there, and any other joins the most similar
 * group of equally many words (after Drain: P. He, J. Zhu, Z. Zheng and M. R. Lyu, 2017, "Drain: An Online Log Parsing Approach with
 * Fixed Depth Tree", ICWS). Of each group a bounded choice of different masked lines is held, and mining looks at these: as many of
 * a statement that prints a name as of one that prints none, so that many programs in one stream do not push each other out. Lines
 * beyond the choice are counted with their group. Ids are made of the template's text, so a template that mining confirms keeps its id.
 */
import { LineScan, shownTemplate, VALUE } from './line-scan.ts';
import { spans } from './spans.ts';
import { append, canonicalOf, type DistinctLine } from './template-draft.ts';
import { mineLines, templateId } from './templates.ts';
import { isStatementWord, takesAny } from './value-words.ts';

export interface LiveTemplate {
  readonly id: string;
  /** With `<*>` for what varies. */
  readonly text: string;
  readonly lineCount: number;
  /** When the last line came, UTC epoch ms. */
  readonly lastMs: number;
}

export class LiveTemplates {
  readonly #scan = new LineScan();
  readonly #held = new Map<number, HeldLine>();
  /** Masked lines seen lately that are not held, and where they went. */
  readonly #byHash = new Map<number, Group>();
  /** By number of words and the first of them; a first word that varies has its own entry. */
  readonly #byStart = new Map<string, Pattern[]>();
  /** Templates that names of several words may stand in, by their first word. */
  readonly #spanning = new Map<string, Pattern[]>();
  readonly #remineEvery: number;
  #groups = new Set<Group>();
  #lineCount = 0;
  #untilMining: number;
  #guesses = 0;
  #mostGuesses = FIRST_MINING / 2;

  /** @param remineEvery  lines between two minings; sooner where many lines fit no template */
  constructor(remineEvery = 20_000) {
    this.#remineEvery = remineEvery;
    this.#untilMining = Math.min(FIRST_MINING, remineEvery);
  }

  /** Lines seen whose template is not among those listed: more different ones came than are held. */
  get uncountedLineCount(): number {
    let counted = 0;
    for (const { lineCount } of this.#groups) counted += lineCount;
    return this.#lineCount - counted;
  }

  /** @returns the id of the line's template as far as can be told now */
  add(line: string, atMs: number): string {
    const scan = this.#scan;
    scan.read(line);
    this.#lineCount++;
    const held = this.#held.get(scan.hash);
    const group = held?.group ?? this.#byHash.get(scan.hash) ?? this.#place();
    const known = held ?? this.#held.get(scan.hash);
    if (known !== undefined) {
      known.count++;
      if (atMs > known.lastMs) known.lastMs = atMs;
    }
    group.lineCount++;
    if (atMs > group.lastMs) group.lastMs = atMs;
    if (--this.#untilMining <= 0 || this.#guesses >= this.#mostGuesses) this.#mine();
    return group.id;
  }

  /** Most lines first. */
  templates(): LiveTemplate[] {
    const byId = new Map<string, LiveTemplate>();
    for (const { id, canonical, lineCount, lastMs } of this.#groups) {
      // Two guesses may have become the same since.
      const same = byId.get(id);
      byId.set(id, {
        id,
        text: shownTemplate(canonical),
        lineCount: lineCount + (same?.lineCount ?? 0),
        lastMs: Math.max(lastMs, same?.lastMs ?? Number.NEGATIVE_INFINITY),
      });
    }
    return [...byId.values()].sort((a, b) => b.lineCount - a.lineCount || (a.text < b.text ? -1 : 1));
  }

  /** Finds a group for a line that was not seen before, and holds the line if it is among those that stand for the group. */
  #place(): Group {
    const { hash } = this.#scan;
    const text = this.#scan.text();
    const words = text.split(' ');
    const group = this.#fitting(words) ?? this.#alike(words) ?? this.#found(words);
    if (hash < group.highest) this.#hold({ hash, text, count: 0, lastMs: Number.NEGATIVE_INFINITY, evidence: [], group });
    else {
      if (this.#byHash.size >= MOST_HASHES) this.#byHash.clear();
      this.#byHash.set(hash, group);
    }
    return group;
  }

  /** Of a group those with the smallest hashes are held, a choice that depends on nothing but the lines. */
  #hold(line: HeldLine): void {
    const { group } = line;
    this.#held.set(line.hash, line);
    group.held.push(line.hash);
    if (group.held.length < 2 * MOST_OF_A_GROUP) return;
    group.held.sort((a, b) => a - b);
    for (const dropped of group.held.splice(MOST_OF_A_GROUP)) this.#held.delete(dropped);
    group.highest = group.held.at(-1)!;
  }

  /** @returns the group of the mined template with most fixed words that takes the line */
  #fitting(words: readonly string[]): Group | undefined {
    let best: Pattern | undefined;
    for (const start of [words[0]!, VALUE]) {
      for (const pattern of this.#byStart.get(`${words.length} ${start}`) ?? [])
        if (pattern.fixed > (best?.fixed ?? 0) && takes(pattern.words, words)) best = pattern;
    }
    if (best !== undefined) return best.group;
    for (const start of [words[0]!, VALUE]) {
      for (const pattern of this.#spanning.get(start) ?? [])
        if (pattern.words.length < words.length && pattern.fixed > (best?.fixed ?? 0) && spans(pattern.words, words, true)) best = pattern;
    }
    return best?.group;
  }

  /** @returns the most similar group that was guessed */
  #alike(words: readonly string[]): Group | undefined {
    let best: Pattern | undefined;
    let bestShare = 0;
    for (const start of [words[0]!, VALUE]) {
      for (const pattern of this.#byStart.get(`${words.length} ${start}`) ?? []) {
        const share = sharedWords(pattern.words, words);
        if (share > bestShare) {
          bestShare = share;
          best = pattern;
        }
      }
    }
    if (best === undefined || bestShare < LEAST_SHARE) return undefined;
    const before = best.words;
    best.words = before.map((word, column) => (word === words[column] ? word : VALUE));
    best.fixed = best.words.filter((word) => !takesAny(word)).length;
    Object.assign(best.group, named(best.words));
    return best.group;
  }

  #found(words: readonly string[]): Group {
    this.#guesses++;
    if (this.#groups.size >= MOST_GROUPS) this.#forgetOldest();
    const group: Group = { ...named(words), lineCount: 0, lastMs: Number.NEGATIVE_INFINITY, held: [], highest: Number.POSITIVE_INFINITY };
    this.#groups.add(group);
    this.#enter(words, group);
    return group;
  }

  #enter(words: readonly string[], group: Group): void {
    const fixed = words.filter((word) => !takesAny(word)).length;
    append(this.#byStart, `${words.length} ${takesAny(words[0]!) ? VALUE : words[0]!}`, { words, fixed, group });
  }

  /** Lines that are held go to the templates that mining finds; lines that are only counted go where most of those held with them go. */
  #mine(): void {
    const before = this.#groups;
    const beyond = new Map<Group, number>();
    for (const group of before) beyond.set(group, group.lineCount);
    for (const line of this.#held.values()) beyond.set(line.group, beyond.get(line.group)! - line.count);
    this.#byHash.clear();
    this.#byStart.clear();
    this.#spanning.clear();
    this.#groups = new Set();
    const successors = new Map<Group, Map<Group, number>>();
    for (const draft of mineLines([...this.#held.values()])) {
      const { canonical, count, lastMs } = draft;
      const group: Group = { id: templateId(canonical), canonical, lineCount: count, lastMs, held: [], highest: Number.POSITIVE_INFINITY };
      this.#groups.add(group);
      for (const hash of draft.hashes) {
        const line = this.#held.get(hash)!;
        const shares = successors.get(line.group) ?? new Map<Group, number>();
        shares.set(group, (shares.get(group) ?? 0) + 1);
        successors.set(line.group, shares);
        line.group = group;
        group.held.push(hash);
      }
      for (const pattern of draft.patterns) this.#enter(pattern, group);
      const words = canonical.split(' ');
      if (!draft.takesWords || words.filter(isStatementWord).length < FEWEST_FIXED) continue;
      append(this.#spanning, takesAny(words[0]!) ? VALUE : words[0]!, { words, fixed: words.length, group });
    }
    for (const [old, count] of beyond) {
      const [next] = [...(successors.get(old) ?? [])].sort((a, b) => b[1] - a[1]);
      if (next === undefined) continue;
      next[0].lineCount += count;
      next[0].lastMs = Math.max(next[0].lastMs, old.lastMs);
    }
    for (const group of this.#groups) {
      if (group.held.length <= MOST_OF_A_GROUP) continue;
      group.held.sort((a, b) => a - b);
      for (const dropped of group.held.splice(MOST_OF_A_GROUP)) this.#held.delete(dropped);
      group.highest = group.held.at(-1)!;
    }
    if (this.#groups.size > MOST_GROUPS) this.#forgetOldest();
    // Lines that are all different give nothing to mine; then it is done less and less often.
    const isWorthIt = this.#groups.size < before.size - this.#guesses / 4;
    this.#mostGuesses = isWorthIt ? FIRST_MINING / 2 : Math.min(2 * this.#mostGuesses, this.#remineEvery);
    this.#guesses = 0;
    this.#untilMining = this.#remineEvery;
  }

  /** A tenth at a time: one by one, a flood of new texts would look through all of them at each line. */
  #forgetOldest(): void {
    const byAge = [...this.#groups].sort((a, b) => b.lastMs - a.lastMs || b.lineCount - a.lineCount);
    this.#groups = new Set(byAge.slice(0, Math.floor(MOST_GROUPS * 0.9)));
    this.#byHash.clear();
    for (const [hash, { group }] of this.#held) if (!this.#groups.has(group)) this.#held.delete(hash);
    for (const index of [this.#byStart, this.#spanning]) {
      for (const [key, patterns] of index) {
        const left = patterns.filter(({ group }) => this.#groups.has(group));
        if (left.length === 0) index.delete(key);
        else index.set(key, left);
      }
    }
  }
}

interface Group {
  id: string;
  canonical: string;
  lineCount: number;
  lastMs: number;
  /** Hashes of the lines that stand for it. */
  held: number[];
  /** Lines hashed above it are counted only. */
  highest: number;
}

interface HeldLine extends DistinctLine {
  group: Group;
}

interface Pattern {
  words: readonly string[];
  fixed: number;
  readonly group: Group;
}

function named(words: readonly string[]): { id: string; canonical: string } {
  const canonical = canonicalOf(words);
  return { id: templateId(canonical), canonical };
}

function takes(pattern: readonly string[], words: readonly string[]): boolean {
  for (let column = 0; column < words.length; column++) if (!takesAny(pattern[column]!) && pattern[column] !== words[column]) return false;
  return true;
}

/** Words that are equal, as a share of all. */
function sharedWords(pattern: readonly string[], words: readonly string[]): number {
  let shared = 0;
  for (let column = 0; column < words.length; column++) {
    if (pattern[column] === words[column]) shared++;
    // What mining found to vary does not speak against a line.
    else if (takesAny(pattern[column]!)) shared += HALF;
  }
  return shared / words.length;
}

const HALF = 0.5;
const FIRST_MINING = 1000;
const MOST_GROUPS = 2000;
/** A value of any wording is known by twelve different ones; a few more show whether most came once. */
const MOST_OF_A_GROUP = 24;
const MOST_HASHES = 10_000;
/** Templates that take names of several words have so many of their own. */
const FEWEST_FIXED = 3;
/** Drain's default is 0.4 on lines whose values are not masked; with values masked first, lines of one statement share more. */
const LEAST_SHARE = 0.6;
