/** Our agent's own lines, decoded as far as the parser needs to place them. */
import { type AgentRecord, decodeRecord } from '@nightlight/agent/record';

export type RecordLine =
  | {
      readonly kind: 'record';
      readonly record: AgentRecord;
      readonly requestId: string | undefined;
      /** Of the process, where the envelope does not name the stream. */
      readonly sandboxId: string | undefined;
      readonly functionName: string | undefined;
      readonly functionVersion: string | undefined;
      readonly durationMs: number | undefined;
      /** When the line itself tells its time. */
      readonly atMs: number | undefined;
    }
  | { readonly kind: 'newer-version'; readonly major: number }
  | { readonly kind: 'broken' };

export function readRecordLine(text: string): RecordLine {
  const decoded = decodeRecord(text);
  switch (decoded.kind) {
    case 'record': {
      const { record } = decoded;
      return {
        kind: 'record',
        record,
        requestId: 'requestId' in record ? record.requestId : undefined,
        sandboxId: 'sandboxId' in record ? record.sandboxId : undefined,
        functionName: nameIn(record),
        functionVersion: record.kind === 'init' ? record.functionVersion : undefined,
        durationMs: record.kind === 'invocation' ? record.durationMs : undefined,
        atMs: timeOf(record),
      };
    }
    case 'newer-version':
      return decoded;
    case 'not-a-record':
    case 'broken':
      return { kind: 'broken' };
    default:
      return decoded satisfies never;
  }
}

/** A long-running process has no function; what it calls itself stands in the place. */
function nameIn(record: AgentRecord): string | undefined {
  if (record.kind === 'init') return record.functionName ?? record.serviceName;
  return record.kind === 'window' ? record.serviceName : undefined;
}

function timeOf(record: AgentRecord): number | undefined {
  // A death is told when it is found; when the dead one began says nothing of this line.
  if (record.kind === 'death') return record.foundAtEpochMs ?? record.lastSeenAtEpochMs;
  if ('startedAtEpochMs' in record) return record.startedAtEpochMs;
  if ('fromEpochMs' in record) return record.fromEpochMs;
  if ('atEpochMs' in record) return record.atEpochMs;
  return undefined;
}
