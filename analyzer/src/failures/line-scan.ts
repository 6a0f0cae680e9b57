/**
 * Reads a log message once and leaves its words, with a blank wherever a value stood: the fast half of template mining.
 *
 * Masks are what mining costs: one large regular expression over each line takes several times as long as grouping the
 * lines that come out of it. Here every character is looked at once, the masked line is written into one buffer that is used
 * again and again, and a hash of it tells whether such a line was seen before. A string is only made for a new one.
 *
 * A value is whatever one print statement fills in differently each time: numbers with their units, ids, times, paths,
 * addresses, quoted text, what stands behind `=`, objects and lists as `util.inspect` and `JSON.stringify` print them.
 * A word without digits stays, because whether `alice` is a name or a part of the sentence can only be told from other
 * lines; that is what the miner is for.
 */
export class LineScan {
  /** The masked line: words with one blank between them, `VALUE` for what was masked. */
  readonly #out = new Uint16Array(MOST_WRITTEN + 8);
  #written = 0;
  #words = 0;
  /** How far "for user" has been read: the word after it is a name. */
  #naming = NOTHING;

  /** Of the whole masked line; two lines with different words share one in fewer than 1 of 10^15 cases. */
  hash = 0;
  /** Of the number of words and the first two that are no values: lines of one statement nearly always share it. */
  shape = 0;

  get words(): number {
    return this.#words;
  }

  /** @param line  the message as the program printed it, without time, level and request id */
  read(line: string): void {
    this.#written = 0;
    this.#words = 0;
    this.#naming = NOTHING;
    const length = Math.min(line.length, MOST_READ);
    let at = 0;
    while (at < length && this.#written < MOST_WRITTEN && this.#words < MOST_WORDS) {
      const code = line.charCodeAt(at);
      if (code <= 0x20) {
        // What follows a newline is a stack or a second message; the first line names the statement.
        if (code === NEWLINE && this.#words > 0) break;
        at++;
        continue;
      }
      at = this.#readWord(line, at, length);
    }
    this.#finish();
  }

  /** The words of the line last read. */
  tokens(): string[] {
    return this.text().split(' ');
  }

  text(): string {
    return Buffer.from(this.#out.buffer, 0, this.#written * 2).toString('utf16le');
  }

  #readWord(line: string, start: number, length: number): number {
    const first = line.charCodeAt(start);
    const kind = first < 128 ? KIND[first]! : LETTER;
    if (kind === OPENER || kind === QUOTE) {
      const end = endOfEnclosed(line, start, length);
      if (end > start) {
        this.#beginWord();
        // The request line of an access log: what was asked for varies, how it was asked for is what the line tells.
        const method = kind === QUOTE ? endOfMethod(line, start + 1) : 0;
        if (method > 0) this.#copy(line, start + 1, method);
        if (method > 0) this.#beginWord();
        this.#writeValue();
        return this.#readRest(line, end, length);
      }
    }
    // Most words are letters and a comma: they are copied without another look.
    let seen = 0;
    let at = start;
    for (; at < length; at++) {
      const code = line.charCodeAt(at);
      if (code <= 0x20) break;
      seen |= code < 128 ? KIND[code]! : LETTER;
    }
    if (at - start > LONGEST_WORD) {
      this.#beginWord();
      this.#writeValue();
      return at;
    }
    // `$ npm ci`: a command as a shell echoes it, whichever it is.
    if (at === start + 1 && first === DOLLAR && this.#words <= 1 && at < length) {
      this.#beginWord();
      this.#write(DOLLAR);
      this.#beginWord();
      this.#writeValue();
      const end = line.indexOf('\n', at);
      return end < 0 ? length : end;
    }
    if (line.charCodeAt(at - 1) === COMMA) {
      const list = this.#readList(line, start, at, length);
      if (list > 0) {
        this.#beginWord();
        this.#writeValue();
        return this.#readRest(line, list, length);
      }
    }
    if ((seen & ~(LETTER | PLAIN)) === 0) {
      if (this.#endsWithNumber() && (isUnit(line, start, at) || isHexByte(line, start, at))) return at;
      const named = this.#naming === NOUN && isGivenName(line, start, at);
      this.#beginWord();
      if (named || isRandom(line, start, at) || isConstantValue(line, start, at) || isLocale(line, start, at)) this.#writeValue();
      else this.#copy(line, start, at);
      this.#naming = namingAfter(this.#naming, line, start, at);
      return at;
    }
    this.#naming = NOTHING;
    this.#beginWord();
    return this.#readMixed(line, start, at, length, seen);
  }

  /** What directly follows a closing quote or bracket, as the comma of `"a", "b"`. */
  #readRest(line: string, start: number, length: number): number {
    let at = start;
    while (at < length && line.charCodeAt(at) > 0x20) at++;
    return at === start ? at : this.#readMixed(line, start, at, length, 0);
  }

  /** A word with digits, slashes, dots, quotes or signs in it. @returns where reading goes on */
  #readMixed(line: string, start: number, end: number, length: number, seen: number): number {
    if ((seen & SLASH) !== 0 && (end - start === 1 || isPathOrAddress(line, start, end))) {
      // `(/var/task/index.js)` and `url=https://…` keep what stands around.
      let from = start;
      while (from < end && !isSlashOrName(line.charCodeAt(from))) {
        this.#write(line.charCodeAt(from));
        from++;
      }
      this.#writeValue();
      const last = line.charCodeAt(end - 1);
      if (last === COMMA || last === COLON || last === CLOSE) this.#write(last);
      return end;
    }
    let at = start;
    const first = line.charCodeAt(start);
    // `#general`, `@ada`: nobody but a value is called so.
    if ((first === HASH || first === AT) && isLetter(line.charCodeAt(start + 1))) {
      this.#write(first);
      this.#writeValue();
      at = endOfName(line, start + 1, end);
    }
    while (at < end) {
      const code = line.charCodeAt(at);
      const kind = code < 128 ? KIND[code]! : LETTER;
      if ((kind & (LETTER | DIGIT)) !== 0 || code === UNDERSCORE) {
        const stop = endOfName(line, at, end);
        if (at > start && line.charCodeAt(at - 1) === EQUALS) {
          this.#writeValue();
          at = endOfAssigned(line, stop, end);
          continue;
        }
        if (isValueName(line, at, stop)) this.#writeValue();
        else this.#copy(line, at, stop);
        at = stop;
        continue;
      }
      if (kind === QUOTE || kind === OPENER) {
        const stop = endOfEnclosed(line, at, length);
        if (stop > at) {
          this.#writeValue();
          if (stop >= end) return stop === end ? end : this.#readRest(line, stop, length);
          at = stop;
          continue;
        }
      }
      this.#write(code);
      at++;
    }
    return end;
  }

