/** The hours and ages that a summary keeps of one configuration, as the tests of its tail read them. */

import type { BucketCounts } from '../stats/bucket-counts.ts';
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { percentilesOf } from '../stats/percentiles.ts';
import { AGE_BANDS } from '../store/sandbox-ages.ts';
import type { ConfigurationSummary } from '../store/summary.ts';
import { configurationName } from './function-configurations.ts';
import type { ConfigurationName, CountedTimes, CourseSection, MemorySection } from './sections.ts';
import { judgeTailGrowth, type LatencyHour, type TailVerdict } from './tail-growth.ts';
import { type AgeVerdict, judgeAge, type LatencyCourse } from './tail-latency.ts';
import { countWords, durationWords, percentWords } from './wording.ts';

/** @param memory  what was found of the memory of all configurations */
export function latencyCourse(configuration: ConfigurationSummary, memory: readonly MemorySection[]): LatencyCourse {
  const name = configurationName(configuration);
  const growth = memoryByName(memory).get(keyOf(name))?.growth;
  const hours = [...configuration.hours.byHour]
    .sort(([a], [b]) => a - b)
    .map(
      ([hour, { warm, gcMs, gcCoveredCount, ageSums, ageCounts }]): LatencyHour => ({
        fromMs: hour * HOUR_MS,
        warm: warm.toHistogram(),
        ...(gcCoveredCount > 0 && { gcMs, gcCoveredCount }),
        ages: ageCounts.length === 0 ? NO_AGES : agesOf(ageSums, ageCounts),
      }),
    );
  const ages = configuration.ages.bands.map(({ warm }, band) => ({ fromInvocation: 2 ** band, warm: warm.toHistogram() }));
  return { ...name, hours, ages, ...(growth !== undefined && { growth }) };
}

/** Of most hours of most functions: nobody saw their sandboxes begin. */
const NO_AGES: NonNullable<LatencyHour['ages']> = [];

function agesOf(ageSums: Float64Array, ageCounts: Float64Array): NonNullable<LatencyHour['ages']> {
  return Array.from({ length: AGE_BANDS }, (_, band) => {
    const count = ageCounts[band] ?? 0;
    return { fromInvocation: 2 ** band, count, middle: (ageSums[band] ?? 0) / count };
  });
}

/** @returns undefined where there was no warm attempt */
export function courseSection(configuration: ConfigurationSummary, memory: readonly MemorySection[]): CourseSection | undefined {
  const course = latencyCourse(configuration, memory);
  const hours = course.hours.filter(({ warm }) => warm.total > 0);
  if (hours.length === 0) return undefined;
  const tail = judgeTailGrowth(course.hours, course.growth);
  const age = judgeAge(course.ages ?? [], course.hours);
  judged.set(configuration, { memory, tail, age });
  const section: CourseSection = {
    hours: hours.map(({ fromMs, warm, gcMs, gcCoveredCount }) => ({
      fromMs,
      ...timesOfHour(configuration.hours.byHour.get(fromMs / HOUR_MS)!.warm, warm),
      gcMsPerInvocation: gcMs === undefined || gcCoveredCount === undefined ? undefined : gcMs / gcCoveredCount,
    })),
    olderCount: configuration.hours.older?.warm.total ?? 0,
    ages: (course.ages ?? [])
      .filter(({ warm }) => warm.total > 0)
      .map(({ fromInvocation, warm }) => ({ fromInvocation, ...countedTimes(warm) })),
    tail: tail.kind,
    tailBecause: tailWords(tail),
    age: age.kind,
    ageBecause: ageWords(age),
  };
  // Read once: of a thousand configurations they would be a gigabyte of garbage in a minute of pictures.
  for (const { warm } of course.hours) DurationHistogram.giveBack(warm);
  for (const { warm } of course.ages ?? []) DurationHistogram.giveBack(warm);
  return section;
}

/**
 * What `courseSection` found: the findings of the same report need the hours themselves only where there is one.
 *
 * @returns undefined where it was not asked, or with another memory section
 */
export function judgedTail(
  configuration: ConfigurationSummary,
  memory: readonly MemorySection[],
): { readonly tail: TailVerdict; readonly age: AgeVerdict } | undefined {
  const known = judged.get(configuration);
  return known?.memory === memory ? known : undefined;
}

const judged = new WeakMap<
  ConfigurationSummary,
  { readonly memory: readonly MemorySection[]; readonly tail: TailVerdict; readonly age: AgeVerdict }
>();
const HOUR_MS = 3_600_000;

const byName = new WeakMap<readonly MemorySection[], ReadonlyMap<string, MemorySection>>();

function memoryByName(memory: readonly MemorySection[]): ReadonlyMap<string, MemorySection> {
  let named = byName.get(memory);
  if (named === undefined) {
    named = new Map(memory.map((section) => [keyOf(section), section]));
    byName.set(memory, named);
  }
  return named;
}

function keyOf({ functionName, version, memorySizeMb }: ConfigurationName): string {
  return `${functionName}\u0000${version}\u0000${memorySizeMb}`;
}

/** Every picture of a running analysis asks again for those of hours that have long passed. */
function timesOfHour(kept: BucketCounts, warm: LatencyHour['warm']): CountedTimes {
  const known = timesOfKept.get(kept);
  if (known?.count === kept.total) return known;
  const times = countedTimes(warm);
  timesOfKept.set(kept, times);
  return times;
}

/** Counts are only ever added: the same total are the same counts. */
const timesOfKept = new WeakMap<BucketCounts, CountedTimes>();

function countedTimes(warm: LatencyHour['warm']): CountedTimes {
  const { p50Ms, p99Ms } = percentilesOf(warm);
  return { count: warm.total, p50Ms: p50Ms?.value, p99Ms: p99Ms?.high === undefined ? undefined : p99Ms.value };
}

function tailWords(verdict: TailVerdict): string {
  switch (verdict.kind) {
    case 'tail-grew':
      return `p99 went from ${durationWords(verdict.before.p99Ms)} to ${durationWords(verdict.after.p99Ms)} (p = ${Number(verdict.p.toPrecision(2))})`;
    case 'all-slower':
      return `the median went from ${durationWords(verdict.before.p50Ms)} to ${durationWords(verdict.after.p50Ms)}, and the tail no further (p = ${Number(verdict.p.toPrecision(2))})`;
    case 'no-growth-shown':
      return verdict.detectableShare === undefined
        ? 'no share above the first p99 would have been shown'
        : `${percentWords(verdict.detectableShare)} above the p99 of the first ${verdict.before.hourCount} hours would have been shown in four of five cases`;
    case 'insufficient-data':
      return `needs ${verdict.missing}`;
    default:
      return verdict satisfies never;
  }
}

function ageWords(verdict: AgeVerdict): string {
  switch (verdict.kind) {
    case 'slower-with-age':
      return `p50 is ${durationWords(verdict.youngP50Ms)} in young sandboxes and ${durationWords(verdict.oldP50Ms)} from the ${countWords(verdict.fromInvocation)}th invocation on, p99 ${durationWords(verdict.youngP99Ms)} and ${durationWords(verdict.oldP99Ms)} (p = ${Number(verdict.p.toPrecision(2))})`;
    case 'age-or-clock':
      return `old sandboxes are slower, but ${verdict.because}`;
    case 'no-effect-shown':
      return 'old sandboxes are not shown to be slower than young ones';
    case 'insufficient-data':
      return `needs ${verdict.missing}`;
    default:
      return verdict satisfies never;
  }
}
