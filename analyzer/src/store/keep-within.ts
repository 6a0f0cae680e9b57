/**
 * Forgets what is old in a summary that is added to for days, beyond what totals and histograms hold anyway. Verdicts
 * that look at minutes, starts or sandboxes then speak of what is kept; counts of attempts and failures stay whole.
 */
import type { RequestKeys } from './request-keys.ts';
import type { SandboxSummary, Summary } from './summary.ts';

export interface KeptAtMost {
  readonly initsOfConfiguration: number;
  readonly sandboxes: number;
  readonly metrics: number;
  readonly processes: number;
  readonly leaks: number;
  /** Pieces of request keys of one function, 32,768 attempts each. */
  readonly requestKeyPieces: number;
}

/** What was forgotten so far, by kind. */
export interface Forgotten {
  inits: number;
  sandboxes: number;
  metrics: number;
  processes: number;
  leaks: number;
}

/**
 * @param fromMinute  epoch minute: single minutes before it go
 * @param isOpen      whether a sandbox is still being added to
 */
export function keepWithin(
  summary: Summary,
  requestKeys: ReadonlyMap<string, RequestKeys>,
  most: KeptAtMost,
  fromMinute: number,
  isOpen: ReadonlySet<SandboxSummary>,
  forgotten: Forgotten,
): void {
  for (const configuration of summary.configurations.values()) {
    configuration.minutes.forgetBefore(fromMinute);
    const over = configuration.inits.length - most.initsOfConfiguration;
    // A quarter at a time, because the list is moved together.
    if (over > 0) forgotten.inits += configuration.inits.splice(0, over + (most.initsOfConfiguration >> 2)).length;
  }
  forgetMinutes(summary.eventMinutes, fromMinute);
  for (const { perMinute } of summary.failures.values()) forgetMinutes(perMinute, fromMinute);
  for (const peers of summary.callMinutes.values()) {
    for (const { single, stretch } of peers.values()) {
      forgetMinutes(single, fromMinute);
      forgetMinutes(stretch, fromMinute);
    }
  }
  for (const keys of requestKeys.values()) keys.keepNewest(most.requestKeyPieces);
  forgetSandboxes(summary, most.sandboxes, isOpen, forgotten);
  forgotten.metrics += forgetOldest(summary.metrics, most.metrics);
  forgotten.processes += forgetOldest(summary.processes, most.processes);
  forgotten.leaks += forgetOldest(summary.leaks, most.leaks);
}

/** Those that died by force tell most, and are the last to go. */
function forgetSandboxes(summary: Summary, most: number, isOpen: ReadonlySet<SandboxSummary>, forgotten: Forgotten): void {
  const { sandboxes } = summary;
  if (sandboxes.length <= most) return;
  const goes = new Set(
    sandboxes
      .filter((sandbox) => !isOpen.has(sandbox))
      .sort((a, b) => Number(a.death !== undefined) - Number(b.death !== undefined) || a.lastMs - b.lastMs)
      .slice(0, sandboxes.length - most + (most >> 3)),
  );
  forgotten.sandboxes += goes.size;
  const kept = sandboxes.filter((sandbox) => !goes.has(sandbox));
  sandboxes.length = 0;
  for (const sandbox of kept) sandboxes.push(sandbox);
}

function forgetOldest(list: unknown[], most: number): number {
  return list.length <= most ? 0 : list.splice(0, list.length - most + (most >> 2)).length;
}

function forgetMinutes(minutes: Map<number, unknown>, fromMinute: number): void {
  for (const minute of minutes.keys()) if (minute < fromMinute) minutes.delete(minute);
}
