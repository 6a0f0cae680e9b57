/**
 * Whether memory is flat: the slope of the least that an hour's collections leave, with an interval that does not trust neighbouring
 * points to be independent, against a limit.
 *
 * A collection leaves now more, now less: what a picture shares with the next, code that is not needed any more. Columns grow by leaps and are forgotten by the hour, so points lie above the line, or below it, for hours; least squares alone would
 * promise an interval that is too narrow. As many points count as the correlation of neighbours leaves.
 * Source: G. V. Bayley, J. M. Hammersley (1946), "The 'effective' number of independent observations in an autocorrelated time
 * series", Supplement to the Journal of the Royal Statistical Society 8, 184–197.
 */
import { fitLine } from '../../../analyzer/dist/stats/line-fit.js';
import { studentBound95 } from '../../../analyzer/dist/stats/student-t.js';

/** The lowest value of each place. @param points  in the order of their places */
export function floors(points) {
  const lowest = new Map();
  for (const { at, value } of points) lowest.set(at, Math.min(value, lowest.get(at) ?? value));
  return [...lowest].map(([at, value]) => ({ at, value }));
}

/** @param points  { at, value }, evenly spaced, at least four */
export function slopeWithInterval(points) {
  const fit = fitLine(points.map((point) => ({ ...point, noise: 1 })));
  const meanAt = points.reduce((sum, { at }) => sum + at, 0) / points.length;
  const mean = points.reduce((sum, { value }) => sum + value, 0) / points.length;
  const rests = points.map(({ at, value }) => value - mean - fit.slope * (at - meanAt));
  const square = rests.reduce((sum, rest) => sum + rest ** 2, 0);
  const neighbours = rests.slice(1).reduce((sum, rest, i) => sum + rest * rests[i], 0);
  const correlation = square === 0 ? 0 : Math.max(0, Math.min(0.9, neighbours / square));
  const effective = Math.max(4, (points.length * (1 - correlation)) / (1 + correlation));
  const xx = points.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  const error = Math.sqrt((square / (effective - 2) / xx) * (points.length / effective));
  const reach = studentBound95(effective - 2) * error;
  return { slope: fit.slope, low: fit.slope - reach, high: fit.slope + reach };
}

/** @returns `flat` only where the whole interval lies below the limit */
export function flatness({ low, high }, limit) {
  if (high <= limit) return 'flat';
  return low > limit ? 'GROWS' : 'cannot tell: the interval holds the limit';
}
