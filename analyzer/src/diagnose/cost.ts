/**
 * What the invocations in the input cost, and which part of it bought nothing: init, failures, retries.
 *
 * List prices from a dated table (prices.ts), free tier and savings plans left out. No log line names the
 * architecture: without `--arch` the sum is the x86 price, and the other one stands beside it.
 */
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { gbSeconds, pricedCount, usdPerGbSecond } from './compute-spend.ts';
import type { Finding } from './finding.ts';
import { configurationsByFunction, earliest, latest, UNNAMED_FUNCTION } from './function-configurations.ts';
import { explainCommand } from './next-command.ts';
import { dailyFigureBasis, observedHours, perDay } from './observed-span.ts';
import { type PowerSample, powerMatrix, powerTuningUrl } from './power-tuning.ts';
import { type Architecture, logIngestUsd, type PriceTable } from './prices.ts';
import type { CostSection, FunctionCost, Sections } from './sections.ts';
import { usdWords } from './usd-words.ts';
import { countWords, percentWords } from './wording.ts';

export function costSection(summary: Summary, prices: PriceTable, architecture?: Architecture): CostSection {
  return atOnce(costSteps(summary, prices, architecture));
}

/** As `costSection`. */
export function* costSteps(summary: Summary, prices: PriceTable, architecture?: Architecture): Steps<CostSection> {
  const rate = usdPerGbSecond(summary, prices, architecture ?? 'x86_64');
  const otherRate = usdPerGbSecond(summary, prices, architecture === 'arm64' ? 'x86_64' : 'arm64');
  const hours = observedHours(summary);
  const by = { summary, prices, architecture: architecture ?? 'x86_64', rate, otherRate, hours } as const;
  const functions = yield* mapInSteps([...configurationsByFunction(summary)], FUNCTIONS_A_STEP, ([functionName, configurations]) =>
    functionCost(functionName, configurations, by),
  );
  functions.sort((a, b) => b.usd - a.usd || (a.functionName < b.functionName ? -1 : 1));
  const totalUsd = functions.reduce((sum, each) => sum + each.usd, 0);
  return {
    currency: 'USD',
    priceTable: { asOf: prices.asOf, region: prices.region, source: prices.source },
    architecture: architecture ?? 'unknown',
    functions,
    totalUsd,
    perHourUsd: hours === undefined ? undefined : totalUsd / hours,
  };
}

const FUNCTIONS_A_STEP = 32;

export function costFindings(summary: Summary, sections: Pick<Sections, 'cost'>): Finding[] {
  const findings: Finding[] = [];
  for (const cost of sections.cost.functions) {
    const init = initBilledFinding(summary, cost);
    if (init !== undefined) findings.push(init);
  }
  return findings;
}

/**
 * Below three dollars a month a sentence about money costs its reader more than it saves. Our own judgement, the
 * same for every finding whose only harm is money.
 */
export const SMALLEST_USD_PER_DAY = 0.1;

/** A fifth of the bill for starting instead of working: where bundling or provisioned concurrency begins to pay. */
const LARGE_INIT_SHARE = 0.2;

/** The container to compare with: one small task as web services commonly run it. */
const CONTAINER_VCPU = 1;
const CONTAINER_GB = 2;
/** AWS Lambda Developer Guide, "Configure Lambda function memory": at 1,769 MB a function has one vCPU. */
const MB_PER_VCPU = 1769;

interface Reckoning {
  readonly summary: Summary;
  readonly prices: PriceTable;
  readonly architecture: Architecture;
  readonly rate: number;
  readonly otherRate: number;
  readonly hours: number | undefined;
}

function functionCost(functionName: string, configurations: readonly ConfigurationSummary[], by: Reckoning): FunctionCost {
  const sumOf = (of: (configuration: ConfigurationSummary) => number) => configurations.reduce((sum, each) => sum + of(each), 0);
  const requestUsd = by.prices.usdPerMillionRequests / 1e6;
  const compute = sumOf((each) => gbSeconds(each));
  const requestCount = sumOf((each) => each.invocationCount);
  const priced = sumOf(pricedCount);
  const usd = compute * by.rate + priced * requestUsd;
  // Sizes of an input that names no function may be those of several functions: beside each other they would advise wrongly.
  const rows = powerMatrix(functionName === UNNAMED_FUNCTION ? [] : powerSamples(configurations), (meanBilledMs, memorySizeMb) => ({
    computeUsd: (meanBilledMs / 1000) * (memorySizeMb / 1024) * by.rate,
    requestUsd,
  }));
  const retries = by.summary.retries.get(functionName);
  return {
    functionName,
    gbSeconds: compute,
    requestCount,
    unpricedCount: requestCount - priced,
    usd,
    usdOtherArchitecture: compute * by.otherRate + priced * requestUsd,
    initShare: compute > 0 ? sumOf((each) => gbSeconds(each, each.billedInitMsSum)) / compute : undefined,
    failedShare: compute > 0 ? sumOf((each) => gbSeconds(each, each.billedFailedMsSum)) / compute : undefined,
    // Which bill belongs to which attempt is not kept: a retry counts as dear as any other attempt.
    retryShare: retries === undefined || requestCount === 0 ? undefined : Math.min(1, retries.retryAttemptCount / requestCount),
    logIngestUsd: logIngestUsd(
      by.prices,
      sumOf((each) => each.logBytes),
    ),
    // Nothing billed was seen (Managed Instances, or no REPORT lines): that is not free of charge.
    perHourUsd: by.hours === undefined || priced === 0 ? undefined : usd / by.hours,
    powerMatrix: rows,
    powerTuningUrl: powerTuningUrl(rows, by.prices.usdPerMillionRequests),
    breakEven: breakEven(usd, priced, configurations, by),
  };
}

