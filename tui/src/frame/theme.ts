/**
 * What a meaning looks like: theme x what the terminal can show. Colour only repeats a mark or a word. Red stands beside
 * a `!` alone, and beside it blue, orange and grey, which red-green blindness leaves apart (Okabe and Ito, "Color Universal
 * Design", 2008).
 */
import { STYLES, type Style } from './line.ts';

export type ColorLevel = 'none' | '16' | '256' | 'full';
export type ThemeName = (typeof THEME_NAMES)[number];

/** `safe`, the default, is readable on dark and on light ground. */
export const THEME_NAMES = ['safe', 'dark', 'light', 'contrast'] as const;

/** Control sequences by `styleNumber`; each one sets everything, so that none depends on the one before. */
export type Paints = readonly string[];

/** @returns a number below 256 for a cell */
export function styleNumber(style: Style, isSelected: boolean): number {
  return NUMBERS[style] + (isSelected ? STYLES.length : 0);
}

export const PLAIN_NUMBER = 0;

export function paintsOf(theme: ThemeName, level: ColorLevel): Paints {
  const looks: Looks = { ...SAFE, ...LOOKS[theme] };
  const plain = STYLES.map((style) => sgr(looks[style], level, false));
  const selected = STYLES.map((style) => sgr(looks[style], level, true));
  return [...plain, ...selected];
}

interface Look {
  /** `#rrggbb`; the terminal's own colour when left out. */
  readonly rgb?: string;
  /** Its number among the sixteen of the terminal (30 to 37, 90 to 97). */
  readonly ansi?: number;
  readonly isBold?: boolean;
  readonly isDim?: boolean;
}

type Looks = Readonly<Record<Style, Look>>;

const NUMBERS = Object.fromEntries(STYLES.map((style, index) => [style, index])) as Record<Style, number>;

const SAFE: Looks = {
  plain: {},
  dim: { rgb: '#8a8a8a', ansi: 90 },
  strong: { isBold: true },
  title: { isBold: true },
  bad: { rgb: '#d7261e', ansi: 31, isBold: true },
  warn: { rgb: '#d78700', ansi: 33 },
  info: { rgb: '#3a87d7', ansi: 34 },
  ok: { rgb: '#5f9ea0', ansi: 36 },
  gap: { rgb: '#8a8a8a', ansi: 90 },
  mark: { rgb: '#d78700', ansi: 33, isBold: true },
  limit: { rgb: '#8a8a8a', ansi: 90 },
  key: { isBold: true },
  frame: { rgb: '#8a8a8a', ansi: 90 },
  series1: { rgb: '#3a87d7', ansi: 34 },
  series2: { rgb: '#d78700', ansi: 33 },
  series3: { rgb: '#8a8a8a', ansi: 90 },
  series4: { rgb: '#00afaf', ansi: 36 },
  heat1: { rgb: '#5f87af', ansi: 34 },
  heat2: { rgb: '#5f87d7', ansi: 34 },
  heat3: { rgb: '#afaf5f', ansi: 33 },
  heat4: { rgb: '#d7875f', ansi: 33 },
  heat5: { rgb: '#d75f00', ansi: 33, isBold: true },
};

const LOOKS: Readonly<Record<ThemeName, Partial<Looks>>> = {
  safe: {},
  dark: {
    dim: { rgb: '#9e9e9e', ansi: 90 },
    frame: { rgb: '#6c6c6c', ansi: 90 },
    bad: { rgb: '#ff6b5e', ansi: 91, isBold: true },
    warn: { rgb: '#ffaf5f', ansi: 93 },
    info: { rgb: '#5fafff', ansi: 94 },
    ok: { rgb: '#87d7d7', ansi: 96 },
    series1: { rgb: '#5fafff', ansi: 94 },
    series2: { rgb: '#ffaf5f', ansi: 93 },
    series3: { rgb: '#b2b2b2', ansi: 37 },
    series4: { rgb: '#87d7d7', ansi: 96 },
  },
  light: {
    dim: { rgb: '#626262', ansi: 90 },
    frame: { rgb: '#9e9e9e', ansi: 90 },
    bad: { rgb: '#b2140c', ansi: 31, isBold: true },
    warn: { rgb: '#9a5600', ansi: 33 },
    info: { rgb: '#005faf', ansi: 34 },
    ok: { rgb: '#00696b', ansi: 36 },
    series1: { rgb: '#005faf', ansi: 34 },
    series2: { rgb: '#9a5600', ansi: 33 },
    series3: { rgb: '#626262', ansi: 90 },
    series4: { rgb: '#00696b', ansi: 36 },
  },
  contrast: {
    dim: {},
    frame: {},
    gap: { isBold: true },
    limit: { isBold: true },
    bad: { rgb: '#ff3030', ansi: 91, isBold: true },
    warn: { rgb: '#ffd700', ansi: 93, isBold: true },
    info: { rgb: '#00d7ff', ansi: 96, isBold: true },
    ok: { isBold: true },
    series1: { rgb: '#00d7ff', ansi: 96, isBold: true },
    series2: { rgb: '#ffd700', ansi: 93, isBold: true },
  },
};

/** ECMA-48, Select Graphic Rendition; extended colours as xterm reads them. Reverse video marks what is selected. */
function sgr(look: Look, level: ColorLevel, isSelected: boolean): string {
  if (level === 'none') return '';
  const codes = ['0'];
  if (look.isBold) codes.push('1');
  if (look.isDim) codes.push('2');
  if (look.rgb !== undefined && look.ansi !== undefined) codes.push(colorCode(look.rgb, look.ansi, level));
  if (isSelected) codes.push('7');
  return `\u001b[${codes.length === 1 ? '' : codes.join(';')}m`;
}

function colorCode(rgb: string, ansi: number, level: Exclude<ColorLevel, 'none'>): string {
  if (level === '16') return String(ansi);
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(rgb.slice(at, at + 2), 16)) as [number, number, number];
  return level === 'full' ? `38;2;${red};${green};${blue}` : `38;5;${nearest256(red, green, blue)}`;
}

/** The 6 x 6 x 6 cube of xterm (steps 0, 95, 135, 175, 215, 255) or its grey ramp. */
function nearest256(red: number, green: number, blue: number): number {
  if (red === green && green === blue) return red < 8 ? 16 : red > 238 ? 231 : 232 + Math.round((red - 8) / 10);
  const step = (value: number) => (value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.round((value - 55) / 40)));
  return 16 + 36 * step(red) + 6 * step(green) + step(blue);
}
