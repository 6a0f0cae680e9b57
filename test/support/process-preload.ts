/**
 * A preload with the long-running host only: the agent's real parts, put together without the Lambda half, and a sink
 * that is as plain as can be. Bundled by the tests that start real processes.
 */
import { AGENT, type Agent } from '../../agent/src/agent.ts';
import { createLineWriter } from '../../agent/src/emit/stdout-line.ts';
import { createGuard } from '../../agent/src/guard.ts';
import { awaitFirstCall } from '../../agent/src/measure/first-call.ts';
import { watchCalls } from '../../agent/src/parts/calls.ts';
import { startProcess } from '../../agent/src/parts/process.ts';
import { isOff, readSettings } from '../../agent/src/settings.ts';
import { openPlainSink } from './plain-sink.ts';

const beganMs = performance.now();
const guard = createGuard((what) => agent.note('off', what));
const lines = createLineWriter();
const parts: Record<string, Record<string, unknown>> = {
  calls: { watchCalls },
  sink: { openSink: openPlainSink },
};
const agent: Agent = {
  ...guard,
  ...lines,
  settings: readSettings(process.env, false),
  currentWork: () => undefined,
  note: () => {},
  part: (name) => parts[name]!,
  ownPeers: new Set(),
  callListeners: [],
  workListeners: [],
};
if (!isOff(process.env)) {
  awaitFirstCall(agent);
  (globalThis as Record<symbol, unknown>)[AGENT] = agent;
  startProcess(agent, beganMs);
}
