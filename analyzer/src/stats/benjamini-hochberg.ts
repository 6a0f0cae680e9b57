/**
 * Which of many claims may stand, when hundreds of functions are tested at once and chance alone would condemn some.
 *
 * Among the claims kept, the expected share of false ones is at most `falseShare`, if the tests are independent or
 * depend positively on each other.
 *
 * Source: Y. Benjamini, Y. Hochberg (1995), "Controlling the false discovery rate", Journal of the Royal Statistical
 * Society B 57 (1), 289–300.
 */

/**
 * @param pValues     one for each claim
 * @param falseShare  share of false claims to allow among those kept
 * @returns for each claim, in the same order, whether it is kept
 */
export function benjaminiHochberg(pValues: readonly number[], falseShare: number): boolean[] {
  const sorted = Float64Array.from(pValues).sort();
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < sorted.length; i++) if (sorted[i]! <= ((i + 1) / sorted.length) * falseShare) highest = sorted[i]!;
  return pValues.map((p) => p <= highest);
}
