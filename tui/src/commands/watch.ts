/**
 * `nightlight watch`: the dashboard of an input. Without a terminal nothing is drawn, each finding is one line then; with a
 * terminal but without its keys, one frame is drawn.
 */
import type { Report } from '@nightlight/analyzer';
import { CommandError } from '../command-error.ts';
import { type ColorLevel, paintsOf, type ThemeName } from '../frame/theme.ts';
import type { ShellContent } from '../shell/run-shell.ts';
import { colorLevel, glyphsOf } from '../terminal/color-level.ts';
import type { World } from '../world.ts';
import { analyzeSettings, type InputOptions } from './input-options.ts';
import { runAnalysis, tellUnread } from './run-analysis.ts';

export interface WatchOptions extends InputOptions {
  readonly plain?: boolean;
  readonly color: boolean;
  readonly ascii?: boolean;
  readonly theme: ThemeName;
  readonly fps: number;
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
  const draws = options.plain !== true && world.stdout.isTerminal && world.environment.TERM !== 'dumb';
  if (draws && hasKeys && paths.includes('-')) {
    throw new CommandError(
      'USAGE',
      'watch: expected files or folders, found - (standard input), which is where your keys come from',
      'write the input to a file first, or use --plain',
    );
  }
  if (draws && hasKeys) return runDashboard(paths, options, world);
  const reader = await world.loadReader();
  const done = await runAnalysis(paths, analyzeSettings(options, reader, world), reader, world);
  if (done === undefined) return 130;
  const { report } = done;
  if (!draws) {
    const { plainLines } = await import('../model/overview-view.ts');
    world.stdout.write(`${plainLines(report).join('\n')}\n`);
    return report.exit;
  }
  // There is nothing to look at, and the errors must not vanish behind a screen.
  if (isUnread(report)) return report.exit;
  world.stdout.write(await frameOf(report, paths, options, world));
  return report.exit;
}

async function runDashboard(paths: readonly string[], options: WatchOptions, world: World): Promise<number> {
  const { runShell } = await import('../shell/run-shell.ts');
  const glyphs = glyphsOf(options.ascii === true, world.environment);
  let unread: Report | undefined;
  let isRead = false;
  let exit = 0;
  const end = await runShell(
    process,
    {
      look: { paints: paintsOf(options.theme, levelOf(options, world)), asciiOnly: glyphs === 'ascii' },
      glyphs,
      framesPerSecond: options.fps,
      start: 'overview',
      nowMs: world.nowMs,
      opening: `reading ${paths.join(' ')}`,
    },
    async (tell, leaving): Promise<ShellContent> => {
      const reader = await world.loadReader();
      const settings = analyzeSettings(options, reader, world);
      const [{ progressLine }, { REPORT_OVERVIEW, headlineOf }, { reportSource }] = await Promise.all([
        import('../text/progress-line.ts'),
        import('../screens/report-overview.ts'),
        import('./report-source.ts'),
      ]);
      const startedMs = world.nowMs();
      const report = await reader.analyze(paths, settings, (progress) => tell(progressLine(progress, world.nowMs() - startedMs)), leaving);
      isRead = true;
      if (isUnread(report)) {
        unread = report;
        throw new NothingRead();
      }
      if (report.input.failedFileCount > 0) exit = 1;
      const source = reportSource(report, paths, await world.loadViews());
      return {
        source,
        screens: [REPORT_OVERVIEW],
        headline: headlineOf,
        async readAgain() {
          source.replace(await reader.analyze(paths, settings, undefined, leaving));
          return 'read again';
        },
      };
    },
  ).catch((error: unknown) => {
    if (error instanceof NothingRead) return undefined;
    throw error;
  });
  if (unread !== undefined) {
    tellUnread(unread, await world.loadViews(), world);
    return unread.exit;
  }
  if (end?.kind === 'signal') {
    // Whoever waits for us learns how we ended: by the signal, and not by an exit code of our own.
    process.kill(process.pid, end.signal);
    return 130;
  }
  // Whoever leaves does not wait for a reading that nobody will see.
  return isRead ? exit : 130;
}

async function frameOf(report: Report, paths: readonly string[], options: WatchOptions, world: World): Promise<string> {
  const [{ oneFrame }, { screenText }, { REPORT_OVERVIEW, headlineOf }, { reportPicture }] = await Promise.all([
    import('../shell/one-frame.ts'),
    import('../shell/screen-text.ts'),
    import('../screens/report-overview.ts'),
    import('../model/report-picture.ts'),
  ]);
  const picture = reportPicture(report, paths, 1);
  const width = Math.max(80, world.stdout.columns ?? 80);
  const glyphs = glyphsOf(options.ascii === true, world.environment);
  const lines = oneFrame({
    picture,
    screen: REPORT_OVERVIEW,
    screens: [REPORT_OVERVIEW],
    headline: headlineOf(picture),
    width,
    height: Math.max(24, process.stdout.rows ?? 24),
    glyphs,
    wallMs: world.nowMs(),
  });
  return screenText(lines, width, { paints: paintsOf(options.theme, levelOf(options, world)), asciiOnly: glyphs === 'ascii' });
}

/** Everything was unreadable: the screen is left, and the errors are told where they stay. */
class NothingRead extends Error {
  override readonly name = 'NothingRead';
}

function levelOf(options: WatchOptions, world: World): ColorLevel {
  return colorLevel(options.color, world.environment);
}

function isUnread(report: Report): boolean {
  return report.input.eventCount === 0 && report.input.failedFileCount > 0;
}
