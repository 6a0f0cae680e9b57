/**
 * `nightlight watch`: the overview of an input on the screen. Without a terminal nothing is drawn, each finding is one
 * line then; with a terminal but without its keys, one frame is drawn.
 */
import type { Report } from '@nightlight/analyzer';
import { CommandError } from '../command-error.ts';
import { overviewView, plainLines } from '../model/overview-view.ts';
import { wantsColor } from '../text/wants-color.ts';
import type { World } from '../world.ts';
import { widthOf } from './analyze.ts';
import { analyzeSettings, type InputOptions } from './input-options.ts';
import { runAnalysis } from './run-analysis.ts';

export interface WatchOptions extends InputOptions {
  readonly plain?: boolean;
  readonly color: boolean;
}

/**
 * @param hasKeys  whether standard input is a keyboard
 * @returns the exit code
 */
export async function runWatch(
  paths: readonly string[],
  options: WatchOptions,
  world: World,
  hasKeys: boolean = process.stdin.isTTY === true,
): Promise<number> {
  const draws = options.plain !== true && world.stdout.isTerminal;
  if (draws && hasKeys && paths.includes('-')) {
    throw new CommandError(
      'USAGE',
      'watch: expected files or folders, found - (standard input), which is where your keys come from',
      'write the input to a file first, or use --plain',
    );
  }
  const reader = await world.loadReader();
  const settings = analyzeSettings(options, reader, world);
  const done = await runAnalysis(paths, settings, reader, world);
  if (done === undefined) return 130;
  const { report } = done;
  if (!draws) {
    world.stdout.write(`${plainLines(report).join('\n')}\n`);
    return report.exit;
  }
  // There is nothing to look at, and the errors must not vanish behind a screen.
  if (isUnread(report)) return report.exit;
  const view = overviewView(report, paths);
  const color = wantsColor(options.color, true, world.environment);
  if (!hasKeys) {
    const { drawOverview } = await import('../screens/draw-overview.tsx');
    const size = { columns: widthOf(world), rows: process.stdout.rows ?? 24 };
    world.stdout.write(`${drawOverview({ view, chosen: 0, ...size, color, isReading: false, showsHelp: false })}\n`);
    return report.exit;
  }
  const { showOverview } = await import('../screens/show-overview.tsx');
  const leaving = new AbortController();
  try {
    const readAgain = async () => overviewView(await reader.analyze(paths, settings, undefined, leaving.signal), paths);
    await showOverview({ first: view, color, readAgain }, process);
  } finally {
    // Whoever leaves does not wait for a reading that nobody will see.
    leaving.abort();
  }
  return isPartlyUnread(report) ? 1 : 0;
}

function isUnread(report: Report): boolean {
  return report.input.eventCount === 0 && isPartlyUnread(report);
}

function isPartlyUnread(report: Report): boolean {
  return report.input.failedFileCount > 0;
}
