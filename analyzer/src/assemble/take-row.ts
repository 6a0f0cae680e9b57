/** Each kind of row, and who knows what it does to its stream. */
import { FACT, type FactTable } from '../parse/facts.ts';
import { takeRecord } from './agent-lines.ts';
import type { Attempts } from './attempts.ts';
import { takeErrorLine, takeRuntimeExit, takeTimeoutLine } from './failure-lines.ts';
import { takeInitReport, takeInitStart } from './init-lines.ts';
import { takeEnd, takePlain, takeReport, takeRuntimeDone, takeStart, takeStrayLine } from './request-lines.ts';
import type { StreamState } from './stream-state.ts';

export function takeRow(attempts: Attempts, state: StreamState, table: FactTable, row: number): void {
  switch (table.kind[row]) {
    case FACT.invocation:
      return takePlain(attempts, state, table, row);
    case FACT.start:
      return takeStart(attempts, state, table, row);
    case FACT.end:
      return takeEnd(state, table, row);
    case FACT.report:
      return takeReport(attempts, state, table, row);
    case FACT.initStart:
    case FACT.restoreStart:
      return takeInitStart(attempts, state, table, row);
    case FACT.initReport:
    case FACT.restoreReport:
      return takeInitReport(state, table, row);
    case FACT.errorLine:
      return takeErrorLine(attempts, state, table, row);
    case FACT.timedOut:
      return takeTimeoutLine(state, table, row);
    case FACT.runtimeExit:
      return takeRuntimeExit(state, table, row);
    case FACT.strayLine:
      return takeStrayLine(attempts, state, table, row);
    case FACT.runtimeDone:
      return takeRuntimeDone(state, table, row);
    case FACT.extension: {
      const name = table.extra[row]?.extensionName;
      if (name !== undefined) attempts.sink.extension(state.sandboxOf(table, row), name);
      return;
    }
    case FACT.logsDropped: {
      const dropped = table.extra[row]?.droppedRecords ?? 1;
      attempts.sink.logsDropped(dropped, table.file[row]!, table.place[row]!, table.atMs[row]!);
      return;
    }
    case FACT.record:
      return takeRecord(attempts, state, table, row);
    default:
      return;
  }
}
