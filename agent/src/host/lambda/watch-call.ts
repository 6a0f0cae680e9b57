/**
 * Stands around the user's handler without being seen: same arity, same symbols, same result, same error, same moment.
 *
 * A proxy keeps everything that a runtime client may look at: the number of parameters (it decides whether a callback
 * handler is refused), the streaming marks, the kind of function. A native promise is handed back as it is; a thenable
 * is asked once only, by whom the result is meant for, because some of them begin their work when asked.
 */
import { builtIn } from '../../measure/built-in.ts';

/** Told once how a call ended: its result, or what it threw or rejected with. */
export type End = (failed: boolean, value?: unknown) => void;

// biome-ignore lint/suspicious/noExplicitAny: a user's handler may take and give anything
export type Handler = (...args: any[]) => unknown;

/**
 * @param begin  told of each call before the handler is; neither it nor the `End` that it gives may throw
 * @param then   that of promises, as it was before the host's code ran
 * @param run    runs the handler in the course of the call that was begun last; one frame more in the host's stack traces
 * @returns calls a handler as the trap of a proxy does
 */
export function watchCall(
  begin: (event: unknown, context: Record<string, unknown>) => End,
  then: typeof Promise.prototype.then,
  run?: (call: () => unknown) => unknown,
): (handler: Handler, self: unknown, args: Parameters<Handler>) => unknown {
  const { isPromise } = builtIn('node:util').types;
  let endWaiting: End | undefined;
  return (target, self, args) => {
    const callback = args[2];
    const takesCallback = typeof callback === 'function';
    const context = (takesCallback ? args[1] : (args[2] ?? args[1])) ?? {};
    let ended = false;
    const tell = begin(args[0], context);
    const end: End = (failed, value) => {
      if (!ended) {
        ended = true;
        tell(failed, value);
      }
    };
    if (takesCallback) {
      args[2] = function (this: unknown, ...answer: unknown[]) {
        end(!!answer[0], answer[0] || answer[1]);
        return Reflect.apply(callback, this, answer);
      };
      for (const name of ['succeed', 'fail', 'done']) {
        const settle = context[name];
        if (typeof settle !== 'function') continue;
        context[name] = function (this: unknown, ...answer: unknown[]) {
          const failed = name === 'fail' || (name === 'done' && !!answer[0]);
          end(failed, failed || name === 'succeed' ? answer[0] : answer[1]);
          return Reflect.apply(settle, this, answer);
        };
      }
    }
    let result: unknown;
    try {
      result = run ? run(() => Reflect.apply(target, self, args)) : Reflect.apply(target, self, args);
    } catch (error) {
      end(true, error);
      throw error;
    }
    if (isPromise(result)) {
      then.call(
        result,
        (value) => end(false, value),
        (error) => end(true, error),
      );
    } else if (typeof (result as Thenable)?.then === 'function') {
      return watchThenable(result as Thenable, end);
    } else if (!takesCallback) {
      end(false, result);
    } else if (!ended) {
      // Whoever neither returns a promise nor calls back is over when nothing is left to do.
      if (!endWaiting) process.on('beforeExit', () => endWaiting!(false));
      endWaiting = end;
    }
    return result;
  };
}

interface Thenable {
  then(onValue?: Handler, onError?: Handler): unknown;
}

const watchThenable = (thenable: Thenable, end: End): Thenable =>
  Object.create(thenable, {
    // biome-ignore lint/suspicious/noThenProperty: it stands in for a thenable
    then: {
      value: (onValue?: Handler, onError?: Handler) =>
        thenable.then(
          (value: unknown) => {
            end(false, value);
            return onValue ? onValue(value) : value;
          },
          (error: unknown) => {
            end(true, error);
            if (onError) return onError(error);
            throw error;
          },
        ),
    },
  });
