/**
 * An agent whose works are told apart by AsyncLocalStorage, as a long-running process tells them apart: for tests of what
 * is watched by channels, which are the same for the whole process.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Agent } from '../../../agent/src/agent.ts';
import type { Call } from '../../../agent/src/measure/call-table.ts';
import type { Work } from '../../../agent/src/measure/work.ts';
import type { OutboundCalls } from '../../../agent/src/record/outbound-calls.ts';
import { createPlainAgent, type PlainAgent } from './plain-agent.ts';

export interface WatchedAgent extends PlainAgent {
  /** Every begin and end, in order, of the works that have a name. */
  readonly heard: { readonly call: Call; readonly work: Work | undefined; readonly ended: boolean }[];
  /** Runs `fn` as a work and hands back what its calls came to. */
  during(fn: (work: Work) => unknown): Promise<{ work: Work; calls: OutboundCalls[] }>;
}

export function createWatchedAgent(): WatchedAgent {
  const works = new AsyncLocalStorage<Work>();
  const heard: WatchedAgent['heard'] = [];
  const agent: Agent & PlainAgent = createPlainAgent({});
  agent.callListeners.push((call, work, ended) => heard.push({ call, work, ended }));
  let count = 0;
  return {
    ...agent,
    heard,
    currentWork: () => works.getStore(),
    async during(fn) {
      const work: Work = { id: `${++count}`, startedMs: performance.now() };
      await works.run(work, async () => fn(work));
      return { work, calls: work.calls?.outboundCalls(performance.now()) ?? [] };
    },
  };
}
