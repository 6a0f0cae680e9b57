/**
 * Jobs and messages of a queue as pieces of work: `observe('send-mail', () => send(mail))`.
 *
 * Result and error are the function's own. A native promise comes back as one that settles alike, one turn later, because
 * listening to the original would hide a rejection that nobody handles. Any other thenable is handed back as it is and
 * counts until then only: some of them begin their work when they are asked for it.
 */
import { types } from 'node:util';

/** Told once how the job ended. */
export type JobEnd = (failure?: { readonly error: unknown }) => void;

/**
 * @param begin  opens a job; undefined when nobody measures any more
 */
export function createObserve(
  begin: (name: string) => { run<R>(fn: () => R): R; end: JobEnd } | undefined,
): <T>(name: string, fn: () => T) => T {
  return <T>(name: string, fn: () => T): T => {
    const job = begin(name);
    if (!job) return fn();
    let result: T;
    try {
      result = job.run(fn);
    } catch (error) {
      job.end({ error });
      throw error;
    }
    if (types.isPromise(result) && Object.getPrototypeOf(result) === Promise.prototype && !Object.hasOwn(result, 'then')) {
      return then.call(
        result,
        (value) => {
          job.end();
          return value;
        },
        (error) => {
          job.end({ error });
          throw error;
        },
      ) as T;
    }
    job.end();
    return result;
  };
}

// Taken before the host can replace it.
const { then } = Promise.prototype;
