/**
 * Marks out of other files: somebody else's log of marks, or lines that a drill wrote through the agent
 * (`startIncidentMark`), wherever in a log they stand.
 *
 * A line keeps its identity, so that taking in the same file twice adds nothing.
 */
import { decodeRecord, type MarkRecord } from '@nightlight/agent/record';
import { MARK_KINDS, type Mark, type MarkKind, markOf, TOOL } from './mark.ts';
import { readMarkLog } from './mark-log.ts';

export interface ImportedMarks {
  readonly marks: readonly Mark[];
  /** The agent's marks that name no incident, where none was given. */
  readonly namelessCount: number;
  /** Lines that hold no mark: most of a log. */
  readonly otherLineCount: number;
}

/** @param incident  for marks of the agent that name none */
export function importedMarks(text: string, incident: string | undefined): ImportedMarks {
  const agentLines: string[] = [];
  const otherLines: string[] = [];
  for (const line of text.split('\n')) (line.includes(AGENT_LINE) ? agentLines : otherLines).push(line);
  const ofLog = readMarkLog(otherLines.join('\n'));
  const records = agentLines
    .map((line) => decodeRecord(line.slice(line.indexOf(AGENT_LINE)).trimEnd()))
    .flatMap((decoded) => (decoded.kind === 'record' && decoded.record.kind === 'mark' ? [decoded.record] : []));
  const named = records.flatMap((record) => {
    const its = record.incidentId ?? incident;
    return its === undefined ? [] : [markOfRecord(record, its)];
  });
  return {
    marks: [...new Map([...ofLog.marks, ...named].map((mark) => [mark.id, mark])).values()],
    namelessCount: records.length - named.length,
    otherLineCount: ofLog.tornCount + ofLog.unreadable.length + agentLines.length - records.length,
  };
}

const AGENT_LINE = '{"nl":';
/** As the agent's callers say it. */
const OTHER_WORDS: Readonly<Record<string, MarkKind>> = { confirmed: 'confirm', alerted: 'alert', acknowledged: 'ack', refuted: 'refute' };

function markOfRecord({ atEpochMs, mark, component, note }: MarkRecord, incident: string): Mark {
  const known = MARK_KINDS.find((kind) => kind === mark) ?? (Object.hasOwn(OTHER_WORDS, mark) ? OTHER_WORDS[mark] : undefined);
  return markOf({
    v: 1,
    id: `agent-${incident}-${atEpochMs}-${mark}-${component ?? ''}`.slice(0, 200),
    incident,
    mark: known ?? 'note',
    atMs: atEpochMs,
    by: TOOL,
    ...(component === undefined ? {} : { component }),
    ...(known === undefined ? { note: note === undefined ? mark : `${mark}: ${note}` } : note === undefined ? {} : { note }),
  });
}
