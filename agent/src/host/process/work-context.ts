/**
 * In the course of which work code runs.
 *
 * Entered, never run: the channel that tells of a request speaks from inside of the parser's own asynchronous scope, which
 * ends with the event that brought the request. What the application begins there inherits the work; the next request of
 * a keep-alive or pipelined connection enters its own before any code of the application runs.
 *
 * Until Node 24 an AsyncLocalStorage that is in use makes every promise and every handle of the process dearer (6 % of a
 * hello world). There it is put in use only when somebody asks for the current work for the first time, that is with the
 * first call of the process to anybody: who calls nobody pays nothing. That first call, and those of requests that had
 * begun before it, count for the process and for no request.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ServedWork } from './served-work.ts';

export interface WorkContext {
  /** The work in whose course this code runs, unless that has ended. */
  current(): ServedWork | undefined;
  /** From here on, until the asynchronous scope ends. */
  enter(work: ServedWork): void;
  run<T>(work: ServedWork, fn: () => T): T;
}

/** @param nodeMajor  from 24 on the context is cheap enough to be there from the first request on */
export function createWorkContext(nodeMajor: number): WorkContext {
  const storage = new AsyncLocalStorage<ServedWork>();
  let inUse = nodeMajor >= 24;
  return {
    current() {
      inUse = true;
      const work = storage.getStore();
      return work?.ended ? undefined : work;
    },
    enter(work) {
      if (!inUse) return;
      work.isShared = true;
      storage.enterWith(work);
    },
    run(work, fn) {
      if (!inUse) return fn();
      work.isShared = true;
      return storage.run(work, fn);
    },
  };
}
