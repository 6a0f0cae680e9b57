/** All that our agent's lines say of one function: its versions and memory sizes together, since calls and messages are only counted. */
import { addTally } from '../store/add-tallies.ts';
import { type AgentTally, emptyTally } from '../store/agent-tally.ts';
import type { Summary } from '../store/summary.ts';

export function agentByFunction(summary: Summary): Map<string, AgentTally> {
  const byFunction = new Map<string, AgentTally>();
  for (const { functionName, agent } of summary.configurations.values()) {
    if (agent === undefined) continue;
    const together = byFunction.get(functionName) ?? emptyTally();
    // What is added is taken over, and the summary must stay as it is.
    addTally(together, structuredClone(agent));
    byFunction.set(functionName, together);
  }
  return byFunction;
}
