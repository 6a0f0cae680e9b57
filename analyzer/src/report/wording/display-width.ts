/**
 * How many terminal columns a text takes, and how to make it fit. Messages hold Chinese and emoji (two columns) and
 * accents written as marks (none), so `length` would break every table that shows one.
 */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character.codePointAt(0)!);
  return width;
}

/** @returns the text, its end replaced by `…` when it is wider than `width` columns */
export function cutEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return width < 1 ? '' : `${takeColumns([...text], width - 1).join('')}…`;
}

/** Names of one team differ at their end (`prod-shop-…-pricing`), so the middle goes first. */
export function cutMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 5) return cutEnd(text, width);
  const tail = takeColumns([...text].reverse(), Math.ceil((width - 1) / 2)).reverse();
  const head = takeColumns([...text], width - 1 - displayWidth(tail.join('')));
  return `${head.join('')}…${tail.join('')}`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Breaks at spaces, but never between a number and its unit; a word wider than a line is cut. At least one line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAK)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = cutMiddle(word, width);
    } else {
      line = line === '' ? cutMiddle(longer, width) : longer;
    }
  }
  lines.push(line);
  return lines;
}

/** Before a unit stands no break: `3.1` at the end of a line is not yet `3.1 %`. */
const BREAK = / (?!%|(?:[kMG]?B|ms|s|min|UTC)\b)/;
const PLAIN = /^[\u0020-\u007e]*$/;

function takeColumns(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += characterWidth(character.codePointAt(0)!);
    if (used > width) break;
    taken.push(character);
  }
  return taken;
}

/** Ranges of Unicode Standard Annex #11 (wide and fullwidth) and of combining marks, as far as logs need them. */
function characterWidth(code: number): 0 | 1 | 2 {
  if (code < 0x300) return 1;
  if (code <= 0x36f || (code >= 0x1ab0 && code <= 0x1aff) || (code >= 0x20d0 && code <= 0x20ff) || (code >= 0xfe00 && code <= 0xfe0f))
    return 0;
  const isWide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1f64f) ||
    (code >= 0x1f680 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return isWide ? 2 : 1;
}
