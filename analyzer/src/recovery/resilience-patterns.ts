/**
 * What makes a small failure a large one: judged from what was observed, never from what a design says.
 *
 * For each component and peer every pattern has an answer. "Not seen" is only said where somebody looked; a service that
 * was never slow has not shown what its limit does, and a program without the agent has shown nothing at all.
 */
import { shareInterval } from '../diagnose/share-interval.ts';
import type { CallObservation, ComponentObservations } from '../failures/component-observations.ts';
import { rankCorrelation } from '../stats/rank-correlation.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';

export const RESILIENCE_PATTERNS = [
  'no-time-limit',
  'slow-not-down',
  'retry-amplification',
  'no-backoff',
  'one-after-another',
  'open-breaker',
  'hiding-fallback',
  'saturated-pool',
  'cascade',
] as const;
export type ResiliencePattern = (typeof RESILIENCE_PATTERNS)[number];

export type PatternVerdict = {
  readonly component: string;
  readonly pattern: ResiliencePattern;
  /** undefined where the pattern is of the component as a whole. */
  readonly peer: string | undefined;
} & (
  | { readonly kind: 'seen'; readonly evidence: string }
  | { readonly kind: 'not-seen'; readonly found: string }
  | { readonly kind: 'cannot-tell'; readonly missing: string }
);

/** Requests and failures by the minute. */
export interface FailureSeries {
  readonly component: string;
  readonly series: readonly { readonly invocations: number; readonly failed: number }[];
}

/** One verdict for each component, pattern and peer; what was seen stands first. */
export function resiliencePatterns(components: readonly ComponentObservations[], series: readonly FailureSeries[] = []): PatternVerdict[] {
  return atOnce(patternSteps(components, series));
}

