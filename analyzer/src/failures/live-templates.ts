/**
 * Templates while the lines are still coming: each line gets its template at once, and now and then what was guessed is
 * replaced by what was mined.
 *
 * A line whose masked form is known costs a look-up. A new one goes to the known template of equally many words that
 * shares most of them, or founds its own: the step of Drain (P. He, J. Zhu, Z. Zheng and M. R. Lyu, 2017, "Drain: An Online Log
 * Parsing Approach with Fixed Depth Tree", ICWS). Which words are values is then settled by mining a bounded choice of all
 * lines so far. Ids are made of the template's text, so a template that mining confirms keeps its id.
 */
import { LineScan, shownTemplate, VALUE } from './line-scan.ts';
import { canonicalOf } from './template-draft.ts';
import { type MinerLimits, TemplateMiner, templateId } from './templates.ts';
import { takesAny } from './value-words.ts';

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
  readonly #miner = new TemplateMiner(LIVE_LIMITS);
  /** Masked lines seen lately and where they went. */
  readonly #byHash = new Map<number, Cluster>();
  readonly #byWordCount = new Map<number, Pattern[]>();
  readonly #remineEvery: number;
  #clusters = new Set<Cluster>();
  #untilMining: number;

  /** @param remineEvery  lines between two minings */
  constructor(remineEvery = 20_000) {
    this.#remineEvery = remineEvery;
    this.#untilMining = Math.min(FIRST_MINING, remineEvery);
  }

  /** Lines seen whose template is not among those listed: more different ones came than are held. */
  get uncountedLineCount(): number {
    let counted = 0;
    for (const { lineCount } of this.#clusters) counted += lineCount;
    return this.#miner.lineCount - counted;
  }

  /** @returns the id of the line's template as far as can be told now */
  add(line: string, atMs: number): string {
    this.#miner.add(line, undefined, undefined, atMs);
    this.#scan.read(line);
    const cluster = this.#byHash.get(this.#scan.hash) ?? this.#place();
    cluster.lineCount++;
    cluster.lastMs = Math.max(cluster.lastMs, atMs);
    if (--this.#untilMining <= 0) this.#remine();
    return cluster.id;
  }

  /** Most lines first. */
  templates(): LiveTemplate[] {
    const byId = new Map<string, LiveTemplate>();
    for (const { id, canonical, lineCount, lastMs } of this.#clusters) {
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

  #place(): Cluster {
    const words = this.#scan.tokens();
    const cluster = this.#alike(words) ?? this.#found(words);
    if (this.#byHash.size >= MOST_HASHES) this.#byHash.clear();
    this.#byHash.set(this.#scan.hash, cluster);
    return cluster;
  }

  #alike(words: readonly string[]): Cluster | undefined {
    let best: Pattern | undefined;
    let bestShare = 0;
    for (const pattern of this.#byWordCount.get(words.length) ?? []) {
      const share = sharedWords(pattern.words, words);
      if (share > bestShare) {
        bestShare = share;
        best = pattern;
      }
    }
    if (best === undefined || bestShare < LEAST_SHARE) return undefined;
    const before = best.words;
    const general = before.map((word, column) => (word === words[column] ? word : VALUE));
    if (general.every((word, column) => word === before[column])) return best.cluster;
    best.words = general;
    Object.assign(best.cluster, named(general));
    return best.cluster;
  }

  #found(words: readonly string[]): Cluster {
    if (this.#clusters.size >= MOST_CLUSTERS) this.#forgetOldest();
    const cluster: Cluster = { ...named(words), lineCount: 0, lastMs: Number.NEGATIVE_INFINITY };
    this.#clusters.add(cluster);
    this.#pattern(words, cluster);
    return cluster;
  }

  #pattern(words: readonly string[], cluster: Cluster): void {
    const same = this.#byWordCount.get(words.length);
    if (same === undefined) this.#byWordCount.set(words.length, [{ words, cluster }]);
    else same.push({ words, cluster });
  }

  /** What was guessed goes; counts and times are the miner's, which has counted every line that it holds. */
  #remine(): void {
    this.#untilMining = this.#remineEvery;
    this.#byHash.clear();
    this.#byWordCount.clear();
    this.#clusters.clear();
    for (const { id, patterns, lineCount, lastMs } of this.#miner.mine().templates.slice(0, MOST_CLUSTERS)) {
      const cluster: Cluster = { id, canonical: canonicalOf(patterns[0]!.split(' ')), lineCount, lastMs };
      this.#clusters.add(cluster);
      for (const pattern of patterns) this.#pattern(pattern.split(' '), cluster);
    }
  }

  /** A tenth at a time: one by one, a flood of new texts would look through all of them at each line. */
  #forgetOldest(): void {
    const byAge = [...this.#clusters].sort((a, b) => b.lastMs - a.lastMs);
    this.#clusters = new Set(byAge.slice(0, Math.floor(MOST_CLUSTERS * 0.9)));
    this.#byHash.clear();
    for (const [length, patterns] of this.#byWordCount) {
      this.#byWordCount.set(
        length,
        patterns.filter(({ cluster }) => this.#clusters.has(cluster)),
      );
    }
  }
}

interface Cluster {
  id: string;
  canonical: string;
  lineCount: number;
  lastMs: number;
}

interface Pattern {
  words: readonly string[];
  readonly cluster: Cluster;
}

function named(words: readonly string[]): { id: string; canonical: string } {
  const canonical = canonicalOf(words);
  return { id: templateId(canonical), canonical };
}

/** Words that are equal, as a share of all; another first word is another statement, unless it is a value. */
function sharedWords(pattern: readonly string[], words: readonly string[]): number {
  if (pattern[0] !== words[0] && !takesAny(pattern[0]!)) return 0;
  let shared = 0;
  for (let column = 0; column < words.length; column++) if (pattern[column] === words[column]) shared++;
  // What mining found to vary does not speak against a line.
  for (let column = 0; column < words.length; column++) if (takesAny(pattern[column]!) && pattern[column] !== words[column]) shared += HALF;
  return shared / words.length;
}

const HALF = 0.5;
/** Mined in some 50 ms, so that a dashboard does not stall. */
const LIVE_LIMITS: MinerLimits = { mostShapes: 512, mostOfAShape: 16 };
const FIRST_MINING = 1000;
const MOST_CLUSTERS = 1000;
const MOST_HASHES = 10_000;
/** Drain's default is 0.4 on lines whose values are not masked; with values masked first, lines of one statement share more. */
const LEAST_SHARE = 0.6;
