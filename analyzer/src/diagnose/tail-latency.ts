/**
 * Findings about the slowest requests of hours and of old sandboxes.
 *
 * A sandbox grows old while the clock runs, so "slower since noon" and "slower with age" look alike on a chart. Age is
 * told where old sandboxes are slower than the young ones of the same hour: a restart mends it, and waiting does not.
 */

import { binomialAtLeast } from '../stats/binomial-tails.ts';
import type { DurationHistogram } from '../stats/duration-histogram.ts';
import { exceedanceOf } from '../stats/exceedance.ts';
import { mannWhitney } from '../stats/mann-whitney.ts';
import { rateRatio } from '../stats/rate-ratio.ts';
import { countAboveValue, quantileOf, sampleOfHistogram } from '../stats/weighted-sample.ts';
import type { Summary } from '../store/summary.ts';
import { changedBeside } from './changes.ts';
import type { Finding } from './finding.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { latencyFindings } from './latency.ts';
import { judgedTail, latencyCourse } from './latency-courses.ts';
import { explainCommand } from './next-command.ts';
import type { ConfigurationName, GrowthVerdict, Sections } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { judgeTailGrowth, type LatencyHour, type TailVerdict } from './tail-growth.ts';
import { countWords, durationWords, percentWords, shareWords } from './wording.ts';

/** What is known of one configuration's latency beside its totals. */
export interface LatencyCourse extends ConfigurationName {
  /** In order of time. */
  readonly hours: readonly LatencyHour[];
  /** Youngest band first; absent where ages are not kept. */
  readonly ages?: readonly AgeBand[];
  readonly growth?: GrowthVerdict;
}

/** The invocations of all sandboxes from their n-th on, up to the next band. */
export interface AgeBand {
  readonly fromInvocation: number;
  readonly warm: DurationHistogram;
}

export type AgeVerdict =
  | {
      readonly kind: 'slower-with-age';
      readonly fromInvocation: number;
      readonly youngP50Ms: number;
      readonly oldP50Ms: number;
      readonly youngP99Ms: number;
      readonly oldP99Ms: number;
      readonly p: number;
    }
  /** Old sandboxes are slower, and so were the hours in which sandboxes were old: nothing tells the two apart. */
  | { readonly kind: 'age-or-clock'; readonly because: string }
  | { readonly kind: 'no-effect-shown' }
  | { readonly kind: 'insufficient-data'; readonly missing: string };

/**
 * The oldest band that holds enough against the youngest one that does; the very first invocations warm caches.
 *
 * @param hours  with the ages of their sandboxes: within one hour the clock is the same for young and old. Absent where
 *               nothing but the bands is known
 */
export function judgeAge(bands: readonly AgeBand[], hours?: readonly LatencyHour[]): AgeVerdict {
  const enough = bands.filter(({ fromInvocation, warm }) => fromInvocation >= SETTLED_FROM && warm.total >= LEAST_IN_BAND);
  const [young, old] = [enough[0], enough.at(-1)];
  if (young === undefined || old === undefined || young === old) {
    return { kind: 'insufficient-data', missing: `two ages of sandboxes with ${LEAST_IN_BAND} invocations each, found ${enough.length}` };
  }
  const [from, to] = [sampleOfHistogram(young.warm), sampleOfHistogram(old.warm)];
  // Two questions, the middle and the tail, so each at half the level.
  const p = Math.min(1, 2 * Math.min(mannWhitney(from, to)!.greater, exceedanceOf(from, to, 0.99)!.p));
  const told = {
    youngP50Ms: quantileOf(from, 0.5),
    oldP50Ms: quantileOf(to, 0.5),
    youngP99Ms: quantileOf(from, 0.99),
    oldP99Ms: quantileOf(to, 0.99),
  };
  const matters = told.oldP50Ms >= LEAST_MIDDLE_RATIO * told.youngP50Ms || told.oldP99Ms >= LEAST_TAIL_RATIO * told.youngP99Ms;
  if (p > LEVEL || !matters) return { kind: 'no-effect-shown' };
  const sameHour = hours === undefined ? undefined : withinHours(hours);
  if (sameHour !== undefined && sameHour.p > LEVEL_WITHIN_HOURS) {
    const because =
      sameHour.of < LEAST_HOURS_WITH_BOTH
        ? `young and old ones served side by side in only ${sameHour.of} hours, too few to tell age from the clock`
        : `within one hour they were slower than the young ones in only ${sameHour.slower} of ${sameHour.of} hours: the clock explains it as well`;
    return { kind: 'age-or-clock', because };
  }
  return { kind: 'slower-with-age', fromInvocation: old.fromInvocation, ...told, p };
}

