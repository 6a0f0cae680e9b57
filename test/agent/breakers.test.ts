import { EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { CircuitState, ConsecutiveBreaker, circuitBreaker, fallback, handleAll, retry, TimeoutStrategy, timeout, wrap } from 'cockatiel';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AGENT, type Agent } from '../../agent/src/agent.ts';
import { observeBreaker } from '../../agent/src/index.ts';
import type { Work } from '../../agent/src/measure/work.ts';

interface Opossum extends EventEmitter {
  fire(...args: unknown[]): Promise<unknown>;
  fallback(answer: () => unknown): void;
  open(): void;
  close(): void;
  shutdown(): void;
  readonly opened: boolean;
}
const OpossumBreaker = createRequire(import.meta.url)('opossum') as new (action: unknown, options: object) => Opossum;

const here = globalThis as { [AGENT]?: Agent };
let work: Work | undefined;
let strikes: unknown[];
let breakers: Opossum[];

beforeEach(() => {
  strikes = [];
  breakers = [];
  work = { id: 'r1', startedMs: 0 };
  here[AGENT] = {
    isOn: () => true,
    quietly(_what: string, hook: () => unknown) {
      try {
        return hook();
      } catch (error) {
        strikes.push(error);
        return undefined;
      }
    },
    currentWork: () => work,
    workListeners: [],
  } as unknown as Agent;
});
afterEach(() => {
  vi.useRealTimers();
  for (const breaker of breakers) breaker.shutdown();
  delete here[AGENT];
  expect(strikes).toEqual([]);
});

const fails = () => Promise.reject(new Error('down'));
const opossum = (action: unknown, options: object = {}) => {
  const breaker = new OpossumBreaker(action, {
    name: 'orders-db',
    volumeThreshold: 1,
    errorThresholdPercentage: 1,
    resetTimeout: 10,
    ...options,
  });
  breakers.push(breaker);
  return breaker;
};
/** Ends the work and begins the next, as a host does. */
function nextLine(): Record<string, unknown> {
  const line = here[AGENT]!.tell?.(work!) ?? {};
  work = { id: 'next', startedMs: 0 };
  return JSON.parse(JSON.stringify(line));
}
const events = (line: Record<string, unknown>) =>
  Object.fromEntries(((line.be ?? []) as [string, string, number][]).map(([, event, count]) => [event, count]));

