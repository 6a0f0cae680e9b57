/**
 * Jobs that the program observes and invocations of a function, handed to a fault as a whole.
 *
 * Put in front once, when the process starts with the drill's flag: a handler is loaded only then. While no drill is armed, or
 * one that does not speak of works, everything is handed through.
 */
import type { Agent } from '../../agent.ts';
import { describeEvent } from '../../measure/event-items.ts';
import type { ArmedDrill } from '../armed-drill.ts';

/** What a fault does to a job or an invocation that was hit. */
export interface HurtItem {
  readonly drill: ArmedDrill;
  /** In its course, before the program's own code. What it throws, the work throws. */
  begin?(): void;
  /** @param again  handles the same once more */
  finish?(result: unknown, again: () => unknown): unknown;
}

export interface ItemHost {
  /** What is armed now, if it speaks of works. */
  armed(): HurtItem | undefined;
  /** Told of each invocation, before anything else. */
  invoked(arn: string | undefined): void;
}

export function handItems(agent: Agent, host: ItemHost): void {
  const { observe, load, wrapHandler } = agent;
  if (observe) {
    agent.observe = <T>(name: string, fn: () => T): T => {
      const item = host.armed();
      if (!item?.drill.hitsWork(name)) return observe(name, fn);
      const once = () =>
        observe(name, () => {
          item.drill.mark(agent.currentWork());
          item.begin?.();
          return fn();
        });
      return afterwards(once(), item, once) as T;
    };
  }
  const wrapped = new WeakSet<object>();
  // What fails before the program's own code must fail inside the agent's account of it, as a bad item does.
  const fail: Fail = (error, args) => {
    const failing = () => Promise.reject(error);
    return (wrapHandler ? wrapHandler(failing as (...given: unknown[]) => Promise<never>) : failing)(...args);
  };
  const wrap = <H>(handler: H): H => {
    if (typeof handler !== 'function' || wrapped.has(handler)) return handler;
    const ours = new Proxy(handler, {
      apply: (target, self, args) => invoke(host, (given) => Reflect.apply(target, self, given), fail, args),
    });
    wrapped.add(ours);
    return ours;
  };
  if (load) agent.load = async (byRequire) => ((await load(byRequire)) as unknown[]).map(wrap);
  if (wrapHandler) agent.wrapHandler = (handler) => wrap(wrapHandler(handler));
}

/** Ends the invocation with an error that none of the program's code has thrown; every runtime client takes a promise. */
type Fail = (error: unknown, args: unknown[]) => Promise<never>;

function invoke(host: ItemHost, handler: (args: unknown[]) => unknown, fail: Fail, args: unknown[]): unknown {
  // Streaming handlers have their context last; older clients hand over a callback there.
  const context = (typeof args[2] === 'function' ? args[1] : (args[2] ?? args[1])) as { invokedFunctionArn?: string } | undefined;
  host.invoked(context?.invokedFunctionArn);
  const item = host.armed();
  const shape = item?.drill.quietly('event', () => describeEvent(args[0]));
  const ids = shape?.keys.length ? shape.keys.map(String) : [undefined];
  if (!item || ids.filter((id) => item.drill.hitsWork(shape?.source, id)).length === 0) return handler(args);
  item.drill.markNext();
  try {
    item.begin?.();
  } catch (error) {
    return fail(error, args);
  }
  const result = handler(args);
  // The end of a handler that calls back is not seen here.
  if (!(result instanceof Promise)) return result;
  return afterwards(result, item, () => {
    item.drill.markNext();
    return handler([deliveredAgain(args[0]), ...args.slice(1)]);
  });
}

function afterwards(result: unknown, item: HurtItem, again: () => unknown): unknown {
  if (!item.finish) return result;
  if (result instanceof Promise) return result.then((value) => item.finish!(value, again));
  return item.finish(result, again);
}

/** The event as a queue would deliver it for the second time. */
function deliveredAgain(event: unknown): unknown {
  const { Records: records } = (event ?? {}) as { Records?: { attributes?: { ApproximateReceiveCount?: string } }[] };
  if (!Array.isArray(records)) return event;
  return {
    ...(event as object),
    Records: records.map((record) => {
      const count = record?.attributes?.ApproximateReceiveCount;
      return count === undefined
        ? record
        : { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: `${Number(count) + 1}` } };
    }),
  };
}
