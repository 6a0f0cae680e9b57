/**
 * Forgets what is old in a summary that is added to for days, beyond what totals and histograms hold anyway. Verdicts
 * that look at minutes, starts or sandboxes then speak of what is kept; counts of attempts and failures stay whole.
 */
import type { RequestKeys } from './request-keys.ts';
import type { RestingSandboxes, SandboxesKept } from './resting-sandboxes.ts';
import type { SandboxSummary, Summary } from './summary.ts';

export interface KeptAtMost extends SandboxesKept {
  readonly initsOfConfiguration: number;
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
 * @param nowMs       the clock of the sources
 * @param isOpen      whether a sandbox is still being added to
 */
export function keepWithin(
  summary: Summary,
  requestKeys: ReadonlyMap<string, RequestKeys>,
  resting: RestingSandboxes,
  most: KeptAtMost,
  fromMinute: number,
  nowMs: number,
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
  for (const keys of requestKeys.values()) {
    keys.settleOlder(nowMs);
    keys.keepNewest(most.requestKeyPieces);
  }
  forgotten.sandboxes += resting.forget(summary.sandboxes, most, isOpen, nowMs);
  forgotten.metrics += forgetOldest(summary.metrics, most.metrics);
  forgotten.processes += forgetOldest(summary.processes, most.processes);
  forgotten.leaks += forgetOldest(summary.leaks, most.leaks);
}

function forgetOldest(list: unknown[], most: number): number {
  return list.length <= most ? 0 : list.splice(0, list.length - most + (most >> 2)).length;
}

function forgetMinutes(minutes: Map<number, unknown>, fromMinute: number): void {
  for (const minute of minutes.keys()) if (minute < fromMinute) minutes.delete(minute);
}
