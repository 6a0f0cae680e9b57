/**
 * Before mining: an error object that a statement passes on, as `console.error('saving failed', error)` does.
 *
 * Node prints it as the name of its class, a colon and its message. From that name on nothing is the statement's own, whatever it says and
 * however many words it has: one value, so that lines with other errors are compared by the words in front. The message alone, as
 * `error.message` gives it, bears no mark; but one that came behind the name of a class in some line of the program is known in all others,
 * and so are the words in front of which errors stood. Lists of failures do without this step: there the error is what tells one
 * failure from another.
 */
import { VALUE } from './line-scan.ts';
import { tellsOfFailing } from './passed-on-errors.ts';
import { isStatementWord, isValue, ONLY_A_KIND, TAG } from './value-words.ts';

export class ErrorObjects {
  /** Masked, as they stood behind the name of a class. */
  readonly #messages = new Set<string>();
  /** `NoSuchKey:`, found behind words in front of which errors stood. */
  readonly #classes = new Set<string>();
  /** `Fatal:`, in front of errors without a blank. */
  readonly #glued = new Set<string>();
  /** The words in front of errors. */
  readonly #heads = new Set<string>();

  /** @param texts  masked lines */
  constructor(texts: readonly string[]) {
    const unmarked: (readonly string[])[] = [];
    for (const text of texts) {
      const words = text.split(' ');
      const at = words.findIndex((_, column) => isClass(words, column));
      if (at < 0) unmarked.push(words);
      else this.#learn(words, at, at + 1);
    }
    if (this.#messages.size === 0 && this.#heads.size === 0) return;
    // `NoSuchKey: …` is a class where others stood behind the same words; what it says is then known, too.
    for (const words of unmarked) {
      const at = this.#ofClassBehindHead(words);
      if (at < 0) continue;
      this.#learn(words, at, at + 1);
      if (CAMEL_CASE.test(words[at]!)) this.#classes.add(words[at]!);
    }
    for (const words of unmarked) {
      const at = this.#ofMessage(words);
      if (at > 0) this.#learn(words, at, at);
      const glued = words[0]!.indexOf(':') + 1;
      if (glued > 1 && glued < words[0]!.length && this.#messages.has(words.join(' ').slice(glued)))
        this.#glued.add(words[0]!.slice(0, glued));
    }
  }

  /** @returns the words of the statement, with one value for the error behind them, or in front */
  takenOut(words: readonly string[]): readonly string[] {
    const marked = words.findIndex((word, at) => (isClass(words, at) || this.#classes.has(word)) && ownWords(words, at) >= FEWEST_OWN);
    const at = marked >= 0 || this.#messages.size === 0 ? marked : Math.max(this.#ofMessage(words), this.#ofClassBehindHead(words));
    if (at > 0) return [...words.slice(0, at), VALUE];
    return this.#messages.size === 0 ? words : this.#withoutFirst(words);
  }

  #learn(words: readonly string[], at: number, start: number): void {
    if (ownWords(words, at) >= FEWEST_OWN) this.#heads.add(words.slice(0, at).join(' '));
    const message = words.slice(start);
    if (ownWords(message) >= FEWEST_OF_A_MESSAGE) this.#messages.add(message.join(' '));
  }

  /** @returns where a message begins that came behind a class elsewhere, up to the end; -1 where none does */
  #ofMessage(words: readonly string[]): number {
    let own = 0;
    for (let at = 0; at <= words.length - FEWEST_OF_A_MESSAGE; at++) {
      if (own >= FEWEST_OWN && this.#messages.has(words.slice(at).join(' '))) return at;
      if (isStatementWord(words[at]!)) own++;
    }
    return -1;
  }

  /** @returns where behind words in front of which errors stood another one does; -1 where none does */
  #ofClassBehindHead(words: readonly string[]): number {
    let own = 0;
    for (let at = 0; at < words.length - 1; at++) {
      if (own >= FEWEST_OWN && this.#heads.has(words.slice(0, at).join(' '))) {
        if (CAMEL_CASE.test(words[at]!)) return at;
        if ((words[at - 1]!.endsWith(':') || CAPITAL.test(words[at]!)) && tellsOfFailing(words.slice(at).join(' '))) return at;
      }
      if (isStatementWord(words[at]!)) own++;
    }
    return -1;
  }

  /** "Request failed while the gate was closing", "Fatal:Request failed". */
  #withoutFirst(words: readonly string[]): readonly string[] {
    const glued = words[0]!.indexOf(':') + 1;
    if (this.#glued.has(words[0]!.slice(0, glued))) {
      const message = words.join(' ').slice(glued);
      if (this.#messages.has(message) || tellsOfFailing(message)) return [words[0]!.slice(0, glued) + VALUE];
    }
    const start = words.findIndex((word) => !ONLY_A_KIND.test(word) && !TAG.test(word));
    for (let end = words.length - FEWEST_OWN; end >= start + FEWEST_OF_A_MESSAGE; end--) {
      if (this.#messages.has(words.slice(start, end).join(' ')) && ownWords(words.slice(end)) > FEWEST_OWN)
        return [...words.slice(0, start), VALUE, ...words.slice(end)];
    }
    return words;
  }
}

/** `TypeError:`, `Error [ERR_STREAM_PREMATURE_CLOSE]:`, and `error:` as the class of PostgreSQL's client is called. */
function isClass(words: readonly string[], at: number): boolean {
  const word = words[at]!;
  if (CLASS.test(word)) return true;
  return CLASS_BEFORE_CODE.test(word) && at + 1 < words.length && (isValue(words[at + 1]!) || /^\[\w+\]:$/.test(words[at + 1]!));
}

function ownWords(words: readonly string[], end = words.length): number {
  let own = 0;
  for (let at = 0; at < end; at++) if (isStatementWord(words[at]!)) own++;
  return own;
}

const CLASS = /^[(["']?(?:\p{Lu}\p{L}*)?(?:Error|Exception):$|^[(["']?error:$/u;
const CLASS_BEFORE_CODE = /^(?:\p{Lu}\p{L}*)?Error$/u;
const CAMEL_CASE = /^\p{Lu}\p{L}*\p{Ll}\p{Lu}\p{L}*:$/u;
const CAPITAL = /^\p{Lu}/u;
const FEWEST_OWN = 2;
const FEWEST_OF_A_MESSAGE = 2;