  /** `red, green, blue`: from three on, the words of a list are one value. @returns behind the list */
  #readList(line: string, start: number, end: number, length: number): number {
    for (let at = start; at < end - 1; at++) if (!isListed(line.charCodeAt(at))) return 0;
    let last = end;
    let items = 1;
    while (items < LONGEST_LIST && last < length && line.charCodeAt(last) === 0x20) {
      let at = last + 1;
      while (at < length && isListed(line.charCodeAt(at))) at++;
      if (at === last + 1) break;
      items++;
      last = at;
      if (line.charCodeAt(at) !== COMMA) break;
      last++;
    }
    return items >= 3 ? last : 0;
  }

  #beginWord(): void {
    if (this.#words > 0) this.#out[this.#written++] = 0x20;
    this.#words++;
  }

  #copy(line: string, start: number, end: number): void {
    const stop = Math.min(end, start + MOST_WRITTEN - this.#written);
    for (let at = start; at < stop; at++) this.#out[this.#written++] = line.charCodeAt(at);
  }

  #write(code: number): void {
    if (this.#written < MOST_WRITTEN) this.#out[this.#written++] = code;
  }

  /** `10.0.0.1:5432`, `1/20`, `-5` and `2026-11-21T07:46` are one value: a sign between two of them goes. */
  #writeValue(): void {
    const out = this.#out;
    let at = this.#written - 1;
    while (at >= 0 && isJoint(out[at]!)) at--;
    if (at >= 0 && out[at] === VALUE_CODE) {
      this.#written = at + 1;
      return;
    }
    // A sign in front of a number is the number's.
    if (at === this.#written - 2 && isSign(out[at + 1]!) && (at < 0 || out[at] === 0x20)) this.#written--;
    if (this.#written < MOST_WRITTEN) out[this.#written++] = VALUE_CODE;
  }

  #endsWithNumber(): boolean {
    return this.#written > 0 && this.#out[this.#written - 1] === VALUE_CODE;
  }

  #finish(): void {
    const out = this.#out;
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    let head = 0x811c9dc5;
    let word = head;
    let namedBy = 0;
    let isVarying = false;
    for (let at = 0; at < this.#written; at++) {
      const code = out[at]!;
      if (namedBy < 2) {
        if (code === VALUE_CODE) isVarying = true;
        word = Math.imul(word ^ code, 0x01000193);
        if (code === 0x20) {
          if (!isVarying) {
            head = word;
            namedBy++;
          }
          word = head;
          isVarying = false;
        }
      }
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x85ebca6b);
    }
    if (namedBy < 2 && !isVarying) head = word;
    this.hash = (mix(a) >>> 6) * 0x4000000 + (mix(b) >>> 6);
    this.shape = mix(head ^ Math.imul(this.#words, 0x9e3779b1)) >>> 0;
  }
}

