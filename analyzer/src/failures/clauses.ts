/** The few ways in which a signature asks: is a number above a bound, does an error say this, is either of two true. */
import type { ComponentObservations } from './component-observations.ts';
import type { ErrorObservation } from './error-observation.ts';
import type { Clause, Sight } from './failure-mode.ts';
import { whole } from './rarity-words.ts';

export const seen = (evidence: string): Sight => ({ kind: 'seen', evidence });
export const notSeen = (found: string): Sight => ({ kind: 'not-seen', found });
export const cannotTell = (missing: string): Sight => ({ kind: 'cannot-tell', missing });

/**
 * @param what  the figure with its unit, as in "12 throttled calls"
 * @param from  who would have to tell it
 */
export function above(value: number | undefined, bound: number, what: string, from: string): Sight {
  if (value === undefined || Number.isNaN(value)) return cannotTell(`${what}: ${from}`);
  const told = `${what}: ${shown(value)}`;
  return value > bound ? seen(told) : notSeen(`${told}, not above ${shown(bound)}`);
}

/** A clause that some error of the component says `pattern`, and passes `also` where that is given. */
export function errorSays(
  pattern: RegExp,
  what: string,
  { also = () => true, by }: { readonly also?: (error: ErrorObservation) => boolean; readonly by?: 'server' | 'client' } = {},
): Clause {
  return {
    asks: `an error names ${what}`,
    look: (observed) => {
      if (observed.errors === undefined) return cannotTell(`errors of ${observed.component}: its application lines`);
      const found = errorsThatSay(observed, pattern).filter((error) => also(error) && (by === undefined || error.seenBy === by));
      const [first] = found;
      if (first === undefined) return notSeen(`no error names ${what}`);
      return seen(`${shown(found.reduce((sum, { count }) => sum + count, 0))} × "${(first.quote ?? first.text).slice(0, LONGEST_QUOTE)}"`);
    },
  };
}

export function errorsThatSay(observed: ComponentObservations, pattern: RegExp): ErrorObservation[] {
  return (observed.errors ?? []).filter(({ text }) => pattern.test(text));
}

/** The best answer that any element gives: seen before cannot tell before not seen. */
export function anyOf<T>(items: readonly T[] | undefined, what: string, from: string, look: (item: T) => Sight): Sight {
  if (items === undefined) return cannotTell(`${what}: ${from}`);
  let best: Sight = notSeen(`no ${what}`);
  for (const item of items) {
    const sight = look(item);
    if (sight.kind === 'seen') return sight;
    if (sight.kind === 'cannot-tell' || best.kind === 'not-seen') best = best.kind === 'cannot-tell' ? best : sight;
  }
  return best;
}

export function either(asks: string, ...clauses: readonly Clause[]): Clause {
  return { asks, look: (observed) => anyOf(clauses, asks, '', (clause) => clause.look(observed)) };
}

/** All in one, for facts about the same thing. */
export function both(...sights: readonly Sight[]): Sight {
  const missed = sights.find(({ kind }) => kind === 'not-seen') ?? sights.find(({ kind }) => kind === 'cannot-tell');
  if (missed !== undefined) return missed;
  return seen(sights.map((sight) => (sight.kind === 'seen' ? sight.evidence : '')).join(', '));
}

export function shown(value: number): string {
  if (Number.isInteger(value)) return whole(value);
  return String(Number(value.toPrecision(3)));
}

const LONGEST_QUOTE = 90;