/** As `resiliencePatterns`. */
export function* patternSteps(components: readonly ComponentObservations[], series: readonly FailureSeries[]): Steps<PatternVerdict[]> {
  const seriesOf = new Map(series.map((one) => [one.component, one.series]));
  const verdicts = yield* mapInSteps(components, COMPONENTS_A_STEP, (observed) => [
    ...callPatterns(observed),
    ofBreakers(observed),
    ofFallbacks(observed),
    ofCascade(observed.component, seriesOf.get(observed.component)),
  ]);
  return verdicts.flat().sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

const COMPONENTS_A_STEP = 32;
const ORDER = ['seen', 'cannot-tell', 'not-seen'];

/** Google's SRE book ("Handling Overload") gives a client a retry budget of 10 %. */
const RETRY_BUDGET = 1.1;
const NEAR_LIMIT_SHARE = 0.01;
const FEWEST_NEAR_LIMIT = 5;
const STILL_UP_ERROR_SHARE = 0.05;
/** A retry that follows within this time has not waited for anything to recover. Our own choice. */
const AT_ONCE_MS = 50;
const FEWEST_RETRIES = 5;
/** Calls one after another that take this part of all invocation time would be felt if made at once. Our own choice. */
const FELT_TIME_SHARE = 0.2;
const SEQUENTIAL_SHARE = 0.3;
/** Rank correlation of failure share and traffic over minutes, and its distance from chance in standard deviations. */
const MOVES_TOGETHER = 0.5;
const BEYOND_CHANCE = 3.3;
const FEWEST_MINUTES = 20;
const FEWEST_FAILING_MINUTES = 5;

type Judged =
  | { readonly kind: 'seen'; readonly evidence: string }
  | { readonly kind: 'not-seen'; readonly found: string }
  | { readonly kind: 'cannot-tell'; readonly missing: string };

function callPatterns(observed: ComponentObservations): PatternVerdict[] {
  const { component, calls } = observed;
  if (calls === undefined) {
    return Object.keys(OF_CALLS).map((pattern) => ({
      component,
      pattern: pattern as keyof typeof OF_CALLS,
      peer: undefined,
      kind: 'cannot-tell',
      missing: "the agent's lines of outbound calls",
    }));
  }
  return calls.flatMap((call) =>
    Object.entries(OF_CALLS).map(([pattern, judge]) => ({
      component,
      pattern: pattern as keyof typeof OF_CALLS,
      peer: call.peer,
      ...judge(call),
    })),
  );
}

const OF_CALLS = {
  'no-time-limit': ({ peer, timeLimit }: CallObservation): Judged => {
    if (timeLimit === undefined || timeLimit === 'unknown')
      return { kind: 'cannot-tell', missing: `whether calls to ${peer} have a limit: the client does not show it` };
    if (timeLimit === 'set') return { kind: 'not-seen', found: `all calls to ${peer} have a limit` };
    return { kind: 'seen', evidence: `calls to ${peer} have ${timeLimit === 'none' ? 'no time limit' : 'a time limit only sometimes'}` };
  },
  'slow-not-down': ({ peer, callCount, nearLimitCount, errorCount }: CallObservation): Judged => {
    if (nearLimitCount === undefined || errorCount === undefined)
      return { kind: 'cannot-tell', missing: `limit and duration of calls to ${peer}` };
    const told = `${nearLimitCount} of ${callCount} calls to ${peer} ended in the last fifth of their limit, ${errorCount} failed`;
    const isNear = nearLimitCount >= FEWEST_NEAR_LIMIT && (shareInterval(nearLimitCount, callCount)?.low ?? 0) > NEAR_LIMIT_SHARE;
    return isNear && errorCount <= STILL_UP_ERROR_SHARE * callCount ? { kind: 'seen', evidence: told } : { kind: 'not-seen', found: told };
  },
  'retry-amplification': ({ peer, callCount, retryCount, errorCount }: CallObservation): Judged => {
    if (retryCount === undefined || errorCount === undefined) return { kind: 'cannot-tell', missing: `retries of calls to ${peer}` };
    // Who never failed was never tried again: that says nothing of what a failure would do.
    if (errorCount === 0 && retryCount === 0)
      return { kind: 'cannot-tell', missing: `a failed call to ${peer}: without one no retry can be seen` };
    const attempts = callCount / Math.max(1, callCount - retryCount);
    const told = `${attempts.toFixed(2)} attempts for each call to ${peer} that was meant`;
    return attempts > RETRY_BUDGET && retryCount >= FEWEST_RETRIES ? { kind: 'seen', evidence: told } : { kind: 'not-seen', found: told };
  },
  'no-backoff': ({ peer, retryCount, retryWaitMs }: CallObservation): Judged => {
    if (retryCount === undefined || retryCount < FEWEST_RETRIES)
      return { kind: 'cannot-tell', missing: `${FEWEST_RETRIES} retries of calls to ${peer}` };
    if (retryWaitMs === undefined) return { kind: 'cannot-tell', missing: `how long a retry to ${peer} waits: spans of its attempts` };
    const told = `retries to ${peer} follow after ${retryWaitMs.toFixed(0)} ms`;
    return retryWaitMs < AT_ONCE_MS ? { kind: 'seen', evidence: told } : { kind: 'not-seen', found: told };
  },
  'one-after-another': ({ peer, callCount, sequentialCount, timeShare }: CallObservation): Judged => {
    if (sequentialCount === undefined || timeShare === undefined)
      return { kind: 'cannot-tell', missing: `order and time of calls to ${peer}` };
    const told = `${sequentialCount} of ${callCount} calls to ${peer} began only after another had ended; they take ${Math.round(100 * timeShare)} % of the time`;
    const isFelt = sequentialCount >= SEQUENTIAL_SHARE * callCount && timeShare >= FELT_TIME_SHARE && sequentialCount > 0;
    return isFelt
      ? { kind: 'seen', evidence: `${told}; whether they need each other's answers cannot be seen` }
      : { kind: 'not-seen', found: told };
  },
  'saturated-pool': ({ peer, highestSocketCount, poolLimit, climbingPoolCount, acquireWaitRatio }: CallObservation): Judged => {
    if (climbingPoolCount !== undefined && climbingPoolCount > 0) {
      return { kind: 'seen', evidence: `in ${climbingPoolCount} processes the connections to ${peer} rise for as long as they live` };
    }
    if (highestSocketCount === undefined || poolLimit === undefined) return { kind: 'cannot-tell', missing: `size of the pool to ${peer}` };
    const told = `at most ${highestSocketCount} of ${poolLimit} connections to ${peer}`;
    if (highestSocketCount < poolLimit) return { kind: 'not-seen', found: told };
    if (acquireWaitRatio === undefined) return { kind: 'cannot-tell', missing: `waits for a connection to ${peer}: the pool was full` };
    return { kind: 'seen', evidence: `${told}; the wait for one is ${acquireWaitRatio.toFixed(1)} times what it was` };
  },
} as const satisfies Partial<Record<ResiliencePattern, (call: CallObservation) => Judged>>;

function ofBreakers({ component, breakers }: ComponentObservations): PatternVerdict {
  const common = { component, pattern: 'open-breaker', peer: undefined } as const;
  if (breakers === undefined || breakers.length === 0)
    return { ...common, kind: 'cannot-tell', missing: 'a circuit breaker that tells of itself' };
  const open = breakers.filter(({ openedCount, seenOpenCount, rejectedCount }) => openedCount + seenOpenCount + rejectedCount > 0);
  const [first] = open;
  if (first === undefined) return { ...common, kind: 'not-seen', found: `${breakers.length} breakers stayed closed` };
  return {
    ...common,
    peer: first.name,
    kind: 'seen',
    evidence: open
      .map(({ name, openedCount, rejectedCount }) => `${name} opened ${openedCount} times and refused ${rejectedCount} calls`)
      .join('; '),
  };
}

function ofFallbacks({ component, fallbackCount, hiddenFallbackCount }: ComponentObservations): PatternVerdict {
  const common = { component, pattern: 'hiding-fallback', peer: undefined } as const;
  if (fallbackCount === undefined || hiddenFallbackCount === undefined)
    return { ...common, kind: 'cannot-tell', missing: 'a fallback that tells of itself' };
  if (hiddenFallbackCount > 0)
    return { ...common, kind: 'seen', evidence: `${hiddenFallbackCount} answers by a fallback count as successes` };
  if (fallbackCount === 0) return { ...common, kind: 'cannot-tell', missing: 'a fallback that answered: none had to' };
  return { ...common, kind: 'not-seen', found: `${fallbackCount} answers by a fallback, none of which counts as a success` };
}

/** Failures that come with traffic: the more is asked, the larger the share that fails. */
function ofCascade(component: string, series: FailureSeries['series'] | undefined): PatternVerdict {
  const common = { component, pattern: 'cascade', peer: undefined } as const;
  const busy = (series ?? []).filter(({ invocations }) => invocations > 0);
  if (busy.length < FEWEST_MINUTES) return { ...common, kind: 'cannot-tell', missing: `${FEWEST_MINUTES} minutes with traffic` };
  if (busy.filter(({ failed }) => failed > 0).length < FEWEST_FAILING_MINUTES) {
    return { ...common, kind: 'cannot-tell', missing: `failures in ${FEWEST_FAILING_MINUTES} minutes or more` };
  }
  const together = rankCorrelation(
    busy.map(({ invocations }) => invocations),
    busy.map(({ invocations, failed }) => failed / invocations),
  );
  if (together === undefined) return { ...common, kind: 'cannot-tell', missing: 'minutes of unlike traffic' };
  const told = `rank correlation of traffic and failure share ${together.toFixed(2)} over ${busy.length} minutes`;
  // Under independence the rank correlation has standard deviation 1/sqrt(n - 1).
  const isTogether = together >= MOVES_TOGETHER && together * Math.sqrt(busy.length - 1) >= BEYOND_CHANCE;
  return isTogether ? { ...common, kind: 'seen', evidence: told } : { ...common, kind: 'not-seen', found: told };
}
