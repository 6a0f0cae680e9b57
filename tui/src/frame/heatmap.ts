/**
 * How many fell where: one row a band, one cell a stretch of time, told by the density of the cell and repeated by its
 * colour. Densities are steps of the square root, so that a few slow ones stay visible beside thousands of fast ones.
 */
import { fitText } from './fit.ts';
import { GAP, type Glyphs, SHADES } from './glyphs.ts';
import { type Line, type Run, run, type Style } from './line.ts';

export interface HeatmapLook {
  readonly width: number;
  readonly labelWidth: number;
  readonly glyphs: Glyphs;
  /** What the densest cell stands for; the largest cell when not given. */
  readonly max?: number;
}

export interface HeatmapRow {
  readonly label: string;
  readonly style?: Style;
  /** One a column of time; undefined where nothing is known. */
  readonly counts: readonly (number | undefined)[];
}

/** @returns one line a row, `width` columns each; counts that share a cell are added */
export function heatmap(rows: readonly HeatmapRow[], look: HeatmapLook): readonly Line[] {
  const columns = Math.max(1, look.width - look.labelWidth - 1);
  const summed = rows.map(({ counts }) => bucketSums(counts, columns));
  const max = look.max ?? summed.reduce((most, cells) => cells.reduce<number>((sum, cell) => Math.max(sum, cell ?? 0), most), 0);
  return rows.map(({ label, style }, index) => {
    const cells = summed[index]!;
    return [
      run(`${fitText(label, look.labelWidth, 'right')} `, style ?? 'dim'),
      ...cells.map((count) => cellOf(count, max, look.glyphs)),
      run(' '.repeat(columns - cells.length)),
    ];
  });
}

function cellOf(count: number | undefined, max: number, glyphs: Glyphs): Run {
  if (count === undefined) return run(GAP, 'gap');
  if (count <= 0 || max <= 0) return run(' ');
  const step = Math.max(1, Math.ceil(Math.sqrt(Math.min(1, count / max)) * 5)) as 1 | 2 | 3 | 4 | 5;
  return run(SHADES[glyphs][step]!, `heat${step}`);
}

/** Unlike a spike, a count is added to its neighbours; a cell is unknown when all of it is. */
function bucketSums(counts: readonly (number | undefined)[], width: number): (number | undefined)[] {
  if (counts.length <= width) return [...counts];
  return Array.from({ length: width }, (_, cell) => {
    const part = counts.slice(Math.floor((cell * counts.length) / width), Math.floor(((cell + 1) * counts.length) / width));
    const known = part.filter((count) => count !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
  });
}
