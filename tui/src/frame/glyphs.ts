/**
 * Which characters a terminal can show: braille dots, blocks of eighths, or ASCII alone. Plain words, boxes and arrows need
 * no choice: the painter replaces them one by one where only ASCII is left (`ascii-twin.ts`). Charts do.
 */
export type Glyphs = 'braille' | 'blocks' | 'ascii';

/** Eighths of a cell, from nothing to all. */
export const EIGHTHS: Readonly<Record<Glyphs, string>> = {
  braille: ' ▁▂▃▄▅▆▇█',
  blocks: ' ▁▂▃▄▅▆▇█',
  ascii: ' _.-=+*##',
};

/** How full a cell is, from nothing to all, told by its density. */
export const SHADES: Readonly<Record<Glyphs, string>> = { braille: ' ·░▒▓█', blocks: ' ·░▒▓█', ascii: ' .:+*#' };

/** Time of which nothing is known; never a zero and never a straight line. */
export const GAP = '?';
