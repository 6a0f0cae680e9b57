/** From a settled report to the picture that a screen draws: the courses by the minute, by sandbox and by start. */
import { evidenceReference } from '../diagnose/evidence-reference.ts';
import { configurationsByFunction, minutesOf } from '../diagnose/function-configurations.ts';
import type { Report } from '../report/report.ts';
import { mapInSteps, type Steps } from '../steps.ts';
import type { ConfigurationSummary, SandboxSummary, Summary } from '../store/summary.ts';
import type { Courses } from './courses.ts';
import type { Settled } from './engine.ts';
import { FEWEST_FOR_P50, FEWEST_FOR_P99, KeptLatency, MinuteLatency } from './latency-minutes.ts';
import {
  type FunctionCourse,
  type InitPoint,
  LATENCY_BANDS_MS,
  type MemoryCourse,
  type MinuteRange,
  MOST_FUNCTION_COURSES,
  type Moment,
  type Picture,
} from './picture.ts';

export type PictureOfEvents = Pick<Picture, 'report' | 'minutes' | 'functions' | 'otherFunctionCount' | 'memory' | 'inits' | 'moments'>;

/** @param untilMs  the clock; undefined where time is replayed */
export function* pictureSteps({ report, summary, courses }: Settled, untilMs: number | undefined): Steps<PictureOfEvents> {
  const names = rankedFunctions(report);
  const minutes = minuteRange(summary, untilMs, names.length);
  const shown = names.slice(0, MOST_FUNCTION_COURSES);
  yield;
  const functions = yield* functionCourses(shown, minutes, report, summary, courses);
  const memory = yield* memoryCourses(summary, courses, names);
  yield;
  const inits = initPoints(summary);
  yield;
  return {
    report,
    minutes,
    functions,
    otherFunctionCount: names.length - shown.length,
    memory,
    inits,
    moments: momentsOf(report, summary),
  };
}

/** Some milliseconds each. */
const COURSES_A_STEP = 8;
const CONFIGURATIONS_A_STEP = 16;

const MINUTE_MS = 60_000;
/** Minutes of all functions together, 60 bytes each: 2 MB, and as many milliseconds to lay out. Of 40 functions twelve hours. */
const MOST_CELLS = 30_000;
const FEWEST_MINUTES = 180;
const MOST_MINUTES = 1_440;
/** A source that has been silent for an hour is shown as it was; until then the silence belongs to the picture. */
const LONGEST_SILENT_MINUTES = 60;
const MOST_INITS = 2_000;
const MOST_SANDBOXES = 20;
const MOST_POINTS = 120;
const MOST_MOMENTS = 500;
const MEBIBYTE = 1024 * 1024;

/** Those that a finding names first, in its order; then those with most requests. */
function rankedFunctions(report: Report): string[] {
  const requests = new Map<string, number>();
  for (const { functionName, invocationCount } of report.functions)
    requests.set(functionName, (requests.get(functionName) ?? 0) + invocationCount);
  const hurt = [...new Set(report.findings.map(({ functionName }) => functionName))].filter((name) => requests.has(name));
  const isHurt = new Set(hurt);
  const rest = [...requests].filter(([name]) => !isHurt.has(name)).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return [...hurt, ...rest.map(([name]) => name)];
}

function minuteRange(summary: Summary, untilMs: number | undefined, functionCount: number): MinuteRange {
  const seen = seenMinutes(summary);
  if (seen.size === 0) return { first: 0, last: -1, gaps: [] };
  const nowMinute = untilMs === undefined ? undefined : Math.floor(untilMs / MINUTE_MS);
  let earliest = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const minute of seen) {
    earliest = Math.min(earliest, minute);
    // What a wrong clock dates into the future is counted, and not what the picture ends with.
    if (nowMinute === undefined || minute <= nowMinute + 1) last = Math.max(last, minute);
  }
  if (last === Number.NEGATIVE_INFINITY) for (const minute of seen) last = Math.max(last, minute);
  if (nowMinute !== undefined && nowMinute > last && nowMinute - last <= LONGEST_SILENT_MINUTES) last = nowMinute;
  const most = Math.max(
    FEWEST_MINUTES,
    Math.min(MOST_MINUTES, Math.floor(MOST_CELLS / Math.max(1, Math.min(functionCount, MOST_FUNCTION_COURSES)))),
  );
  const first = Math.max(earliest, last - most + 1);
  const gaps: number[] = [];
  for (let minute = first; minute <= last; minute++) if (!seen.has(minute)) gaps.push(minute);
  return { first, last, gaps };
}

