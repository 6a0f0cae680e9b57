/** Sandboxes as the summary of an export tells them, for tests that judge their memory. */
import type { SandboxSummary } from '../../analyzer/src/store/summary.ts';

export interface SandboxTold {
  /** Max Memory Used at each invocation; only its running maximum is kept, as on the platform. */
  readonly maxima: readonly number[] | Uint16Array;
  readonly memorySizeMb?: number;
  readonly isolated?: boolean;
  /** How the last invocation ended the sandbox, if it did. */
  readonly diedBy?: 'oom' | 'timeout' | 'crash';
}

let streams = 0;

export function sandboxOf({ maxima, memorySizeMb = 512, isolated = true, diedBy }: SandboxTold): SandboxSummary {
  const envelope: { n: number; megabytes: number; atMs: number }[] = [];
  for (const [i, megabytes] of maxima.entries()) {
    if (megabytes > (envelope.at(-1)?.megabytes ?? 0)) envelope.push({ n: i + 1, megabytes, atMs: (i + 1) * 1000 });
  }
  const evidence = { file: 0, place: 0, atMs: maxima.length * 1000 };
  return {
    configuration: 'orders\u0000$LATEST\u0000512',
    logStream: `2025/01/01/[$LATEST]${String(++streams).padStart(32, '0')}`,
    isolated,
    epoch: 0,
    firstMs: 0,
    lastMs: maxima.length * 1000,
    invocationCount: maxima.length,
    failedCount: diedBy === undefined ? 0 : 1,
    envelope,
    memorySizeMb,
    initKind: undefined,
    death: diedBy === undefined ? undefined : { by: diedBy, n: maxima.length, atMs: maxima.length * 1000, evidence },
    evidence,
  };
}
