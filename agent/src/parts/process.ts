/** Loaded outside of Lambda: the process serves requests or does jobs for as long as it lives. */
import type { Agent } from '../agent.ts';
import { hostProcess, type OpenSink } from '../host/process/process-host.ts';

/** @param beganMs  when the agent began, on the clock of `performance.now()` */
export function startProcess(agent: Agent, beganMs: number = performance.now()): void {
  // Where records go is loaded on the first idle turn: OpenTelemetry alone would double the start.
  hostProcess(agent, (own, sandbox) => (agent.part('sink').openSink as OpenSink)(own, sandbox), beganMs);
}