/** Hours in which old sandboxes were slower than the young ones of the same hour: a sign test. */
function withinHours(hours: readonly LatencyHour[]): { readonly slower: number; readonly of: number; readonly p: number } {
  let [slower, of] = [0, 0];
  for (const { ages = [] } of hours) {
    const enough = ages.filter(({ fromInvocation, count }) => fromInvocation >= SETTLED_FROM && count >= LEAST_IN_HOUR);
    const [young, old] = [enough[0], enough.at(-1)];
    if (young === undefined || old === undefined || old.fromInvocation < LEAST_AGE_RATIO * young.fromInvocation) continue;
    of++;
    if (old.middle > young.middle) slower++;
  }
  return { slower, of, p: of === 0 ? 1 : binomialAtLeast(slower, of, 0.5) };
}

export function tailFindings(summary: Summary, courses: readonly LatencyCourse[], sections: Pick<Sections, 'changes'>): Finding[] {
  return courses.flatMap((course) => {
    const verdict = judgeTailGrowth(course.hours, course.growth);
    const age = judgeAge(course.ages ?? [], course.hours.some(({ ages }) => ages !== undefined) ? course.hours : undefined);
    if (verdict.kind === 'tail-grew') return [tailFinding(summary, course, verdict, age, sections)];
    return isNoticed(age) ? [ageFinding(summary, course, age, sections)] : [];
  });
}

/** By itself age is worth a sentence only where a person would notice it. */
function isNoticed(age: AgeVerdict): age is Extract<AgeVerdict, { kind: 'slower-with-age' }> {
  return age.kind === 'slower-with-age' && age.oldP99Ms - age.youngP99Ms >= LEAST_DIFFERENCE_MS;
}

/**
 * Everything that is to be said of slow requests: a tail that grew is not told a second time as a long one.
 *
 * @param memory  what was found of the memory of all configurations
 */
export function slowTailFindings(summary: Summary, sections: Pick<Sections, 'changes' | 'memory'>): Finding[] {
  // One configuration after the other: the hours of all of them at once would be hundreds of megabytes.
  const grown = [...summary.configurations.values()].flatMap((configuration) => {
    const judged = judgedTail(configuration, sections.memory);
    const isNothing = judged !== undefined && judged.tail.kind !== 'tail-grew' && !isNoticed(judged.age);
    return isNothing ? [] : tailFindings(summary, [latencyCourse(configuration, sections.memory)], sections);
  });
  const isTold = (finding: Finding) =>
    grown.some(
      ({ functionName, version, memorySizeMb }) =>
        functionName === finding.functionName && version === finding.version && memorySizeMb === finding.memorySizeMb,
    );
  return [...grown, ...latencyFindings(summary, sections).filter((finding) => !isTold(finding))];
}

const LEVEL = 0.001;
/** What a person can notice: 0.1 s (J. Nielsen, "Usability Engineering", 1993, chapter 5). */
const LEAST_DIFFERENCE_MS = 100;
const LEAST_IN_BAND = 368;
/** Lazy loading and first compilation are over by then. */
const SETTLED_FROM = 8;
/** Fewer cannot reach the level below, even when all of them agree. */
const LEAST_HOURS_WITH_BOTH = 5;
const LEVEL_WITHIN_HOURS = 0.05;
const LEAST_IN_HOUR = 20;
const LEAST_AGE_RATIO = 4;
const LEAST_MIDDLE_RATIO = 1.05;
const LEAST_TAIL_RATIO = 1.25;