/** Stands for a masked value in what `LineScan` writes; no printed text holds it, control characters being gaps. */
export const VALUE = '\u0001';

/** How a template is shown: with the sign that readers of template miners know. */
export function shownTemplate(masked: string): string {
  return masked.replaceAll(VALUE, '<*>');
}

/** @returns behind the closing quote or bracket; `start` when this is no quoted text, object or list of values */
function endOfEnclosed(line: string, start: number, length: number): number {
  const first = line.charCodeAt(start);
  if (first < 128 && KIND[first] === QUOTE) {
    // An apostrophe inside a word, as in "don't", quotes nothing.
    if (start > 0 && isName(line.charCodeAt(start - 1))) return start;
    const most = Math.min(length, start + LONGEST_QUOTE);
    for (let at = start + 1; at < most; at++) {
      const code = line.charCodeAt(at);
      if (code === BACKSLASH) at++;
      else if (code === first && (at + 1 >= length || !isName(line.charCodeAt(at + 1)))) return at + 1;
    }
    return start;
  }
  if (first === OPEN_BRACKET && (isTag(line, start + 1, length) || isSpeaker(line, start, length))) return start;
  // `{/orders, GET}` lists a route; no object begins with a slash.
  if (first === OPEN_BRACE && line.charCodeAt(start + 1) === SLASH_CODE) return start;
  let depth = 0;
  for (let at = start; at < length; at++) {
    const code = line.charCodeAt(at);
    if (code >= 128) continue;
    if (KIND[code] === OPENER) depth++;
    else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) {
      if (--depth === 0) return at + 1;
    } else if (code === DOUBLE_QUOTE) {
      const end = endOfEnclosed(line, at, length);
      if (end > at) at = end - 1;
    }
  }
  // An object that was cut off by the logger's own limit goes on to the end.
  return first === OPEN_BRACE ? length : start;
}

/** `[OrderService]`, `[http-client]`: who speaks, and no list of values. */
function isTag(line: string, start: number, length: number): boolean {
  let at = start;
  for (; at < length; at++) {
    const code = line.charCodeAt(at);
    // What redaction left in place of a card or an address varied as much as they do.
    if (code === CLOSE_BRACKET) return at > start && !REDACTED.has(line.slice(start, at));
    if (
      code >= 128 ||
      !(KIND[code] === LETTER || code === UNDERSCORE || code === MINUS || code === DOT || code === COLON || code === SLASH_CODE)
    )
      return false;
  }
  return false;
}

/** `[GraphQL error]:`, `[Warning at /app/Role]`: words in front of a line or behind its level, and no list. */
function isSpeaker(line: string, start: number, length: number): boolean {
  if (start > 0 && (line.charCodeAt(start - 2) !== COLON || line.indexOf(' ') < start - 1)) return false;
  const first = line.charCodeAt(start + 1);
  if (first >= 128 || KIND[first] !== LETTER) return false;
  for (let at = start + 1; at < length; at++) {
    const code = line.charCodeAt(at);
    if (code === CLOSE_BRACKET) return true;
    if (code === COMMA || (code < 128 && (KIND[code]! & (QUOTE | OPENER)) !== 0)) return false;
  }
  return false;
}

/** @returns behind `GET`, `POST` …; 0 where no method stands */
function endOfMethod(line: string, start: number): number {
  const blank = line.indexOf(' ', start);
  return blank > 0 && blank - start <= 7 && METHODS.has(line.slice(start, blank)) ? blank : 0;
}

function namingAfter(before: number, line: string, start: number, end: number): number {
  if (end - start > 12) return NOTHING;
  if (end - start === 4 && (line.startsWith('FROM', start) || line.startsWith('INTO', start) || line.startsWith('JOIN', start)))
    return NOUN;
  if (before === PREPOSITION && NOUNS.has(line.slice(start, end))) return NOUN;
  return end - start <= 4 && PREPOSITIONS.has(line.slice(start, end)) ? PREPOSITION : NOTHING;
}

