/** What the dashboard will look like here: size, colours, characters. */
import { colorLevel, glyphsOf } from '../terminal/color-level.ts';
import type { World } from '../world.ts';
import { bad, type Check, ok, unsure } from './check.ts';

/** Below it, only the headline is shown; docs/watch.md. */
const [LEAST_COLUMNS, LEAST_ROWS] = [80, 20];

/** @param rows  of the terminal; undefined where there is none */
export function checkTerminal({ stdout, environment }: World, rows: number | undefined): readonly Check[] {
  if (!stdout.isTerminal)
    return [unsure('terminal', 'standard output is none, so nothing would be drawn here', 'run it in a terminal, without | and >')];
  return [checkSize(stdout.columns, rows), checkColours(environment), checkCharacters(environment), SYNCHRONIZED];
}

function checkSize(columns: number | undefined, rows: number | undefined): Check {
  if (columns === undefined || rows === undefined) return unsure('size', 'the terminal does not tell it', 'COLUMNS=120 nightlight watch');
  const size = `${columns} columns, ${rows} rows`;
  return columns >= LEAST_COLUMNS && rows >= LEAST_ROWS
    ? ok('size', size)
    : bad('size', `${size}: too small for a screen`, `make it ${LEAST_COLUMNS} by ${LEAST_ROWS} or larger; --plain works in any`);
}

function checkColours(environment: World['environment']): Check {
  const level = colorLevel(true, environment);
  if (level !== 'none') return ok('colours', level === 'full' ? '16 million' : level);
  return unsure(
    'colours',
    `none (${(environment.NO_COLOR ?? '') === '' ? `TERM=${environment.TERM ?? ''}` : 'NO_COLOR'}); every mark says the same without them`,
  );
}

function checkCharacters(environment: World['environment']): Check {
  const glyphs = glyphsOf(false, environment);
  if (glyphs === 'braille') return ok('characters', 'UTF-8, charts in braille');
  if (glyphs === 'blocks') return ok('characters', 'UTF-8, charts in blocks (the console has no braille)');
  return unsure('characters', 'ASCII, because the locale names no UTF-8', 'LC_ALL=C.UTF-8 nightlight watch');
}

/** The only way to know is to ask the terminal and wait, which garbles those that do not know the question. */
const SYNCHRONIZED: Check = unsure(
  'frames',
  'whether frames appear at once cannot be told without asking the terminal; they are sent as if so',
);
