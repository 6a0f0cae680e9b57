/**
 * Whether the program did the same with the agent as without.
 *
 * A program that prints a random number differs from itself already; only what stayed equal over the runs without the
 * agent can be held against the agent.
 */
import type { Behaviour } from './run-outcome.ts';

export type SamenessVerdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'different'; readonly what: readonly string[] }
  | { readonly kind: 'undetermined'; readonly missing: string };

export function compareBehaviour(bare: readonly Behaviour[], withAgent: readonly Behaviour[]): SamenessVerdict {
  const what: string[] = [];
  const missing: string[] = [];
  for (const [name, of] of ASPECTS) {
    const usual = of(bare[0]!);
    const other = withAgent.map(of).find((found) => !isEqual(found, usual));
    if (bare.some((run) => !isEqual(of(run), usual))) missing.push(`${name} differs from run to run also without the agent`);
    else if (other === undefined) continue;
    else if (bare.length < 2)
      missing.push(`${name} was different, and one run without the agent does not tell whether it always is: --runs 3`);
    else what.push(`${name}${firstDifference(usual, other)}`);
  }
  if (what.length > 0) return { kind: 'different', what };
  return missing.length > 0 ? { kind: 'undetermined', missing: missing.join('; ') } : { kind: 'same' };
}

const ASPECTS: readonly (readonly [name: string, of: (behaviour: Behaviour) => readonly string[]])[] = [
  ['the answers', ({ answers }) => answers],
  ['standard output', ({ stdout }) => [stdout]],
  ['standard error', ({ stderr }) => [stderr]],
  ['the exit', ({ exit }) => [exit]],
];

const isEqual = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((entry, n) => entry === b[n]);

function firstDifference(expected: readonly string[], found: readonly string[]): string {
  const n = Math.max(
    0,
    expected.findIndex((entry, at) => entry !== found[at]),
  );
  const which = expected.length > 1 ? ` (number ${n + 1})` : '';
  return `${which}: without ${shown(expected[n])}, with ${shown(found[n])}`;
}

function shown(text: string | undefined): string {
  if (text === undefined) return 'none';
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}

const LONGEST_SHOWN = 100;
