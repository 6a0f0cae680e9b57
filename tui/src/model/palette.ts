/** Commands by name: every action of the table of keys, and those that take a word (`goto 02:01`, `fn pricing`). */
import { fuzzySearch } from './fuzzy-search.ts';
import { KEYS } from './keys.ts';
import { SCREEN_IDS, type ScreenId } from './screen.ts';

export type PaletteEntry = { readonly name: string; readonly keys: string } & (
  | { readonly kind: 'action'; readonly action: string }
  | { readonly kind: 'screen'; readonly screen: ScreenId }
  /** What is typed behind the name goes with it. */
  | { readonly kind: 'word'; readonly command: 'goto' | 'fn' | 'export' }
);

const WORDS: readonly PaletteEntry[] = [
  { kind: 'word', command: 'goto', name: 'goto <time>: look at 02:01, -15m, alert, or now', keys: '' },
  { kind: 'word', command: 'fn', name: 'fn <text>: rows that hold the text', keys: '/' },
  { kind: 'word', command: 'export', name: 'export <file>: write this view, .md .json .html .txt', keys: 'e' },
];

const NOT_BY_NAME = new Set(['screen', 'up', 'down', 'palette']);

/** @param screens  those that there are */
export function paletteEntries(text: string, screens: readonly ScreenId[], screen: ScreenId): readonly PaletteEntry[] {
  const typed = /^(goto|fn|export)\s+\S/.exec(text);
  if (typed) return WORDS.filter((entry) => entry.kind === 'word' && entry.command === typed[1]);
  const entries: PaletteEntry[] = [
    ...screens.map(
      (id): PaletteEntry => ({ kind: 'screen', screen: id, name: `${id}: the screen`, keys: String(SCREEN_IDS.indexOf(id) + 1) }),
    ),
    ...WORDS,
    ...KEYS.filter(({ action, screens: where }) => !NOT_BY_NAME.has(action) && (where === undefined || where.includes(screen))).map(
      ({ action, help, shown }): PaletteEntry => ({ kind: 'action', action, name: `${action.replaceAll('-', ' ')}: ${help}`, keys: shown }),
    ),
  ];
  // What a command does is read, not searched: its letters would find everything.
  return fuzzySearch(text, entries, ({ name }) => name.slice(0, name.indexOf(':')));
}

/** `goto 02:01` carries `02:01`. */
export function paletteWord(text: string): string {
  return text.replace(/^\S+\s*/, '').trim();
}
