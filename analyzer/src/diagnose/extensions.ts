/**
 * What each extension or layer costs, by name, as far as log lines can tell it apart.
 *
 * Lambda prints one `extensionOverhead` for all extensions together, and no line says how long one of them took to
 * start. The overhead is one extension's own only when it is alone, and a difference of init is known only when the same
 * function also started without it at the same memory size; in every other case the report says what is mixed.
 */
import { percentilesOfSample } from '../stats/percentiles.ts';
import type { ConfigurationSummary, InitFact, Summary } from '../store/summary.ts';
import { changedBeside } from './changes.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { configurationsByFunction, earliest, latest } from './function-configurations.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { explainCommand, lambdaCommand } from './next-command.ts';
import type { ExtensionSection, Percentile, Sections } from './sections.ts';
import { countWords, durationWords, plural } from './wording.ts';

export function extensionSection(summary: Summary): ExtensionSection[] {
  return everyExtension(summary).map(({ functionName, name, configurations }) => {
    const carriers = configurations.filter(({ extensions }) => extensions.has(name));
    const overhead = overheadOf(carriers);
    const comparison = compareInits(configurations, name);
    return {
      functionName,
      name,
      sandboxCount: carriers.reduce((sum, { extensions }) => sum + (extensions.get(name) ?? 0), 0),
      meanOverheadMs: overhead.meanMs,
      initDifferenceMs: comparison.kind === 'compared' ? comparison.differenceMs : undefined,
      ...cannotSeparate([overhead.because, comparison.kind === 'compared' ? undefined : comparison.because]),
    };
  });
}

export function extensionFindings(summary: Summary, sections: Pick<Sections, 'changes'>): Finding[] {
  const findings: Finding[] = [];
  for (const { functionName, name, configurations } of everyExtension(summary)) {
    const comparison = compareInits(configurations, name);
    if (comparison.kind !== 'compared' || !isCostly(comparison)) continue;
    const carriers = configurations.filter(({ extensions }) => extensions.has(name));
    const sinceMs = earliest(carriers);
    const lastMs = latest(carriers);
    const { withIt, without } = comparison;
    findings.push({
      id: '',
      kind: 'extension-cost',
      headline: 'EXTENSION SLOWS STARTS',
      functionName,
      version: undefined,
      memorySizeMb: comparison.memorySizeMb,
      why: `Init of ${functionName} takes ${durationWords(withIt.p50.value)} at the median with ${name} (${plural(withIt.inits.length, 'start')}) and ${durationWords(without.p50.value)} without it (${plural(without.inits.length, 'start')}): ${durationWords(comparison.differenceMs)} more.`,
      harm: 'users',
      certainty: 'suspected',
      certaintyBecause: 'the 95 % intervals of both medians do not touch; what else differs between these versions is not known',
      affectedCount: withIt.inits.length,
      exposedCount: undefined,
      shareLow: undefined,
      shareHigh: undefined,
      sinceMs,
      lastMs,
      weight: hurtPerMinute(withIt.inits.length, sinceMs, lastMs),
      changedBeside: changedBeside(sections.changes, functionName, sinceMs),
      next: lambdaCommand('get-function-configuration', functionName) ?? explainCommand(summary),
      evidence: [...withIt.inits]
        .sort((a, b) => b.durationMs - a.durationMs)
        .slice(0, 5)
        .map(({ evidence }) => evidenceReference(summary, evidence)),
      facts: [
        { name: 'extension', value: name },
        { name: 'initP50With', value: `${durationWords(withIt.p50.value)} (n = ${countWords(withIt.inits.length)})` },
        { name: 'initP50Without', value: `${durationWords(without.p50.value)} (n = ${countWords(without.inits.length)})` },
        { name: 'difference', value: durationWords(comparison.differenceMs) },
      ],
      gates: ['cold', 'any'],
    });
  }
  return findings;
}

/** A tenth of a second is what a caller can notice (J. Nielsen, "Usability Engineering", 1993, chapter 5). */
const LEAST_DIFFERENCE_MS = 100;
/** An export's edge may cut a start in two, so that its init is seen without the line that names its extensions. */
const WHOLE_SHARE = 0.9;

interface Extension {
  readonly functionName: string;
  readonly name: string;
  /** All of the function, with and without it. */
  readonly configurations: readonly ConfigurationSummary[];
}

interface InitGroup {
  readonly inits: readonly InitFact[];
  readonly p50: Percentile;
}

type InitComparison =
  | {
      readonly kind: 'compared';
      readonly memorySizeMb: number;
      readonly differenceMs: number;
      readonly withIt: InitGroup;
      readonly without: InitGroup;
    }
  | { readonly kind: 'cannot-separate'; readonly because: string };

