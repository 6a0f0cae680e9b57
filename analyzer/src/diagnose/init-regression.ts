/**
 * Whether a deployment made cold starts slower: the inits of each version against those of the version before it.
 *
 * Only like is held against like: on-demand inits of one function at one memory size. `$LATEST` holds every deployment
 * under one name; there two exports or two hours must be compared instead (`nightlight compare`).
 */
import { sampleOf } from '../stats/weighted-sample.ts';
import type { ConfigurationSummary, InitFact, Summary } from '../store/summary.ts';
import { changedBeside } from './changes.ts';
import { type DurationChange, judgeDurationChange } from './duration-change.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';
import { configurationsByFunction } from './function-configurations.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { explainCommand } from './next-command.ts';
import type { Sections } from './sections.ts';
import { countWords, durationWords } from './wording.ts';

export interface InitRegression {
  readonly functionName: string;
  readonly memorySizeMb: number;
  readonly versionBefore: string;
  readonly versionAfter: string;
  readonly beforeCount: number;
  readonly afterCount: number;
  readonly medianBeforeMs: number | undefined;
  readonly medianAfterMs: number | undefined;
  /** First event of the later version. */
  readonly atMs: number;
  readonly change: DurationChange;
}

export function initRegressions(summary: Summary): InitRegression[] {
  return comparedPairs(summary).map(({ regression }) => regression);
}

export function initRegressionFindings(summary: Summary, sections: Pick<Sections, 'changes'>): Finding[] {
  return comparedPairs(summary).flatMap(({ regression, inits, to }) => {
    const { change, functionName, versionBefore, versionAfter, medianBeforeMs, medianAfterMs } = regression;
    if (change.kind !== 'slower' || medianBeforeMs === undefined || medianAfterMs === undefined) return [];
    // Slower by less than a person can notice costs nobody anything.
    if (
      medianAfterMs * (1 - 1 / change.ratio) < LEAST_DIFFERENCE_MS &&
      change.moved.every(({ before, after }) => after - before < LEAST_DIFFERENCE_MS)
    )
      return [];
    const lastMs = finite(to.lastMs);
    return [
      {
        id: '',
        kind: 'cold-start',
        headline: 'INIT SLOWER',
        functionName,
        version: versionAfter,
        memorySizeMb: to.memorySizeMb > 0 ? to.memorySizeMb : undefined,
        why: `Cold starts of ${functionName} take ${timesWords(change.ratio)} as long since version ${versionAfter} (95 % interval ${timesWords(change.low)} to ${timesWords(change.high)}): the median init went from ${durationWords(medianBeforeMs)} to ${durationWords(medianAfterMs)}${whereWords(change)}.`,
        harm: 'users',
        certainty: 'shown',
        certaintyBecause: `Mann-Whitney p = ${change.p.toPrecision(2)} between ${countWords(regression.beforeCount)} inits of version ${versionBefore} and ${countWords(regression.afterCount)} of ${versionAfter}; what else changed on that day is not excluded`,
        affectedCount: regression.afterCount,
        exposedCount: to.invocationCount,
        shareLow: undefined,
        shareHigh: undefined,
        sinceMs: finite(regression.atMs),
        lastMs,
        weight: hurtPerMinute(regression.afterCount, finite(regression.atMs), lastMs),
        changedBeside: changedBeside(sections.changes, functionName, regression.atMs),
        next: explainCommand(summary),
        evidence: inits.slice(0, 5).map((init) => evidenceReference(summary, init.evidence)),
        facts: [
          { name: 'initsBefore', value: countWords(regression.beforeCount) },
          { name: 'initsAfter', value: countWords(regression.afterCount) },
          { name: 'initMedianBefore', value: durationWords(medianBeforeMs) },
          { name: 'initMedianAfter', value: durationWords(medianAfterMs) },
          { name: 'ratio', value: `${timesWords(change.ratio)} (95 % interval ${timesWords(change.low)} to ${timesWords(change.high)})` },
          ...change.moved.map(({ quantile, before, after, p }) => ({
            name: `p${Math.round(quantile * 100)}`,
            value: `${durationWords(before)} to ${durationWords(after)} (p = ${p.toPrecision(2)}, Holm)`,
          })),
        ],
        gates: ['cold', 'any'],
      } satisfies Finding,
    ];
  });
}

/** What a person can notice: 0.1 s (J. Nielsen, "Usability Engineering", 1993, chapter 5). */
const LEAST_DIFFERENCE_MS = 100;

interface ComparedPair {
  readonly regression: InitRegression;
  readonly to: ConfigurationSummary;
  /** Of the later version, slowest first. */
  readonly inits: readonly InitFact[];
}

function comparedPairs(summary: Summary): ComparedPair[] {
  const pairs: ComparedPair[] = [];
  for (const configurations of configurationsByFunction(summary).values()) {
    for (const ofSize of groupedBySize(configurations).values()) {
      const inOrder = ofSize.filter((each) => measuredInits(each).length > 0).sort((a, b) => a.firstMs - b.firstMs);
      for (let i = 1; i < inOrder.length; i++) pairs.push(comparedPair(inOrder[i - 1]!, inOrder[i]!));
    }
  }
  return pairs;
}

function groupedBySize(configurations: readonly ConfigurationSummary[]): Map<number, ConfigurationSummary[]> {
  const groups = new Map<number, ConfigurationSummary[]>();
  for (const each of configurations) groups.set(each.memorySizeMb, [...(groups.get(each.memorySizeMb) ?? []), each]);
  return groups;
}

function comparedPair(from: ConfigurationSummary, to: ConfigurationSummary): ComparedPair {
  const [before, after] = [measuredInits(from), measuredInits(to)];
  return {
    regression: {
      functionName: to.functionName,
      memorySizeMb: to.memorySizeMb,
      versionBefore: from.version,
      versionAfter: to.version,
      beforeCount: before.length,
      afterCount: after.length,
      medianBeforeMs: middleOf(before),
      medianAfterMs: middleOf(after),
      atMs: to.firstMs,
      change: judgeDurationChange(sampleOf(before.map(durationOf)), sampleOf(after.map(durationOf)), true),
    },
    to,
    inits: [...after].sort((a, b) => b.durationMs - a.durationMs),
  };
}

/** Inits whose time a line told: neither restores nor starts that failed. */
export function measuredInits(configuration: Pick<ConfigurationSummary, 'inits'>): InitFact[] {
  return configuration.inits.filter(
    ({ kind, durationMs, status }) => kind === 'on-demand' && durationMs > 0 && status !== 'error' && status !== 'timeout',
  );
}

function durationOf(init: InitFact): number {
  return init.durationMs;
}

function middleOf(inits: readonly InitFact[]): number | undefined {
  const sorted = Float64Array.from(inits, durationOf).sort();
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function timesWords(ratio: number): string {
  return `${ratio.toFixed(2)} times`;
}

/** Only where a part moved: "all of them" needs no words. */
function whereWords(change: Extract<DurationChange, { kind: 'slower' | 'faster' }>): string {
  const { moved } = change;
  if (moved.length === 0 || moved.length > 6) return '';
  return `; it shows at ${moved.map(({ quantile }) => `p${Math.round(quantile * 100)}`).join(', ')}, not everywhere`;
}
