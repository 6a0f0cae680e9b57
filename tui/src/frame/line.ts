/**
 * A row of the screen as plain data: texts with a meaning each. What colour a meaning has is decided by the theme when
 * the row is painted, so a screen never knows of colours, and a test compares words.
 */
export type Line = readonly Run[];

export interface Run {
  readonly text: string;
  readonly style: Style;
  /** Part of the selected row: shown on another ground, whatever its style. */
  readonly isSelected?: boolean;
}

/**
 * `bad` belongs beside a `!`, `warn` beside a `~` or `OVER`, `info` beside a `?`, `gap` is time or data that is missing.
 * `series1` to `series4` tell the lines of one chart apart, `heat1` (few) to `heat5` (many) repeat the density of a cell.
 */
export type Style = (typeof STYLES)[number];

export const STYLES = [
  'plain',
  'dim',
  'strong',
  'title',
  'bad',
  'warn',
  'info',
  'ok',
  'gap',
  'mark',
  'limit',
  'key',
  'frame',
  'series1',
  'series2',
  'series3',
  'series4',
  'heat1',
  'heat2',
  'heat3',
  'heat4',
  'heat5',
] as const;

export const EMPTY_LINE: Line = [];

export function run(text: string, style: Style = 'plain'): Run {
  return { text, style };
}

/** `line('  since ', run('02:01', 'strong'))` */
export function line(...parts: readonly (string | Run)[]): Line {
  return parts.map((part) => (typeof part === 'string' ? { text: part, style: 'plain' } : part));
}

/** The same words in one style, whatever they had before: a stale body is grey. */
export function inStyle(given: Line, style: Style): Line {
  return given.map((part) => ({ ...part, style }));
}

export function textOf(given: Line): string {
  return given.map(({ text }) => text).join('');
}
