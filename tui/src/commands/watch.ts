/**
 * `nightlight watch`: the dashboard of an input. Without a terminal nothing is drawn, each finding is one line then; with a
 * terminal but without its keys, one frame is drawn.
 */
import type { Report } from '@nightlight/analyzer';
import { CommandError } from '../command-error.ts';
import { type ColorLevel, paintsOf, type ThemeName } from '../frame/theme.ts';
import type { ScreenId } from '../model/screen.ts';
import type { ShellContent, ShellEnd } from '../shell/run-shell.ts';
import { colorLevel, glyphsOf } from '../terminal/color-level.ts';
import type { Dashboard } from '../watch/open-dashboard.ts';
import type { SourceOptions } from '../watch/watch-sources.ts';
import type { World } from '../world.ts';
import { analyzeSettings, type InputOptions } from './input-options.ts';
import { runAnalysis, tellUnread } from './run-analysis.ts';

export interface WatchOptions extends InputOptions, SourceOptions {
  readonly plain?: boolean;
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly screen: ScreenId;
  /** Where incidents are noted. */
  readonly incidents?: string;
  /** `--no-alerts`: the clock begins only by hand. */
  readonly alerts: boolean;
  /** Who is told when a verdict appears, changes or clears. */
  readonly onChange?: string;
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
  const draws = options.plain !== true && options.json !== true && world.stdout.isTerminal && world.environment.TERM !== 'dumb';
  const isLive =
    paths.length === 0 || paths.includes('-') || options.follow === true || options.listen !== undefined || options.replay !== undefined;
  if (paths.includes('-') && process.stdin.isTTY === true) {
    throw new CommandError(
      'USAGE',
      'watch: expected data on standard input, found a keyboard: nothing is piped into it',
      'aws logs tail /aws/lambda/checkout --follow | nightlight watch - --function checkout',
    );
  }
  if (draws) {
    const { terminalOfKeys } = await import('../watch/terminal-of-keys.ts');
    // Data may come through the pipe while keys come from the terminal itself.
    const keys = hasKeys || isLive ? terminalOfKeys(process.stdin) : undefined;
    if (keys !== undefined) return runDashboard(paths, options, keys, world);
    if (!isLive) {
      const frame = await frameOf(paths, options, world);
      if (typeof frame === 'string') {
        world.stdout.write(frame);
        return 0;
      }
      tellUnread(frame, await world.loadViews(), world);
      return frame.exit;
    }
  }
  if (isLive) {
    const [{ live, close }, { plainWatch }] = await Promise.all([openWatch(paths, options, world), import('../watch/plain-watch.ts')]);
    try {
      const { report, failedSourceCount } = await plainWatch(live, { isJson: options.json === true }, world);
      return failedSourceCount > 0 ? 1 : report.exit;
    } finally {
      await close();
      if (paths.includes('-')) process.stdin.destroy();
    }
  }
  if (options.onChange !== undefined) {
    throw new CommandError(
      'USAGE',
      '--on-change: expected an input that is followed, found one that is read once: nothing in it changes',
      'add --follow',
    );
  }
  const reader = await world.loadReader();
  const done = await runAnalysis(paths, analyzeSettings(options, reader, world), reader, world);
  if (done === undefined) return 130;
  if (options.json === true) {
    const { changeJson, verdictChanges } = await import('../model/verdict-changes.ts');
    const atMs = done.report.input.toMs ?? world.nowMs();
    for (const change of verdictChanges(undefined, done.report)) world.stdout.write(`${JSON.stringify(changeJson(change, atMs))}\n`);
  } else {
    const { plainLines } = await import('../model/overview-view.ts');
    world.stdout.write(`${plainLines(done.report).join('\n')}\n`);
  }
  return done.report.exit;
}

