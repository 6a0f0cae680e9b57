/**
 * The last known moments of a process that died with work in its hands: found, and told, by its successor.
 *
 * An out-of-memory kill or a timeout leaves no chance for a last line, but a recorder's file survives inside the sandbox.
 * The record says what was under way; why it died is for the platform's own lines to prove.
 */
import { count, epochMilliseconds, listOf, milliseconds, oneOf, text } from './codec.ts';
import { layoutOf, optional, type RecordBase } from './fields.ts';
import { type MemorySample, memorySample } from './memory-sample.ts';
import { type OpenCall, openCall } from './outbound-calls.ts';
import { RECORD_PREFIX } from './prefix.ts';
import type { EpochMilliseconds, Milliseconds } from './units.ts';

export interface DeathRecord extends RecordBase {
  readonly kind: 'death';
  /** When the successor found it. */
  readonly foundAtEpochMs?: EpochMilliseconds | undefined;
  /** Of the dead process, where it differs from its successor's. */
  readonly sandboxId?: string | undefined;
  readonly threadId?: number | undefined;
  /** What it was doing. */
  readonly phase?: 'init' | 'invocation' | 'idle' | undefined;
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly invocationNumber?: number | undefined;
  /** Low-cardinality route of a request, or the name of a job. */
  readonly route?: string | undefined;
  /** When the invocation under way began. */
  readonly startedAtEpochMs?: EpochMilliseconds | undefined;
  /** The last sign of life. */
  readonly lastSeenAtEpochMs?: EpochMilliseconds | undefined;
  /**
   * Time left until the limit, when the process itself wrote this shortly before it: what is still under way then is
   * what it is about to time out on. Absent when a successor found the traces.
   */
  readonly remainingMs?: Milliseconds | undefined;
  readonly memory?: MemorySample | undefined;
  /** Calls that had not come back. An empty list means that none was under way. */
  readonly openCalls?: readonly OpenCall[] | undefined;
}

export const deathLayout = layoutOf<DeathRecord>(RECORD_PREFIX, 'death', 'death', {
  foundAtEpochMs: optional('fa', epochMilliseconds<EpochMilliseconds>()),
  sandboxId: optional('sb', text),
  threadId: optional('th', count),
  phase: optional('ph', oneOf({ init: 'init', invocation: 'inv', idle: 'idle' })),
  requestId: optional('id', text),
  traceId: optional('tr', text),
  invocationNumber: optional('n', count),
  route: optional('rt', text),
  startedAtEpochMs: optional('t', epochMilliseconds<EpochMilliseconds>()),
  lastSeenAtEpochMs: optional('la', epochMilliseconds<EpochMilliseconds>()),
  remainingMs: optional('rm', milliseconds<Milliseconds>()),
  memory: optional('m', memorySample),
  openCalls: optional('ic', listOf(openCall)),
});

/** @returns the line, without a newline */
export const encodeDeath = (record: DeathRecord): string => deathLayout.encode(record);