/** Lines of our agent carry no time outside of themselves: their minutes are those of the attempts. */
function seenMinutes(summary: Summary): Set<number> {
  const seen = new Set<number>();
  for (const [minute, count] of summary.eventMinutes) if (count > 0) seen.add(minute);
  for (const { minutes } of summary.configurations.values())
    for (let i = 0; i < minutes.length; i++) if (minutes.invocations[i]! > 0) seen.add(minutes.firstMinute + i);
  return seen;
}

function functionCourses(
  names: readonly string[],
  { first, last, gaps }: MinuteRange,
  report: Report,
  summary: Summary,
  courses: Courses,
): Steps<FunctionCourse[]> {
  const isGap = new Set(gaps);
  const length = Math.max(0, last - first + 1);
  const byFunction = configurationsByFunction(summary);
  /** Used again for every minute. */
  const told = new MinuteLatency();
  // Columns in which there is nothing are shared: a fast function fills two of seven bands, a quiet one has no p99.
  const zeros = new Array<number>(length).fill(0);
  const unknown = new Array<number | undefined>(length).fill(undefined);
  return mapInSteps(names, COURSES_A_STEP, (functionName) => {
    const series = minutesOf(byFunction.get(functionName) ?? []);
    const invocations: (number | undefined)[] = new Array(length);
    const failed: (number | undefined)[] = new Array(length);
    const cold: (number | undefined)[] = new Array(length);
    let hurt = failed;
    let p50Ms = unknown;
    let p99Ms = unknown;
    const latency = LATENCY_BANDS_MS.map(() => zeros);
    const warmApart = courses.keptApart(functionName);
    const warm = KeptLatency.together(warmApart.map((each) => each.warm));
    for (let i = 0; i < length; i++) {
      const minute = first + i;
      const at = minute - series.firstMinute;
      const isKnown = at >= 0 && at < series.length;
      const nothing = isGap.has(minute) ? undefined : 0;
      invocations[i] = isKnown && nothing === 0 ? series.invocations[at]! : nothing;
      failed[i] = isKnown && nothing === 0 ? series.failed[at]! : nothing;
      cold[i] = isKnown && nothing === 0 ? series.cold[at]! : nothing;
      if (hurt !== failed) hurt[i] = failed[i];
      if (!warm.addTo(told, minute)) continue;
      const { warmCount, overBudgetCount } = told;
      if (overBudgetCount > 0 && failed[i] !== undefined) {
        if (hurt === failed) hurt = failed.slice();
        hurt[i] = failed[i]! + overBudgetCount;
      }
      if (warmCount >= FEWEST_FOR_P50) {
        if (p50Ms === unknown) p50Ms = unknown.slice();
        p50Ms[i] = told.quantileMs(0.5);
      }
      if (warmCount >= FEWEST_FOR_P99) {
        if (p99Ms === unknown) p99Ms = unknown.slice();
        p99Ms[i] = told.quantileMs(0.99);
      }
      for (let band = 0; band < latency.length; band++) {
        const count = told.inBand(band);
        if (count === 0) continue;
        if (latency[band] === zeros) latency[band] = zeros.slice();
        latency[band]![i] = count;
      }
      told.clear();
    }
    return {
      functionName,
      invocations,
      failed,
      cold,
      hurt,
      p50Ms,
      p99Ms,
      latency,
      warm,
      warmApart,
      waitsOn: waitsOf(report, functionName),
    };
  });
}

function waitsOf(report: Report, functionName: string): FunctionCourse['waitsOn'] {
  return (report.outboundCalls ?? [])
    .filter((calls) => calls.functionName === functionName && calls.timeShare !== undefined)
    .map(({ peer, timeShare, callCount }) => ({ peer, timeShare: timeShare!, callCount }))
    .sort((a, b) => b.timeShare - a.timeShare);
}

function* memoryCourses(summary: Summary, courses: Courses, names: readonly string[]): Steps<MemoryCourse[]> {
  const byConfiguration = new Map<string, SandboxSummary[]>();
  for (const sandbox of summary.sandboxes) {
    const known = byConfiguration.get(sandbox.configuration);
    if (known === undefined) byConfiguration.set(sandbox.configuration, [sandbox]);
    else known.push(sandbox);
  }
  const rank = new Map(names.map((name, i) => [name, i]));
  const told = yield* mapInSteps([...byConfiguration], CONFIGURATIONS_A_STEP, ([key, sandboxes]) => {
    const configuration = summary.configurations.get(key);
    return configuration === undefined ? [] : memoryCourse(summary, configuration, sandboxes, courses);
  });
  return told.flat().sort((a, b) => (rank.get(a.functionName) ?? names.length) - (rank.get(b.functionName) ?? names.length));
}

