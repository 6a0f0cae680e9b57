/**
 * Do events come evenly, by chance, or in bursts? The spread of the gaps between them over their mean tells: near 1 by
 * chance alone, below 0.3 like clockwork, above 3 in bursts.
 *
 * Source: D. R. Cox, P. A. W. Lewis (1966), "The Statistical Analysis of Series of Events", chapter 2 (coefficient of
 * variation of intervals).
 */
export class GapMoments {
  count = 0;
  sum = 0;
  sumOfSquares = 0;

  /** @param gap  from one event to the next, in requests or any other unit */
  add(gap: number): void {
    this.count++;
    this.sum += gap;
    this.sumOfSquares += gap * gap;
  }

  /** @returns spread over mean; NaN before there are two gaps */
  get variation(): number {
    if (this.count < 2 || this.sum === 0) return Number.NaN;
    const mean = this.sum / this.count;
    return Math.sqrt(Math.max(0, this.sumOfSquares / this.count - mean * mean)) / mean;
  }
}
