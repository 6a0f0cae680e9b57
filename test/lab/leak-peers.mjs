/**
 * What others do with the memory of a process: each rule as its source states it, on the same series that ours reads.
 *
 * Rules made for hours of wall time take the life so far as their hour (or their week), which favours them. Points for
 * quadratic tests are thinned to 250. Bytes everywhere; `rss` holds every eighth invocation.
 *
 * @typedef {{ used: number[], floors: {at: number, value: number}[], rss: {at: number, value: number}[], limit: number }} Seen
 */

const MIB = 1_048_576;

/** @type {Record<string, (seen: Seen) => number | false>}  the slope where it names a leak, or false */
export const LEAK_PEERS = {
  // "The heap delta of an invocation is at least 2 MB", as alarms on before and after are written.
  'delta >= 2 MB an invocation': ({ used }) => {
    const deltas = used.slice(-51).map((value, i, all) => value - (all[i - 1] ?? value));
    const typical = median(deltas.slice(1));
    return typical >= 2 * MIB && typical;
  },
  // Voskan/memwatchdog, docs/prometheus.md: least-squares slope of heapUsed.
  'OLS slope of heapUsed': ({ used }) => {
    const { slope, t } = leastSquares(indexed(used));
    return t > 2.58 && slope * used.length >= MIB && slope;
  },
  // lloyd/node-memwatch, src/memwatch.cc: five full collections in a row that leave more than the one before.
  'memwatch, 5 growths in a row': ({ floors }) => {
    let growths = 0;
    for (let i = 1; i < floors.length; i++) {
      growths = floors[i].value > floors[i - 1].value ? growths + 1 : 0;
      if (growths >= 5) return leastSquares(floors).slope;
    }
    return false;
  },
  // H. B. Mann (1945), P. K. Sen (1968).
  'Mann-Kendall + Sen': ({ used }) => mannKendallSen(thinned(indexed(used)), false),
  // K. H. Hamed, A. R. Rao (1998): variance corrected for autocorrelation.
  'Mann-Kendall, Hamed-Rao': ({ used }) => mannKendallSen(thinned(indexed(used)), true),
  'Mann-Kendall on 40 block minima': ({ used }) => mannKendallSen(blockMinima(used, 40), false),
  'OLS of floors after full GC, R2 >= .8': ({ floors }) => {
    if (floors.length < 3) return false;
    const { slope, r2 } = leastSquares(floors);
    return slope > 0 && r2 >= 0.8 && slope;
  },
  // E. S. Page (1954): cumulated deviation from the running mean, in units of the typical step.
  'Page-Hinkley on block minima': ({ used }) => {
    const points = blockMinima(used, 40);
    const step = median(points.slice(1).map(({ value }, i) => Math.abs(value - points[i].value))) || 1;
    let mean = 0;
    let sum = 0;
    let lowest = 0;
    for (const [i, { value }] of points.entries()) {
      mean += (value - mean) / (i + 1);
      sum += value - mean - 0.5 * step;
      lowest = Math.min(lowest, sum);
      if (sum - lowest > 20 * step) return leastSquares(points).slope;
    }
    return false;
  },
  // ansjin/memory_leak_detection: from the last change point R2 >= .8, 40 % of the limit used, exit within seven such lives.
  LBR: (seen) => linearBackward(seen),
  // The same with the filter of maxima: the last window has to exceed all that was seen in training.
  'Precog with max filter': (seen) => {
    const { rss } = seen;
    const training = rss.slice(0, Math.floor(rss.length / 2));
    const last = rss.slice(-Math.ceil(rss.length / 10));
    if (last.length === 0 || mean(last.map(({ value }) => value)) <= Math.max(...training.map(({ value }) => value))) return false;
    return linearBackward(seen);
  },
  // coroot/coroot, auditor/memory.go MemoryGrowthPct: longest stretch without a drop by half, last quarter at 0.3 of the slope.
  'Coroot (life as its hour)': ({ rss, limit }) => {
    if (rss.length < 8) return false;
    const { slope } = leastSquares(rss);
    const quarter = leastSquares(rss.slice(Math.floor(rss.length * 0.75))).slope;
    return slope > 0 && quarter >= 0.3 * slope && slope * rss.at(-1).at >= 0.05 * limit && slope;
  },
  // Prometheus: predict_linear(process_resident_memory_bytes) passes the limit before the life has passed once more.
  'predict_linear of RSS': ({ rss, limit }) => {
    if (rss.length < 8) return false;
    const { slope } = leastSquares(rss);
    return rss.at(-1).value + slope * rss.at(-1).at > limit && slope;
  },
  // clinicjs/node-clinic-doctor, analysis/analyse-memory.js: a collection that blocks for 100 ms; 0.8 ms for each MiB alive.
  'clinic doctor, blocking GC': ({ floors }) => floors.some(({ value }) => (0.8 * value) / MIB >= 100) && Number.NaN,
};

