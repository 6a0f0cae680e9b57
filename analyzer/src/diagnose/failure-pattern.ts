/**
 * What explains failures that look regular: "every third request", "since two in the afternoon".
 *
 * One sick sandbox of three makes every third request fail, and a leak makes them fail after some hours of uptime, which
 * looks like a time of day. Three questions are asked of the same failures (by sandbox, by age, by hour), paid for
 * together (Holm). What moves with the reason shows as well: sandboxes that lived in the bad hours, hours in which
 * sandboxes were old. The sharpest of them is told, and the clock must be clearly sharper, because a clock fails nothing.
 */
import { type Concentration, concentrationOf, type Part } from '../stats/concentration.ts';
import { holmAdjusted } from '../stats/holm.ts';
import { atOnce, type Steps } from '../steps.ts';
import { SandboxAges } from '../store/sandbox-ages.ts';
import type { ConfigurationSummary, SandboxSummary, Summary } from '../store/summary.ts';
import { configurationsByFunction, minutesOf } from './function-configurations.ts';
import { countWords, percentWords } from './wording.ts';

export type PatternBy = 'sandbox' | 'age' | 'hour';

export type FailurePattern =
  | {
      readonly kind: 'explained';
      readonly by: PatternBy;
      readonly concentration: Concentration;
      /** Adjusted for the three questions. */
      readonly p: number;
      /** What moves with it and was not taken for the reason. */
      readonly alongside: readonly PatternBy[];
    }
  | { readonly kind: 'not-explained'; readonly asked: readonly PatternBy[] }
  | { readonly kind: 'insufficient-data'; readonly missing: string };

export interface PatternQuestion {
  readonly failed: number;
  readonly of: number;
  readonly sandboxes: readonly Part[];
  /** By how many invocations the sandbox had served; absent where that is not kept. */
  readonly ages?: readonly { readonly fromInvocation: number; readonly count: number; readonly of: number }[];
  readonly hours: readonly { readonly fromMs: number; readonly count: number; readonly of: number }[];
}

export function explainPattern({ failed, of, sandboxes, ages = [], hours }: PatternQuestion): FailurePattern {
  if (failed < LEAST_FAILED) return { kind: 'insufficient-data', missing: `${LEAST_FAILED} failures, found ${failed}` };
  const whole = { count: failed, of };
  // Of sandboxes whose start is not in the input nobody knows the age: asked only where that leaves most failures.
  const aged = {
    count: ages.reduce((sum, band) => sum + band.count, 0),
    of: ages.reduce((sum, band) => sum + band.of, 0),
  };
  const questions = [
    { by: 'sandbox', found: concentrationOf(sandboxes, whole) },
    {
      by: 'age',
      found: concentrationOf(
        fromEachOn(
          ages.map(({ fromInvocation, ...counts }) => ({ ...counts, name: `from the ${countWords(fromInvocation)}th invocation on` })),
        ),
        aged.count >= LEAST_AGED * failed ? aged : { count: 0, of: 0 },
      ),
    },
    { by: 'hour', found: concentrationOf(hourParts(hours), whole) },
  ] as const;
  const asked = questions.flatMap(({ by, found }) => (found === undefined ? [] : [{ by, found }]));
  if (asked.length === 0) return { kind: 'insufficient-data', missing: 'more than one sandbox, age or hour' };
  const adjusted = holmAdjusted(asked.map(({ found }) => found.p));
  const shown = asked
    .map((each, i) => ({ ...each, p: adjusted[i]! }))
    .filter(({ found, p }) => p <= LEVEL && found.countShare >= LEAST_LIFT * found.exposureShare);
  const first = shown.reduce<(typeof shown)[number] | undefined>(
    (best, each) => (best === undefined || each.found.p < best.found.p ** SHARPER ? each : best),
    undefined,
  );
  if (first === undefined) return { kind: 'not-explained', asked: asked.map(({ by }) => by) };
  return {
    kind: 'explained',
    by: first.by,
    concentration: first.found,
    p: first.p,
    alongside: shown.filter((each) => each !== first).map(({ by }) => by),
  };
}

/** Every function with failures, from what its summary keeps: sandboxes and hours. */
export function failurePatterns(summary: Summary): Map<string, FailurePattern> {
  return atOnce(failurePatternSteps(summary));
}

