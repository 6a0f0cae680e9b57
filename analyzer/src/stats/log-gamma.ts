/**
 * Logarithm of the gamma function, for probabilities of counts whose factorials no float can hold.
 *
 * Source: C. Lanczos (1964), "A precision approximation of the gamma function", SIAM Journal on Numerical Analysis
 * series B 1, 86–96; the coefficients for g = 7 and 9 terms are P. Godfrey's, as the GNU Scientific Library uses them.
 *
 * @param x  above 0
 * @returns ln Γ(x), relative error about 1e-15
 */
export function logGamma(x: number): number {
  // Euler's reflection: the series is made for x of at least one half.
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let sum = COEFFICIENTS[0]!;
  for (let i = 1; i < COEFFICIENTS.length; i++) sum += COEFFICIENTS[i]! / (shifted + i);
  const base = shifted + G + 0.5;
  return HALF_LOG_TWO_PI + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

const G = 7;
// As many digits as a double holds.
const COEFFICIENTS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
