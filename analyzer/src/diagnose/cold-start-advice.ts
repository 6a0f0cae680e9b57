/**
 * What could be done about cold starts, with the arithmetic from the user's own data and what it costs.
 *
 * Every option says what it would have spared in this input and per day, or what is missing to say so. Nothing is
 * recommended by habit: "more memory" is only reckoned where two memory sizes were seen, because init is not always bound
 * by the processor; another architecture has a known price and an unknown speed.
 */
import { sampleOf } from '../stats/weighted-sample.ts';
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { isWaitedFor } from './cold-start-kinds.ts';
import { gbSeconds } from './compute-spend.ts';
import { judgeDurationChange, LEAST_VALUES } from './duration-change.ts';
import { configurationName, configurationsByFunction } from './function-configurations.ts';
import { measuredInits } from './init-regression.ts';
import { lambdaCommand, setMemoryCommand } from './next-command.ts';
import { observedHours } from './observed-span.ts';
import { type Architecture, gbSecondsOf, type PriceTable, type ProvisionedPrice } from './prices.ts';
import type { ConfigurationName } from './sections.ts';
import { usdWords } from './usd-words.ts';
import { countWords, durationWords } from './wording.ts';

export const COLD_START_OPTIONS = ['provisioned-concurrency', 'lazy-load', 'bundle', 'more-memory', 'other-architecture'] as const;

export interface ColdStartOption {
  readonly kind: (typeof COLD_START_OPTIONS)[number];
  readonly effect:
    | { readonly kind: 'reckoned' /** Of each start that it touches. */; readonly sparedMs: number; readonly startsPerDay: number }
    | { readonly kind: 'cannot-tell'; readonly missing: string };
  /** More (or, below 0, less) a day than now; undefined where that cannot be told either. */
  readonly usdPerDay: number | undefined;
  /** The whole reckoning in one sentence, every number of it from this input or the price table. */
  readonly arithmetic: string;
  readonly next: string | undefined;
}

export interface ColdStartAdvice extends ConfigurationName {
  readonly coldPerDay: number;
  readonly initMedianMs: number;
  readonly options: readonly ColdStartOption[];
}

/** @returns configurations with cold starts that somebody waited for, seen for five minutes or more */
export function coldStartAdvice(summary: Summary, prices: PriceTable, architecture: Architecture = 'x86_64'): ColdStartAdvice[] {
  const hours = observedHours(summary);
  if (hours === undefined) return [];
  return [...configurationsByFunction(summary).values()].flatMap((configurations) =>
    configurations.flatMap((configuration) => {
      const waited = configuration.inits.filter(isWaitedFor).length;
      const inits = measuredInits(configuration).map(({ durationMs }) => durationMs);
      if (waited === 0 || inits.length === 0 || !(configuration.memorySizeMb > 0)) return [];
      const seen: Seen = {
        configuration,
        configurations,
        days: hours / 24,
        coldPerDay: (waited / hours) * 24,
        initMedianMs: middle(inits),
        usdPerGbSecond: prices.compute[architecture][0]!.usdPerGbSecond,
      };
      return [
        {
          ...configurationName(configuration),
          coldPerDay: seen.coldPerDay,
          initMedianMs: seen.initMedianMs,
          options: [
            provisionedOption(seen, prices.provisioned[architecture]),
            ...packageOptions(seen),
            memoryOption(seen),
            architectureOption(seen, prices, architecture),
          ],
        },
      ];
    }),
  );
}

interface Seen {
  readonly configuration: ConfigurationSummary;
  /** All of the function. */
  readonly configurations: readonly ConfigurationSummary[];
  readonly days: number;
  readonly coldPerDay: number;
  readonly initMedianMs: number;
  readonly usdPerGbSecond: number;
}