/** All versions of one size together: the matrix asks what a size costs, whatever code ran in it. Of one size nothing is asked. */
function powerSamples(configurations: readonly ConfigurationSummary[]): PowerSample[] {
  if (configurations.every(({ memorySizeMb }) => memorySizeMb === configurations[0]!.memorySizeMb)) return [];
  const bySize = new Map<number, { memorySizeMb: number; durations: DurationHistogram; billedCount: number; billedMsSum: number }>();
  for (const configuration of configurations) {
    const { memorySizeMb } = configuration;
    if (memorySizeMb <= 0) continue;
    let sample = bySize.get(memorySizeMb);
    if (sample === undefined) {
      sample = { memorySizeMb, durations: new DurationHistogram(), billedCount: 0, billedMsSum: 0 };
      bySize.set(memorySizeMb, sample);
    }
    sample.durations.merge(configuration.warm);
    sample.durations.merge(configuration.cold);
    sample.billedCount += configuration.billedCount;
    sample.billedMsSum += configuration.billedMsSum;
  }
  return [...bySize.values()];
}

function breakEven(usd: number, priced: number, configurations: readonly ConfigurationSummary[], by: Reckoning): FunctionCost['breakEven'] {
  if (priced === 0 || !(usd > 0)) return undefined;
  const price = by.prices.container[by.architecture];
  const containerUsdPerHour = CONTAINER_VCPU * price.usdPerVcpuHour + CONTAINER_GB * price.usdPerGbHour;
  const invocationsPerHour = containerUsdPerHour / (usd / priced);
  const billedMs = configurations.reduce((sum, each) => sum + (each.memorySizeMb > 0 ? each.billedMsSum : 0), 0);
  const vcpuMs = configurations.reduce((sum, each) => sum + each.billedMsSum * (each.memorySizeMb / MB_PER_VCPU), 0);
  const atOnce = (invocationsPerHour * (billedMs / priced)) / 3_600_000;
  const vcpusBought = (invocationsPerHour * (vcpuMs / priced)) / 3_600_000;
  const assumptions = [
    `${CONTAINER_VCPU} vCPU and ${CONTAINER_GB} GB, always on, on demand (${by.architecture}, ${by.prices.region}, ${by.prices.asOf})`,
    'without load balancer, network, logs, free tier or savings plan',
    ...(by.hours === undefined ? [] : [seenWords(priced / by.hours, invocationsPerHour)]),
    `${usdWords((usd / priced) * 1e6)} a million invocations`,
    `it would serve ${oneDigit(atOnce)} at once, which get ${oneDigit(vcpusBought)} vCPU on Lambda`,
  ];
  return { containerUsdPerHour, invocationsPerHour, assumptions };
}

function seenWords(seenPerHour: number, breakEvenPerHour: number): string {
  const cheaper = seenPerHour < breakEvenPerHour ? 'Lambda is cheaper' : 'the container is cheaper, if it can carry them';
  return `seen here ${countWords(seenPerHour)}: ${cheaper}`;
}

function initBilledFinding(summary: Summary, cost: FunctionCost): Finding | undefined {
  if (cost.initShare === undefined || cost.initShare < LARGE_INIT_SHARE) return undefined;
  const usdPerDay = perDay(cost.usd * cost.initShare, summary);
  if (usdPerDay === undefined || usdPerDay < SMALLEST_USD_PER_DAY) return undefined;
  return {
    ...moneyFinding(summary, cost, usdPerDay),
    kind: 'cold-start',
    headline: 'INIT BILLED',
    why: `${percentWords(cost.initShare)} of the compute that ${cost.functionName} is billed for is init and restore: about ${usdWords(usdPerDay)} a day.`,
    next: explainCommand(summary),
    facts: [
      { name: 'initShareOfBilled', value: percentWords(cost.initShare) },
      { name: 'initUsdPerDay', value: usdWords(usdPerDay) },
      ...priceFacts(cost),
    ],
  };
}

function moneyFinding(summary: Summary, cost: FunctionCost, usdPerDay: number) {
  const configurations = configurationsByFunction(summary).get(cost.functionName) ?? [];
  return {
    id: '',
    functionName: cost.functionName,
    version: undefined,
    memorySizeMb: undefined,
    harm: 'money',
    certainty: 'shown',
    certaintyBecause: `billed durations as Lambda printed them; ${dailyFigureBasis(summary)}`,
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: earliest(configurations),
    lastMs: latest(configurations),
    weight: usdPerDay,
    changedBeside: [],
    evidence: [],
    gates: [],
  } satisfies Partial<Finding>;
}

function priceFacts(cost: FunctionCost): Finding['facts'] {
  return [
    { name: 'gbSeconds', value: countWords(cost.gbSeconds) },
    { name: 'usd', value: usdWords(cost.usd) },
  ];
}

function oneDigit(value: number): string {
  return value < 10 ? value.toFixed(1) : countWords(value);
}
