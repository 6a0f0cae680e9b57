/**
 * Is a share above a given one by now? Asked after every request, without ever using the question up.
 *
 * The weight of evidence is how much better a mixture of higher shares explains the stream than the given share does.
 * Where the truth is the given share or less, the weight exceeds w at any moment of a whole stream with probability at
 * most 1/w (usually far less, as it jumps over w rather than reaching it).
 *
 * Source: A. Wald (1945), "Sequential tests of statistical hypotheses", Annals of Mathematical Statistics 16, 117-186,
 * with a mixture in place of one alternative; J. Ville (1939) for the bound on all moments.
 */

/**
 * @param count  how many showed it so far
 * @param of     how many could have
 * @param share  the share to be above, at most 0.02
 * @returns weight of evidence: 1 says nothing, 20 leaves a chance of 1 in 20
 */
export function evidenceAbove(count: number, of: number, share: number): number {
  return MIXTURE.reduce((sum, [weight, times]) => {
    const higher = share * times;
    return sum + weight * Math.exp(count * Math.log(times) + (of - count) * (Math.log1p(-higher) - Math.log1p(-share)));
  }, 0);
}

/** Weight, and how many times the given share: most of it lies where every tenth request fails when asked about 1 %. */
const MIXTURE = [
  [0.25, 3],
  [0.65, 10],
  [0.1, 50],
] as const;
