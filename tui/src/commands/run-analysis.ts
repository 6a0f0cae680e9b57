/** One analysis with its surroundings: the echoed range, progress, Ctrl-C, and inputs that could not be read. */
import type { AnalyzeSettings, Report } from '@nightlight/analyzer';
import type { Reader, Views } from '../analyzer-door.ts';
import { errorText } from '../command-error.ts';
import { rangeEcho } from '../model/time-range.ts';
import { progressDisplay } from '../text/progress.ts';
import type { World } from '../world.ts';

/** @returns undefined when it was interrupted */
export async function runAnalysis(
  paths: readonly string[],
  settings: AnalyzeSettings,
  reader: Reader,
  world: World,
): Promise<{ readonly report: Report; readonly views: Views } | undefined> {
  const range = rangeEcho(settings.fromMs, settings.toMs);
  if (range !== undefined) world.stderr.write(`looking at ${range}\n`);
  const stopping = new AbortController();
  const progress = progressDisplay(world);
  const { promise: interrupted, resolve: interrupt } = withResolvers<undefined>();
  const unlisten = world.onInterrupt(() => {
    stopping.abort();
    interrupt(undefined);
  });
  try {
    const analysis = reader.analyze(paths, settings, progress.show, stopping.signal);
    // After Ctrl-C nobody waits for it any more; its own rejection is expected then.
    analysis.catch(() => {});
    const report = await Promise.race([analysis, interrupted]);
    progress.clear();
    if (report === undefined) return undefined;
    const views = await world.loadViews();
    tellUnread(report, views, world);
    return { report, views };
  } finally {
    progress.clear();
    unlisten();
  }
}

/** More would push the report off the screen; the report counts them all. */
const ERRORS_SHOWN = 10;

function tellUnread(report: Report, views: Views, world: World): void {
  const unread = report.input.files.flatMap((file) => (file.error === undefined ? [] : [file.error]));
  for (const error of unread.slice(0, ERRORS_SHOWN)) {
    world.stderr.write(errorText(error.code, views.printable(error.message), views.printable(error.next)));
  }
  if (unread.length > ERRORS_SHOWN)
    world.stderr.write(`${unread.length - ERRORS_SHOWN} more inputs were not read; the report's Data chapter counts them.\n`);
}

/** Promise.withResolvers comes with Node 22. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