/** "to queue orders", not "to queue failed" and not "for user with". */
function isGivenName(line: string, start: number, end: number): boolean {
  const word = line.slice(start, end);
  return !NO_NAME.test(word);
}

function endOfName(line: string, start: number, end: number): number {
  let at = start + 1;
  while (at < end) {
    const code = line.charCodeAt(at);
    if (!isName(code) && !((code === DOT || code === MINUS) && at + 1 < end && isName(line.charCodeAt(at + 1)))) break;
    at++;
  }
  return at;
}

/** `scopes=read:orders,write` goes on to the next `name=`, `a=1&b=2` and `a=1;b=2` to the sign between. */
function endOfAssigned(line: string, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at);
    if (code === SEMICOLON || code === AMPERSAND || code === CLOSE || code === CLOSE_BRACKET) return at;
    if (code === COMMA && (at === end - 1 || isAssignment(line, at + 1, end))) return at;
  }
  return end;
}

function isAssignment(line: string, start: number, end: number): boolean {
  let at = start;
  while (at < end && isListed(line.charCodeAt(at))) at++;
  return at > start && at < end && line.charCodeAt(at) === EQUALS;
}

/** A name with a digit is an id, a count or a time; three labels with dots between them are a host or a package. */
function isValueName(line: string, start: number, end: number): boolean {
  let dots = 0;
  let hex = true;
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) return true;
    if (code === DOT) dots++;
    if (hex && code !== MINUS && !((code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46))) hex = false;
  }
  return (
    dots >= 2 || (hex && end - start >= 6) || isRandom(line, start, end) || isConstantValue(line, start, end) || isLocale(line, start, end)
  );
}

/** `RtEnmAZtLGjtLxPheVYg`: letters of an id that drew no digit; in `getUserByEmailAddress` fewer are capitals. */
function isRandom(line: string, start: number, end: number): boolean {
  if (end - start < SHORTEST_RANDOM) return false;
  let capitals = 0;
  let changes = 0;
  let wasCapital = false;
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at);
    const isCapital = code >= 0x41 && code <= 0x5a;
    if (isCapital) capitals++;
    if (isCapital !== wasCapital) changes++;
    wasCapital = isCapital;
  }
  const length = end - start;
  return capitals > 0.3 * length && capitals < 0.7 * length && changes > 0.35 * length;
}

/** `de-DE`, `pt_BR`. */
function isLocale(line: string, start: number, end: number): boolean {
  if (end - start !== 5) return false;
  const joint = line.charCodeAt(start + 2);
  return (joint === MINUS || joint === UNDERSCORE) && LOCALE.test(line.slice(start, end));
}

/** `true`, `null` and their like are values wherever they stand. */
function isConstantValue(line: string, start: number, end: number): boolean {
  const last = line.charCodeAt(end - 1);
  const stop = last === COMMA || last === DOT || last === CLOSE ? end - 1 : end;
  if (stop - start < 2) return start + 1 === end - 1 && line.charCodeAt(start) === OPEN && last === CLOSE;
  if (stop - start > 9 || FIRST_OF_CONSTANTS[line.charCodeAt(start)] !== 1) return false;
  return CONSTANTS.has(line.slice(start, stop));
}

/** `0f ab 12`: a byte between others. */
function isHexByte(line: string, start: number, end: number): boolean {
  return end - start === 2 && isHexLetter(line.charCodeAt(start)) && isHexLetter(line.charCodeAt(start + 1));
}

function isHexLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x66;
}

/** `12 ms` and `1.2 s` are the same number printed with another unit. */
function isUnit(line: string, start: number, end: number): boolean {
  const last = line.charCodeAt(end - 1);
  const stop = last === COMMA || last === DOT || last === CLOSE ? end - 1 : end;
  return stop - start <= 12 && UNITS.has(line.slice(start, stop).toLowerCase());
}

/** `/var/task`, `./a`, `https://…`, `a/b/c`; not `and/or`, not `application/json`. */
function isPathOrAddress(line: string, start: number, end: number): boolean {
  let slashes = 0;
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at);
    if (code !== SLASH_CODE) continue;
    slashes++;
    if (slashes >= 2) return true;
    const before = at === start ? 0x20 : line.charCodeAt(at - 1);
    if (at + 1 < end && !isName(before) && isName(line.charCodeAt(at + 1)) && before !== VALUE_CODE) return true;
  }
  return false;
}

