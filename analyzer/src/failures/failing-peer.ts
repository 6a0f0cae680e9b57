/**
 * Whose calls fail when a component fails? Errors seldom say it by name: a refused connection tells an address, and an error
 * answer tells nothing. The agent's calls are told by the name of the peer.
 */
import type { ComponentObservations } from './component-observations.ts';

/** A peer explains failures when it fails nearly as often, and nobody else fails beside it. Both are our own choice. */
const AS_OFTEN = 0.8;
const BESIDE_IT = 0.2;

/** @returns the only peer whose calls fail as often as that, or undefined */
export function failingPeer({ calls }: Pick<ComponentObservations, 'calls'>, failureCount: number): string | undefined {
  const failing = [...(calls ?? [])].filter(({ errorCount = 0 }) => errorCount > 0).sort((a, b) => b.errorCount! - a.errorCount!);
  const [most, next] = failing;
  if (most === undefined || most.errorCount! < AS_OFTEN * failureCount) return undefined;
  return (next?.errorCount ?? 0) > BESIDE_IT * most.errorCount! ? undefined : most.peer;
}
