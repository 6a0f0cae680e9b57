/**
 * What only the program can know of its work: checks of its answers, messages it dropped, fallbacks, breakers.
 *
 * A 200 with the wrong content, a default instead of the price, a message thrown away: from outside all of it looks well.
 * The API writes here, the line of the work is read from here. Bounded: a name made from data cannot fill the memory.
 */
import type { InvocationRecord } from '../record/invocation-record.ts';
import type { Told } from './work.ts';

/** @param ok  whether the invariant held */
export function tellCheck(told: Told, name: unknown, ok: boolean): void {
  told.checks ??= new Map();
  const outcome = rowOf(told.checks, name, (): [number, number] => [0, 0]);
  outcome[ok ? 0 : 1]++;
}

export function tellDropped(told: Told, howMany: number): void {
  if (howMany > 0 && Number.isSafeInteger(howMany)) told.droppedCount = (told.droppedCount ?? 0) + howMany;
}

export function tellFallback(told: Told, name: unknown, howOften = 1): void {
  told.fallbacks ??= new Map();
  const row = nameIn(told.fallbacks, name);
  told.fallbacks.set(row, (told.fallbacks.get(row) ?? 0) + howOften);
}

export function tellBreakerEvent(told: Told, breaker: unknown, event: string, howOften = 1): void {
  told.breakerEvents ??= new Map();
  const events = rowOf(told.breakerEvents, breaker, () => new Map<string, number>());
  events.set(event, (events.get(event) ?? 0) + howOften);
}

/** For a breaker that was open at any time in the course of the work. */
export function tellOpenBreaker(told: Told, breaker: unknown): void {
  told.openBreakers ??= new Set();
  told.openBreakers.add(nameIn(told.openBreakers, breaker));
}

/** Adds what was told outside of any work to the work that carries it. */
export function addTold(to: Told, from: Told): void {
  for (const [name, [passed, failed]] of from.checks ?? []) {
    to.checks ??= new Map();
    const outcome = rowOf(to.checks, name, (): [number, number] => [0, 0]);
    outcome[0] += passed;
    outcome[1] += failed;
  }
  if (from.droppedCount) tellDropped(to, from.droppedCount);
  for (const [name, howOften] of from.fallbacks ?? []) tellFallback(to, name, howOften);
  for (const [breaker, events] of from.breakerEvents ?? []) {
    for (const [event, howOften] of events) tellBreakerEvent(to, breaker, event, howOften);
  }
  for (const breaker of from.openBreakers ?? []) tellOpenBreaker(to, breaker);
}

type ToldFields = Pick<
  InvocationRecord,
  'droppedCount' | 'fallbackCount' | 'fallbackNames' | 'openBreakers' | 'breakerEvents' | 'invariantChecks'
>;

/** As members of a record; what was never told is absent. */
export function toldFields(told: Told): ToldFields {
  const { checks, droppedCount, fallbacks, breakerEvents, openBreakers } = told;
  return {
    ...(droppedCount !== undefined && { droppedCount }),
    ...(fallbacks && {
      fallbackCount: [...fallbacks.values()].reduce((sum, howOften) => sum + howOften, 0),
      fallbackNames: [...fallbacks.keys()],
    }),
    ...(openBreakers && { openBreakers: [...openBreakers] }),
    ...(breakerEvents && {
      breakerEvents: [...breakerEvents].flatMap(([name, events]) =>
        [...events].map(([event, eventCount]) => ({ name, event, eventCount })),
      ),
    }),
    ...(checks && {
      invariantChecks: [...checks].map(([name, [passedCount, failedCount]]) => ({ name, passedCount, failedCount })),
    }),
  };
}

/** As members of a line, under the keys of docs/record-format.md; `encodeInvocation` writes the same. */
export function toldMembers(told: Told): object {
  const { droppedCount, fallbackCount, fallbackNames, openBreakers, breakerEvents, invariantChecks } = toldFields(told);
  return {
    dr: droppedCount,
    fb: fallbackCount,
    fx: fallbackNames,
    cb: openBreakers,
    be: breakerEvents?.map(({ name, event, eventCount }) => [name, event, eventCount]),
    ck: invariantChecks?.map(({ name, passedCount, failedCount }) => [name, passedCount, failedCount]),
  };
}

function rowOf<T>(rows: Map<string, T>, name: unknown, empty: () => T): T {
  const at = nameIn(rows, name);
  let row = rows.get(at);
  if (row === undefined) {
    row = empty();
    rows.set(at, row);
  }
  return row;
}

/** The name as it stands in a line: a short one, and one of many only once there are as many as a reader can use. */
export function nameIn(names: ReadonlyMap<string, unknown> | ReadonlySet<string>, name: unknown): string {
  const short = typeof name === 'string' && name !== '' ? name.slice(0, LONGEST_NAME) : 'unnamed';
  return names.has(short) || names.size < MOST_NAMES ? short : 'other';
}

const MOST_NAMES = 32;
const LONGEST_NAME = 64;
