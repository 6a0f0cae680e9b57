/**
 * Rules of others for "did it become slower", re-implemented from their published form, so that all are asked about the
 * same samples in the same run. Each answers whether it would alarm.
 */
import { normalAtLeast } from '../../analyzer/dist/stats/normal-distribution.js';
import { studentAtLeast } from '../../analyzer/dist/stats/student-tail.js';

/** One-sided, so that all tests alarm equally often when nothing changed. */
const TAIL = 0.025;
const RESAMPLES = 200;

export const PEERS = [
  /** B. L. Welch (1947), Biometrika 34, 28–35, on the durations themselves. */
  ['Welch t', (before, after) => welch(before, after) <= TAIL],
  /** B. Efron (1979), Annals of Statistics 7, 1–26: percentile interval of the difference. */
  ['bootstrap median', (before, after, random) => bootstrap(before, after, 0.5, random)],
  ['bootstrap p90', (before, after, random) => bootstrap(before, after, 0.9, random)],
  /** The alarm of most dashboards: a figure against a fixed percentage. */
  ['median +10 %', (before, after) => quantile(after, 0.5) >= 1.1 * quantile(before, 0.5)],
  ['mean +10 %', (before, after) => mean(after) >= 1.1 * mean(before)],
];

/** Rules for a p99 that grows over hours: each hour is a sorted list of durations. */
export const TAIL_PEERS = [
  ['last hour p99 twice the first', (hours) => quantile(hours.at(-1), 0.99) >= 2 * quantile(hours[0], 0.99)],
  [
    'p99 +50 %, p50 within 10 %, thirds of the day',
    (hours) => {
      const [early, late] = thirds(hours);
      const middles = quantile(late, 0.5) / quantile(early, 0.5);
      return quantile(late, 0.99) >= 1.5 * quantile(early, 0.99) && middles < 1.1 && middles > 1 / 1.1;
    },
  ],
  [
    'binomial against 1 %, p <= 0.001',
    (hours) => {
      const [early, late] = thirds(hours);
      const limit = quantile(early, 0.99);
      const above = late.filter((value) => value > limit).length;
      // The earlier p99 is taken for known, and requests for independent.
      return normalAtLeast((above - 0.5 - 0.01 * late.length) / Math.sqrt(0.01 * 0.99 * late.length)) <= 0.001;
    },
  ],
];

export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function thirds(hours) {
  const reach = Math.max(3, Math.floor(hours.length / 3));
  const pooled = (some) => some.flat().sort((a, b) => a - b);
  return [pooled(hours.slice(0, reach)), pooled(hours.slice(-reach))];
}

function welch(before, after) {
  const [a, b] = [moments(before), moments(after)];
  const [first, second] = [a.variance / before.length, b.variance / after.length];
  const degrees = (first + second) ** 2 / (first ** 2 / (before.length - 1) + second ** 2 / (after.length - 1));
  return studentAtLeast((b.mean - a.mean) / Math.sqrt(first + second), degrees);
}

function bootstrap(before, after, share, { uniform }) {
  let notSlower = 0;
  for (let i = 0; i < RESAMPLES; i++) {
    if (quantile(resampled(after, uniform), share) <= quantile(resampled(before, uniform), share)) notSlower++;
  }
  return notSlower / RESAMPLES <= TAIL;
}

/** Drawing counts of the sorted values keeps the resample sorted without sorting it. */
function resampled(sorted, uniform) {
  const counts = new Uint16Array(sorted.length);
  for (let i = 0; i < sorted.length; i++) counts[Math.floor(uniform() * sorted.length)]++;
  const drawn = [];
  for (let i = 0; i < sorted.length; i++) for (let k = counts[i]; k > 0; k--) drawn.push(sorted[i]);
  return drawn;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function moments(values) {
  const middle = mean(values);
  return { mean: middle, variance: values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1) };
}
