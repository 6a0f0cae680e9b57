/**
 * Forced collections on suspicion (`NIGHTLIGHT_PROBE=auto`): a part of its own, loaded only when asked for.
 *
 * The collection has to come after the answer is out. In Lambda two turns of the event loop lie between the end of a
 * handler and the moment when every known runtime client has posted its response: aws-lambda-ric 4 waits for one turn
 * before it posts, aws-lambda-ric 3 posts a callback's response in a turn of its own (sources: `lifecycle-manager.js`
 * and `CallbackContext.js` of these packages). The first turn must not keep the loop alive, because a callback handler
 * answers only once the loop is empty.
 *
 * The client asks for its next invocation right after it has posted, in the same turn, so the sandbox may freeze while
 * we collect. The rest of that pause then falls on the next invocation. It is bounded by the budget of `probe.ts`, and
 * there is no turn in between in which it could be avoided.
 */
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { threadId } from 'node:worker_threads';
import type { Agent } from '../agent.ts';
import { startAllocationSampling } from '../measure/allocation-sites.ts';
import { findCollector } from '../measure/forced-collection.ts';
import { createProbing } from '../measure/probe.ts';
import { createShowPath } from '../measure/shown-path.ts';

export function startProbing(agent: Agent): void {
  const showPath = createShowPath(process.cwd(), process.argv[1], typeof __dirname === 'string' ? __dirname : '');
  const probing = createProbing({
    findCollector,
    startSampling: (channel, workNumber) => startAllocationSampling(showPath, channel, workNumber),
    worksUnderWay: () => agent.worksUnderWay?.() ?? 0,
    epochNow: Date.now,
    threadId: threadId || undefined,
    writeLine: (line) => agent.writeLine(line),
    note: (about, text) => agent.note(about, text),
  });

  let waiting = false;
  const probe = (): void => {
    waiting = false;
    agent.quietly('probe', probing.probe);
  };
  agent.workListeners.push((finished) => {
    if (!agent.isOn()) probing.stop();
    agent.quietly('leak screen', () => {
      if (!probing.workEnded(finished) || waiting) return;
      waiting = true;
      const firstTurn = setImmediate(() => setImmediate(probe));
      // Only Lambda has work without a route. Elsewhere nobody waits for the loop to be empty, and a loop that sleeps
      // until the next request would leave no quiet moment.
      if (finished.route === undefined) firstTurn.unref();
    });
  });

  new PerformanceObserver((list) => {
    agent.quietly('leak screen', () => {
      for (const entry of list.getEntries() as unknown as { detail: { kind: number } }[]) {
        if (entry.detail.kind !== constants.NODE_PERFORMANCE_GC_MAJOR) continue;
        const { used_heap_size, external_memory } = getHeapStatistics();
        probing.fullCollection(used_heap_size, external_memory);
        return;
      }
    });
  }).observe({ entryTypes: ['gc'] });
}
