/**
 * What others do with a memory series: each rule as its source states it, on the same running maximum that ours reads.
 *
 * Rules made for hours of wall time take the sandbox's whole life as their hour, which favours them: they are asked
 * once, at its end, and their false alarms on the way are not counted.
 */

/** @type {Record<string, (maxima: Uint16Array, memorySizeMb: number) => boolean>} */
export const PEERS = {
  'OLS p < .01 and >= 2 MB': (maxima) => {
    const { slope, t } = leastSquares(maxima);
    return t > 2.58 && slope * maxima.length >= 2;
  },
  'Mann-Kendall p < .01': (maxima) => mannKendall(maxima) > 2.576,
  '+20 % first to last': (maxima) => maxima.at(-1) >= 1.2 * maxima[0],
  '>= 90 % of memory': (maxima, memorySizeMb) => maxima.at(-1) >= 0.9 * memorySizeMb,
  // coroot/coroot, auditor/memory.go: slope over the longest stretch without a drop by half (a maximum never drops), the
  // last quarter still at 0.3 of it, and at least 5 % of the limit gained.
  'Coroot (life as its hour)': (maxima, memorySizeMb) => {
    const { slope } = leastSquares(maxima);
    const lastQuarter = leastSquares(maxima.subarray(Math.floor(maxima.length * 0.75))).slope;
    return slope > 0 && lastQuarter >= 0.3 * slope && slope * maxima.length >= 0.05 * memorySizeMb;
  },
};

function leastSquares(values) {
  const n = values.length;
  const middle = (n - 1) / 2;
  let mean = 0;
  for (const value of values) mean += value / n;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    xx += (i - middle) ** 2;
    xy += (i - middle) * (values[i] - mean);
    yy += (values[i] - mean) ** 2;
  }
  const slope = xy / xx;
  const residual = Math.max(0, yy - slope * xy) / (n - 2);
  return { slope, t: slope === 0 ? 0 : slope / Math.sqrt(residual / xx || Number.MIN_VALUE) };
}

/** Standard score of Kendall's S on 250 evenly spaced points, so that the quadratic test stays affordable. */
function mannKendall(values) {
  const step = Math.max(1, Math.floor(values.length / 250));
  const points = values.filter((_, i) => i % step === 0);
  const n = points.length;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(points[j] - points[i]);
  return (s - Math.sign(s)) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
}