const SECONDS_A_DAY = 86_400;
/** A package whose own time a person could notice in the sum of a start: a tenth of Nielsen's 0.1 s. Our own judgement. */
const LEAST_PACKAGE_MS = 10;
/** Each file costs a look at the disk; below this the sum is lost in the noise of a start. Our own judgement. */
const MANY_MODULES = 100;

function provisionedOption(
  { configuration, days, coldPerDay, initMedianMs, usdPerGbSecond }: Seen,
  price: ProvisionedPrice,
): ColdStartOption {
  const atOnce = busiestAtOnce(configuration);
  const gb = configuration.memorySizeMb / 1024;
  const ready = atOnce * gb * SECONDS_A_DAY * price.usdPerGbSecondReady;
  // What runs on it is cheaper by the difference; its init is no longer billed with an invocation.
  const workPerDay = gbSeconds(configuration, configuration.billedMsSum - configuration.billedInitMsSum) / days;
  const cheaper = workPerDay * (usdPerGbSecond - price.usdPerGbSecondBusy);
  const initPerDay = (gbSeconds(configuration, configuration.billedInitMsSum) / days) * usdPerGbSecond;
  const usdPerDay = ready - cheaper - initPerDay;
  const isPublished = /^\d+$/.test(configuration.version);
  const command = isPublished ? lambdaCommand('put-provisioned-concurrency-config', configuration.functionName) : undefined;
  return {
    kind: 'provisioned-concurrency',
    effect: { kind: 'reckoned', sparedMs: initMedianMs, startsPerDay: coldPerDay },
    usdPerDay,
    arithmetic: `${countWords(atOnce)} ready (the busiest minute) x ${gb.toFixed(2)} GB x 86,400 s x ${price.usdPerGbSecondReady} = ${usdWords(ready)} a day, less ${usdWords(cheaper)} for cheaper work and ${usdWords(initPerDay)} of billed init: at most ${countWords(coldPerDay)} starts a day no longer wait ${durationWords(initMedianMs)}`,
    next:
      command === undefined ? undefined : `${command} --qualifier ${configuration.version} --provisioned-concurrent-executions ${atOnce}`,
  };
}

function packageOptions({ configuration, coldPerDay, usdPerGbSecond }: Seen): ColdStartOption[] {
  const inits = configuration.agent?.inits;
  if (inits === undefined || inits.splitCount === 0 || inits.packages.size === 0) {
    return [
      {
        kind: 'lazy-load',
        effect: { kind: 'cannot-tell', missing: 'own time of the packages: only the agent sees it' },
        usdPerDay: undefined,
        arithmetic: 'an init of unknown inside cannot be taken apart',
        next: 'nightlight layer --help',
      },
    ];
  }
  const usdOf = (ms: number, starts: number) => gbSecondsOf(ms * starts, configuration.memorySizeMb) * usdPerGbSecond;
  const packages = [...inits.packages].map(([name, { selfMs, moduleCount, startCount }]) => ({
    name,
    selfMs: selfMs / startCount,
    modules: moduleCount / startCount,
    part: startCount / inits.splitCount,
  }));
  const [heaviest] = packages.filter(({ selfMs }) => selfMs >= LEAST_PACKAGE_MS).sort((a, b) => b.selfMs * b.part - a.selfMs * a.part);
  const modules = packages.reduce((sum, each) => sum + each.modules * each.part, 0);
  const options: ColdStartOption[] = [];
  if (heaviest !== undefined) {
    const starts = coldPerDay * Math.min(1, heaviest.part);
    options.push({
      kind: 'lazy-load',
      effect: { kind: 'reckoned', sparedMs: heaviest.selfMs, startsPerDay: starts },
      usdPerDay: -usdOf(heaviest.selfMs, starts),
      arithmetic: `${heaviest.name} takes ${durationWords(heaviest.selfMs)} of its own in ${countWords(starts)} starts a day; loaded when first needed, a start is shorter by that, and the first request that needs it longer`,
      next: undefined,
    });
  }
  if (modules >= MANY_MODULES) {
    options.push({
      kind: 'bundle',
      effect: {
        kind: 'cannot-tell',
        missing: 'a start of the bundled function: compare its version (nightlight compare --version-before … --version-after …)',
      },
      usdPerDay: undefined,
      arithmetic: `a start loads ${countWords(modules)} modules; one file in their place spares their look-ups, not their own work`,
      next: undefined,
    });
  }
  return options;
}