function isName(code: number): boolean {
  return code >= 128 || (KIND[code]! & (LETTER | DIGIT)) !== 0 || code === UNDERSCORE;
}

function isLetter(code: number): boolean {
  return code >= 128 || KIND[code] === LETTER;
}

function isListed(code: number): boolean {
  return isName(code) || code === DOT || code === MINUS;
}

function isSlashOrName(code: number): boolean {
  return code === SLASH_CODE || code === DOT || isName(code);
}

function isJoint(code: number): boolean {
  return code === DOT || code === COLON || code === MINUS || code === SLASH_CODE || code === COMMA || code === PLUS || code === AT;
}

function isSign(code: number): boolean {
  return code === MINUS || code === PLUS || code === HASH;
}

/** The last step of MurmurHash3's 32-bit variant (Austin Appleby, public domain): low bits of the state reach all bits. */
function mix(hash: number): number {
  let now = hash;
  now = Math.imul(now ^ (now >>> 16), 0x85ebca6b);
  now = Math.imul(now ^ (now >>> 13), 0xc2b2ae35);
  return now ^ (now >>> 16);
}

const VALUE_CODE = 1;
const NEWLINE = 0x0a;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const DOLLAR = 0x24;
const OPEN = 0x28;
const AMPERSAND = 0x26;
const CLOSE = 0x29;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const SLASH_CODE = 0x2f;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const AT = 0x40;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const UNDERSCORE = 0x5f;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const MOST_READ = 4096;
const MOST_WRITTEN = 2048;
/** A sentence of a program is shorter; what is longer is data. */
const MOST_WORDS = 80;
/** Base64 and tokens. */
const LONGEST_WORD = 200;
const SHORTEST_RANDOM = 16;
const LONGEST_QUOTE = 400;
const LONGEST_LIST = 200;

const LETTER = 1;
const DIGIT = 2;
const PLAIN = 4;
const SLASH = 8;
const QUOTE = 16;
const OPENER = 32;
const OTHER = 64;
const KIND = new Uint8Array(128).fill(OTHER);
for (let code = 0; code <= 0x20; code++) KIND[code] = 0;
for (let code = 0x41; code <= 0x5a; code++) KIND[code] = LETTER;
for (let code = 0x61; code <= 0x7a; code++) KIND[code] = LETTER;
for (let code = 0x30; code <= 0x39; code++) KIND[code] = DIGIT;
for (const mark of ',:;!?()-') KIND[mark.charCodeAt(0)] = PLAIN;
KIND[SLASH_CODE] = SLASH;
for (const mark of '"\'`') KIND[mark.charCodeAt(0)] = QUOTE;
for (const mark of '{[') KIND[mark.charCodeAt(0)] = OPENER;

const NOTHING = 0;
const PREPOSITION = 1;
const NOUN = 2;
const PREPOSITIONS = new Set(['for', 'from', 'to', 'in', 'on', 'of', 'by', 'at', 'with', 'via']);
const NOUNS = new Set(
  'user queue topic bucket table host customer tenant region stream function key file column partition index channel stage account plan group role shard worker provider currency carrier warehouse'.split(
    ' ',
  ),
);
/** After "queue" or "via" these begin no name: "queue drained", "to be". */
export const NO_NAME =
  /[aeiouy]\p{L}*(?:ed|(?<!stag|bill|shipp|pric|book|rout|rat|market|track|tra)ing)[,.:;!?)]*$|^(?:is|was|are|were|has|have|had|not|in|on|of|by|at|to|for|from|with|via|and|or|but|because|after|before|does|did|took|found|too|as|will|can|could)[,.:;!?)]*$/u;
const LOCALE = /^[a-z]{2}[-_][A-Z]{2}$/;
const REDACTED = new Set(['card', 'phone', 'email', 'token', 'account', 'credentials']);
/** Of HTTP. */
export const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

const CONSTANTS = new Set(
  'true false null undefined NaN None nil today yesterday tomorrow Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec January February March April June July August September October November December UTC GMT'.split(
    ' ',
  ),
);
const FIRST_OF_CONSTANTS = new Uint8Array(128);
for (const constant of CONSTANTS) FIRST_OF_CONSTANTS[constant.charCodeAt(0)] = 1;
const UNITS = new Set(
  'ms s sec secs second seconds m min mins minute minutes h hr hour hours d day days us µs ns b byte bytes kb mb gb tb kib mib gib kbit mbit %'.split(
    ' ',
  ),
);
