/**
 * How others rank suspects, re-implemented from what they publish. Each takes the components and the links of one
 * incident and answers with names, the strongest first.
 */

/** Of one series: how far the median of the incident lies from that of the baseline, in median absolute deviations. */
function madScore(series, from) {
  const before = series.slice(0, from).filter(Number.isFinite);
  const after = series.slice(from).filter(Number.isFinite);
  if (before.length === 0 || after.length === 0) return 0;
  const middle = medianOf(before);
  const deviation = medianOf(before.map((value) => Math.abs(value - middle))) || 1e-9;
  return Math.abs(medianOf(after) - middle) / deviation;
}

function symptomSeries(component, symptom) {
  return symptom === 'failures' ? component.failedShare : component.latencyMs;
}

/**
 * PetShop's graph traversal: anomalous components without an anomalous callee, reached from the alert along anomalous
 * ones; ranked by their score. Hardt et al. 2023; the rule is that of Chen et al. 2014 (CauseInfer) and of Liu et al.
 * 2021 (MicroHECL).
 */
export function traversal({ alert, incidentFrom, components, links }) {
  const scores = new Map(components.map((one) => [one.component, madScore(symptomSeries(one, alert.symptom), incidentFrom)]));
  const anomalous = (name) => (scores.get(name) ?? 0) > ANOMALOUS;
  const calleesOf = (name) => links.filter(({ caller }) => caller === name).map(({ callee }) => callee);
  const seen = new Set([alert.component]);
  const waiting = [alert.component];
  const ends = [];
  while (waiting.length > 0) {
    const name = waiting.pop();
    const below = calleesOf(name).filter(anomalous);
    if (below.length === 0) ends.push(name);
    for (const callee of below) {
      if (seen.has(callee)) continue;
      seen.add(callee);
      waiting.push(callee);
    }
  }
  const rest = [...seen].filter((name) => !ends.includes(name));
  const byScore = (a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0);
  return [...ends.sort(byScore), ...rest.sort(byScore)];
}

/** In median absolute deviations: the best of 3, 5, 8, 12 and 20 for the traversal on seeds 1 to 40. */
const ANOMALOUS = 8;

/** The same, after nodes that stand for a client or a remote side, and the alert, are struck out of the answer. */
export function traversalWithoutRemotes(incident) {
  const named = new Set(incident.components.filter(({ kind }) => kind !== 'remote').map(({ component }) => component));
  return traversal(incident).filter((name) => named.has(name) && name !== incident.alert.component);
}

/** MicroRCA (Wu et al. 2020): personalised PageRank on the anomalous subgraph, edges weighted by correlation with the alert. */
export function randomWalk({ alert, incidentFrom, components, links }) {
  const target = symptomSeries(
    components.find(({ component }) => component === alert.component),
    alert.symptom,
  );
  const names = components.map(({ component }) => component);
  const anomaly = components.map((one) => madScore(symptomSeries(one, alert.symptom), incidentFrom));
  const kept = new Set(names.filter((name, i) => anomaly[i] > ANOMALOUS || name === alert.component));
  const likeness = new Map(components.map((one) => [one.component, Math.max(0, correlation(symptomSeries(one, alert.symptom), target))]));
  const edges = links.filter(({ caller, callee }) => kept.has(caller) && kept.has(callee));
  let rank = new Map([...kept].map((name) => [name, 1 / kept.size]));
  const total = [...kept].reduce((sum, name) => sum + (likeness.get(name) || 1e-6), 0);
  for (let round = 0; round < 60; round++) {
    const next = new Map([...kept].map((name) => [name, (0.15 * (likeness.get(name) || 1e-6)) / total]));
    for (const name of kept) {
      const out = edges.filter(({ caller }) => caller === name);
      const back = edges.filter(({ callee }) => callee === name);
      const steps = [
        ...out.map(({ callee }) => [callee, likeness.get(callee) || 1e-6]),
        ...back.map(({ caller }) => [caller, 0.1 * (likeness.get(caller) || 1e-6)]),
        [name, 0.5 * (likeness.get(name) || 1e-6)],
      ];
      const sum = steps.reduce((all, [, weight]) => all + weight, 0);
      for (const [to, weight] of steps) next.set(to, next.get(to) + (0.85 * rank.get(name) * weight) / sum);
    }
    rank = next;
  }
  return [...rank]
    .sort((a, b) => b[1] - a[1])
    .map(([name]) => name)
    .filter((name) => name !== alert.component);
}

/** Components by the correlation of their series with that of the alert. */
export function correlationRanking({ alert, components }) {
  const target = symptomSeries(
    components.find(({ component }) => component === alert.component),
    alert.symptom,
  );
  return components
    .filter(({ component }) => component !== alert.component)
    .map((one) => [one.component, Math.abs(correlation(symptomSeries(one, alert.symptom), target))])
    .sort((a, b) => b[1] - a[1])
    .map(([name]) => name);
}

/** Components by how many times larger the incident is than the baseline. */
export function largestChange({ alert, incidentFrom, components }) {
  return components
    .filter(({ component }) => component !== alert.component)
    .map((one) => {
      const series = symptomSeries(one, alert.symptom);
      const now = medianOf(series.slice(incidentFrom).filter(Number.isFinite));
      const before = medianOf(series.slice(0, incidentFrom).filter(Number.isFinite));
      return [one.component, now / Math.max(before, 1e-6)];
    })
    .sort((a, b) => b[1] - a[1])
    .map(([name]) => name);
}

function correlation(a, b) {
  const pairs = a.map((value, t) => [value, b[t]]).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const meanX = pairs.reduce((sum, [x]) => sum + x, 0) / pairs.length;
  const meanY = pairs.reduce((sum, [, y]) => sum + y, 0) / pairs.length;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (const [x, y] of pairs) {
    xy += (x - meanX) * (y - meanY);
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

function medianOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
