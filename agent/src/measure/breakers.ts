/**
 * Listens to a circuit breaker without knowing its library: what it did is told to the work in whose course it did it.
 *
 * By shape, so that nothing is loaded: an emitter with `fire` (opossum), a policy with `onBreak` (cockatiel), and policies
 * wrapped together (`wrap(retry, breaker, timeout)`). Only listeners are added; nothing is replaced. cockatiel tells nobody
 * that an open breaker refused a call, so `reject` is counted for opossum alone.
 */
import type { Agent } from '../agent.ts';
import { type Telling, tellingOf } from './telling.ts';
import { tellBreakerEvent, tellFallback } from './told.ts';

/** @param name  how lines name it; by default as the breaker names itself */
export function listenToBreaker(agent: Agent, breaker: object, name?: string): void {
  const telling = tellingOf(agent);
  if (telling.observed.has(breaker)) return;
  telling.observed.add(breaker);
  const watched = watch(agent, telling, name ?? nameOf(breaker));
  // A breaker made for one request and thrown away while open would stand open for ever. What is kept must not hold it.
  collected.register(breaker, watched.closed);
  if (isEmitterBreaker(breaker)) listenToEmitter(breaker, watched);
  else listenToPolicy(breaker, watched, 0);
}

interface Watched {
  happened(event: string): void;
  opened(): void;
  closed(): void;
}

/** Remembers by itself whether the breaker is open, so that a name shared by two closes only when both have. */
function watch(agent: Agent, telling: Telling, name: string): Watched {
  let openName: string | undefined;
  const settle = (isOpen: boolean) => {
    if (isOpen) openName ??= telling.breakerOpened(name);
    else if (openName !== undefined) {
      telling.breakerClosed(openName);
      openName = undefined;
    }
  };
  return {
    // Listeners of opossum and cockatiel run in the middle of the host's call: nothing may be thrown there.
    happened: (event) =>
      agent.quietly('breaker', () => {
        const told = telling.told();
        tellBreakerEvent(told, name, event);
        if (event === 'fallback') tellFallback(told, name);
      }),
    opened: () => agent.quietly('breaker', () => settle(true)),
    closed: () => agent.quietly('breaker', () => settle(false)),
  };
}

interface EmitterBreaker {
  readonly opened?: unknown;
  readonly halfOpen?: unknown;
  on(event: string, listener: () => void): unknown;
  listenerCount?(event: string): number;
  getMaxListeners?(): number;
  setMaxListeners?(count: number): unknown;
}

function isEmitterBreaker(breaker: object): breaker is EmitterBreaker {
  const { on, fire } = breaker as { on?: unknown; fire?: unknown };
  return typeof on === 'function' && typeof fire === 'function';
}

function listenToEmitter(breaker: EmitterBreaker, { happened, opened, closed }: Watched): void {
  const listen = (event: string, listener: () => void) => {
    // One more listener than the host allows itself would have Node print a warning in its name.
    const most = breaker.getMaxListeners?.() ?? 0;
    if (most > 0 && (breaker.listenerCount?.(event) ?? 0) >= most) breaker.setMaxListeners?.(most + 1);
    breaker.on(event, listener);
  };
  if (breaker.opened || breaker.halfOpen) opened();
  for (const event of ['halfOpen', 'reject', 'timeout', 'failure', 'fallback']) listen(event, () => happened(event));
  listen('open', () => {
    happened('open');
    opened();
  });
  listen('close', () => {
    happened('close');
    closed();
  });
  listen('shutdown', closed);
}

type Subscribe = (listener: (event?: { handled?: boolean }) => void) => unknown;

interface Policy {
  /** cockatiel: 0 closed, 1 open, 2 half open, 3 held open by hand. */
  readonly state?: unknown;
  readonly wrapped?: readonly Policy[];
  /** What a fallback policy answers with. */
  readonly value?: unknown;
  readonly onBreak?: Subscribe;
  readonly onHalfOpen?: Subscribe;
  readonly onReset?: Subscribe;
  readonly onFailure?: Subscribe;
  readonly onTimeout?: Subscribe;
}

function listenToPolicy(policy: Policy, watched: Watched, depth: number): void {
  const { happened, opened, closed } = watched;
  if (Array.isArray(policy.wrapped) && depth < DEEPEST_WRAP) {
    for (const inner of policy.wrapped) listenToPolicy(inner, watched, depth + 1);
    return;
  }
  if (typeof policy.onBreak === 'function') {
    if (typeof policy.state === 'number' && policy.state > 0) opened();
    policy.onBreak(() => {
      happened('open');
      opened();
    });
    policy.onReset?.(() => {
      happened('close');
      closed();
    });
    policy.onHalfOpen?.(() => happened('halfOpen'));
    policy.onFailure?.(() => happened('failure'));
  } else if (typeof policy.value === 'function') {
    policy.onFailure?.((event) => {
      if (event?.handled) happened('fallback');
    });
  }
  policy.onTimeout?.(() => happened('timeout'));
}

const collected = new FinalizationRegistry<() => void>((closed) => closed());
const DEEPEST_WRAP = 8;

function nameOf(breaker: object): string {
  const named = breaker as { name?: unknown; constructor?: { name?: unknown } };
  for (const name of [named.name, named.constructor?.name]) {
    if (typeof name === 'string' && name !== '' && name !== 'Object') return name;
  }
  return 'breaker';
}
