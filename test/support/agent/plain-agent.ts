/**
 * An agent of the tests with nothing but the contract between its parts: parts are tried with it alone, so that a failure
 * is the part's own. `begin` opens a work and returns what closes it.
 */
import type { Agent } from '../../../agent/src/agent.ts';
import type { FinishedWork, Work } from '../../../agent/src/measure/work.ts';
import type { Settings } from '../../../agent/src/settings.ts';

export interface PlainAgent extends Agent {
  readonly lines: string[];
  readonly notes: string[];
  begin(id: string): { call(service: string): () => void; end(more?: Partial<FinishedWork>): void };
}

export function createPlainAgent(settings: Partial<Settings>, environment: Agent['environment'] = {}): PlainAgent {
  const lines: string[] = [];
  const notes: string[] = [];
  let count = 0;
  const agent: PlainAgent = {
    settings: {
      flush: 'log',
      sampleEvery: 1,
      probe: false,
      modulesEvery: 0,
      stateDirectory: '',
      peerNames: '',
      otlpEndpoint: '',
      sink: 'stdout',
      windowMs: 10_000,
      serviceName: '',
      problems: [],
      ...settings,
    },
    environment: environment ?? {},
    lines,
    notes,
    quietly(what, hook) {
      try {
        return hook();
      } catch (error) {
        notes.push(`${what} threw ${error}`);
        return undefined;
      }
    },
    isOn: () => true,
    currentWork: () => undefined,
    writeLine: (line) => void lines.push(line),
    takeLostLines: () => 0,
    note: (about, text) => void notes.push(`${about}: ${text}`),
    part: () => ({}),
    ownPeers: new Set(),
    callListeners: [],
    workListeners: [],
    begin(id) {
      const work: Work = { id, startedMs: performance.now() };
      const startedAtEpochMs = Date.now();
      count++;
      return {
        call(service) {
          const call = { service, what: 'GET /', startedMs: performance.now(), endedMs: Number.NaN, failed: false };
          for (const listener of agent.callListeners) listener(call, work, false);
          return () => {
            call.endedMs = performance.now();
            for (const listener of agent.callListeners) listener(call, work, true);
          };
        },
        end(more = {}) {
          const finished: FinishedWork = {
            work,
            number: count,
            startedAtEpochMs,
            durationMs: performance.now() - work.startedMs,
            failed: false,
            cold: count === 1,
            heapUsedBytes: 4_000_000,
            externalBytes: 0,
            ...more,
          };
          for (const listener of agent.workListeners) listener(finished);
        },
      };
    },
  };
  return agent;
}
