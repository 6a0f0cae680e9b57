/**
 * Cold starts of every kind: how many requests met one, how long it took, and whether anybody would have noticed.
 *
 * Counting REPORT lines that say `Init Duration` misses starts after a failed init, after a crash and from a snapshot.
 * What a kind is, and which of them a request waits for, stands in docs/cold-starts.md.
 */

import type { AnalyzeSettings } from '../settings.ts';
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { percentilesOf, percentilesOfSample } from '../stats/percentiles.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { InitTally } from '../store/agent-tally.ts';
import type { ConfigurationSummary, InitFact, InitKind, Summary } from '../store/summary.ts';
import { changedBeside } from './changes.ts';
import { isWaitedFor } from './cold-start-kinds.ts';
import { type ColdStartStorm, coldStartStorms } from './cold-start-storms.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';
import { configurationName, configurationsByFunction } from './function-configurations.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { explainCommand, lambdaCommand } from './next-command.ts';
import type { ColdStartSection, ConfigurationName, Percentiles, Sections, StartSplit } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { countWords, durationWords, oneInWords, plural, shareWords, timeWords } from './wording.ts';

export function coldStartSection(summary: Summary, _settings: AnalyzeSettings = {}): ColdStartSection[] {
  return atOnce(coldStartSteps(summary));
}

/** As `coldStartSection`. */
export function* coldStartSteps(summary: Summary): Steps<ColdStartSection[]> {
  const sections = yield* mapInSteps([...configurationsByFunction(summary).values()], FUNCTIONS_A_STEP, sectionsOf);
  return sections.flat();
}

const FUNCTIONS_A_STEP = 16;

function sectionsOf(configurations: readonly ConfigurationSummary[]): ColdStartSection[] {
  const sections: ColdStartSection[] = [];
  const storms = coldStartStorms(configurations);
  for (const configuration of configurations) {
    // Nobody waits for the start of a process that is there before its first request.
    if (configuration.agent !== undefined && configuration.agent.stretchCount > 0 && configuration.memorySizeMb === 0) continue;
    sections.push({
      ...configurationName(configuration),
      cold: shareInterval(waitedForCount(configuration), configuration.invocationCount),
      byKind: countByKind(configuration.inits),
      initMs: durationsOf(configuration.inits, 'on-demand'),
      restoreMs: durationsOf(configuration.inits, 'snapstart-restore'),
      initBilledMs: configuration.billedCount === 0 ? undefined : configuration.billedInitMsSum,
      failedInitCount: configuration.inits.filter((init) => init.status === 'error' || init.status === 'timeout').length,
      ...(configuration.agent !== undefined && configuration.agent.inits.count > 0 && { split: splitOf(configuration.agent.inits) }),
      p99Ms: boundedP99(warmAndCold(configuration))?.value,
      p99WithoutColdMs: boundedP99(configuration.warm)?.value,
      storms: storms
        .filter((storm) => storm.configuration === configuration)
        .map(({ fromMs, coldCount, invocationCount }) => ({ version: configuration.version, fromMs, coldCount, invocationCount })),
    });
  }
  return sections;
}

export function coldStartFindings(summary: Summary, sections: Pick<Sections, 'changes'>): Finding[] {
  const findings: Finding[] = [];
  for (const configurations of configurationsByFunction(summary).values()) {
    for (const configuration of configurations) {
      const finding = hurtingFinding(summary, sections, configuration);
      if (finding !== undefined) findings.push(finding);
    }
    for (const storm of coldStartStorms(configurations)) findings.push(stormFinding(summary, sections, storm));
  }
  return findings;
}

/** Cold starts are only worth a sentence when the slowest hundredth of all requests is at least this much slower for them … */
const LEAST_RATIO = 1.5;
/** … and by an amount that a person can notice: 0.1 s (J. Nielsen, "Usability Engineering", 1993, chapter 5). */
const LEAST_DIFFERENCE_MS = 100;

const MOST_PACKAGES = 10;

function splitOf({ splitCount, runtimeMs, agentMs, handlerMs, waitCount, waitMs, predecessors, packages }: InitTally): StartSplit {
  const mean = (sum: number): number => (splitCount === 0 ? 0 : sum / splitCount);
  return {
    startCount: splitCount,
    runtimeMs: mean(runtimeMs),
    agentMs: mean(agentMs),
    handlerMs: mean(handlerMs),
    waitMs: waitCount === 0 ? undefined : waitMs / waitCount,
    restartCount: (predecessors.get('idle') ?? 0) + (predecessors.get('died') ?? 0),
    packages: [...packages]
      .map(([name, { selfMs, moduleCount, startCount }]) => ({
        name,
        selfMs: selfMs / startCount,
        moduleCount: Math.round(moduleCount / startCount),
      }))
      .sort((a, b) => b.selfMs - a.selfMs || (a.name < b.name ? -1 : 1))
      .slice(0, MOST_PACKAGES),
  };
}

