/** What a platform line says about an invocation, whether it came as text or as JSON. */
import { FACT, type FactExtra, type FactKind } from './facts.ts';
import type { PlatformLine } from './platform-line.ts';
import { redactLine } from './redact.ts';

export interface PlatformFact {
  readonly kind: FactKind;
  readonly requestId?: string;
  readonly version?: string;
  readonly functionName?: string;
  readonly durationMs?: number;
  readonly billedMs?: number;
  readonly memorySizeMb?: number;
  readonly maxMemoryMb?: number;
  readonly initMs?: number;
  /** The record's own time, for envelopes that have none. */
  readonly timeMs?: number;
  /** `instanceId`: the log stream's name, where the record tells it. */
  readonly stream?: string;
  /** A member we do not know. */
  readonly unknown?: string;
  readonly extra: FactExtra;
}

/** What a platform line in text says, as the fact that its twin in JSON would be. */
export function platformFactOf(line: PlatformLine): PlatformFact {
  const extra: FactExtra = {};
  if (line.status !== undefined) extra.status = line.status;
  if (line.errorType !== undefined) extra.errorType = redactLine(line.errorType);
  if (line.restoreMs !== undefined) extra.restoreMs = line.restoreMs;
  if (line.billedRestoreMs !== undefined) extra.billedRestoreMs = line.billedRestoreMs;
  if (line.phase !== undefined) extra.phase = line.phase;
  if (line.runtimeVersion !== undefined) extra.runtimeVersion = redactLine(line.runtimeVersion);
  if (line.traceId !== undefined) extra.traceId = line.traceId;
  if (line.segmentId !== undefined) extra.segmentId = line.segmentId;
  if (line.sampled !== undefined) extra.sampled = line.sampled;
  if (line.name !== undefined) extra.extensionName = redactLine(line.name);
  if (line.dialect !== undefined) extra.dialect = line.dialect;
  return {
    kind: KIND_OF_HEAD[line.head],
    ...(line.requestId !== undefined && { requestId: line.requestId }),
    ...(line.version !== undefined && { version: line.version }),
    ...(line.durationMs !== undefined && { durationMs: line.durationMs }),
    ...(line.billedMs !== undefined && { billedMs: line.billedMs }),
    ...(line.memorySizeMb !== undefined && { memorySizeMb: line.memorySizeMb }),
    ...(line.maxMemoryMb !== undefined && { maxMemoryMb: line.maxMemoryMb }),
    ...(line.initMs !== undefined && { initMs: line.initMs }),
    extra,
  };
}

const KIND_OF_HEAD = {
  START: FACT.start,
  END: FACT.end,
  REPORT: FACT.report,
  INIT_START: FACT.initStart,
  INIT_REPORT: FACT.initReport,
  RESTORE_START: FACT.restoreStart,
  RESTORE_REPORT: FACT.restoreReport,
  EXTENSION: FACT.extension,
  TELEMETRY: FACT.extension,
  LOGS: FACT.extension,
} as const;
