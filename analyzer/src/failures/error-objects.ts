/**
 * Before mining: an error object that a statement passes on, as `console.error('saving failed', error)` does.
 *
 * Node prints it as the name of its class, a colon and its message. From that name on nothing is the statement's own, whatever it says and
 * however many words it has: one value, so that lines with other errors are compared by the words in front. The message alone, as
 * `error.message` gives it, bears no mark; but one that came behind the name of a class in some line of the program is known in all others,
 * and so are the words around errors. Lists of failures do without this step: there the error is what tells one failure from another.
 *
 * Each pass over the lines asks only what the passes before it have learnt, so that their order does not matter.
 */
import { VALUE } from './line-scan.ts';
import { tellsOfFailing } from './passed-on-errors.ts';
import { isStatementWord, isValue, ONLY_A_KIND, TAG } from './value-words.ts';

export class ErrorObjects {
  /** Masked, as they stood behind the name of a class. */
  readonly #messages = new Phrases();
  /** The words in front of errors, and behind them. */
  readonly #heads = new Phrases();
  readonly #tails = new Phrases();
  /** `NoSuchKey:`, found behind words in front of which errors stood. */
  readonly #classes = new Set<string>();
  /** `Fatal:`, in front of errors without a blank. */
  readonly #glued = new Set<string>();