function hurtingFinding(summary: Summary, sections: Pick<Sections, 'changes'>, configuration: ConfigurationSummary): Finding | undefined {
  const all = boundedP99(warmAndCold(configuration));
  const warm = boundedP99(configuration.warm);
  if (all === undefined || warm === undefined) return undefined;
  if (all.value < LEAST_RATIO * warm.value || all.value - warm.value < LEAST_DIFFERENCE_MS) return undefined;
  const waited = configuration.inits.filter(isWaitedFor);
  const cold = shareInterval(waitedForCount(configuration), configuration.invocationCount);
  if (cold === undefined || cold.count === 0) return undefined;
  const apart = all.low > warm.high;
  const { sinceMs, lastMs } = spanOf(waited, configuration);
  const name = configurationName(configuration);
  const initMs = durationsOf(configuration.inits, 'on-demand') ?? durationsOf(configuration.inits, 'snapstart-restore');
  return {
    id: '',
    kind: 'cold-start',
    headline: 'COLD STARTS',
    ...name,
    why: `${oneInWords(cold.count, cold.of)} invocations of ${labelOf(name)} waited for a cold start${initMs?.p50Ms === undefined ? '' : ` (init p50 ${durationWords(initMs.p50Ms.value)})`}: p99 is ${durationWords(all.value)}, without them it would be ${durationWords(warm.value)}.`,
    harm: 'users',
    certainty: apart ? 'shown' : 'suspected',
    certaintyBecause: apart
      ? `the 95 % intervals of both p99 do not touch (n = ${countWords(configuration.warm.total + configuration.cold.total)})`
      : `the 95 % intervals of both p99 overlap (n = ${countWords(configuration.warm.total + configuration.cold.total)}): more invocations would tell`,
    affectedCount: cold.count,
    exposedCount: cold.of,
    shareLow: cold.low,
    shareHigh: cold.high,
    sinceMs,
    lastMs,
    weight: hurtPerMinute(cold.count, sinceMs, lastMs),
    changedBeside: changedBeside(sections.changes, configuration.functionName, sinceMs),
    next: provisionCommand(configuration) ?? explainCommand(summary),
    evidence: slowest(waited).map((init) => evidenceReference(summary, init.evidence)),
    facts: [
      { name: 'coldStarts', value: shareWords(cold) },
      { name: 'p99', value: durationWords(all.value) },
      { name: 'p99WithoutColdStarts', value: durationWords(warm.value) },
      ...percentileFacts(initMs),
      ...kindFacts(configuration.inits),
    ],
    gates: ['cold', 'any'],
  };
}

function stormFinding(summary: Summary, sections: Pick<Sections, 'changes'>, storm: ColdStartStorm): Finding {
  const { configuration } = storm;
  const name = configurationName(configuration);
  return {
    id: '',
    kind: 'cold-start-storm',
    headline: 'COLD START STORM',
    ...name,
    why: `${plural(storm.coldCount, 'cold start')} in ${countWords(storm.invocationCount)} invocations within 5 minutes of the first event of ${labelOf(name)} at ${timeWords(storm.fromMs)}; at other times ${storm.otherColdCount === 0 ? 'none' : oneInWords(storm.otherColdCount, storm.otherInvocationCount)} started cold.`,
    harm: 'users',
    certainty: 'shown',
    certaintyBecause: `the share is at least ${(storm.share.low / Math.max(storm.otherShareHigh, Number.MIN_VALUE)).toFixed(1)} times that of the rest, 95 % intervals apart`,
    affectedCount: storm.coldCount,
    exposedCount: storm.invocationCount,
    shareLow: storm.share.low,
    shareHigh: storm.share.high,
    sinceMs: storm.fromMs,
    lastMs: storm.toMs,
    weight: hurtPerMinute(storm.coldCount, storm.fromMs, storm.toMs),
    changedBeside: changedBeside(sections.changes, configuration.functionName, storm.fromMs),
    next: explainCommand(summary),
    evidence: slowest(storm.inits).map((init) => evidenceReference(summary, init.evidence)),
    facts: [
      { name: 'coldStartsInStorm', value: shareWords(storm.share) },
      { name: 'coldStartsAtOtherTimes', value: `${countWords(storm.otherColdCount)} of ${countWords(storm.otherInvocationCount)}` },
      ...percentileFacts(durationsOf(storm.inits, 'on-demand')),
    ],
    gates: ['cold', 'any'],
  };
}

