/**
 * Reads as much of some JSON as its first bytes give: what is cut off is simply missing.
 *
 * A sniff sees 64 KiB of a file of gigabytes, so `JSON.parse` cannot tell what begins there.
 */
export interface JsonStart {
  readonly value: unknown;
  /** Index after the value, or the text's length when it is cut off. */
  readonly end: number;
  readonly isWhole: boolean;
}

/** @returns undefined when no JSON object or array begins at `from` */
export function readJsonStart(text: string, from: number): JsonStart | undefined {
  if (text[from] !== '{' && text[from] !== '[') return undefined;
  const cursor = new Cursor(text, from);
  try {
    const value = cursor.value(0);
    return { value, end: cursor.at, isWhole: !cursor.isCut };
  } catch (error) {
    if (error === NOT_JSON) return undefined;
    throw error;
  }
}

const NOT_JSON = new Error('not JSON');

/** Deeper structure tells nothing of a shape. Its brackets are still matched. */
const DEEPEST = 200;

class Cursor {
  at: number;
  isCut = false;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  value(depth: number): unknown {
    this.#skipBlanks();
    const character = this.#text[this.at];
    if (character === undefined) return this.#cut();
    if (character === '{' || character === '[') {
      if (depth > DEEPEST) throw NOT_JSON;
      return character === '{' ? this.#object(depth) : this.#array(depth);
    }
    return character === '"' ? this.#string() : this.#word();
  }

  #object(depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = Object.create(null);
    this.at++;
    for (let isFirst = true; ; isFirst = false) {
      this.#skipBlanks();
      if (this.#isClosed('}', isFirst)) return members;
      this.#skipBlanks();
      if (this.#isAtEnd()) return members;
      if (this.#text[this.at] !== '"') throw NOT_JSON;
      const key = this.#string();
      this.#skipBlanks();
      if (this.isCut || this.#isAtEnd()) return members;
      if (this.#text[this.at] !== ':') throw NOT_JSON;
      this.at++;
      members[key] = this.value(depth + 1);
      if (this.isCut) return members;
    }
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.at++;
    for (let isFirst = true; ; isFirst = false) {
      this.#skipBlanks();
      if (this.#isClosed(']', isFirst)) return items;
      this.#skipBlanks();
      if (this.#isAtEnd()) return items;
      items.push(this.value(depth + 1));
      if (this.isCut) return items;
    }
  }

  /** Steps over the closing bracket, or over the comma that has to stand before every member but the first. */
  #isClosed(bracket: string, isFirst: boolean): boolean {
    if (this.#isAtEnd()) return true;
    const character = this.#text[this.at];
    if (character === bracket) {
      this.at++;
      return true;
    }
    if (isFirst) return false;
    if (character !== ',') throw NOT_JSON;
    this.at++;
    return false;
  }

  #string(): string {
    const from = this.at;
    for (let at = from + 1; at < this.#text.length; at++) {
      const character = this.#text[at];
      if (character === '\\') at++;
      else if (character === '"') {
        this.at = at + 1;
        return unescaped(this.#text.slice(from, at + 1));
      }
    }
    this.at = this.#text.length;
    this.isCut = true;
    return this.#text.slice(from + 1);
  }

  #word(): unknown {
    WORD.lastIndex = this.at;
    const match = WORD.exec(this.#text);
    if (match === null) throw NOT_JSON;
    this.at += match[0].length;
    this.#isAtEnd();
    if (match[0] === 'true') return true;
    if (match[0] === 'false') return false;
    return match[0] === 'null' ? null : Number(match[0]);
  }

  #skipBlanks(): void {
    while (this.at < this.#text.length && ' \n\r\t'.includes(this.#text[this.at])) this.at++;
  }

  #isAtEnd(): boolean {
    if (this.at < this.#text.length) return false;
    this.isCut = true;
    return true;
  }

  #cut(): undefined {
    this.isCut = true;
    return undefined;
  }
}

const WORD = /-?\d[\d.eE+-]*|true|false|null|-|[a-z]{1,4}$/y;

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    // A raw control character or a bad escape: the text as it stands is good enough for a name.
    return quoted.slice(1, -1);
  }
}