function tailFinding(
  summary: Summary,
  { functionName, version, memorySizeMb, hours }: LatencyCourse,
  verdict: Extract<TailVerdict, { kind: 'tail-grew' }>,
  age: AgeVerdict,
  sections: Pick<Sections, 'changes'>,
): Finding {
  const { before, after, exceedance, pressure, middle, dispersion } = verdict;
  const share = shareInterval(exceedance.laterAbove, exceedance.laterTotal)!;
  const { ratio } = rateRatio(
    { count: exceedance.earlierAbove, of: exceedance.earlierTotal },
    { count: exceedance.laterAbove, of: exceedance.laterTotal },
  )!;
  const lastMs = hours.at(-1)!.fromMs + HOUR_MS;
  return {
    id: '',
    kind: 'slow-tail',
    headline: 'TAIL GREW',
    functionName,
    version,
    memorySizeMb,
    why: `${percentWords(share.share)} of the warm invocations of ${functionName} in the last ${after.hourCount} hours took longer than ${durationWords(exceedance.limit)}, which 1 in 100 did at first: p99 went from ${durationWords(before.p99Ms)} to ${durationWords(after.p99Ms)}${MIDDLE_WORDS[middle]}${age.kind === 'slower-with-age' ? `. It comes with the age of a sandbox: p99 is ${durationWords(age.youngP99Ms)} in young ones and ${durationWords(age.oldP99Ms)} from the ${countWords(age.fromInvocation)}th invocation on` : ''}${pressure.kind === 'claimed' ? `. Memory pressure: ${pressure.because}` : ''}.`,
    harm: 'users',
    certainty: 'shown',
    certaintyBecause: `p = ${Number(verdict.p.toPrecision(2))}, the larger of an exact test and one by hours (they vary ${dispersion.toFixed(1)} times as much as independent requests)${pressure.kind === 'not-claimed' ? `; not laid to memory: ${pressure.because}` : ''}`,
    affectedCount: share.count,
    exposedCount: share.of,
    shareLow: share.low,
    shareHigh: share.high,
    sinceMs: after.fromMs,
    lastMs,
    weight: hurtPerMinute(share.count, after.fromMs, lastMs),
    changedBeside: changedBeside(sections.changes, functionName, after.fromMs),
    next: explainCommand(summary),
    evidence: [],
    facts: [
      {
        name: 'firstHoursP50AndP99',
        value: `${durationWords(before.p50Ms)}, ${durationWords(before.p99Ms)} (n = ${countWords(before.count)})`,
      },
      {
        name: 'lastHoursP50AndP99',
        value: `${durationWords(after.p50Ms)}, ${durationWords(after.p99Ms)} (n = ${countWords(after.count)})`,
      },
      { name: 'aboveTheFirstP99', value: shareWords(share) },
      ...(ratio === undefined ? [] : [{ name: 'timesAsManyAsAtFirst', value: ratio.toFixed(1) }]),
      { name: 'memoryPressure', value: pressure.kind === 'claimed' ? pressure.because : `not claimed: ${pressure.because}` },
      {
        name: 'withAge',
        value:
          age.kind === 'insufficient-data'
            ? `cannot tell: ${age.missing}`
            : age.kind === 'age-or-clock'
              ? `cannot tell: ${age.because}`
              : age.kind,
      },
    ],
    gates: ['p99', 'any'],
  };
}

function ageFinding(
  summary: Summary,
  { functionName, version, memorySizeMb, ages = [], hours }: LatencyCourse,
  age: Extract<AgeVerdict, { kind: 'slower-with-age' }>,
  sections: Pick<Sections, 'changes'>,
): Finding {
  const old = sampleOfHistogram(ages.find(({ fromInvocation }) => fromInvocation === age.fromInvocation)!.warm);
  const share = shareInterval(countAboveValue(old, age.youngP99Ms), old.total)!;
  const sinceMs = hours[0]?.fromMs;
  const lastMs = hours.length === 0 ? undefined : hours.at(-1)!.fromMs + HOUR_MS;
  return {
    id: '',
    kind: 'slow-tail',
    headline: 'SLOWER WITH AGE',
    functionName,
    version,
    memorySizeMb,
    why: `Old sandboxes of ${functionName} answer more slowly than young ones: from their ${countWords(age.fromInvocation)}th invocation on p99 is ${durationWords(age.oldP99Ms)} instead of ${durationWords(age.youngP99Ms)}, p50 ${durationWords(age.oldP50Ms)} instead of ${durationWords(age.youngP50Ms)}.`,
    harm: 'users',
    certainty: 'suspected',
    certaintyBecause: `p = ${Number(age.p.toPrecision(2))}, and within most hours as well; all sandboxes are counted together, so that one slow one that lives long would look the same`,
    affectedCount: share.count,
    exposedCount: share.of,
    shareLow: share.low,
    shareHigh: share.high,
    sinceMs,
    lastMs,
    weight: hurtPerMinute(share.count, sinceMs, lastMs),
    changedBeside: changedBeside(sections.changes, functionName, sinceMs),
    next: explainCommand(summary),
    evidence: [],
    facts: [
      { name: 'youngP50AndP99', value: `${durationWords(age.youngP50Ms)}, ${durationWords(age.youngP99Ms)}` },
      { name: 'oldP50AndP99', value: `${durationWords(age.oldP50Ms)}, ${durationWords(age.oldP99Ms)} (n = ${countWords(old.total)})` },
      { name: 'aboveTheP99OfYoungOnes', value: shareWords(share) },
    ],
    gates: ['p99', 'any'],
  };
}

const HOUR_MS = 3_600_000;

const MIDDLE_WORDS: Readonly<Record<'flat' | 'moved' | 'not-shown', string>> = {
  flat: ', while the median was shown to stay',
  moved: ', and the median moved with it',
  'not-shown': '',
};
