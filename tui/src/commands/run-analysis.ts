/** One analysis with its surroundings: the echoed range, and inputs that could not be read. */
import type { AnalyzeSettings, Report } from '@nightlight/analyzer';
import type { Reader, Views } from '../analyzer-door.ts';
import { errorText } from '../command-error.ts';
import { rangeEcho } from '../model/time-range.ts';
import type { World } from '../world.ts';
import { runInterruptible } from './run-interruptible.ts';

/** @returns undefined when it was interrupted */
export async function runAnalysis(
  paths: readonly string[],
  settings: AnalyzeSettings,
  reader: Reader,
  world: World,
): Promise<{ readonly report: Report; readonly views: Views } | undefined> {
  const range = rangeEcho(settings.fromMs, settings.toMs);
  if (range !== undefined) world.stderr.write(`looking at ${range}\n`);
  const report = await runInterruptible(world, (onProgress, signal) => reader.analyze(paths, settings, onProgress, signal));
  if (report === undefined) return undefined;
  const views = await world.loadViews();
  tellUnread(report, views, world);
  return { report, views };
}

/** More would push the report off the screen; the report counts them all. */
const ERRORS_SHOWN = 10;

/** What could not be read, and what to try instead, on standard error. */
export function tellUnread(report: Report, views: Views, world: World): void {
  const unread = report.input.files.flatMap((file) => (file.error === undefined ? [] : [file.error]));
  for (const error of unread.slice(0, ERRORS_SHOWN)) {
    world.stderr.write(errorText(error.code, views.printable(error.message), views.printable(error.next)));
  }
  if (unread.length > ERRORS_SHOWN)
    world.stderr.write(`${unread.length - ERRORS_SHOWN} more inputs were not read; the report's Data chapter counts them.\n`);
}
