/** Who takes what was rebuilt: attempts first of all, and what no attempt tells of. */
import type { AgentRecord, DeathRecord } from '@nightlight/agent/record';
import type { Anomaly } from '../parse/anomaly.ts';
import type { FactTable } from '../parse/facts.ts';
import type { InitLines, Invocation, Sandbox } from './invocation.ts';
import type { DeadAttempt } from './stream-state.ts';

export interface InvocationSink {
  /** One complete attempt. The object is reused after the call. */
  invocation(invocation: Invocation): void;
  /**
   * A warm attempt that succeeded, of which every line was ordinary, straight from its row.
   * @returns false when the sink cannot take it so; it then comes again as an `invocation`
   */
  plainInvocation(sandbox: Sandbox, table: FactTable, row: number): boolean;
  /** A runtime start that no invocation followed: a failed init, or the end of the export. */
  unusedInit(sandbox: Sandbox, init: InitLines): void;
  /** A service logged an error without naming a request: whose it is, nobody knows. */
  looseError(functionName: string, version: string | undefined, kind: number, file: number, place: number, atMs: number): void;
  extension(sandbox: Sandbox, name: string): void;
  runtimeVersion(sandbox: Sandbox, runtimeVersion: string, atMs: number): void;
  logsDropped(records: number, file: number, place: number, atMs: number): void;
  anomaly(kind: Anomaly, file: number, place: number, atMs: number): void;
  /** A record line of our agent, in the order of lines, also where it was joined to an attempt that is given later. */
  record(sandbox: Sandbox, record: AgentRecord, file: number, place: number, atMs: number): void;
  /** A successor tells what was under way in an attempt that was given before. */
  death(dead: DeadAttempt, record: DeathRecord, file: number, place: number, atMs: number): void;
}
