/**
 * Makes texts and rows exactly as wide as their place. Names come from logs: one may be a megabyte long or hold more
 * accents than letters, so nothing here looks at more of a text than can be shown.
 */
import { cutEnd, cutMiddle, displayWidth, wrap } from '@nightlight/analyzer/wording';
import type { Line, Run } from './line.ts';

export type Align = 'left' | 'right';
export type Cut = 'end' | 'middle';

/** @returns text of exactly `width` columns */
export function fitText(text: string, width: number, align: Align = 'left', cut: Cut = 'end'): string {
  if (width <= 0) return '';
  const shown = cutText(text, width, cut);
  const space = ' '.repeat(Math.max(0, width - displayWidth(shown)));
  return align === 'left' ? shown + space : space + shown;
}

/** @returns text of at most `width` columns */
export function cutText(text: string, width: number, cut: Cut = 'end'): string {
  const bounded = bound(text, width);
  return cut === 'middle' ? cutMiddle(bounded, width) : cutEnd(bounded, width);
}

/** @returns the row with exactly `width` columns; the last text that does not fit ends in `…` */
export function fitLine(given: Line, width: number): Line {
  const fitted: Run[] = [];
  let used = 0;
  for (const part of given) {
    const size = displayWidth(bound(part.text, width));
    if (used + size > width) {
      if (used < width) fitted.push({ ...part, text: fitText(part.text, width - used) });
      return fitted;
    }
    fitted.push(part);
    used += size;
  }
  // The rest of a selected row is selected, too.
  const { isSelected } = given.at(-1) ?? {};
  if (used < width) fitted.push({ text: ' '.repeat(width - used), style: 'plain', ...(isSelected ? { isSelected } : {}) });
  return fitted;
}

/** @returns the row as the one that the keys act on */
export function selectedLine(given: Line, width: number): Line {
  return fitLine(given, width).map((part) => ({ ...part, isSelected: true }));
}

export function lineWidth(given: Line): number {
  return given.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/** A long text as rows; at most `most`, the last one then ends in `…`. */
export function wrapText(text: string, width: number, most: number): string[] {
  if (width <= 0 || most <= 0) return [];
  const rows = wrap(bound(text, width * most), width);
  if (rows.length <= most) return rows;
  return [...rows.slice(0, most - 1), cutText(rows.slice(most - 1).join(' '), width)];
}

/**
 * No more of a text than could ever be shown, both ends of it. Accents take no column, so a text may be longer than its
 * place is wide; more than three a letter are not shown.
 */
function bound(text: string, width: number): string {
  const most = width * 4 + 8;
  if (text.length <= most * 2) return text;
  return text.slice(0, most) + text.slice(-most);
}
