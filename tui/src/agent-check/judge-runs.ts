/** The result of a check: what the agent cost, whether the program noticed, and what the agent saw. */
import { compareBehaviour, type SamenessVerdict } from './compare-behaviour.ts';
import { WAITING } from './run-handler.ts';
import type { RunOutcome } from './run-outcome.ts';
import { type Sight, sightOf } from './sight.ts';

export interface AgentCheck {
  readonly sameness: SamenessVerdict;
  readonly runCount: number;
  readonly answerCount: number;
  readonly failedAnswerCount: number;
  /** How the runs without the agent ended: `exit 0`, `SIGTERM` …; undefined for a handler that waits for more. */
  readonly end: string | undefined;
  readonly startMs: Compared | undefined;
  readonly startCpuMs: Compared | undefined;
  readonly endMs: Compared | undefined;
  readonly latencyMs: Compared | undefined;
  readonly peakRssBytes: Compared | undefined;
  /** The agent's own measure of what a record cost. */
  readonly selfUs: Spread | undefined;
  /** Bytes of an invocation's line, as a log service bills them. */
  readonly lineBytes: Spread | undefined;
  readonly sight: Sight;
}

/** Units are those of the field that holds it. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Compared {
  readonly bare: Spread;
  readonly withAgent: Spread;
}

export function judgeRuns(bare: readonly RunOutcome[], withAgent: readonly RunOutcome[]): AgentCheck {
  const records = withAgent.flatMap((run) => run.records);
  const invocations = records.filter(({ record }) => record.kind === 'invocation');
  const first = bare[0]!;
  return {
    sameness: compareBehaviour(
      bare.map((run) => run.behaviour),
      withAgent.map((run) => run.behaviour),
    ),
    runCount: bare.length,
    answerCount: first.behaviour.answers.length,
    failedAnswerCount: first.behaviour.answers.filter((answer) => answer.startsWith('error ')).length,
    end: first.behaviour.exit === WAITING ? undefined : first.behaviour.exit,
    startMs: compared(bare, withAgent, (run) => [run.untilReadyMs]),
    startCpuMs: compared(bare, withAgent, (run) => [run.startCpuMs]),
    endMs: compared(bare, withAgent, (run) => [run.untilEndMs]),
    // The first invocation pays for compiling the handler.
    latencyMs: compared(bare, withAgent, (run) => run.latenciesMs.slice(1)),
    peakRssBytes: compared(bare, withAgent, (run) => [run.peakRssBytes]),
    selfUs: spread(invocations.map(({ record }) => (record.kind === 'invocation' ? record.selfUs : undefined))),
    lineBytes: spread(invocations.map(({ byteCount }) => byteCount)),
    sight: sightOf(withAgent[0]!),
  };
}

function compared(
  bare: readonly RunOutcome[],
  withAgent: readonly RunOutcome[],
  of: (run: RunOutcome) => readonly (number | undefined)[],
): Compared | undefined {
  const without = spread(bare.flatMap(of));
  const within = spread(withAgent.flatMap(of));
  return without === undefined || within === undefined ? undefined : { bare: without, withAgent: within };
}

/** @returns undefined without a value */
export function spread(values: readonly (number | undefined)[]): Spread | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { count: sorted.length, median, low: sorted[0]!, high: sorted.at(-1)! };
}
