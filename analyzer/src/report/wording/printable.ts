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

/** The same for every string inside plain data, keys of records included. */
export function printableDeep<T>(value: T): T {
  if (typeof value === 'string') return printable(value) as T;
  if (Array.isArray(value)) return value.map(printableDeep) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [printable(key), printableDeep(member)])) as T;
  }
  return value;
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
