/**
 * Do two figures rise and fall together, whatever the form of it?
 *
 * Source: C. Spearman (1904), "The proof and measurement of association between two things", American Journal of
 * Psychology 15 (1), 72–101; ties take their middle rank.
 */

/**
 * @returns from -1 to 1; undefined for fewer than three pairs, or where one side never changes
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | undefined {
  const n = Math.min(a.length, b.length);
  if (n < 3) return undefined;
  const x = ranksOf(a.slice(0, n));
  const y = ranksOf(b.slice(0, n));
  const middle = (n + 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    xy += (x[i]! - middle) * (y[i]! - middle);
    xx += (x[i]! - middle) ** 2;
    yy += (y[i]! - middle) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : undefined;
}

function ranksOf(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}
