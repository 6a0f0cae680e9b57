/**
 * Whether durations come in two kinds: a mixture of two lognormal distributions is held against a single one.
 *
 * Inits of container images have a fast mode (layers already on the worker) and a slow one; one percentile of both
 * describes neither. The mixture is fitted by expectation maximisation from three beginnings, and believed when the
 * Bayesian information criterion pays for its three extra parameters with a wide margin.
 *
 * Source: A. P. Dempster, N. M. Laird, D. B. Rubin (1977), "Maximum likelihood from incomplete data via the EM
 * algorithm", Journal of the Royal Statistical Society B 39, 1–38; G. Schwarz (1978), "Estimating the dimension of a
 * model", Annals of Statistics 6 (2), 461–464; the margin of 6: R. E. Kass, A. E. Raftery (1995), "Bayes factors",
 * Journal of the American Statistical Association 90, 773–795 ("strong").
 */
import { logarithmsOf, quantileOf, type WeightedSample } from './weighted-sample.ts';

export type ModeVerdict =
  | {
      readonly kind: 'two-modes';
      readonly slowShare: number;
      /** Median of the slow kind over that of the fast one. */
      readonly ratio: number;
      readonly fastMedian: number;
      readonly slowMedian: number;
      /** How much better two are than one, by BIC. */
      readonly bicGain: number;
    }
  | { readonly kind: 'one-mode'; readonly bicGain: number }
  | { readonly kind: 'insufficient-data'; readonly missing: string };

export function judgeModes(sample: WeightedSample): ModeVerdict {
  const logs = logarithmsOf(sample);
  if (logs.total < LEAST_VALUES)
    return { kind: 'insufficient-data', missing: `${LEAST_VALUES - logs.total} more of at least ${LEAST_VALUES}` };
  const one = { mean: meanOf(logs), variance: 0 };
  one.variance = Math.max(LEAST_VARIANCE, spreadAround(logs, one.mean));
  const fits = STARTS.map((share) => fitted(logs, one.variance, share));
  const best = fits.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
  const bicGain = 2 * (best.logLikelihood - logLikelihood(logs, [{ share: 1, ...one }])) - EXTRA_PARAMETERS * Math.log(logs.total);
  const [fast, slow] = best.modes[0].mean <= best.modes[1].mean ? best.modes : [best.modes[1], best.modes[0]];
  const ratio = Math.exp(slow.mean - fast.mean);
  // Two curves may also mend the flank of a single hill; two kinds of start have a gap between them.
  const apart = slow.mean - fast.mean > LEAST_DISTANCE * Math.sqrt(Math.max(fast.variance, slow.variance));
  if (bicGain <= LEAST_GAIN || !apart || Math.min(fast.share, slow.share) * logs.total < LEAST_IN_MODE)
    return { kind: 'one-mode', bicGain };
  return {
    kind: 'two-modes',
    slowShare: slow.share,
    ratio,
    fastMedian: Math.exp(fast.mean),
    slowMedian: Math.exp(slow.mean),
    bicGain,
  };
}

interface Mode {
  readonly share: number;
  readonly mean: number;
  readonly variance: number;
}

const LEAST_VALUES = 50;
const LEAST_GAIN = 6;
const LEAST_IN_MODE = 5;
/** Two hills of one shape have two peaks from two standard deviations apart. */
const LEAST_DISTANCE = 2;
const EXTRA_PARAMETERS = 3;
/** A mode narrower than a hundredth of its value is a rounding, not a kind of start. */
const LEAST_VARIANCE = 0.01 ** 2;
/** Shares of the slow mode from which the search begins. */
const STARTS = [0.1, 0.3, 0.5] as const;
const MOST_STEPS = 200;
/** Of the log likelihood, in which a margin of 6 decides: what a further step could add does not matter. */
const CLOSE = 1e-3;

function fitted(
  logs: WeightedSample,
  variance: number,
  slowShare: number,
): { readonly modes: readonly [Mode, Mode]; readonly logLikelihood: number } {
  let modes: [Mode, Mode] = [
    { share: 1 - slowShare, mean: quantileOf(logs, (1 - slowShare) / 2), variance: variance / 4 },
    { share: slowShare, mean: quantileOf(logs, 1 - slowShare / 2), variance: variance / 4 },
  ];
  let before = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < MOST_STEPS; step++) {
    const slowParts = Float64Array.from(logs.values, (value) => {
      const [fast, slow] = [density(value, modes[0]), density(value, modes[1])];
      return fast + slow > 0 ? slow / (fast + slow) : 0.5;
    });
    modes = [
      modeOf(
        logs,
        slowParts.map((part) => 1 - part),
      ),
      modeOf(logs, slowParts),
    ];
    const now = logLikelihood(logs, modes);
    if (now - before < CLOSE) return { modes, logLikelihood: now };
    before = now;
  }
  return { modes, logLikelihood: before };
}

function modeOf(logs: WeightedSample, parts: Float64Array): Mode {
  let weight = 0;
  let sum = 0;
  parts.forEach((part, i) => {
    weight += part * logs.counts[i]!;
    sum += part * logs.counts[i]! * logs.values[i]!;
  });
  if (!(weight > 0)) return { share: 0, mean: logs.values[0]!, variance: LEAST_VARIANCE };
  const mean = sum / weight;
  let square = 0;
  parts.forEach((part, i) => {
    square += part * logs.counts[i]! * (logs.values[i]! - mean) ** 2;
  });
  return { share: weight / logs.total, mean, variance: Math.max(LEAST_VARIANCE, square / weight) };
}

function logLikelihood(logs: WeightedSample, modes: readonly Mode[]): number {
  let sum = 0;
  logs.values.forEach((value, i) => {
    const together = modes.reduce((total, mode) => total + density(value, mode), 0);
    sum += logs.counts[i]! * Math.log(Math.max(together, Number.MIN_VALUE));
  });
  return sum;
}

function density(value: number, { share, mean, variance }: Mode): number {
  return (share * Math.exp(-((value - mean) ** 2) / (2 * variance))) / Math.sqrt(2 * Math.PI * variance);
}

function meanOf(logs: WeightedSample): number {
  return logs.values.reduce((sum, value, i) => sum + value * logs.counts[i]!, 0) / logs.total;
}

function spreadAround(logs: WeightedSample, mean: number): number {
  return logs.values.reduce((sum, value, i) => sum + logs.counts[i]! * (value - mean) ** 2, 0) / logs.total;
}
