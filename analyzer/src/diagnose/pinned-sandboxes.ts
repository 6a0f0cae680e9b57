/**
 * Sandboxes that used all of their memory and live: no line says that memory ran out, yet there is none left.
 *
 * A kill that another line hides (a timeout at full memory) is told as a death, not as a ceiling.
 */
import type { SandboxSummary } from '../store/summary.ts';
import { maskedDeaths } from './masked-out-of-memory.ts';

/** @param sandboxes  all of one configuration */
export function pinnedSandboxes(sandboxes: readonly SandboxSummary[], memorySizeMb: number | undefined): SandboxSummary[] {
  if (memorySizeMb === undefined) return [];
  const masked = new Set(maskedDeaths(sandboxes).map(({ sandbox }) => sandbox));
  return sandboxes.filter(
    (sandbox) => (sandbox.envelope.at(-1)?.megabytes ?? 0) >= memorySizeMb && sandbox.death?.by !== 'oom' && !masked.has(sandbox),
  );
}
