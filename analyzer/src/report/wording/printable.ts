/**
 * Text from logs is hostile until shown otherwise: a function name or an error message may carry an escape sequence
 * that clears the screen, sets the title or hides what follows. Everything that is printed passes through here.
 *
 * Colour codes are dropped, because loggers print them in good faith. Every other control is spelt out (`\x1b`), so
 * that the reader sees that something tried.
 */
export function printable(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text.replace(COLOUR, '').replace(SPACING, ' ').replace(CONTROL, spellOut);
}

/**
 * The same for every string inside plain data, keys of records included. What holds nothing suspect is given back as it is: that is
 * nearly everything, and a report has a hundred thousand members.
 */
export function printableDeep<T>(value: T): T {
  if (typeof value === 'string') return printable(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  return (Array.isArray(value) ? printableList(value) : printableRecord(value)) as T;
}

function printableList(list: readonly unknown[]): readonly unknown[] {
  let made: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const safe = printableDeep(list[i]);
    if (made === undefined && !Object.is(safe, list[i])) made = list.slice();
    if (made !== undefined) made[i] = safe;
  }
  return made ?? list;
}

function printableRecord(record: object): object {
  const isSafe = Object.entries(record).every(([key, member]) => printable(key) === key && Object.is(printableDeep(member), member));
  if (isSafe) return record;
  return Object.fromEntries(Object.entries(record).map(([key, member]) => [printable(key), printableDeep(member)]));
}

// C0, DEL, C1, and the invisible characters that reorder or hide text: zero width, line and paragraph separators,
// bidirectional embeddings and isolates, the byte order mark, half surrogates.
const CONTROL =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const SUSPECT = new RegExp(CONTROL.source);
const COLOUR = /(?:\u001b\[|\u009b)[0-9;:]*m/g;
const SPACING = /[\t\r\n]+/g;

function spellOut(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
