/**
 * How well things were grouped: grouping accuracy (the share of things whose group holds exactly those that belong
 * together), its F1 over groups, and precision and recall over pairs.
 *
 * Source of the first two: J. Zhu et al. (2019), "Tools and Benchmarks for Automated Log Parsing", ICSE-SEIP; Z. Jiang et
 * al. (2024), "A Large-Scale Evaluation for Log Parsing Techniques: How Far Are We?", ISSTA.
 */
export function groupingScore(truth, said) {
  const truthSizes = countsOf(truth);
  const saidSizes = countsOf(said);
  const both = countsOf(truth.map((one, at) => JSON.stringify([one, said[at]])));
  let exactThings = 0;
  let exactGroups = 0;
  let pairsTogether = 0;
  for (const [key, size] of both) {
    const [one, other] = JSON.parse(key);
    pairsTogether += pairs(size);
    if (size === truthSizes.get(one) && size === saidSizes.get(other)) {
      exactThings += size;
      exactGroups++;
    }
  }
  const sum = (sizes) => [...sizes.values()].reduce((total, size) => total + pairs(size), 0);
  return {
    accuracy: exactThings / truth.length,
    groupF1: (2 * exactGroups) / (truthSizes.size + saidSizes.size),
    pairPrecision: sum(saidSizes) === 0 ? 1 : pairsTogether / sum(saidSizes),
    pairRecall: sum(truthSizes) === 0 ? 1 : pairsTogether / sum(truthSizes),
    truthGroups: truthSizes.size,
    saidGroups: saidSizes.size,
  };
}

const pairs = (size) => (size * (size - 1)) / 2;

function countsOf(keys) {
  const counts = new Map();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
