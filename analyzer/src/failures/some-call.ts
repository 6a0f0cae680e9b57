/** A clause that holds when some peer's calls show it; what is asked of each comes from the agent's counts. */
import { anyOf } from './clauses.ts';
import type { CallObservation } from './component-observations.ts';
import type { Clause } from './failure-mode.ts';

/** Who would have to tell it. */
export const AGENT_CALLS = "the agent's lines of outbound calls";

/** @param what  the figure, as in "retries" */
export function someCall(asks: string, what: string, look: (call: CallObservation) => ReturnType<Clause['look']>): Clause {
  return { asks, look: ({ calls }) => anyOf(calls, what, AGENT_CALLS, look) };
}
