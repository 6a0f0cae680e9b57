/**
 * Runs the units in this thread or in several, and adds the harvests up.
 *
 * Threads share only a counter: each takes the next unit when it is free, so an uneven export keeps all of them busy.
 */
import { availableParallelism } from 'node:os';
import { checkSourceMapsFolder } from '../read/source-maps-folder.ts';
import type { AnalyzeSettings, Progress } from '../settings.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import { joinFates } from '../store/failure-fate.ts';
import { duplicatesOf } from '../store/item-keys.ts';
import { mergeSummaries } from '../store/merge-summaries.ts';
import { joinRequests } from '../store/request-keys.ts';
import { settleSteps } from '../store/settle-order.ts';
import type { FailureSummary, Summary } from '../store/summary.ts';
import { Helpers } from './helpers.ts';
import { Pipeline } from './pipeline.ts';
import { rehearse } from './rehearsal.ts';
import type { Harvest } from './stages.ts';
import type { Unit } from './unit.ts';
import { type Clocks, HelperQuestion } from './worth-helpers.ts';

/** Below this many stored bytes a second thread costs more than it brings. */
const WORTH_A_THREAD_BYTES = 4 * 1024 * 1024;
/** Two that are inflated keep the pool busy while a third is handed over. */
const FILES_AHEAD = 3;
const PROGRESS_EVERY_MS = 250;

type Report = (files: number, bytes: number, events: number) => void;

export async function runUnits(
  units: readonly Unit[],
  settings: AnalyzeSettings,
  onProgress: ((progress: Progress) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<{ summary: Summary; filteredCount: number }> {
  if (settings.sourceMapsPath !== undefined) checkSourceMapsFolder(settings.sourceMapsPath);
  const bytesTotal = units.reduce((sum, unit) => sum + unit.bytes, 0);
  const filesTotal = units.reduce((sum, unit) => sum + unit.files.length, 0);
  const report: Report = (filesDone, bytesDone, events) => onProgress?.({ filesDone, filesTotal, bytesDone, bytesTotal, events });
  const isSmall = bytesTotal < WORTH_A_THREAD_BYTES;
  const alone = settings.workers === undefined ? isSmall : settings.workers <= 1;
  const harvests = alone ? [await here(units, settings, report, signal)] : await withHelp(units, bytesTotal, settings, report, signal);
  return addUp(harvests);
}

/** This thread does everything, one file after the other. */
async function here(units: readonly Unit[], settings: AnalyzeSettings, report: Report, signal: AbortSignal | undefined): Promise<Harvest> {
  const pipeline = new Pipeline(settings);
  const waiting = [...units];
  let files = 0;
  let bytes = 0;
  await pipeline.run(
    () => waiting.shift(),
    0,
    (file) => {
      signal?.throwIfAborted();
      files += 1;
      bytes += file.sizeBytes ?? 0;
      report(files, bytes, pipeline.eventCount);
    },
  );
  return pipeline.harvest();
}

/** This thread scans what the pool inflates; others scan too, when that pays or was asked for. */
async function withHelp(
  units: readonly Unit[],
  bytesTotal: number,
  settings: AnalyzeSettings,
  report: Report,
  signal: AbortSignal | undefined,
): Promise<Harvest[]> {
  const most = Math.min(settings.workers ?? availableParallelism(), units.length) - 1;
  const helpers = new Helpers(units, settings, most + 1, signal);
  const timer = setInterval(() => helpers.tellProgress(report), PROGRESS_EVERY_MS);
  try {
    signal?.throwIfAborted();
    if (settings.workers !== undefined) helpers.start(most);
    rehearse();
    const pipeline = new Pipeline(settings);
    const question =
      settings.workers === undefined && most > 0 ? new HelperQuestion(bytesTotal, availableParallelism(), clocks()) : undefined;
    await pipeline.run(helpers.nextUnit, FILES_AHEAD, (file, waitedMs) => {
      signal?.throwIfAborted();
      helpers.throwIfFailed();
      const storedBytes = file.sizeBytes ?? 0;
      helpers.note(storedBytes, pipeline.eventCount);
      if (helpers.count === 0 && question?.afterFile(storedBytes, waitedMs, clocks())) helpers.start(Math.min(most, helpers.unitsLeft));
    });
    return [pipeline.harvest(), ...(await helpers.harvests())];
  } finally {
    clearInterval(timer);
    helpers.stop();
  }
}

function clocks(): Clocks {
  return {
    nowMs: performance.now(),
    get cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
  };
}

function addUp(harvests: readonly Harvest[]): AddedUp {
  return atOnce(addUpSteps(harvests));
}

export interface AddedUp {
  readonly summary: Summary;
  readonly filteredCount: number;
}

/** As `addUp`. */
export function* addUpSteps(harvests: readonly Harvest[]): Steps<AddedUp> {
  // What came from another thread is a plain copy without its classes: it can only be added to a summary of ours.
  const { summary } = harvests[0]!;
  for (const harvest of harvests.slice(1)) mergeSummaries(summary, harvest.summary);
  const names = new Set(harvests.flatMap((harvest) => [...harvest.requestKeys.keys()]));
  const failures = byFunction([...summary.failures.values()]);
  yield* mapInSteps([...names], FUNCTIONS_A_STEP, (name) => {
    const keys = harvests.flatMap((harvest) => harvest.requestKeys.get(name) ?? []);
    const { retries, successesOf, repeatedAt } = joinRequests(keys);
    summary.retries.set(name, retries);
    if (repeatedAt.length > 0) {
      summary.repeatedAt ??= new Map();
      summary.repeatedAt.set(name, repeatedAt);
    }
    joinFates(failures.get(name) ?? [], keys, successesOf);
  });
  const keyed = new Set(harvests.flatMap((harvest) => [...harvest.itemKeys.keys()]));
  for (const name of keyed) summary.duplicates.set(name, duplicatesOf(harvests.flatMap((harvest) => harvest.itemKeys.get(name) ?? [])));
  yield;
  yield* settleSteps(summary);
  return { summary, filteredCount: harvests.reduce((sum, harvest) => sum + harvest.filteredCount, 0) };
}

const FUNCTIONS_A_STEP = 8;

function byFunction(failures: readonly FailureSummary[]): ReadonlyMap<string, FailureSummary[]> {
  const grouped = new Map<string, FailureSummary[]>();
  for (const failure of failures) {
    const known = grouped.get(failure.functionName);
    if (known === undefined) grouped.set(failure.functionName, [failure]);
    else known.push(failure);
  }
  return grouped;
}
