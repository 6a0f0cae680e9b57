/** What the agent added to a handler that was checked: starts and answers with it against those without, made in turn. */
import { type Compared, type Spread, spread } from '../agent-check/judge-runs.ts';
import { splitRecords } from '../agent-check/run-outcome.ts';
import type { HandlerRounds, Pair } from './handler-rounds.ts';

export interface AgentCost {
  readonly initMs: Compared | undefined;
  readonly latencyMs: Compared | undefined;
  /** The agent's own measure of what an invocation's record cost. */
  readonly selfUs: Spread | undefined;
  /** Bytes of an invocation's line, as a log service bills them. */
  readonly lineBytes: Spread | undefined;
}

/** @returns the cost, and what the agent had to say of itself */
export function agentCostOf({ initMs, latencyMs, lines, loadingLines }: HandlerRounds): {
  readonly cost: AgentCost;
  readonly told: readonly string[];
} {
  const { records } = splitRecords(lines.join('\n'));
  const all = [...splitRecords(loadingLines.join('\n')).records, ...records];
  const invocations = records.filter(({ record }) => record.kind === 'invocation');
  return {
    cost: {
      initMs: compared(initMs),
      latencyMs: compared(latencyMs),
      selfUs: spread(invocations.map(({ record }) => (record.kind === 'invocation' ? record.selfUs : undefined))),
      lineBytes: spread(invocations.map(({ byteCount }) => byteCount)),
    },
    told: [...new Set(all.flatMap(({ record }) => (record.kind === 'note' ? [record.note] : [])))],
  };
}

/** Of a server: how long its clients waited. */
export function costOf(latencyMs: Pair): AgentCost {
  return { initMs: undefined, latencyMs: compared(latencyMs), selfUs: undefined, lineBytes: undefined };
}

function compared({ bare, withAgent }: Pair): Compared | undefined {
  const [without, within] = [spread(bare), spread(withAgent)];
  return without === undefined || within === undefined ? undefined : { bare: without, withAgent: within };
}