/** Only from what this function itself showed at another size. */
function memoryOption({ configuration, configurations, coldPerDay }: Seen): ColdStartOption {
  const own = sampleOf(measuredInits(configuration).map(({ durationMs }) => durationMs));
  const larger = configurations
    .filter((each) => each.memorySizeMb > configuration.memorySizeMb && measuredInits(each).length >= LEAST_VALUES && each.billedCount > 0)
    .sort((a, b) => a.memorySizeMb - b.memorySizeMb)[0];
  const unknown = (missing: string): ColdStartOption => ({
    kind: 'more-memory',
    effect: { kind: 'cannot-tell', missing },
    usdPerDay: undefined,
    arithmetic: `processor time grows with memory, but nothing here shows that this init waits for it`,
    next: setMemoryCommand(configuration.functionName, configuration.memorySizeMb * 2),
  });
  if (larger === undefined)
    return unknown(`${LEAST_VALUES} inits at a larger size; only ${countWords(configuration.memorySizeMb)} MB was seen`);
  const change = judgeDurationChange(own, sampleOf(measuredInits(larger).map(({ durationMs }) => durationMs)));
  if (change.kind === 'insufficient-data') return unknown(change.missing);
  const perInvocation = (each: ConfigurationSummary) => gbSeconds(each) / each.billedCount;
  const ratio = configuration.billedCount === 0 ? undefined : perInvocation(larger) / perInvocation(configuration);
  const medianMs = middle(measuredInits(configuration).map(({ durationMs }) => durationMs));
  const sparedMs = change.kind === 'faster' ? medianMs * (1 - change.ratio) : 0;
  return {
    kind: 'more-memory',
    effect: { kind: 'reckoned', sparedMs, startsPerDay: coldPerDay },
    usdPerDay: undefined,
    arithmetic: `at ${countWords(larger.memorySizeMb)} MB an init took ${change.ratio.toFixed(2)} times as long as at ${countWords(configuration.memorySizeMb)} MB (95 % interval ${change.low.toFixed(2)} to ${change.high.toFixed(2)})${ratio === undefined ? '' : `, and an invocation cost ${ratio.toFixed(2)} times as much`}`,
    next: change.kind === 'faster' ? setMemoryCommand(configuration.functionName, larger.memorySizeMb) : undefined,
  };
}

function architectureOption({ configuration, days }: Seen, prices: PriceTable, architecture: Architecture): ColdStartOption {
  const other = architecture === 'arm64' ? 'x86_64' : 'arm64';
  const difference = prices.compute[other][0]!.usdPerGbSecond - prices.compute[architecture][0]!.usdPerGbSecond;
  const perDay = gbSeconds(configuration) / days;
  return {
    kind: 'other-architecture',
    effect: { kind: 'cannot-tell', missing: `a start on ${other}: no log line names the architecture, and its speed is not in its price` },
    usdPerDay: perDay * difference,
    arithmetic: `${countWords(perDay)} GB-seconds a day at ${other} are ${usdWords(Math.abs(perDay * difference))} ${difference < 0 ? 'less' : 'more'}, if it takes as long; every native package must exist for it`,
    next: undefined,
  };
}

/** Invocations at once in the busiest minute, rounded up. */
function busiestAtOnce({ minutes }: ConfigurationSummary): number {
  let busiest = 0;
  for (let i = 0; i < minutes.length; i++) busiest = Math.max(busiest, minutes.busyMs[i]! / 60_000);
  return Math.max(1, Math.ceil(busiest));
}

function middle(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}
