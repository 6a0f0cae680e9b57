/** The whole way: paths in, report out. */
import { readPriceTable } from './diagnose/price-file.ts';
import { flagForeignFiles } from './pipeline/file-account.ts';
import { runUnits } from './pipeline/run-units.ts';
import { dealOut } from './pipeline/unit.ts';
import { listInputs } from './read/inputs.ts';
import type { Report } from './report/report.ts';
import type { AnalyzeSettings, Progress } from './settings.ts';
import { emptyFile } from './store/empty-summary.ts';
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