function memoryCourse(
  summary: Summary,
  { functionName, version, memorySizeMb }: ConfigurationSummary,
  sandboxes: readonly SandboxSummary[],
  courses: Courses,
): MemoryCourse[] {
  const heaps = sandboxes.map((sandbox) => courses.heapOf(sandbox));
  const isHeap = heaps.some((points) => points.length > 0);
  const lines = sandboxes
    .map((sandbox, i) => ({
      logStream: sandbox.logStream,
      points: isHeap ? heaps[i]! : sandbox.envelope.map(({ n, megabytes, atMs }) => ({ n, bytes: megabytes * MEBIBYTE, atMs })),
      death: sandbox.death?.by,
      invocationCount: sandbox.invocationCount,
      lastMs: sandbox.lastMs,
      places: [sandbox.death?.evidence, sandbox.openAtEnd?.evidence, sandbox.evidence],
    }))
    .filter(({ points }) => points.length > 0)
    .sort((a, b) => grownBytes(b.points) - grownBytes(a.points));
  if (lines.length === 0) return [];
  return [
    {
      functionName,
      version,
      memorySizeMb: memorySizeMb > 0 ? memorySizeMb : undefined,
      of: isHeap ? 'heap' : 'process',
      limitBytes: isHeap ? heapLimit(sandboxes) : processLimit(sandboxes),
      sandboxes: lines.slice(0, MOST_SANDBOXES).map(({ places, points, ...line }) => ({
        ...line,
        points: thinned(points),
        evidence: places.flatMap((place) => (place === undefined ? [] : [evidenceReference(summary, place)])),
      })),
      otherSandboxCount: Math.max(0, lines.length - MOST_SANDBOXES),
    },
  ];
}

function heapLimit(sandboxes: readonly SandboxSummary[]): number | undefined {
  return sandboxes.find(({ agentMemory }) => agentMemory?.heapLimitBytes !== undefined)?.agentMemory?.heapLimitBytes;
}

function processLimit([sandbox]: readonly SandboxSummary[]): number | undefined {
  return sandbox !== undefined && sandbox.memorySizeMb > 0 ? sandbox.memorySizeMb * MEBIBYTE : undefined;
}

function grownBytes(points: readonly { readonly bytes: number }[]): number {
  return points.length === 0 ? 0 : points.at(-1)!.bytes - points[0]!.bytes;
}

/** Evenly, the first and the last among them. */
function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= MOST_POINTS) return points;
  return Array.from({ length: MOST_POINTS }, (_, i) => points[Math.round((i * (points.length - 1)) / (MOST_POINTS - 1))]!);
}

function initPoints(summary: Summary): InitPoint[] {
  return [...summary.configurations.values()]
    .flatMap(({ functionName, inits }) => inits.filter(({ atMs }) => !Number.isNaN(atMs)).map((init) => ({ functionName, init })))
    .sort((a, b) => a.init.atMs - b.init.atMs)
    .slice(-MOST_INITS)
    .map(({ functionName, init: { atMs, durationMs, kind, evidence } }) => ({
      functionName,
      atMs,
      durationMs: Number.isNaN(durationMs) ? undefined : durationMs,
      kind,
      evidence: evidenceReference(summary, evidence),
    }));
}

function momentsOf(report: Report, summary: Summary): Moment[] {
  const moments: Moment[] = report.changes.map(({ functionName, atMs, kind, what }) => ({
    atMs,
    kind: kind === 'version' ? 'deploy' : 'change',
    functionName,
    what: `${functionName}: ${what}`,
  }));
  for (const { fromMs, toMs } of report.dataQuality.gaps) {
    moments.push({
      atMs: fromMs,
      kind: 'gap',
      functionName: undefined,
      what: `no event for ${Math.round((toMs - fromMs) / MINUTE_MS)} min`,
    });
  }
  for (const { configuration, death } of summary.sandboxes) {
    if (death === undefined || death.by === 'timeout' || Number.isNaN(death.atMs)) continue;
    const functionName = summary.configurations.get(configuration)?.functionName;
    const how = death.by === 'oom' ? 'killed out of memory' : 'process died';
    moments.push({ atMs: death.atMs, kind: 'kill', functionName, what: `${functionName ?? '?'}: ${how} at invocation ${death.n}` });
  }
  for (const { id, sinceMs, functionName, headline } of report.findings) {
    if (sinceMs !== undefined)
      moments.push({ atMs: sinceMs, kind: 'verdict', functionName, what: `${functionName}: ${headline}`, findingId: id });
  }
  return moments.sort((a, b) => a.atMs - b.atMs).slice(-MOST_MOMENTS);
}
