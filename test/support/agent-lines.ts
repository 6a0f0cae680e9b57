/** Lines as the agent writes them, with what a test does not care about left out. */
import {
  bytes,
  type DeathRecord,
  encodeDeath,
  encodeInit,
  encodeInvocation,
  encodeLeak,
  encodeNote,
  encodeSummary,
  encodeWindow,
  epochMilliseconds,
  type InitRecord,
  type InvocationRecord,
  type LeakRecord,
  milliseconds,
  type NoteRecord,
  type OpenCall,
  type OutboundCalls,
  type SummaryRecord,
  type WindowRecord,
} from '@nightlight/agent/record';

type Told<R> = Partial<Omit<R, 'kind'>>;

export const invLine = (told: Told<InvocationRecord>): string => encodeInvocation({ kind: 'invocation', ...told });
export const initLine = (told: Told<InitRecord>): string => encodeInit({ kind: 'init', ...told });
export const deathLine = (told: Told<DeathRecord>): string => encodeDeath({ kind: 'death', ...told });
export const noteLine = (about: NoteRecord['about'], note: string): string => encodeNote({ kind: 'note', about, note });

export function winLine(sequence: number, fromMs: number, told: Told<WindowRecord> = {}): string {
  return encodeWindow({ kind: 'window', fromEpochMs: epochMilliseconds(fromMs), lengthMs: milliseconds(10_000), sequence, ...told });
}

export function sumLine(sequence: number, fromMs: number, invocationCount: number, told: Told<SummaryRecord> = {}): string {
  const fromEpochMs = epochMilliseconds(fromMs);
  return encodeSummary({ kind: 'summary', fromEpochMs, lengthMs: milliseconds(60_000), sequence, invocationCount, ...told });
}

export function leakLine(atMs: number, told: Told<LeakRecord> = {}): string {
  return encodeLeak({ kind: 'leak', atEpochMs: epochMilliseconds(atMs), channel: 'heap', verdict: 'suspected', ...told });
}

export function calls(service: string, callCount: number, totalMs: number, told: Partial<OutboundCalls> = {}): OutboundCalls {
  return { service, callCount, totalMs: milliseconds(totalMs), ...told };
}

export const openCall = (service: string, waitedMs?: number): OpenCall => ({
  service,
  ...(waitedMs !== undefined && { waitedMs: milliseconds(waitedMs) }),
});

export const mebi = (count: number) => bytes(count * 1_048_576);
