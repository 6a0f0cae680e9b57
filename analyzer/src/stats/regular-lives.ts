/**
 * Do lives end after similar spans, or whenever chance strikes? What wears out dies regularly; what is hit does not.
 *
 * Against deaths at a constant rate (exponential lives) Moran's statistic follows a chi-squared law closely, with
 * Bartlett's correction even for three lives. Small values mean: more alike than chance makes them.
 *
 * Source: P. A. P. Moran (1951), "The random division of an interval, part II", Journal of the Royal Statistical
 * Society B 13 (1), 147–150; M. S. Bartlett (1937), Proceedings of the Royal Society A 160, 268–282.
 */
import { lowerIncompleteGamma } from './incomplete-gamma.ts';

/**
 * @param lives  lengths, all above 0, at least two
 * @returns P(lives at least so alike) if deaths struck at a constant rate
 */
export function chanceOfSoRegularLives(lives: readonly number[]): number {
  const count = lives.length;
  const mean = lives.reduce((sum, life) => sum + life, 0) / count;
  const moran = -2 * lives.reduce((sum, life) => sum + Math.log(life / mean), 0);
  const corrected = moran / (1 + (count + 1) / (6 * count));
  return lowerIncompleteGamma((count - 1) / 2, corrected / 2);
}
