/**
 * A course in one row of cells. Where several values share a cell the largest is shown, because the spike is what one
 * looks for; a cell of which nothing is known is a `?`.
 */
import { EIGHTHS, GAP, type Glyphs } from './glyphs.ts';
import type { Run, Style } from './line.ts';

export interface SparklineLook {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly style?: Style;
  /** What a full cell stands for; the largest value when not given. */
  readonly max?: number;
}

/** @param values  undefined where nothing is known; fewer than `width` are shown at the right end */
export function sparkline(values: readonly (number | undefined)[], look: SparklineLook): readonly Run[] {
  const cells = bucketMaxima(values, look.width);
  const max = look.max ?? cells.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const style = look.style ?? 'series1';
  const runs: { text: string; style: Style }[] = [];
  const add = (text: string, of: Style) => {
    const last = runs.at(-1);
    if (last?.style === of) last.text += text;
    else runs.push({ text, style: of });
  };
  if (cells.length < look.width) add(' '.repeat(look.width - cells.length), 'plain');
  for (const value of cells) {
    if (value === undefined) add(GAP, 'gap');
    else add(EIGHTHS[look.glyphs][eighthOf(value, max)]!, style);
  }
  return runs;
}

/**
 * @param width  cells there are
 * @returns one value a cell, at most `width`: the largest of its values, undefined where all are
 */
function bucketMaxima(values: readonly (number | undefined)[], width: number): (number | undefined)[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, cell) => {
    const from = Math.floor((cell * values.length) / width);
    const to = Math.floor(((cell + 1) * values.length) / width);
    let most: number | undefined;
    for (let index = from; index < to; index++) {
      const value = values[index];
      if (value !== undefined && (most === undefined || value > most)) most = value;
    }
    return most;
  });
}

/** Nothing is the lowest line and not a blank: a blank would look like missing data. A little is never nothing. */
function eighthOf(value: number, max: number): number {
  if (!(max > 0) || value <= 0) return 1;
  return Math.max(value > 0 ? 2 : 1, Math.min(8, Math.round((value / max) * 8)));
}
