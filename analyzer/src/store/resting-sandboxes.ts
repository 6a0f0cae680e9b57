/**
 * Which sandboxes of a running analysis are forgotten, of those that nobody writes to any more.
 *
 * Over the limit on all of them the earliest go, and those that died by force last, because they tell most. Of those that have
 * been silent for hours fewer are kept: a system that begins a hundred an hour would else add to them for two days. Silence is
 * measured by the clock by which lines come in: of files that are read in one go every sandbox stays, up to the limit.
 */
import type { SandboxSummary } from './summary.ts';

export interface SandboxesKept {
  readonly sandboxes: number;
  /** So many, when some have been silent for six hours. */
  readonly restingSandboxes: number;
}

export class RestingSandboxes {
  /** When it was first seen closed. */
  readonly #sinceMs = new WeakMap<SandboxSummary, number>();

  /**
   * @param sandboxes  some are taken out
   * @param isOpen     those that are still being added to
   * @param nowMs      the clock of the sources
   * @returns how many were forgotten
   */
  forget(sandboxes: SandboxSummary[], most: SandboxesKept, isOpen: ReadonlySet<SandboxSummary>, nowMs: number): number {
    for (const sandbox of sandboxes) {
      if (isOpen.has(sandbox)) this.#sinceMs.delete(sandbox);
      else if (!((this.#sinceMs.get(sandbox) ?? Number.NaN) <= nowMs)) this.#sinceMs.set(sandbox, nowMs);
    }
    if (sandboxes.length > most.sandboxes) return forgetOldest(sandboxes, most.sandboxes, (sandbox) => !isOpen.has(sandbox));
    if (sandboxes.length <= most.restingSandboxes) return 0;
    const telling = tellingOnes(sandboxes);
    const isLong = (sandbox: SandboxSummary) => nowMs - this.#sinceMs.get(sandbox)! >= LONG_REST_MS;
    return forgetOldest(sandboxes, most.restingSandboxes, (sandbox) => !isOpen.has(sandbox) && isLong(sandbox) && !telling.has(sandbox));
  }
}

/** As long as everything else of which only the outcome matters later. */
const LONG_REST_MS = 6 * 3_600_000;
/** More than a suggestion of another memory size rests on, and than a chart of one function can tell apart. */
const NEWEST_OF_EACH = 8;

function forgetOldest(sandboxes: SandboxSummary[], most: number, mayGo: (sandbox: SandboxSummary) => boolean): number {
  const goes = new Set(
    sandboxes
      .filter(mayGo)
      .sort((a, b) => Number(a.death !== undefined) - Number(b.death !== undefined) || a.lastMs - b.lastMs)
      .slice(0, sandboxes.length - most + (most >> 3)),
  );
  const kept = sandboxes.filter((sandbox) => !goes.has(sandbox));
  sandboxes.length = 0;
  for (const sandbox of kept) sandboxes.push(sandbox);
  return goes.size;
}

/** What died, or was left open; and of each configuration the newest ones and the one that used most memory. */
function tellingOnes(sandboxes: readonly SandboxSummary[]): ReadonlySet<SandboxSummary> {
  const telling = new Set<SandboxSummary>();
  const newest = new Map<string, number>();
  const highest = new Map<string, SandboxSummary>();
  for (const sandbox of sandboxes.toSorted((a, b) => b.lastMs - a.lastMs)) {
    const { configuration, death, openAtEnd } = sandbox;
    const newer = newest.get(configuration) ?? 0;
    newest.set(configuration, newer + 1);
    if (newer < NEWEST_OF_EACH || death !== undefined || openAtEnd !== undefined) telling.add(sandbox);
    const known = highest.get(configuration);
    if (known === undefined || highestMb(sandbox) > highestMb(known)) highest.set(configuration, sandbox);
  }
  for (const sandbox of highest.values()) telling.add(sandbox);
  return telling;
}

function highestMb({ envelope }: SandboxSummary): number {
  return envelope.at(-1)?.megabytes ?? 0;
}
