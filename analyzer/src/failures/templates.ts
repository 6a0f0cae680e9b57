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
import type { Evidence } from '../store/summary.ts';
import { NOWHERE, noteEvidence } from './earliest-evidence.ts';
import { ErrorObjects } from './error-objects.ts';
import { groupLines } from './frequent-words.ts';
import { joinLeftOffEnds } from './left-off-ends.ts';
import { LineScan, shownTemplate, VALUE } from './line-scan.ts';
import { joinOptionalParts } from './optional-parts.ts';
import { joinPassedOnErrors } from './passed-on-errors.ts';
import { absorbRare } from './rare-lines.ts';
import { joinAroundPhrases } from './rare-phrases.ts';
import { spans } from './spans.ts';
import { joinStatesBehindValues } from './states-behind-values.ts';
import { canonicalOf, type DistinctLine, type Draft, MOST_EVIDENCE_OF_A_LINE, mergeAlike } from './template-draft.ts';
import { joinReasons, joinTails } from './told-tails.ts';
import { joinGaps } from './value-gaps.ts';
import { isStatementWord, isValue, takesAny, VALUE_AND_COLON } from './value-words.ts';

export interface Template {
  /** `t5:` and a hash of the text; the number is the version of masks and rules. */
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

/**
 * `all` for lines of a log. `errors told apart` for lines that report failures: which error a statement passes on is what tells them apart.
 * `within lengths` for messages of errors that the same function threw: there a name that differs may be
 * another failure, and hiding one is worse than showing it twice.
 */
export type MiningSteps = 'all' | 'errors told apart' | 'within lengths';

/** How many different masked lines are held: so many of a shape (word count and first two words), of so many shapes. */
export interface MinerLimits {
  readonly mostShapes: number;
  readonly mostOfAShape: number;
}

/** At most 524,288 masked lines; programs have a few thousand, but each name at the beginning of a line makes a shape of its own. */
const EXPORT_LIMITS: MinerLimits = { mostShapes: 8192, mostOfAShape: 64 };

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
  mine(steps: MiningSteps = 'all'): MinedTemplates {
    this.#dropShapes();
    const lines: DistinctLine[] = [];
    for (const shape of this.#shapes.values()) {
      dropLines(shape, this.#limits.mostOfAShape);
      for (const line of shape.lines.values()) lines.push(line);
    }
    return new MinedTemplates(lines, this.#lineCount, steps);
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
  /** Those with most words of their own first. */
  readonly #widest: readonly { readonly words: readonly string[]; readonly takesWords: boolean; readonly template: number }[];
  readonly #scan = new LineScan();
  /** Undefined where each error is a failure of its own. */
  readonly #errors: ErrorObjects | undefined;

  constructor(lines: readonly DistinctLine[], lineCount: number, steps: MiningSteps) {
    const errors = steps === 'all' ? new ErrorObjects(lines.map(({ text }) => text)) : undefined;
    this.#errors = errors;
    const own = errors === undefined ? lines : lines.map((line) => withoutError(line, errors));
    const drafts =
      steps !== 'within lengths' ? acrossLengths(withinLengths(own)) : absorbRare(mergeAlike(withinLengths(own).map(withoutColons)));
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
    this.#widest = drafts
      .map(({ canonical, takesWords }, template) => ({ words: canonical.split(' '), takesWords, template }))
      .filter(({ words }) => words.some(isStatementWord))
      .sort((a, b) => ownWords(b.words) - ownWords(a.words) || a.template - b.template);
    this.uncountedLineCount = lineCount - drafts.reduce((sum, { count }) => sum + count, 0);
  }

  /** @returns the template of a line, also of one that was not among those mined; undefined when none fits */
  templateOf(line: string): Template | undefined {
    const scan = this.#scan;
    scan.read(line);
    const known = this.#byHash.get(scan.hash);
    if (known !== undefined) return this.templates[known];
    const tokens = this.#errors?.takenOut(scan.tokens()) ?? scan.tokens();
    let best: number | undefined;
    let mostKept = 0;
    for (const { words, template } of this.#byWordCount.get(tokens.length) ?? []) {
      const kept = keptWords(words, tokens);
      if (kept > mostKept) {
        mostKept = kept;
        best = template;
      }
    }
    best ??= this.#covering(tokens);
    return best === undefined ? undefined : this.templates[best];
  }

  /** Of lines with more words than any that was mined, because a list or a query has as many as it likes. */
  #covering(tokens: readonly string[]): number | undefined {
    return this.#widest.find(({ words, takesWords }) => spans(words, tokens, takesWords))?.template;
  }
}

function withoutError(line: DistinctLine, errors: ErrorObjects): DistinctLine {
  const words = line.text.split(' ');
  const own = errors.takenOut(words);
  return own === words ? line : { ...line, text: own.join(' ') };
}

/** Steps one to five: what lines of equally many words show, and what stands behind a colon. */
function withinLengths(lines: readonly DistinctLine[]): Draft[] {
  // Nothing below depends on the order but which of two equal figures comes first.
  const sorted = [...lines].sort((a, b) => a.hash - b.hash);
  const byColumns = mergeAlike(joinTails(mergeAlike(groupLines(sorted))));
  return mergeAlike(joinReasons(absorbRare(byColumns)));
}

/** Steps six and seven: gaps of any number of words, and rare lines around the words that they share. */
function acrossLengths(drafts: readonly Draft[]): Draft[] {
  return absorbRare(
    joinAroundPhrases(
      joinOptionalParts(joinPassedOnErrors(mergeAlike(joinReasons(joinGaps(joinLeftOffEnds(joinStatesBehindValues(joinGaps(drafts)))))))),
    ),
  );
}

/** A name in front of a message may end with a colon in one build and not in the next. */
function withoutColons(draft: Draft): Draft {
  const canonical = canonicalOf(draft.canonical.split(' ').map((word) => (word === VALUE_AND_COLON ? VALUE : word)));
  return canonical === draft.canonical ? draft : { ...draft, canonical };
}

/** @param canonical  masked words with one blank between them */
function templateId(canonical: string): string {
  return `t5:${createHash('sha256').update(canonical).digest('hex').slice(0, 12)}`;
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

function ownWords(words: readonly string[]): number {
  return words.filter((word) => !isValue(word)).length;
}

interface Shape {
  readonly lines: Map<number, DistinctLine>;
  highest: number;
}

function dropLines(shape: Shape, most: number): void {
  if (shape.lines.size > most) {
    shape.highest = Math.min(shape.highest, [...shape.lines.keys()].sort((a, b) => a - b)[most - 1]!);
  }
  if (shape.highest === Number.POSITIVE_INFINITY) return;
  for (const hash of shape.lines.keys()) if (hash > shape.highest) shape.lines.delete(hash);
}
