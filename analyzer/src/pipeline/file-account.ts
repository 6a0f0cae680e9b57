/** What becomes of one file in the summary: how it is read, what went wrong, and whether it is a log of something else. */
import type { FileContext } from '../read/event-sink.ts';
import { ReadError } from '../read/read-error.ts';
import type { AnalyzeSettings } from '../settings.ts';
import type { FileSummary, Summary } from '../store/summary.ts';

interface Located {
  readonly path: string;
  readonly logStream?: string;
  readonly functionName?: string;
}

export function fileContext(file: Located, settings: AnalyzeSettings): FileContext {
  const functionName = settings.functionName ?? file.functionName;
  return {
    path: file.path,
    ...(file.logStream !== undefined && { logStream: file.logStream }),
    ...(functionName !== undefined && { functionName }),
    ...(settings.timeZone !== undefined && { timeZone: settings.timeZone }),
  };
}

/** @param gaveEvents  some of the file was read before the error */
export function noteError(file: FileSummary, error: ReadError, gaveEvents: boolean): void {
  file.error = { code: error.code, message: error.message, next: error.next };
  file.partial = gaveEvents;
}

/** Pieces that break off are an error of the whole file, when it has no other. */
export function noteBroken(file: FileSummary, gaveEvents: boolean): void {
  const broken = file.skipped.get('broken');
  if (broken === undefined || file.error !== undefined) return;
  const error = new ReadError(
    'READ_JSON_BROKEN',
    { path: file.path, place: broken.firstPlace },
    {
      expected: 'well-formed data to the end of the file',
      found: `${broken.found ?? 'a piece that breaks off'} (${broken.bytes} bytes in ${broken.count === 1 ? 'one place' : `${broken.count} places`})`,
      next: 'What could be read is in the report. Fetch the file again, or cut it at a whole event.',
    },
  );
  noteError(file, error, gaveEvents);
}

/**
 * A log of something else is not silently an empty dashboard. A file is only called foreign when it looks like something
 * we can name, or when nothing in the whole input told of an invocation: an export's last chunk may hold plain lines only.
 */
export function flagForeignFiles(summary: Summary): void {
  const nothingTold = summary.files.every((file) => file.tellingCount === 0);
  for (const file of summary.files) {
    if (file.error !== undefined || file.eventCount === 0 || file.tellingCount > 0) continue;
    if (file.looksLike === undefined && !nothingTold) continue;
    const error = new ReadError(
      'READ_NOT_LAMBDA',
      { path: file.path },
      {
        expected: 'Lambda platform lines (START, REPORT) or Nightlight records',
        found: `no Lambda platform lines in ${file.eventCount.toLocaleString('en-US')} events${file.looksLike === undefined ? '' : `; looks like ${file.looksLike}`}`,
        next: 'Export the log group /aws/lambda/<function> instead.',
      },
    );
    file.error = { code: error.code, message: error.message, next: error.next };
  }
}