/** A request that waited is counted once, even when the export shows its init and not its invocation. */
function waitedForCount(configuration: ConfigurationSummary): number {
  let count = 0;
  for (const init of configuration.inits) if (isWaitedFor(init)) count++;
  return Math.min(count, configuration.invocationCount);
}

function warmAndCold(configuration: ConfigurationSummary): DurationHistogram {
  if (configuration.cold.total === 0) return configuration.warm;
  const both = new DurationHistogram();
  both.merge(configuration.warm);
  both.merge(configuration.cold);
  return both;
}

/** Two p99 are only held against each other where both have an interval with two ends: from 368 invocations on. */
function boundedP99(histogram: DurationHistogram): { readonly value: number; readonly low: number; readonly high: number } | undefined {
  const { p99Ms } = percentilesOf(histogram);
  if (p99Ms?.low === undefined || p99Ms.high === undefined) return undefined;
  return { value: p99Ms.value, low: p99Ms.low, high: p99Ms.high };
}

function durationsOf(inits: readonly InitFact[], kind: InitKind): Percentiles | undefined {
  const durations = inits.filter((init) => init.kind === kind && init.durationMs >= 0).map((init) => init.durationMs);
  return durations.length === 0 ? undefined : percentilesOfSample(durations);
}

function countByKind(inits: readonly InitFact[]): Partial<Record<InitKind, number>> {
  const counts: Partial<Record<InitKind, number>> = {};
  for (const init of inits) counts[init.kind] = (counts[init.kind] ?? 0) + 1;
  return counts;
}

function spanOf(
  inits: readonly InitFact[],
  configuration: ConfigurationSummary,
): { sinceMs: number | undefined; lastMs: number | undefined } {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { atMs } of inits) {
    if (atMs < first) first = atMs;
    if (atMs > last) last = atMs;
  }
  if (first <= last) return { sinceMs: first, lastMs: last };
  return {
    sinceMs: finite(configuration.firstMs),
    lastMs: finite(configuration.lastMs),
  };
}

function slowest(inits: readonly InitFact[]): InitFact[] {
  const durationOf = (init: InitFact) => (init.durationMs >= 0 ? init.durationMs : -1);
  return [...inits].sort((a, b) => durationOf(b) - durationOf(a)).slice(0, 5);
}

/** Only a published version can hold warm sandboxes ready; as many as were busy at once in the busiest minute. */
function provisionCommand(configuration: ConfigurationSummary): string | undefined {
  if (!/^\d+$/.test(configuration.version)) return undefined;
  const command = lambdaCommand('put-provisioned-concurrency-config', configuration.functionName);
  if (command === undefined) return undefined;
  const { minutes } = configuration;
  let busiest = 0;
  for (let i = 0; i < minutes.length; i++) busiest = Math.max(busiest, minutes.busyMs[i]! / 60_000);
  return `${command} --qualifier ${configuration.version} --provisioned-concurrent-executions ${Math.max(1, Math.ceil(busiest))}`;
}

function percentileFacts(durations: Percentiles | undefined): Finding['facts'] {
  if (durations === undefined) return [];
  const { sampleCount, p50Ms, p90Ms, p99Ms } = durations;
  return [
    { name: 'initSampleCount', value: countWords(sampleCount) },
    ...(p50Ms === undefined ? [] : [{ name: 'initP50', value: durationWords(p50Ms.value) }]),
    ...(p90Ms === undefined ? [] : [{ name: 'initP90', value: durationWords(p90Ms.value) }]),
    ...(p99Ms === undefined ? [] : [{ name: 'initP99', value: durationWords(p99Ms.value) }]),
  ];
}

function kindFacts(inits: readonly InitFact[]): Finding['facts'] {
  return Object.entries(countByKind(inits)).map(([kind, count]) => ({ name: `${kind}Starts`, value: countWords(count) }));
}

function labelOf(name: ConfigurationName): string {
  return `${name.functionName} ${name.version === '?' ? '' : `version ${name.version}`}`.trim();
}
