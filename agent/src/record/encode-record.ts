/** Writes a record of any kind. Who writes only one kind takes that kind's own encoder and bundles no other. */
import { encodeDeath } from './death-record.ts';
import type { AgentRecord } from './decode-record.ts';
import { encodeInit } from './init-record.ts';
import { encodeInvocation } from './invocation-record.ts';
import { encodeLeak } from './leak-record.ts';
import { encodeMark } from './mark-record.ts';
import { encodeNote } from './note-record.ts';
import { encodeSummary } from './summary-record.ts';
import { encodeWindow } from './window-record.ts';

/** @returns the line, without a newline */
export function encodeRecord(record: AgentRecord): string {
  switch (record.kind) {
    case 'init':
      return encodeInit(record);
    case 'invocation':
      return encodeInvocation(record);
    case 'death':
      return encodeDeath(record);
    case 'window':
      return encodeWindow(record);
    case 'summary':
      return encodeSummary(record);
    case 'mark':
      return encodeMark(record);
    case 'leak':
      return encodeLeak(record);
    case 'note':
      return encodeNote(record);
    default:
      return record satisfies never;
  }
}
