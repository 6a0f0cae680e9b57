/**
 * What two messages of the same failure have in common: the text with everything that varies from one occurrence to
 * the next replaced by `#`.
 *
 * Ids, numbers, times and quoted values go. What tells one failure from another stays, though it may look like a value:
 * an HTTP status code (a 404 is not a 503), and a quoted name of the program's own (module, property, table), because
 * "reading 'price'" and "reading 'address'" are two mistakes in two places.
 */

/** @param redacted  a message from which secrets are gone already */
export function maskMessage(redacted: string): string {
  let now = redacted.length > MOST_READ ? redacted.slice(0, MOST_READ) : redacted;
  if (QUOTE.test(now)) now = now.replace(QUOTED, maskQuoted).replace(QUOTED_LIST, '$1#$1');
  if (now.includes('/tmp/')) now = now.replace(TEMPORARY, '/tmp/#');
  now = maskWords(now);
  if (now.includes('#')) now = now.replace(SIGN, '').replace(RUN, '#');
  if (MORE_THAN_A_BLANK.test(now)) now = now.replace(WHITESPACE, ' ');
  now = now.trim();
  return now.length > MOST_KEPT ? now.slice(0, MOST_KEPT).replace(HALF_CHARACTER, '') : now;
}

function maskQuoted(found: string, before: string | undefined, quote: string, value: string, after: string | undefined): string {
  if ((before !== undefined || after !== undefined) && NAME.test(value)) return found;
  return `${before ?? ''}${quote}#${quote}`;
}

/** Goes from word to word by hand: most words stay, and a callback for each would cost more than all the rest. */
function maskWords(text: string): string {
  let masked = '';
  let taken = 0;
  let at = 0;
  while (at < text.length) {
    let kinds = 0;
    const start = at;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? KIND_OF[code]! : 0;
      if (kind === 0) break;
      kinds |= kind;
    }
    // A word without digits can only be an id when it has nothing but the letters a to f.
    if ((kinds & IS_DIGIT) !== 0 || ((kinds & (IS_OTHER | IS_OTHER_CAPITAL)) === 0 && at - start >= 8)) {
      const whole = text[at] === '-' ? endOfTimeOrUuid(text, start, at) : at;
      masked += text.slice(taken, start) + (whole > at ? '#' : maskWord(text, start, at, kinds));
      taken = whole;
      at = whole;
    }
    at++;
  }
  return taken === 0 ? text : masked + text.slice(taken);
}

/** @returns where the time or UUID that begins with the word [start, end) ends; `end` when it is neither */
function endOfTimeOrUuid(text: string, start: number, end: number): number {
  const pattern = end - start === 8 ? UUID : end - start === 4 ? TIME : undefined;
  if (pattern === undefined) return end;
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : end;
}

function maskWord(text: string, start: number, end: number, kinds: number): string {
  const length = end - start;
  if (kinds === IS_DIGIT)
    return length === 3 && STATUS_BEFORE.test(text.slice(Math.max(0, start - 20), start)) ? text.slice(start, end) : '#';
  if (length >= 6 && (kinds & (IS_OTHER | IS_OTHER_CAPITAL)) === 0) return '#';
  const word = text.slice(start, end);
  if (word.startsWith('0x') || INTERLEAVED.test(word) || (length >= 20 && LOWER.test(word) && UPPER.test(word))) return '#';
  return word.replace(DIGITS, '#');
}

/** Characters that are looked at; the rest of a longer message would be cut off anyway. */
const MOST_READ = 2000;
const MOST_KEPT = 200;

const DIGITS = /\d+/g;
const LOWER = /[a-z]/;
const UPPER = /[A-Z]/;
/** Letters and digits in turns, as no word has them: `x7k2p9`. */
const INTERLEAVED = /[a-z]\d+[a-z]+\d|\d[a-z]+\d+[a-z]/i;

const QUOTE = /["'`]/;
/** The word before or after a quoted text says whether it is a name of the program's own; so does the colon after a JSON key. */
const QUOTED =
  /((?:reading|setting|module|package|property|function|method|class|table|relation|column|field|constraint|parameter|argument|option|attribute|variable|header) )?(?<![A-Za-z0-9])(["'`])((?:(?!\2)[^\n]){0,1000})\2(?![A-Za-z0-9])(?=( (?:argument|property|parameter|option|module|table|relation|column|field|attribute|header)|(?<=")\s?:)?)/g;
const NAME = /^[@\w.$/:-]{1,100}$/;
const QUOTED_LIST = /(["'`])#\1(?:, ?\1#\1)+/g;

const TEMPORARY = /\/tmp\/[^\s"'`:,)]+/g;
const TIME = /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/y;
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/iy;
const STATUS_BEFORE = /(?:status[ _-]?(?:code)?|http(?:\/\d(?:\.\d)?|\/#)?)["']?[ :=]{1,3}$/i;
const SIGN = /(?<![\w#)\]])[-+](?=#)/g;
/** `10.0.0.12:5432`, `1, 2, 3`, `1-5e1b4151`, `640x480`. */
const RUN = /#(?:(?:[.:/x-]|, ?)#)+/g;
const MORE_THAN_A_BLANK = /\s\s|[^\S ]/;
const WHITESPACE = /\s+/g;
const HALF_CHARACTER = /[\ud800-\udbff]$/;

const IS_DIGIT = 1;
const IS_HEX_LETTER = 2;
const IS_HEX_CAPITAL = 4;
const IS_OTHER = 8;
const IS_OTHER_CAPITAL = 16;
/** What a character adds to a word; 0 ends it. */
const KIND_OF = new Uint8Array(128);
for (let code = 0x30; code <= 0x39; code++) KIND_OF[code] = IS_DIGIT;
for (let code = 0x41; code <= 0x5a; code++) KIND_OF[code] = code <= 0x46 ? IS_HEX_CAPITAL : IS_OTHER_CAPITAL;
for (let code = 0x61; code <= 0x7a; code++) KIND_OF[code] = code <= 0x66 ? IS_HEX_LETTER : IS_OTHER;
KIND_OF[0x5f] = IS_OTHER;
KIND_OF[0x24] = IS_OTHER;
