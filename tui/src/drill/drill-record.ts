/**
 * What a drill ended in, as a line beside the log of marks: for the chapter of coverage, the plan, and our own figure of how
 * often the analyzer names the mode that was provoked.
 */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AnalyzeSettings } from '@nightlight/analyzer';
import { CommandError } from '../command-error.ts';
import type { Archetype } from './architecture-file.ts';
import type { TargetBooks } from './drilled-target.ts';

type CoverageRecord = NonNullable<AnalyzeSettings['drills']>[number];
export type DrillOutcome = CoverageRecord['outcome'];

export interface DrillRecordLine {
  readonly v: 1;
  readonly drillId: string;
  readonly incident: string;
  readonly atMs: number;
  readonly architecture: string;
  readonly archetype: Archetype;
  readonly scenario: string;
  /** The mode that was provoked. */
  readonly modeId: string;
  readonly outcome: DrillOutcome;
  readonly ended: 'confirmed' | 'time-over' | 'aborted' | 'target-ended' | 'controller-lost';
  /** The mode that the analyzer named first, from telemetry alone; null where it named none. */
  readonly namedFirst: string | null;
  readonly namedAmong: readonly string[];
  readonly suspectedFirst: string | null;
  readonly component: string;
  readonly alertRule: string | null;
  /** The rule that would have raised an alert before anything was injected; absent where all was well. */
  readonly illBefore?: string;
  /** Processes that said that every function stands in its place again, of those that were hurt. */
  readonly restored: number;
  readonly hurtProcesses: number;
}

export const drillRecordsPath = (log: string): string => join(dirname(log), 'drills.ndjson');

/** The worst that happened: money that is gone without a word is worse than an error. */
export function outcomeOf(books: TargetBooks | undefined, wasAborted: boolean): DrillOutcome {
  if (wasAborted || books === undefined) return 'aborted';
  if (books.chargedTwice > 0 || books.wrongSum > 0) return 'silently-wrong';
  if (books.lost > 0) return 'lost-messages';
  return books.failed > 0 ? 'failed-requests' : 'handled';
}

export function appendDrillRecord(path: string, record: DrillRecordLine): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  appendFileSync(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** A file that is not there holds none. */
export function readDrillRecords(path: string): DrillRecordLine[] {
  try {
    return recordsOf(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}

/** @throws CommandError for a file that somebody named and that cannot be read */
export function readNamedDrillRecords(path: string): DrillRecordLine[] {
  try {
    return recordsOf(readFileSync(path, 'utf8'));
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new CommandError(
      'DRILLS_NOT_READ',
      `${path}: expected a readable file of drill records, found ${found}`,
      'nightlight drill run writes one beside the log of marks',
      1,
      {
        cause,
      },
    );
  }
}

/** Lines that are none are passed over. */
function recordsOf(text: string): DrillRecordLine[] {
  return text.split('\n').flatMap((line) => {
    try {
      const record = JSON.parse(line) as DrillRecordLine;
      return record?.v === 1 && typeof record.modeId === 'string' && typeof record.outcome === 'string' ? [record] : [];
    } catch {
      return [];
    }
  });
}

export function coverageRecords(records: readonly DrillRecordLine[]): CoverageRecord[] {
  return records.map(({ modeId, archetype, outcome }) => ({ modeId, archetype, outcome }));
}
