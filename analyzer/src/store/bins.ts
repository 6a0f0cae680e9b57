/**
 * Counts by bin of time: bin and count in turns, in order of time.
 *
 * A kind of failure has such a list for every value of every attribute, most of them of one or two entries. As hash tables they took
 * 200 bytes each and were most of what a day of watching added; so they are plain arrays, which also cross threads as they are.
 */
export type Bins = number[];

/** @returns the same bins with more in them, or others that take their place */
export function withCount(bins: Bins, bin: number, count: number): Bins {
  const at = placeOf(bins, bin);
  if (bins[at] === bin) {
    bins[at + 1]! += count;
    return bins;
  }
  // An array that grows by itself takes room for sixteen more: a short one is put together anew, exactly as long as it is.
  if (bins.length < LONG) return at === bins.length ? bins.concat(bin, count) : bins.slice(0, at).concat(bin, count, bins.slice(at));
  if (at === bins.length) bins.push(bin, count);
  else bins.splice(at, 0, bin, count);
  return bins;
}

/** Puts bins together until each is `width` times as long. */
export function coarsen(bins: Bins, width: number): void {
  let length = 0;
  for (let i = 0; i < bins.length; i += 2) {
    const bin = Math.floor(bins[i]! / width);
    const count = bins[i + 1]!;
    if (length > 0 && bins[length - 2] === bin) bins[length - 1]! += count;
    else {
      bins[length++] = bin;
      bins[length++] = count;
    }
  }
  bins.length = length;
}

/** @param width  how many times as long the bins of the first one are */
export function addedUp(bins: Bins, others: Bins, width: number): Bins {
  const finer = others.slice();
  if (width !== 1) coarsen(finer, width);
  if (bins.length === 0) return finer;
  const sum: Bins = [];
  let [i, j] = [0, 0];
  while (i < bins.length || j < finer.length) {
    const mine = bins[i] ?? Number.POSITIVE_INFINITY;
    const theirs = finer[j] ?? Number.POSITIVE_INFINITY;
    sum.push(Math.min(mine, theirs), (mine <= theirs ? bins[i + 1]! : 0) + (theirs <= mine ? finer[j + 1]! : 0));
    if (mine <= theirs) i += 2;
    if (theirs <= mine) j += 2;
  }
  return sum.slice();
}

/** @returns what was counted in a bin */
export function countIn(bins: Bins, bin: number): number {
  const at = placeOf(bins, bin);
  return bins[at] === bin ? bins[at + 1]! : 0;
}

/** Sixteen more are a small part of it. */
const LONG = 64;

/** Where a bin stands, or would. */
function placeOf(bins: Bins, bin: number): number {
  let low = 0;
  let high = bins.length >> 1;
  // Attempts come in order of time, or nearly so.
  if (high === 0 || bins[bins.length - 2]! < bin) return bins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bins[middle * 2]! < bin) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}
