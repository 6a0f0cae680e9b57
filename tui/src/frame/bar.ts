/** A share as a bar of cells; what is more than nothing shows at least a dot. */
import { type Glyphs, SHADES } from './glyphs.ts';
import { type Run, run, type Style } from './line.ts';

/**
 * @param share  0 to 1; more is drawn as full
 * @param rest  whether the empty part is drawn as ground (`▓▓▓░░░`), for progress towards a mark
 */
export function bar(share: number, width: number, glyphs: Glyphs, style: Style = 'plain', rest = false): readonly Run[] {
  if (width <= 0) return [];
  const shades = SHADES[glyphs];
  const bounded = Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0;
  const full = Math.round(bounded * width);
  const empty = width - full;
  if (full === 0 && bounded > 0)
    return [run(shades[1]!, style), ...(empty > 1 ? [run((rest ? shades[2]! : ' ').repeat(width - 1), 'dim')] : [])];
  return [run(shades[4]!.repeat(full), style), ...(empty > 0 ? [run((rest ? shades[2]! : ' ').repeat(empty), 'dim')] : [])];
}
