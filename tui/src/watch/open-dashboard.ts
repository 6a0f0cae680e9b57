/** Puts the dashboard together: what it listens to, its screens, the incident clock, and what its keys do outside of it. */
import { statSync } from 'node:fs';
import type { AnalyzeSettings, Picture } from '@nightlight/analyzer';
import { follow, type LiveAnalysis } from '@nightlight/analyzer/live';
import { printable } from '@nightlight/analyzer/wording';
import { CommandError } from '../command-error.ts';
import { alertWithin, beginningOf } from '../model/alert-moment.ts';
import { type DrillState, tellDrill } from '../model/drill-state.ts';
import { incidentHeadline, incidentTitle } from '../model/incident-headline.ts';
import { type RecoveryState, tellRecovery } from '../model/recovery-state.ts';
import type { Screen, ScreenId } from '../model/screen.ts';
import { readTime } from '../model/time-argument.ts';
import { createNotifier, type Notifier } from '../notify/notifier.ts';
import { notifyOf } from '../notify/notify-of.ts';
import { readNotifyTarget } from '../notify/notify-target.ts';
import { COLD_STARTS } from '../screens/cold-starts.ts';
import { DRILL } from '../screens/drill.ts';
import { FAILURES } from '../screens/failures.ts';
import { LATENCY } from '../screens/latency.ts';
import { MEMORY } from '../screens/memory.ts';
import { headlineOf, OVERVIEW } from '../screens/overview.ts';
import { RECOVERY } from '../screens/recovery.ts';
import type { ShellContent } from '../shell/run-shell.ts';
import type { World } from '../world.ts';
import { DrillDesk } from './drill-desk.ts';
import { exportView } from './export-view.ts';
import { IncidentDesk, NO_INCIDENT } from './incident-desk.ts';
import { otlpSource } from './otlp-source.ts';
import { pastPictures } from './past-pictures.ts';
import { type SourceOptions, watchedSources } from './watch-sources.ts';

export interface DashboardSettings extends SourceOptions {
  readonly paths: readonly string[];
  readonly analysis: AnalyzeSettings;
  /** `--incidents FILE`. */
  readonly incidents?: string | undefined;
  /** Whether rules may begin an incident. */
  readonly alerts: boolean;
  readonly timeZone: string;
  /** The program that runs drills, and where names of architectures are looked for. */
  readonly drills?: { readonly command: readonly string[]; readonly workingFolder: string } | undefined;
  /** `--on-change`. */
  readonly onChange?: string | undefined;
}

export interface Dashboard {
  readonly live: LiveAnalysis;
  /** Ends what listens, and tells what waits to be told, for a short while. */
  readonly close: () => Promise<void>;
  readonly content: ShellContent;
}

export function openDashboard(settings: DashboardSettings, world: World): Dashboard {
  const warnings: string[] = [];
  const sources = watchedSources(settings.paths, settings, process.stdin, (address) =>
    otlpSource(address, settings.analysis.functionName, (text) => warnings.push(text)),
  );
  // Whatever may be refused is read before anything runs that would have to be stopped.
  const notifier = settings.onChange === undefined ? undefined : notifierOf(settings.onChange, world);
  const live = follow(sources, { ...settings.analysis, now: world.nowMs });
  // What is replayed has happened already: neither may it begin a clock of tonight, nor is looking at it a search.
  const isReplay = 'kind' in sources;
  const desk = new IncidentDesk({ log: settings.incidents, raisesAlerts: settings.alerts && !isReplay && isGrowing(sources) }, world);
  // What is played again is over: it is no place to hurt anything from.
  const drills =
    isReplay || settings.drills === undefined
      ? undefined
      : new DrillDesk({ ...settings.drills, log: desk.path, watchedFolder: folderIn(settings.paths) }, world);
  const past = isReplay || isGrowing(sources) ? undefined : pastPictures(settings.paths, settings.analysis);
  const stopTelling = notifier && notifyOf(live, notifier);
  const content: ShellContent = {
    source: live,
    screens: [OVERVIEW, COLD_STARTS, MEMORY, LATENCY, FAILURES, RECOVERY, DRILL] as readonly Screen[],
    headline(picture) {
      judgeOnce(picture);
      const clock = desk.current();
      if (clock !== undefined) return incidentHeadline(clock, world.nowMs());
      if (desk.fault !== undefined) return [{ text: `! no incident clock: ${printable(desk.fault)}`, style: 'warn' }];
      const failure = notifier?.state().failure;
      if (failure !== undefined) return [{ text: `! ${notifier!.state().target} was not told: ${failure.because}`, style: 'warn' }];
      const [warning] = warnings;
      return warning === undefined ? headlineOf(picture) : [{ text: `! ${warning}`, style: 'warn' }];
    },
    title(picture) {
      const clock = desk.current();
      return clock === undefined ? `nightlight ${picture.report.findings[0]?.headline ?? ''}`.trim() : incidentTitle(clock, world.nowMs());
    },
    alertMs: (picture) => alertWithin(picture, desk.clocks()),
    beginning: beginningOf,
    ...(past !== undefined && { pictureAt: (atMs: number) => past.at(atMs, live.picture().report.input.inflatedBytes) }),
    readTime(text, nowMs) {
      const reading = readTime(text, { nowMs, timeZone: settings.timeZone });
      return reading.kind === 'moment' ? reading.epochMs : undefined;
    },
    async mark(mark, values, picture) {
      const said = desk.mark(mark, values, picture);
      if (inSight !== undefined && !isReplay) desk.noteView(inSight);
      return said;
    },
    offered: (picture, chosen) => desk.offered(picture, chosen),
    suspects: (picture, chosen) => desk.suspects(picture, chosen),
    ...(drills !== undefined && {
      offeredDrill: (scenario: string | undefined) => drills.offered(scenario),
      startDrill: async (values: readonly string[]) => drills.start(values),
      abortDrill: async () => drills.abort(),
    }),
    noClock: () => (desk.current() === undefined ? NO_INCIDENT : undefined),
    tell(screen, before) {
      if (screen === 'recovery') return tellRecovery(before as RecoveryState | undefined, desk.told());
      if (screen === 'drill') return tellDrill(before as DrillState | undefined, desk.told(), drills?.running(desk.told()), drills?.offer);
      return undefined;
    },
    opened(screen) {
      inSight = screen;
      if (!isReplay) desk.noteView(screen);
    },
    exportView: async (file, view) => exportView(file, view, await world.loadViews()),
  };
  let inSight: ScreenId | undefined;
  let judged: Picture['report'] | undefined;
  function judgeOnce({ report }: Picture): void {
    if (report === judged) return;
    judged = report;
    desk.judge(report);
  }
  return {
    live,
    content,
    async close() {
      await stopTelling?.();
      await past?.close();
      await live.stop();
    },
  };
}

/** Where the telemetry of a drill has to go to be seen here. */
function folderIn(paths: readonly string[]): string | undefined {
  return paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}

/** A file that is read to its end is a review, not a watch. */
function isGrowing(sources: Exclude<ReturnType<typeof watchedSources>, { kind: string }>): boolean {
  return sources.some(({ kind }) => kind !== 'path');
}

function notifierOf(text: string, world: World): Notifier {
  const target = readNotifyTarget(text);
  if (target.kind === 'wrong') throw new CommandError('USAGE', target.message, target.next);
  return createNotifier({ target, nowMs: world.nowMs, environment: world.environment });
}
