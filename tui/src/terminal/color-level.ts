/** How many colours, and which characters: what the terminal says of itself, and what its user says over it. */
import type { Glyphs } from '../frame/glyphs.ts';
import type { ColorLevel } from '../frame/theme.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `--no-color` and `NO_COLOR` (no-color.org) win, then `FORCE_COLOR` (0 to 3), then `COLORTERM` and `TERM`.
 *
 * @param flag  false for `--no-color`
 */
export function colorLevel(flag: boolean, environment: Environment): ColorLevel {
  if (!flag || (environment.NO_COLOR ?? '') !== '') return 'none';
  const { FORCE_COLOR: forced, TERM: terminal = '', COLORTERM: more = '' } = environment;
  if (forced === '0' || forced === 'false') return 'none';
  if (forced === '2') return '256';
  if (forced === '3') return 'full';
  if (terminal === 'dumb' && forced === undefined) return 'none';
  if (more === 'truecolor' || more === '24bit') return 'full';
  if (/-?(?:256(?:color)?|direct)\b/.test(terminal) || /^(?:xterm-kitty|alacritty|foot|wezterm|tmux|ghostty)/.test(terminal)) return '256';
  return '16';
}

/**
 * POSIX: the first of LC_ALL, LC_CTYPE and LANG that is set says how characters are written. The Linux console has no
 * braille in its font.
 */
export function glyphsOf(asciiFlag: boolean, environment: Environment): Glyphs {
  if (asciiFlag) return 'ascii';
  const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find((value) => value !== undefined && value !== '');
  // Where nothing is set at all (a bare container), the terminal in front of it still reads UTF-8.
  if (locale !== undefined && !/utf-?8/i.test(locale)) return 'ascii';
  return environment.TERM === 'linux' ? 'blocks' : 'braille';
}