async function runDashboard(paths: readonly string[], options: WatchOptions, keys: NodeJS.ReadStream, world: World): Promise<number> {
  const { runShell } = await import('../shell/run-shell.ts');
  const glyphs = glyphsOf(options.ascii === true, world.environment);
  let open: Dashboard | undefined;
  let unread: Report | undefined;
  let end: ShellEnd | undefined;
  try {
    end = await runShell(
      { stdin: keys, stdout: process.stdout },
      {
        look: { paints: paintsOf(options.theme, levelOf(options, world)), asciiOnly: glyphs === 'ascii' },
        glyphs,
        framesPerSecond: options.fps,
        start: options.screen,
        nowMs: world.nowMs,
        opening: paths.length === 0 ? 'opening the receiver' : `reading ${paths.join(' ')}`,
      },
      async (): Promise<ShellContent> => {
        (await import('../watch/modest-heap.ts')).keepHeapModest();
        open = await openWatch(paths, options, world);
        const { live, content } = open;
        // What cannot be read at all is said on the screen that stays, and not behind one that goes.
        await Promise.race([live.caughtUp(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
        const { report, sources } = live.picture();
        if (isUnread(report) && sources.every(({ state }) => state === 'failed' || state === 'ended')) {
          unread = report;
          throw new NothingRead();
        }
        // A port in use, say: there is nothing that could still come, and the reason must not go with the screen.
        const [deaf] = sources;
        if (deaf?.state === 'failed' && report.input.eventCount === 0 && sources.every(({ state }) => state === 'failed')) {
          const { printable } = await world.loadViews();
          // The reason often begins with the place already: a path, an address.
          throw new CommandError(
            'WATCH_NO_SOURCE',
            printable(deaf.because.startsWith(deaf.name.split(' ').at(-1)!) ? deaf.because : `${deaf.name}: ${deaf.because}`),
            printable(deaf.next),
            1,
          );
        }
        return content;
      },
    );
  } catch (error) {
    if (!(error instanceof NothingRead)) throw error;
  } finally {
    await open?.close();
    // Whoever writes into the pipe may go on for hours; neither that nor the terminal of the keys may hold this process.
    if (keys !== process.stdin) keys.destroy();
    if (paths.includes('-')) process.stdin.destroy();
  }
  if (unread !== undefined) {
    tellUnread(unread, await world.loadViews(), world);
    return unread.exit;
  }
  if (end?.kind === 'signal') {
    // Whoever waits for us learns how we ended: by the signal, and not by an exit code of our own.
    process.kill(process.pid, end.signal);
    return 130;
  }
  return open === undefined || open.live.picture().report.input.failedFileCount === 0 ? 0 : 1;
}

/** Long enough for a name that does not exist; reading goes on behind the screen. */
const PATIENCE_MS = 400;

async function frameOf(paths: readonly string[], options: WatchOptions, world: World): Promise<string | Report> {
  const [{ oneFrame }, { screenText }, { live, content }] = await Promise.all([
    import('../shell/one-frame.ts'),
    import('../shell/screen-text.ts'),
    openWatch(paths, { ...options, alerts: false }, world),
  ]);
  await live.caughtUp();
  await live.finish();
  const picture = live.picture();
  if (isUnread(picture.report)) return picture.report;
  const width = Math.max(80, world.stdout.columns ?? 80);
  const glyphs = glyphsOf(options.ascii === true, world.environment);
  const lines = oneFrame({
    picture,
    screen: content.screens.find(({ id }) => id === options.screen) ?? content.screens[0]!,
    screens: content.screens,
    headline: content.headline(picture),
    width,
    height: Math.max(24, process.stdout.rows ?? 24),
    glyphs,
    wallMs: world.nowMs(),
  });
  return screenText(lines, width, { paints: paintsOf(options.theme, levelOf(options, world)), asciiOnly: glyphs === 'ascii' });
}

/** What is shown, and what it is made of; loaded when the first frame already stands. */
async function openWatch(paths: readonly string[], options: WatchOptions, world: World): Promise<Dashboard> {
  const [{ openDashboard }, reader] = await Promise.all([import('../watch/open-dashboard.ts'), world.loadReader()]);
  const { listen, replay, incidents, alerts, tz, onChange } = options;
  return openDashboard(
    {
      paths,
      analysis: analyzeSettings(options, reader, world),
      alerts,
      timeZone: tz ?? 'UTC',
      drills: { command: [process.execPath, process.argv[1]!], workingFolder: process.cwd() },
      ...(incidents !== undefined && { incidents }),
      ...(listen !== undefined && { listen }),
      ...(replay !== undefined && { replay }),
      ...(onChange !== undefined && { onChange }),
    },
    world,
  );
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