describe('a breaker of opossum', () => {
  test('that works well says nothing', async () => {
    const breaker = observeBreaker(opossum(() => Promise.resolve(1)));
    expect(await breaker.fire()).toBe(1);
    expect(nextLine()).toEqual({});
  });

  test('that opens is named in every line until it closes', async () => {
    let isDown = true;
    const breaker = observeBreaker(opossum(() => (isDown ? fails() : Promise.resolve('up'))));
    await expect(breaker.fire()).rejects.toThrow('down');
    await expect(breaker.fire()).rejects.toThrow('Breaker is open');
    const first = nextLine();
    expect(first.cb).toEqual(['orders-db']);
    expect(events(first)).toEqual({ failure: 1, open: 1, reject: 1 });
    expect(nextLine()).toEqual({ cb: ['orders-db'] });
    expect(nextLine()).toEqual({ cb: ['orders-db'] });
    work = undefined;
    await once(breaker, 'halfOpen');
    isDown = false;
    work = { id: 'r4', startedMs: 0 };
    await breaker.fire();
    expect(events(nextLine())).toEqual({ halfOpen: 1, close: 1 });
    expect(nextLine()).toEqual({});
  });

  test('that answers with a fallback is told as one that hides a failure', async () => {
    const breaker = observeBreaker(opossum(fails));
    breaker.fallback(() => 'default');
    expect(await breaker.fire()).toBe('default');
    const line = nextLine();
    expect(line).toMatchObject({ fb: 1, fx: ['orders-db'] });
    expect(events(line)).toMatchObject({ failure: 1, fallback: 1 });
  });

  test('that gives up waiting is told to have timed out', async () => {
    const breaker = observeBreaker(opossum(() => new Promise(() => {}), { timeout: 5 }));
    await expect(breaker.fire()).rejects.toThrow('Timed out');
    expect(events(nextLine())).toMatchObject({ timeout: 1, failure: 1, open: 1 });
  });

  test('that was open before is known to be, and one that is shut down is not open any more', () => {
    const breaker = opossum(fails);
    breaker.open();
    observeBreaker(breaker, 'payments');
    expect(nextLine()).toEqual({ cb: ['payments'] });
    breaker.shutdown();
    nextLine();
    expect(nextLine()).toEqual({});
  });

  test('that is observed twice is counted once', async () => {
    const breaker = opossum(fails);
    expect(observeBreaker(observeBreaker(breaker))).toBe(breaker);
    await expect(breaker.fire()).rejects.toThrow();
    expect(events(nextLine()).open).toBe(1);
  });

  test('that shares its name closes only when both have', () => {
    const [one, other] = [observeBreaker(opossum(fails)), observeBreaker(opossum(fails))];
    one.open();
    other.open();
    nextLine();
    one.close();
    nextLine();
    expect(nextLine().cb).toEqual(['orders-db']);
    other.close();
    nextLine();
    expect(nextLine()).toEqual({});
  });

  test('with as many listeners as Node allows makes it warn no earlier for ours', () => {
    const breaker = opossum(fails);
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    for (let i = breaker.listenerCount('open'); i < breaker.getMaxListeners(); i++) breaker.on('open', () => {});
    observeBreaker(breaker);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  test('gives the same results, errors and events as one that nobody observes', async () => {
    async function life(breaker: Opossum) {
      const seen: unknown[] = [];
      for (const event of ['fire', 'success', 'failure', 'open', 'close', 'halfOpen', 'reject', 'fallback'])
        breaker.on(event, () => seen.push(event));
      for (const input of [1, -1, 2, -2]) {
        seen.push(await breaker.fire(input).catch((error: Error) => error.message));
        if (breaker.opened) await once(breaker, 'halfOpen');
      }
      return seen;
    }
    const action = (n: number) => (n > 0 ? Promise.resolve(n) : fails());
    expect(await life(observeBreaker(opossum(action)))).toEqual(await life(opossum(action)));
  });
});

describe('a breaker of cockatiel', () => {
  const breakerPolicy = (halfOpenAfter = 5) => circuitBreaker(handleAll, { halfOpenAfter, breaker: new ConsecutiveBreaker(1) });

  test('that opens is named in every line until it closes', async () => {
    // The clock stands: how long a test takes must not half open it.
    vi.useFakeTimers({ toFake: ['Date'] });
    const policy = observeBreaker(breakerPolicy(), 'orders-db');
    expect(await policy.execute(() => 1)).toBe(1);
    expect(nextLine()).toEqual({});
    await expect(policy.execute(fails)).rejects.toThrow('down');
    await expect(policy.execute(fails)).rejects.toThrow('breaker is open');
    const line = nextLine();
    expect(line.cb).toEqual(['orders-db']);
    expect(events(line)).toEqual({ open: 1, failure: 1 });
    expect(nextLine()).toEqual({ cb: ['orders-db'] });
    vi.setSystemTime(Date.now() + 5);
    expect(await policy.execute(() => 'up')).toBe('up');
    expect(events(nextLine())).toEqual({ halfOpen: 1, close: 1 });
    expect(nextLine()).toEqual({});
    expect(policy.state).toBe(CircuitState.Closed);
  });

  test('that was held open by hand before is known to be open', () => {
    const policy = breakerPolicy();
    const hold = policy.isolate();
    observeBreaker(policy, 'orders-db');
    expect(nextLine()).toEqual({ cb: ['orders-db'] });
    hold.dispose();
    expect(events(nextLine())).toEqual({ close: 1 });
    expect(nextLine()).toEqual({});
  });

  test('is found among policies that are wrapped together, with the timeout and the fallback beside it', async () => {
    const policies = wrap(
      fallback(handleAll, 'default'),
      retry(handleAll, { maxAttempts: 0 }),
      breakerPolicy(),
      timeout(5, TimeoutStrategy.Aggressive),
    );
    expect(observeBreaker(policies, 'prices')).toBe(policies);
    expect(await policies.execute(() => new Promise(() => {}))).toBe('default');
    const line = nextLine();
    expect(events(line)).toEqual({ timeout: 1, failure: 1, open: 1, fallback: 1 });
    expect(line).toMatchObject({ fb: 1, fx: ['prices'], cb: ['prices'] });
  });
});

describe('what is no breaker', () => {
  test.each([
    ['an empty object', {}],
    ['an emitter', new EventEmitter()],
    ['a function', () => 1],
    [
      'a policy that wraps itself',
      (() => {
        const loop: { wrapped: unknown[] } = { wrapped: [] };
        loop.wrapped.push(loop, loop);
        return loop;
      })(),
    ],
  ])('is handed back as it came: %s', (_what, thing) => {
    expect(observeBreaker(thing as object)).toBe(thing);
    expect(nextLine()).toEqual({});
  });

  test('is passed over when it throws at a look', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    expect(observeBreaker(hostile)).toBe(hostile);
    strikes = [];
  });
});
