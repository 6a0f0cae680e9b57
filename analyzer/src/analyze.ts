/** The whole way: paths in, report out. */
import { readPriceTable } from './diagnose/price-file.ts';
import { runUnits } from './pipeline/run-units.ts';
import { dealOut } from './pipeline/unit.ts';
import { listInputs } from './read/inputs.ts';
import { ReadError } from './read/read-error.ts';
import type { Report } from './report/report.ts';
import type { AnalyzeSettings, Progress } from './settings.ts';
import { emptyFile } from './store/empty-summary.ts';
import type { Summary } from './store/summary.ts';
import { VERSION } from './version.ts';

/**
 * @param paths  files, folders, globs, or `-` for standard input
 * @returns what was found; inputs that could not be read are in `input.files` with their error
 * @throws PriceError for a price file that is not one; the signal's reason when it is aborted; never for a bad input
 */
export async function analyze(
  paths: readonly string[],
  settings: AnalyzeSettings = {},
  onProgress?: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<Report> {
  // A price file that cannot be read must say so before the long part begins.
  const prices = readPriceTable(settings.pricePath);
  const { inputs, markers, errors } = await listInputs(paths);
  const units = dealOut(inputs);
  const reading = runUnits(units, settings, onProgress, signal);
  // While workers read, this thread loads the diagnoses. One that reads itself loads them afterwards: the collector walks
  // everything that is loaded, again and again.
  if (units.length > 1) void import('./report/build-report.ts');
  const { summary, filteredCount } = await reading;
  const { buildReport } = await import('./report/build-report.ts');
  flagForeignFiles(summary);
  for (const marker of markers) {
    const file = emptyFile(marker.path);
    file.skipped.set('marker', { count: 1, bytes: marker.sizeBytes ?? 0, firstPlace: 0, found: 'permission check of an export task' });
    summary.files.push(file);
  }
  for (const error of errors) {
    summary.files.push({ ...emptyFile(error.path), error: { code: error.code, message: error.message, next: error.next } });
  }
  return buildReport(summary, settings, { tool: VERSION, prices, filteredCount });
}

/**
 * A log of something else is not silently an empty dashboard. A file is only called foreign when it looks like something
 * we can name, or when nothing in the whole input told of an invocation: an export's last chunk may hold plain lines only.
 */
function flagForeignFiles(summary: Summary): void {
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