  /** @param texts  masked lines */
  constructor(texts: readonly string[]) {
    const unmarked: (readonly string[])[] = [];
    for (const text of texts) {
      const words = text.split(' ');
      const at = words.findIndex((_, column) => isClass(words, column));
      if (at < 0) unmarked.push(words);
      else this.#learn(words, at, at + 1);
    }
    if (this.#knowsNothing) return;
    for (const words of unmarked) {
      const at = this.#behindHead(words);
      if (at < 0 || !CAMEL_CASE.test(words[at]!)) continue;
      this.#learn(words, at, at + 1);
      this.#classes.add(words[at]!);
    }
    for (const words of unmarked) {
      const at = this.#beginOfMessage(words);
      if (at > 0) this.#learn(words, at, at);
      const start = startOf(words);
      const end = this.#endOfMessage(words, start);
      if (end > 0) this.#tails.add(words.slice(end));
      const glued = gluedColon(words[0]!);
      if (glued > 0 && this.#messages.has(withoutGlued(words, glued))) this.#glued.add(words[0]!.slice(0, glued));
    }
  }

  /** @returns the words of the statement, with one value for the error behind them, or in front */
  takenOut(words: readonly string[]): readonly string[] {
    const marked = words.findIndex((word, at) => (this.#classes.has(word) || isClass(words, at)) && ownWords(words, 0, at) >= FEWEST_OWN);
    if (marked > 0) return [...words.slice(0, marked), VALUE];
    if (this.#knowsNothing) return words;
    const at = Math.max(this.#beginOfMessage(words), this.#behindHead(words));
    if (at > 0) return [...words.slice(0, at), VALUE];
    const glued = gluedColon(words[0]!);
    if (glued > 0 && this.#glued.has(words[0]!.slice(0, glued))) {
      const message = withoutGlued(words, glued);
      if (this.#messages.has(message) || tellsOfFailing(message.join(' '))) return [words[0]!.slice(0, glued) + VALUE];
    }
    const start = startOf(words);
    const end = this.#endOfMessage(words, start) || this.#beforeTail(words, start);
    return end > 0 ? [...words.slice(0, start), VALUE, ...words.slice(end)] : words;
  }

  get #knowsNothing(): boolean {
    return this.#messages.isEmpty && this.#heads.isEmpty;
  }

  /** @param at  where the error begins; `start` is where its message does */
  #learn(words: readonly string[], at: number, start: number): void {
    if (ownWords(words, 0, at) >= FEWEST_OWN) this.#heads.add(words.slice(0, at));
    if (ownWords(words, start, words.length) >= FEWEST_OF_A_MESSAGE) this.#messages.add(words.slice(start));
  }

  /** @returns where a message begins that came behind a class elsewhere, up to the end; -1 where none does */
  #beginOfMessage(words: readonly string[]): number {
    for (let at = FEWEST_OWN; at <= words.length - FEWEST_OF_A_MESSAGE; at++) {
      if (this.#messages.has(words, at) && ownWords(words, 0, at) >= FEWEST_OWN) return at;
    }
    return -1;
  }

  /** @returns where another error begins behind words in front of which errors stood; -1 where none does */
  #behindHead(words: readonly string[]): number {
    for (let at = FEWEST_OWN; at < words.length - 1; at++) {
      if (!this.#heads.has(words, 0, at)) continue;
      if (CAMEL_CASE.test(words[at]!)) return at;
      if ((words[at - 1]!.endsWith(':') || CAPITAL.test(words[at]!)) && tellsOfFailing(words.slice(at).join(' '))) return at;
    }
    return -1;
  }

  /** "Request failed while the gate was closing": @returns behind the message, 0 where none stands in front */
  #endOfMessage(words: readonly string[], start: number): number {
    if (start < 0) return 0;
    for (let end = words.length - FEWEST_OF_A_TAIL; end >= start + FEWEST_OF_A_MESSAGE; end--) {
      if (this.#messages.has(words, start, end) && ownWords(words, end, words.length) >= FEWEST_OF_A_TAIL) return end;
    }
    return 0;
  }

  /** @returns where words begin that stood behind messages, behind another that tells of failing; 0 where none does */
  #beforeTail(words: readonly string[], start: number): number {
    if (start < 0) return 0;
    for (let end = start + 1; end <= words.length - FEWEST_OF_A_TAIL; end++) {
      if (this.#tails.has(words, end) && tellsOfFailing(words.slice(start, end).join(' '))) return end;
    }
    return 0;
  }
}

/** Runs of words; most of what is asked for is told from its first and its last word not to be one. */
class Phrases {
  readonly #texts = new Set<string>();
  readonly #firsts = new Set<string>();
  readonly #lasts = new Set<string>();

  get isEmpty(): boolean {
    return this.#texts.size === 0;
  }

  add(words: readonly string[]): void {
    this.#texts.add(words.join(' '));
    this.#firsts.add(words[0]!);
    this.#lasts.add(words.at(-1)!);
  }

  has(words: readonly string[], start = 0, end = words.length): boolean {
    return this.#lasts.has(words[end - 1]!) && this.#firsts.has(words[start]!) && this.#texts.has(words.slice(start, end).join(' '));
  }
}

/** `TypeError:`, `Error [ERR_STREAM_PREMATURE_CLOSE]:`, and `error:` as the class of PostgreSQL's client is called. */
function isClass(words: readonly string[], at: number): boolean {
  const word = words[at]!;
  if (CLASS.test(word)) return true;
  return CLASS_BEFORE_CODE.test(word) && at + 1 < words.length && (isValue(words[at + 1]!) || /^\[\w+\]:$/.test(words[at + 1]!));
}

/** @returns behind a level and the name of who speaks; -1 where there is nothing else */
function startOf(words: readonly string[]): number {
  return words.findIndex((word) => !ONLY_A_KIND.test(word) && !TAG.test(word));
}

/** @returns behind the colon inside of a word; 0 where there is none */
function gluedColon(word: string): number {
  const behind = word.indexOf(':') + 1;
  return behind > 1 && behind < word.length ? behind : 0;
}

function withoutGlued(words: readonly string[], behind: number): readonly string[] {
  return [words[0]!.slice(behind), ...words.slice(1)];
}

function ownWords(words: readonly string[], start: number, end: number): number {
  let own = 0;
  for (let at = start; at < end; at++) if (isStatementWord(words[at]!)) own++;
  return own;
}

const CLASS = /^[(["']?(?:\p{Lu}\p{L}*)?(?:Error|Exception):$|^[(["']?error:$/u;
const CLASS_BEFORE_CODE = /^(?:\p{Lu}\p{L}*)?Error$/u;
const CAMEL_CASE = /^\p{Lu}\p{L}*\p{Ll}\p{Lu}\p{L}*:$/u;
const CAPITAL = /^\p{Lu}/u;
const FEWEST_OWN = 2;
const FEWEST_OF_A_MESSAGE = 2;
const FEWEST_OF_A_TAIL = 3;
