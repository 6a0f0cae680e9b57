/** What one run of the checked program left: what it did, and what the agent wrote meanwhile. */
import type { AgentRecord } from '@nightlight/agent/record';
import { decodeRecord, RECORD_PREFIX } from '@nightlight/agent/record';
import type { HandlerError } from './runtime-api.ts';

export interface RunOutcome {
  readonly behaviour: Behaviour;
  /** From the start of the process until it asked for its first event; only of a handler. */
  readonly untilReadyMs?: number | undefined;
  /** What it had computed by then, where the system tells it. */
  readonly startCpuMs?: number | undefined;
  /** From the start of the process until it ended by itself; only of a program. */
  readonly untilEndMs?: number | undefined;
  /** How long each invocation took, as its client saw it; only of a handler. */
  readonly latenciesMs: readonly number[];
  /** Highest resident memory, where the system tells it. */
  readonly peakRssBytes?: number | undefined;
  readonly records: readonly SeenRecord[];
  readonly brokenRecords: readonly string[];
  readonly initError?: HandlerError | undefined;
}

/** What must not change: each entry is compared with the same entry of another run. */
export interface Behaviour {
  readonly answers: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: string;
}

export interface SeenRecord {
  readonly record: AgentRecord;
  /** With its newline: what a log service would bill. */
  readonly byteCount: number;
}

/** Takes the agent's lines out of what a program printed. */
export function splitRecords(text: string): {
  readonly records: readonly SeenRecord[];
  readonly broken: readonly string[];
  readonly rest: string;
} {
  const records: SeenRecord[] = [];
  const broken: string[] = [];
  const rest: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith(RECORD_PREFIX)) {
      rest.push(line);
      continue;
    }
    const decoded = decodeRecord(line);
    if (decoded.kind === 'record') records.push({ record: decoded.record, byteCount: Buffer.byteLength(line) + 1 });
    else broken.push(decoded.kind === 'broken' ? decoded.because : decoded.kind);
  }
  return { records, broken, rest: rest.join('\n') };
}

/** What a program printed, without what differs from run to run by nature: times, and stack frames, which name who called. */
export function comparable(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, '<time>')
    .replace(/^\s+at .*\n?/gm, '')
    .replace(/,?\s*"\s*at [^"]*"/g, '');
}

/** The agent begins a line of its own where the program had not ended one, so where lines end is not compared. */
export const withoutLineEnds = (text: string): string => text.replace(/\n/g, '');
