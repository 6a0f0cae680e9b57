/**
 * What this process is asked to do: requests of its servers, jobs that it observes, invocations of a function.
 *
 * A request is told at its begin, before any code of the application runs. Jobs and invocations are handed over whole, because
 * a drill may let them run twice or not at all.
 */
import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { ArmedDrill } from '../armed-drill.ts';

/** @param begun  told of each request that is to be hurt, in its course */
export function hurtRequests(drill: ArmedDrill, begun: () => void): void {
  const hear: ChannelListener = (message) => {
    if (!drill.isActive()) return;
    drill.quietly('request', () => {
      const { request } = message as { request: IncomingMessage };
      if (drill.hitsWork(request.url)) begun();
    });
  };
  watchRequests(drill, hear);
}

/** Marks every request of this time, for faults that hurt the whole process. */
export function markRequests(drill: ArmedDrill): void {
  watchRequests(drill, () => {
    if (drill.isActive()) drill.quietly('request', () => drill.mark(drill.agent.currentWork()));
  });
}

function watchRequests(drill: ArmedDrill, hear: ChannelListener): void {
  // On older lines of Node the course of a work is known from when somebody first asked for it.
  drill.agent.currentWork();
  subscribe(REQUEST_START, hear);
  drill.atEnd(() => void unsubscribe(REQUEST_START, hear));
}

const REQUEST_START = 'http.server.request.start';
