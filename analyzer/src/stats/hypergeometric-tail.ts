/**
 * How likely so many marked ones are among those drawn without putting back: the exact test of two shares, and of how
 * many of a second sample lie above a rank of the first.
 *
 * Source: R. A. Fisher (1935), "The logic of inductive inference", Journal of the Royal Statistical Society 98, 39–54.
 */
import { logGamma } from './log-gamma.ts';

/**
 * @param count   marked ones among those drawn
 * @param drawn   how many were drawn
 * @param marked  marked ones in the whole
 * @param whole   how many there are
 * @returns P(marked ones drawn ≥ `count`)
 */
export function hypergeometricAtLeast(count: number, drawn: number, marked: number, whole: number): number {
  const lowest = Math.max(0, drawn + marked - whole);
  const highest = Math.min(drawn, marked);
  if (count <= lowest) return 1;
  if (count > highest) return 0;
  // Summed from the end that is nearer to it, so that a tiny tail keeps its digits.
  const mean = (drawn * marked) / whole;
  if (count > mean) return Math.min(1, sum(count, highest, 1, drawn, marked, whole));
  return Math.max(0, 1 - sum(count - 1, lowest, -1, drawn, marked, whole));
}

function sum(from: number, to: number, step: 1 | -1, drawn: number, marked: number, whole: number): number {
  let term = Math.exp(logChoose(marked, from) + logChoose(whole - marked, drawn - from) - logChoose(whole, drawn));
  let total = term;
  for (let k = from; k !== to; k += step) {
    const odds =
      step === 1
        ? ((marked - k) * (drawn - k)) / ((k + 1) * (whole - marked - drawn + k + 1))
        : (k * (whole - marked - drawn + k)) / ((marked - k + 1) * (drawn - k + 1));
    term *= odds;
    total += term;
    // Away from the mean the terms only fall.
    if (term < total * NEGLIGIBLE) break;
  }
  return total;
}

const NEGLIGIBLE = 1e-17;

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
