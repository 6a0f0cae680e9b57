/**
 * The log events of one function, page by page into `aws-lambda-NAME/events-00001.json`: the form that the analysis
 * reads, with the stream of every event, and the function in the folder's name and in the file.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AwsFailure } from './aws-failure.ts';
import type { BoundedReader } from './patient-reader.ts';
import type { GroupState } from './pull-state.ts';
import { replaceFile } from './replace-file.ts';

export interface EventRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * @param record  called after each page with how far it came; must be durable when it returns
 */
export async function pullEvents(
  read: BoundedReader,
  folder: string,
  start: GroupState,
  range: EventRange,
  record: (group: GroupState) => void,
): Promise<void> {
  const groupFolder = join(folder, folderOf(start.functionName));
  let group = start;
  let mayBeginAgain = start.progress.kind === 'reading';
  dropUnrecordedPages(groupFolder, group.pageCount);
  while (group.progress.kind === 'waiting' || group.progress.kind === 'reading') {
    const { progress } = group;
    try {
      const { json } = await read('logs filter-log-events', {
        'log-group-name': group.logGroup,
        'start-time': String(range.fromMs),
        // The service includes the end, ranges here do not.
        'end-time': String(range.toMs - 1),
        ...(progress.kind === 'reading' ? { 'next-token': progress.nextToken } : {}),
      });
      group = keepPage(groupFolder, group, json as FilterLogEventsPage);
    } catch (error) {
      if (error instanceof AwsFailure && error.kind === 'group-gone') {
        group = { ...group, progress: { kind: 'gone' } };
      } else if (error instanceof AwsFailure && error.kind === 'token-refused' && mayBeginAgain) {
        // Tokens live for 24 hours (FilterLogEvents, API Reference): the pages before it cannot be joined any more.
        mayBeginAgain = false;
        dropUnrecordedPages(groupFolder, 0);
        group = { ...group, pageCount: 0, eventCount: 0, progress: { kind: 'waiting' } };
      } else {
        throw error;
      }
    }
    record(group);
  }
}

/** `aws-lambda-checkout`; characters that no folder should have are percent-encoded, so two names never become one. */
export function folderOf(functionName: string): string {
  return `aws-lambda-${functionName.replace(/[^A-Za-z0-9._-]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;
}

interface FilterLogEventsPage {
  readonly events?: readonly object[];
  readonly nextToken?: string;
}

function keepPage(groupFolder: string, group: GroupState, page: FilterLogEventsPage): GroupState {
  const events = page.events ?? [];
  const progress = page.nextToken === undefined ? ({ kind: 'done' } as const) : ({ kind: 'reading', nextToken: page.nextToken } as const);
  // Pages without events are common: the service answers before it has found one.
  if (events.length === 0) return { ...group, progress };
  const pageCount = group.pageCount + 1;
  const lines = events.map((event) => JSON.stringify(event)).join(',\n');
  replaceFile(join(groupFolder, pageName(pageCount)), `{"logGroupName":${JSON.stringify(group.logGroup)},"events":[\n${lines}\n]}\n`);
  return { ...group, pageCount, eventCount: group.eventCount + events.length, progress };
}

function pageName(page: number): string {
  return `events-${String(page).padStart(5, '0')}.json`;
}

/** A page that was written and not recorded comes again, and may come with fewer events or none. */
function dropUnrecordedPages(groupFolder: string, recordedCount: number): void {
  if (!existsSync(groupFolder)) return;
  for (const name of readdirSync(groupFolder)) {
    const page = /^events-(\d{5,})\.json$/.exec(name)?.[1];
    if ((page !== undefined && Number(page) > recordedCount) || name.endsWith('.json.part')) rmSync(join(groupFolder, name));
  }
}