function linearBackward({ rss, limit }) {
  if (rss.length < 12) return false;
  const differences = rss.slice(1).map(({ value }, i) => value - rss[i].value);
  const centre = median(differences);
  const spread = median(differences.map((value) => Math.abs(value - centre))) || 1;
  let from = 0;
  for (const [i, value] of differences.entries()) {
    if ((0.6745 * Math.abs(value - centre)) / spread > 3.5 && rss.length - i > 12) from = i + 1;
  }
  const { slope, r2 } = leastSquares(rss.slice(from));
  const last = rss.at(-1);
  return slope > 0 && r2 >= 0.8 && last.value >= 0.4 * limit && (limit - last.value) / slope <= 7 * last.at && slope;
}

function mannKendallSen(points, isCorrected) {
  const n = points.length;
  if (n < 10) return false;
  let s = 0;
  const slopes = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      s += Math.sign(points[j].value - points[i].value);
      if ((i + j) % 5 === 0) slopes.push((points[j].value - points[i].value) / (points[j].at - points[i].at));
    }
  }
  const variance = ((n * (n - 1) * (2 * n + 5)) / 18) * (isCorrected ? hamedRao(points) : 1);
  const slope = median(slopes);
  return (s - Math.sign(s)) / Math.sqrt(variance) > 2.576 && slope * points.at(-1).at >= MIB && slope;
}

/** By how much autocorrelated ranks widen the variance of Kendall's S. */
function hamedRao(points) {
  const n = points.length;
  const { slope } = leastSquares(points);
  const residuals = points.map(({ at, value }) => value - slope * at);
  const ranks = new Float64Array(n);
  residuals
    .map((value, i) => [value, i])
    .sort((a, b) => a[0] - b[0])
    .forEach(([, i], rank) => {
      ranks[i] = rank - (n - 1) / 2;
    });
  const power = ranks.reduce((sum, rank) => sum + rank * rank, 0);
  let correction = 0;
  for (let lag = 1; lag < n - 2; lag++) {
    let sum = 0;
    for (let i = 0; i + lag < n; i++) sum += ranks[i] * ranks[i + lag];
    const correlation = sum / power;
    if (Math.abs(correlation) > 1.96 / Math.sqrt(n)) correction += (n - lag) * (n - lag - 1) * (n - lag - 2) * correlation;
  }
  return Math.max(0.1, 1 + (2 / (n * (n - 1) * (n - 2))) * correction);
}

function leastSquares(points) {
  const n = points.length;
  const meanAt = mean(points.map(({ at }) => at));
  const meanValue = mean(points.map(({ value }) => value));
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const { at, value } of points) {
    xx += (at - meanAt) ** 2;
    xy += (at - meanAt) * (value - meanValue);
    yy += (value - meanValue) ** 2;
  }
  const slope = xy / (xx || 1);
  const residual = Math.max(0, yy - slope * xy) / Math.max(1, n - 2);
  return { slope, r2: yy === 0 ? 0 : (slope * xy) / yy, t: slope === 0 ? 0 : slope / Math.sqrt(residual / (xx || 1) || Number.MIN_VALUE) };
}

const indexed = (values) => values.map((value, i) => ({ at: i + 1, value }));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function thinned(points) {
  const step = Math.max(1, Math.floor(points.length / 250));
  return points.filter((_, i) => i % step === 0);
}

function blockMinima(values, count) {
  const width = Math.max(1, Math.floor(values.length / count));
  const minima = [];
  for (let from = 0; from + width <= values.length; from += width) {
    let lowest = from;
    for (let i = from; i < from + width; i++) if (values[i] < values[lowest]) lowest = i;
    minima.push({ at: lowest + 1, value: values[lowest] });
  }
  return minima;
}

function median(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}
