/**
 * Forced collections on suspicion (`NIGHTLIGHT_PROBE=auto`) or at their own pace (`always`): a part of its own, loaded only when asked for.
 *
 * A collection has to come after the answer is out. Where the answer leaves depends on who runs the handler (sources:
 * `CallbackContext.js` and `Runtime.js` of aws-lambda-ric 3, `lifecycle-manager` of aws-lambda-ric 4):
 *
 * - Client 3 posts a promise's result at once and asks for the next invocation one turn of the loop later: we collect in
 *   between. A callback's result it posts once the loop is empty, and tells so through a global symbol.
 * - Client 4 waits for one turn, posts, and asks for the next invocation within the same turn. There is no moment in
 *   between, so we collect right after: if the sandbox freezes meanwhile, the rest of the pause falls on the beginning
 *   of the next invocation. It is bounded by the budget.
 */
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { threadId } from 'node:worker_threads';
import type { Agent } from '../agent.ts';
import { startAllocationSampling } from '../measure/allocation-sites.ts';
import { findCollector } from '../measure/forced-collection.ts';
import { createProbing, type Surroundings } from '../measure/probe.ts';
import { createShowPath } from '../measure/shown-path.ts';

export function startProbing(agent: Agent): void {
  const showPath = createShowPath(process.cwd(), process.argv[1], typeof __dirname === 'string' ? __dirname : '');
  const surroundings: Surroundings = {
    findCollector,
    startSampling: (channel, workNumber, manner) =>
      // Whoever measures coverage counts on V8's mode for it.
      startAllocationSampling(showPath, channel, workNumber, { ...manner, isExact: manner.isExact && !agent.settings.coverageRuns }),
    worksUnderWay: () => agent.worksUnderWay?.() ?? 0,
    epochNow: Date.now,
    processorMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    threadId: threadId || undefined,
    sandboxId: () => agent.sandboxId,
    writeLine: (line) => agent.writeLine(line),
    note: (about, text) => agent.note(about, text),
  };
  const probing = createProbing(surroundings, agent.settings.probesAlways);

  let isWaiting = false;
  const probe = (): void => {
    isWaiting = false;
    agent.quietly('probe', probing.probe);
  };
  const afterOneTurn = (): void => {
    const client3 = whatClient3DoesWhenIdle();
    if (client3 === undefined) setImmediate(probe);
    else if (client3 === 'nothing') probe();
    // Its own listener came first: the response is posted by then.
    else process.once('beforeExit', () => setImmediate(probe));
  };
  agent.workListeners.push((finished) => {
    if (!agent.isOn()) probing.stop();
    agent.quietly('leak screen', () => {
      if (!probing.workEnded(finished) || isWaiting) return;
      isWaiting = true;
      const turn = setImmediate(afterOneTurn);
      // Only Lambda has work without a route, and a client there may wait for an empty loop. Elsewhere the loop may
      // sleep until the next request, which would leave no quiet moment.
      if (finished.route === undefined) turn.unref();
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

/** @returns undefined where it is not client 3 that runs */
function whatClient3DoesWhenIdle(): 'nothing' | 'posts' | undefined {
  const listener = (globalThis as Record<symbol, unknown>)[Symbol.for('aws.lambda.beforeExit')];
  if (typeof listener !== 'function') return undefined;
  return /^\(\)\s*=>\s*\{\s*\}$/.test(String(listener)) ? 'nothing' : 'posts';
}