/** As `failurePatterns`. */
export function* failurePatternSteps(summary: Summary): Steps<Map<string, FailurePattern>> {
  const patterns = new Map<string, FailurePattern>();
  const sandboxes = isolatedByFunction(summary);
  let count = 0;
  for (const [functionName, configurations] of configurationsByFunction(summary)) {
    if (count++ % FUNCTIONS_A_STEP === 0) yield;
    const own = sandboxes.get(functionName) ?? [];
    const minutes = minutesOf(configurations);
    const hours = new Map<number, { count: number; of: number }>();
    let [failed, of] = [0, 0];
    for (let i = 0; i < minutes.length; i++) {
      const hour = Math.floor((minutes.firstMinute + i) / 60);
      const counts = hours.get(hour) ?? { count: 0, of: 0 };
      counts.count += minutes.failed[i]!;
      counts.of += minutes.invocations[i]!;
      hours.set(hour, counts);
      failed += minutes.failed[i]!;
      of += minutes.invocations[i]!;
    }
    if (failed === 0) continue;
    patterns.set(
      functionName,
      explainPattern({
        failed,
        of,
        sandboxes: own.map(({ logStream, epoch, failedCount, invocationCount }) => ({
          name: epoch === 0 ? logStream : `${logStream}, process ${epoch + 1}`,
          count: failedCount,
          of: invocationCount,
        })),
        ages: agesOf(configurations),
        hours: [...hours].sort((a, b) => a[0] - b[0]).map(([hour, counts]) => ({ fromMs: hour * HOUR_MS, ...counts })),
      }),
    );
  }
  return patterns;
}

/** `30 of 31 failures are in one sandbox (…), which served 33 % of the requests: about every 3rd request`. */
export function patternWords(pattern: Extract<FailurePattern, { kind: 'explained' }>): string {
  const { by, alongside } = pattern;
  const { part, countShare, exposureShare } = pattern.concentration;
  const all = Math.round(part.count / countShare);
  const where = { sandbox: `in one sandbox (${part.name})`, age: part.name, hour: part.name }[by];
  const served = by === 'sandbox' ? 'which served' : 'where';
  const share = `${percentWords(exposureShare)} of the requests${by === 'sandbox' ? '' : ' fall'}`;
  const every =
    by === 'sandbox' && countShare >= NEARLY_ALL && part.count >= NEARLY_ALL * part.of
      ? `: about every ${ordinal(Math.round(1 / exposureShare))} request`
      : '';
  const beside = alongside.length === 0 ? '' : `; ${alongside.join(' and ')} move${alongside.length === 1 ? 's' : ''} with it`;
  return `${countWords(part.count)} of ${countWords(all)} failures are ${where}, ${served} ${share}${every}${beside}`;
}

const FUNCTIONS_A_STEP = 32;
/** With fewer, five in a row are a coincidence of one minute. */
const LEAST_FAILED = 5;
const LEVEL = 0.01;
/** Half as often again as its share of requests: less explains nothing. Our own judgement. */
const LEAST_LIFT = 1.5;
/** By this power of its p the next in the order sandbox, age, hour must beat the one before (lab, seeds 1 to 20). */
const SHARPER = 1.2;
const NEARLY_ALL = 0.8;
const LEAST_AGED = 0.9;
const HOUR_MS = 3_600_000;

function isolatedByFunction({ sandboxes, configurations }: Summary): Map<string, SandboxSummary[]> {
  const byFunction = new Map<string, SandboxSummary[]>();
  for (const sandbox of sandboxes) {
    const functionName = sandbox.isolated ? configurations.get(sandbox.configuration)?.functionName : undefined;
    if (functionName === undefined) continue;
    const known = byFunction.get(functionName);
    if (known === undefined) byFunction.set(functionName, [sandbox]);
    else known.push(sandbox);
  }
  return byFunction;
}

function agesOf(configurations: readonly ConfigurationSummary[]): NonNullable<PatternQuestion['ages']> {
  const together = new SandboxAges();
  for (const { ages } of configurations) together.merge(ages);
  return together.bands.map(({ attemptCount, failedCount }, band) => ({
    fromInvocation: 2 ** band,
    count: failedCount,
    of: attemptCount,
  }));
}

function fromEachOn(bands: readonly Part[]): Part[] {
  return bands.map(({ name }, i) => ({
    name,
    count: bands.slice(i).reduce((sum, band) => sum + band.count, 0),
    of: bands.slice(i).reduce((sum, band) => sum + band.of, 0),
  }));
}

/** Each hour by itself, and everything from it on. */
function hourParts(hours: PatternQuestion['hours']): Part[] {
  const clock = (fromMs: number) => `${new Date(fromMs).toISOString().slice(11, 16)} UTC`;
  const single = hours.map(({ fromMs, count, of }) => ({ name: `in the hour of ${clock(fromMs)}`, count, of }));
  return [...single, ...fromEachOn(hours.map(({ fromMs, count, of }) => ({ name: `after ${clock(fromMs)}`, count, of })))];
}

function ordinal(count: number): string {
  return count === 2 ? '2nd' : count === 3 ? '3rd' : `${count}th`;
}