function everyExtension(summary: Summary): Extension[] {
  const found: Extension[] = [];
  for (const [functionName, configurations] of configurationsByFunction(summary)) {
    const names = new Set(configurations.flatMap(({ extensions }) => [...extensions.keys()]));
    for (const name of [...names].sort()) found.push({ functionName, name, configurations });
  }
  return found;
}

function overheadOf(carriers: readonly ConfigurationSummary[]): {
  readonly meanMs: number | undefined;
  readonly because: string | undefined;
} {
  const measured = carriers.filter(({ extensionOverheadCount }) => extensionOverheadCount > 0);
  if (measured.length === 0) return { meanMs: undefined, because: 'no line of this input tells extensionOverhead (JSON log format only)' };
  const alone = measured.filter(({ extensions }) => extensions.size === 1);
  const used = alone.length > 0 ? alone : measured;
  const count = used.reduce((sum, each) => sum + each.extensionOverheadCount, 0);
  const meanMs = used.reduce((sum, each) => sum + each.extensionOverheadMsSum, 0) / count;
  if (alone.length > 0) return { meanMs, because: undefined };
  const sharers = [...new Set(used.flatMap(({ extensions }) => [...extensions.keys()]))].sort();
  return { meanMs, because: `extensionOverhead is one figure for ${sharers.join(', ')} together` };
}

/** Within one memory size, the one with the most starts to compare; versions that have it in part are left out. */
function compareInits(configurations: readonly ConfigurationSummary[], name: string): InitComparison {
  const sizes = new Set(configurations.map(({ memorySizeMb }) => memorySizeMb));
  let best: (InitComparison & { readonly kind: 'compared' }) | undefined;
  let oneSided = true;
  for (const memorySizeMb of sizes) {
    const ofSize = configurations.filter((each) => each.memorySizeMb === memorySizeMb);
    const withIt = measuredInits(ofSize.filter((each) => (each.extensions.get(name) ?? 0) > 0 && !isPartial(each, name)));
    const without = measuredInits(ofSize.filter((each) => !each.extensions.has(name)));
    if (withIt.length > 0 && without.length > 0) oneSided = false;
    const here = medianOf(withIt);
    const there = medianOf(without);
    if (here === undefined || there === undefined) continue;
    if (best !== undefined && fewer(withIt, without) <= fewer(best.withIt.inits, best.without.inits)) continue;
    best = {
      kind: 'compared',
      memorySizeMb,
      differenceMs: here.value - there.value,
      withIt: { inits: withIt, p50: here },
      without: { inits: without, p50: there },
    };
  }
  if (best !== undefined) return best;
  const because = oneSided
    ? 'no memory size saw starts both with and without it, so its part of init cannot be separated'
    : 'too few starts with or without it: a median with its interval needs 6 of each';
  return { kind: 'cannot-separate', because };
}

/** Clearly fewer sandboxes registered it than started: some inits ran without it, and nothing tells which. */
function isPartial(configuration: ConfigurationSummary, name: string): boolean {
  const started = configuration.inits.filter(({ status }) => status !== 'error' && status !== 'timeout').length;
  return (configuration.extensions.get(name) ?? 0) < WHOLE_SHARE * started;
}

function measuredInits(configurations: readonly ConfigurationSummary[]): InitFact[] {
  return configurations.flatMap(({ inits }) =>
    inits.filter(({ kind, durationMs, status }) => kind === 'on-demand' && durationMs >= 0 && status !== 'error' && status !== 'timeout'),
  );
}

/** @returns undefined without both ends of its interval */
function medianOf(inits: readonly InitFact[]): Percentile | undefined {
  const p50 = inits.length === 0 ? undefined : percentilesOfSample(inits.map(({ durationMs }) => durationMs)).p50Ms;
  return p50?.low === undefined || p50.high === undefined ? undefined : p50;
}

function fewer(a: readonly unknown[], b: readonly unknown[]): number {
  return Math.min(a.length, b.length);
}

function isCostly({ withIt, without, differenceMs }: InitComparison & { readonly kind: 'compared' }): boolean {
  return differenceMs >= LEAST_DIFFERENCE_MS && withIt.p50.low! > without.p50.high!;
}

function cannotSeparate(reasons: readonly (string | undefined)[]): Pick<ExtensionSection, 'cannotSeparateBecause'> {
  const told = reasons.filter((reason) => reason !== undefined);
  return told.length === 0 ? {} : { cannotSeparateBecause: told.join('; ') };
}
