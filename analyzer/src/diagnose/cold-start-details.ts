/** What stands beside the count of cold starts: why, slower than the version before or not, and what could be done. */
import type { AnalyzeSettings } from '../settings.ts';
import { mapInSteps, type Steps } from '../steps.ts';
import type { Summary } from '../store/summary.ts';
import { type ColdStartAdvice, coldStartAdvice } from './cold-start-advice.ts';
import { type ColdStartCause, coldStartCauses } from './cold-start-causes.ts';
import type { Finding } from './finding.ts';
import { type InitRegression, initRegressions } from './init-regression.ts';
import type { PriceTable } from './prices.ts';
import type { ColdStartCauseSection, ColdStartOptionSection, ColdStartSection, ConfigurationName, InitChangeSection } from './sections.ts';
import { usdWords } from './usd-words.ts';
import { countWords, durationWords, percentWords, plural, timeWords } from './wording.ts';

export function* withColdStartDetails(
  sections: readonly ColdStartSection[],
  summary: Summary,
  prices: PriceTable,
  { architecture }: AnalyzeSettings,
): Steps<ColdStartSection[]> {
  const causes = byName(coldStartCauses(summary));
  yield;
  const advice = byName(coldStartAdvice(summary, prices, architecture));
  yield;
  const changes = byName(
    initRegressions(summary).map((change) => {
      const { functionName, versionAfter: version, memorySizeMb } = change;
      return { functionName, version, memorySizeMb: memorySizeMb > 0 ? memorySizeMb : undefined, change };
    }),
  );
  yield;
  return yield* mapInSteps(sections, SECTIONS_A_STEP, (section) => {
    const own = causes.get(nameOf(section));
    const change = changes.get(nameOf(section))?.change;
    return {
      ...section,
      ...(own !== undefined && { causes: own.causes.map(causeSection), notTold: own.notTold }),
      ...(change !== undefined && { sinceVersionBefore: changeSection(change) }),
      ...adviceOf(advice.get(nameOf(section))),
    };
  });
}

/** @returns the finding; one about cold starts names their causes and what could be done about them */
export function withColdStartFacts(finding: Finding, sections: readonly ColdStartSection[]): Finding {
  if (finding.kind !== 'cold-start' && finding.kind !== 'cold-start-storm') return finding;
  const own = sections.find((section) => isOf(section, finding));
  if (own === undefined) return finding;
  return {
    ...finding,
    facts: [
      ...finding.facts,
      ...(own.causes ?? []).map(({ because }) => ({ name: 'cause', value: because })),
      ...(own.options ?? []).map((option) => ({ name: option.kind, value: optionWords(option) })),
    ],
  };
}

/** The reckoning and what it comes to a day; an effect that cannot be told says what is missing for it. */
export function optionWords({ missing, usdPerDay, arithmetic }: ColdStartOptionSection): string {
  const cost = usdPerDay === undefined ? '' : ` (${usdWords(Math.abs(usdPerDay))} a day ${usdPerDay < 0 ? 'less' : 'more'} than now)`;
  return `${arithmetic}${cost}${missing === undefined ? '' : `; its effect cannot be told without ${missing}`}`;
}

const SECTIONS_A_STEP = 64;

/** The first of each name. */
function byName<T extends ConfigurationName>(items: readonly T[]): ReadonlyMap<string, T> {
  const named = new Map<string, T>();
  for (const item of items) if (!named.has(nameOf(item))) named.set(nameOf(item), item);
  return named;
}

function nameOf({ functionName, version, memorySizeMb }: ConfigurationName): string {
  return `${functionName}\u0000${version}\u0000${memorySizeMb}`;
}

function isOf(
  a: ConfigurationName,
  b: { readonly functionName: string; readonly version: string | undefined; readonly memorySizeMb: number | undefined },
): boolean {
  return a.functionName === b.functionName && a.version === b.version && a.memorySizeMb === b.memorySizeMb;
}

function causeSection(cause: ColdStartCause): ColdStartCauseSection {
  switch (cause.kind) {
    case 'package':
      return {
        kind: cause.kind,
        name: cause.name,
        ms: cause.selfMs,
        shareOfStart: cause.shareOfStart,
        because: `${cause.name === '.' ? 'own code' : cause.name} takes ${durationWords(cause.selfMs)} of its own (${plural(cause.moduleCount, 'module')}, ${percentWords(cause.shareOfStart)} of a start)`,
      };
    case 'phase':
      return {
        kind: cause.kind,
        name: cause.phase,
        ms: cause.meanMs,
        shareOfStart: cause.shareOfStart,
        because: `${PHASE_WORDS[cause.phase]} takes ${durationWords(cause.meanMs)} (${percentWords(cause.shareOfStart)} of a start)`,
      };
    case 'storm': {
      const waited =
        cause.queueAge === undefined
          ? ''
          : `; the oldest waiting event was ${durationWords(cause.queueAge.oldestMs)} old at ${timeWords(cause.queueAge.atMs)}`;
      return {
        kind: cause.kind,
        ms: cause.queueAge?.oldestMs,
        because: `a new version or size at ${timeWords(cause.fromMs)}: ${plural(cause.coldCount, 'cold start')} in ${countWords(cause.invocationCount)} invocations within 5 min${waited}`,
      };
    }
    case 'two-modes':
      return {
        kind: cause.kind,
        ms: cause.slowMedian,
        because: `two kinds of init: ${percentWords(cause.slowShare)} take ${durationWords(cause.slowMedian)} in the middle, the others ${durationWords(cause.fastMedian)} (BIC ${cause.bicGain.toFixed(0)} better than one kind); container images do so while their layers are not yet on the worker, a zip does not by itself`,
      };
    default:
      return cause satisfies never;
  }
}

const PHASE_WORDS: Readonly<Record<'runtime' | 'agent' | 'handler', string>> = {
  runtime: 'what comes before our agent (runtime, extensions)',
  agent: 'our agent',
  handler: 'loading the handler',
};

function changeSection(regression: InitRegression): InitChangeSection {
  const { versionBefore, beforeCount, afterCount, change } = regression;
  const counts = { versionBefore, beforeCount, afterCount };
  if (change.kind === 'insufficient-data') return { ...counts, kind: change.kind, because: `needs ${change.missing}` };
  const { kind, ratio, low, high, p } = change;
  const size = `${ratio.toFixed(2)} times (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)}, p = ${Number(p.toPrecision(2))})`;
  if (kind !== 'no-change-shown') return { ...counts, kind, ratio, low, high, because: size };
  const { detectableRatio } = change;
  const detectable =
    detectableRatio === undefined
      ? 'no change would have been shown'
      : `${percentWords(detectableRatio - 1)} slower would have been shown in four of five cases`;
  return { ...counts, kind, ratio, low, high, detectableRatio, because: `${size}; ${detectable}` };
}

function adviceOf(advice: ColdStartAdvice | undefined): Pick<ColdStartSection, 'coldPerDay' | 'options'> {
  if (advice === undefined) return {};
  return {
    coldPerDay: advice.coldPerDay,
    options: advice.options.map(({ kind, effect, usdPerDay, arithmetic, next }) => ({
      kind,
      sparedMs: effect.kind === 'reckoned' ? effect.sparedMs : undefined,
      startsPerDay: effect.kind === 'reckoned' ? effect.startsPerDay : undefined,
      missing: effect.kind === 'reckoned' ? undefined : effect.missing,
      usdPerDay,
      arithmetic,
      next,
    })),
  };
}
