/**
 * The latency screen's rows: percentiles of each function in each version and memory size over the window, with words in place of a
 * figure below the samples that it needs; of all that was seen, what was promised, and which part of the requests became slower.
 */
import type { Finding, Picture, Report, WarmLatency } from '@nightlight/analyzer';
import { configurationLabel, countWords, durationText, percentileText, percentWords, plural, printable } from '@nightlight/analyzer/report';
import { byFunction } from './by-function.ts';
import { oncePerPicture, oncePerWindow } from './once-per-picture.ts';
import type { Tone } from './overview-view.ts';
import type { PictureWindow } from './picture-window.ts';
import { type WindowLatency, warmIn, windowCount, windowPercentile } from './window-percentile.ts';

export type LatencySection = Report['latency'][number];
export type BudgetSection = NonNullable<Report['budgets']>[number];

export interface LatencyRow {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly section: LatencySection;
  /** Of the window; undefined where nobody counts it by minutes. */
  readonly inWindow: WindowLatency | undefined;
  /** Warm attempts in the window. */
  readonly n: string;
  readonly p50: string;
  readonly p90: string;
  readonly p99: string;
  readonly p999: string;
  /** The longest of all that was seen: which minute it was in is not kept. */
  readonly max: string;
  /** p99 of all attempts, cold ones among them. */
  readonly p99WithCold: string;
  /** The strictest promise about its latency: `OVER p99 2 s`, `ok p99 2 s`, `? p99 2 s`, `none set`. */
  readonly budget: string;
  readonly budgetTone: Tone;
  /** `tail only`, `all slower`, `slower by age`, `no growth`, `? 8 h needed` */
  readonly moved: string;
  readonly movedTone: Tone;
}

export const LATENCY_SORTS = ['verdict', 'p99', 'requests', 'name'] as const;

/** @returns broken promises first, then tails that grew, then as the report ranks the functions; or as sorted */
export const latencyRows = oncePerWindow(rowsOf);

function rowsOf(picture: Picture, window: PictureWindow, sort: string | undefined): readonly LatencyRow[] {
  const seen = new Map<string, number>();
  const rows = picture.report.latency
    .filter(({ warm, cold }) => warm.sampleCount + cold.sampleCount > 0)
    .map((section) => latencyRow(picture, window, section))
    .map((row) => {
      const count = (seen.get(row.id) ?? 0) + 1;
      seen.set(row.id, count);
      return count === 1 ? row : numbered(row, count);
    });
  switch (sort) {
    case 'p99':
      return rows.sort((a, b) => slownessInWindow(b) - slownessInWindow(a));
    case 'requests':
      return rows.sort((a, b) => (b.inWindow?.sampleCount ?? -1) - (a.inWindow?.sampleCount ?? -1));
    case 'name':
      return rows.sort((a, b) => (a.label < b.label ? -1 : 1));
    default:
      return byRank(rows, picture);
  }
}

function byRank(rows: readonly LatencyRow[], picture: Picture): readonly LatencyRow[] {
  const places = new Map(picture.functions.map(({ functionName }, place) => [functionName, place]));
  // As the report ranks functions: what was found first, then what is called most.
  const placeOf = ({ section }: LatencyRow) => places.get(section.functionName) ?? places.size;
  return rows
    .map((row) => ({ row, rank: rankOf(row, picture), place: placeOf(row) }))
    .sort((a, b) => a.rank - b.rank || a.place - b.place || slowness(b.row) - slowness(a.row))
    .map(({ row }) => row);
}

/** Which percentile moved and which did not, what was promised, and where the time goes. */
export function latencyWhy(row: LatencyRow, picture: Picture): string {
  const { section, label } = row;
  const broken = budgetsOf(section, picture).find(({ kind }) => kind === 'broken');
  const beyond =
    broken?.beyond === undefined
      ? undefined
      : `OVER its budget ${budgetWords(broken)}: ${percentWords(broken.beyond.share)} beyond, ${percentWords(broken.allowedShare ?? 0)} may`;
  const clauses = [
    `${label}: ${slowTail(section, picture) ?? `of all that was seen p50 ${percentileText(section.warm, 'p50Ms')}, p99 ${p99Words(section)}`}`,
    beyond,
    movedWords(section),
    coldWords(section, picture),
    waitWords(section, picture),
    pressureWords(section, picture),
  ];
  return clauses.filter((each) => each !== undefined).join('; ');
}

/** Where the time of its requests goes, as far as lines tell: most first. */
export interface TimePart {
  readonly name: string;
  /** 0 to 1, above 1 where calls run side by side. */
  readonly share: number | undefined;
  readonly words: string;
}

export function timeParts({ section }: LatencyRow, picture: Picture): readonly TimePart[] {
  const waits = picture.functions.find(({ functionName }) => functionName === section.functionName)?.waitsOn ?? [];
  const parts: TimePart[] = waits.map(({ peer, timeShare, callCount }) => ({
    name: `waits on ${printable(peer)}`,
    share: timeShare,
    words: plural(callCount, 'call'),
  }));
  const waited = waits.reduce((sum, { timeShare }) => sum + timeShare, 0);
  // Calls side by side add up to more than the time there was: then nothing is left to reckon.
  if (waits.length > 0 && waited < 1) parts.push({ name: 'own code', share: 1 - waited, words: 'the rest' });
  const gcMs = (section.course?.hours ?? []).findLast(({ gcMsPerInvocation }) => gcMsPerInvocation !== undefined)?.gcMsPerInvocation;
  const p50 = section.warm.p50Ms?.value;
  if (gcMs !== undefined && gcMs > 0) {
    parts.push({
      name: 'collecting garbage',
      share: p50 === undefined || p50 <= 0 ? undefined : gcMs / p50,
      words: `${durationText(gcMs)} an invocation in the last hour`,
    });
  }
  return parts.sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
}

/** `p99 2 s`, `errors 1 %` */
export function budgetWords({ figure, limit }: Pick<BudgetSection, 'figure' | 'limit'>): string {
  const isShare = figure === 'error-rate' || figure === 'cold-share';
  return `${FIGURE_WORDS[figure]} ${isShare ? percentWords(limit) : durationText(limit)}`;
}

/** Of its latency, the worst verdict first. */
export function budgetsOf({ functionName }: { readonly functionName: string }, { report }: Picture): readonly BudgetSection[] {
  return (report.budgets ?? [])
    .filter((each) => each.functionName === functionName && /^p\d/.test(each.figure))
    .sort((a, b) => BUDGET_ORDER.indexOf(a.kind) - BUDGET_ORDER.indexOf(b.kind));
}

const BUDGET_ORDER: readonly BudgetSection['kind'][] = ['broken', 'undetermined', 'within'];
const BUDGET_MARKS = { broken: 'OVER', within: 'ok', undetermined: '?' } satisfies Record<BudgetSection['kind'], string>;
const BUDGET_TONES = { broken: 'red', within: 'green', undetermined: 'blue' } satisfies Record<BudgetSection['kind'], Tone>;
const FIGURE_WORDS = {
  p50: 'p50',
  p90: 'p90',
  p99: 'p99',
  p999: 'p99.9',
  'init-p50': 'init p50',
  'init-p90': 'init p90',
  'init-p99': 'init p99',
  'error-rate': 'errors',
  'cold-share': 'cold',
} satisfies Record<BudgetSection['figure'], string>;

/** Above it cold starts, and not the work, make the slowest hundredth; our own choice for a word. */
const COLD_RATIO = 1.2;
/** Below it its own code takes most of the time. */
const WORTH_SAYING = 0.5;

function latencyRow(picture: Picture, window: PictureWindow, section: LatencySection): LatencyRow {
  const { warm } = section;
  const label = printable(configurationLabel(section));
  const [budget] = budgetsOf(section, picture);
  const starts = startsOf(section, picture);
  const told = warmIn(minutesOf(section, picture), window);
  // With a thousand functions most rows are out of sight: their minutes are added up when they are shown.
  return {
    id: label,
    label,
    name: printable(configurationLabel({ ...section, memorySizeMb: undefined })),
    section,
    get inWindow() {
      return told();
    },
    get n() {
      return windowCount(told());
    },
    get p50() {
      return windowPercentile(told(), 'p50Ms');
    },
    get p90() {
      return windowPercentile(told(), 'p90Ms');
    },
    get p99() {
      return windowPercentile(told(), 'p99Ms');
    },
    get p999() {
      return windowPercentile(told(), 'p999Ms');
    },
    // Of warm attempts, as the percentiles: a start's duration beside them would be another population.
    max: warm.maxMs === undefined ? '?' : durationText(warm.maxMs),
    // Of a service nobody tells of starts: then there is nothing to wait for.
    p99WithCold: starts === undefined ? '-' : starts.p99Ms === undefined ? 'n<368' : durationText(starts.p99Ms),
    budget: budget === undefined ? 'none set' : `${BUDGET_MARKS[budget.kind]} ${budgetWords(budget)}`,
    budgetTone: budget === undefined ? 'plain' : BUDGET_TONES[budget.kind],
    ...movedOf(section, picture),
  };
}

/** Two that look alike are told apart by number; what is reckoned when it is asked for stays so. */
function numbered(row: LatencyRow, count: number): LatencyRow {
  return Object.create(row, { id: { value: `${row.id} #${count}`, enumerable: true } }) as LatencyRow;
}

function minutesOf({ functionName, version, memorySizeMb }: LatencySection, picture: Picture): WarmLatency | undefined {
  const course = coursesOf(picture, undefined).get(functionName);
  return course?.warmApart?.find((each) => each.version === version && each.memorySizeMb === (memorySizeMb ?? 0))?.warm;
}

const coursesOf = oncePerPicture(({ functions }) => new Map(functions.map((course) => [course.functionName, course])));

function movedOf(section: LatencySection, picture: Picture): Pick<LatencyRow, 'moved' | 'movedTone'> {
  const { course } = section;
  if (course?.tail === 'tail-grew') return { moved: '! tail only', movedTone: 'red' };
  if (course?.tail === 'all-slower') return { moved: '! all slower', movedTone: 'red' };
  if (course?.age === 'slower-with-age') return { moved: '! slower by age', movedTone: 'red' };
  if (slowTailFinding(section, picture) !== undefined) return { moved: '! slow tail', movedTone: 'red' };
  if (course?.tail === 'no-growth-shown') return { moved: '  no growth', movedTone: 'plain' };
  return { moved: '? too few hours', movedTone: 'blue' };
}

function rankOf({ section, movedTone }: LatencyRow, picture: Picture): number {
  if (budgetsOf(section, picture)[0]?.kind === 'broken') return 0;
  return movedTone === 'red' ? 1 : 2;
}

function slownessInWindow({ inWindow }: LatencyRow): number {
  return inWindow?.p99Ms ?? inWindow?.p90Ms ?? inWindow?.p50Ms ?? -1;
}

function slowness({ section: { warm } }: LatencyRow): number {
  return warm.p99Ms?.value ?? warm.p90Ms?.value ?? warm.maxMs ?? 0;
}

/** `9.6 s (9.5 s to 9.7 s, n = 508)`, or `n<368 (n = 12)` */
function p99Words({ warm }: LatencySection): string {
  const text = percentileText(warm, 'p99Ms');
  const { low, high } = warm.p99Ms ?? {};
  const n = `n = ${countWords(warm.sampleCount)}`;
  return low === undefined || high === undefined ? `${text} (${n})` : `${text} (${durationText(low)} to ${durationText(high)}, ${n})`;
}

const slowTails = oncePerPicture(({ report }) => byFunction(report.findings.filter(({ kind }) => kind === 'slow-tail')));

function slowTailFinding(section: LatencySection, picture: Picture): Finding | undefined {
  const own = slowTails(picture, undefined)(section.functionName);
  return own.find(({ version }) => version === undefined || version === section.version);
}

function slowTail(section: LatencySection, picture: Picture): string | undefined {
  const finding = slowTailFinding(section, picture);
  return finding === undefined || section.course?.tail === 'tail-grew' ? undefined : printable(finding.why).replace(/\.$/, '');
}

function movedWords({ course }: LatencySection): string | undefined {
  if (course === undefined) return undefined;
  const tail = printable(course.tailBecause);
  const age = course.age === 'slower-with-age' ? `; slower with the age of a sandbox: ${printable(course.ageBecause)}` : '';
  switch (course.tail) {
    case 'tail-grew':
      return `tail only: ${tail}${age}`;
    case 'all-slower':
      return `all of it became slower: ${tail}${age}`;
    case 'no-growth-shown':
      return `no growth of the tail shown: ${tail}${age}`;
    case 'insufficient-data':
      return `whether it grew cannot be told: ${tail}${age}`;
    default:
      return course.tail satisfies never;
  }
}

const coldStarts = oncePerPicture(({ report }) => byFunction(report.coldStarts));

function startsOf(section: LatencySection, picture: Picture): Report['coldStarts'][number] | undefined {
  const own = coldStarts(picture, undefined)(section.functionName);
  return own.find(({ version, memorySizeMb }) => version === section.version && memorySizeMb === section.memorySizeMb);
}

function coldWords(section: LatencySection, picture: Picture): string | undefined {
  const starts = startsOf(section, picture);
  if (starts?.p99Ms === undefined || starts.p99WithoutColdMs === undefined || starts.p99Ms < COLD_RATIO * starts.p99WithoutColdMs)
    return undefined;
  return `with cold starts p99 is ${durationText(starts.p99Ms)}, without ${durationText(starts.p99WithoutColdMs)} (2 shows them)`;
}

function waitWords({ functionName }: LatencySection, picture: Picture): string | undefined {
  const most = picture.functions.find((each) => each.functionName === functionName)?.waitsOn[0];
  return most === undefined || most.timeShare < WORTH_SAYING
    ? undefined
    : `${Math.round(most.timeShare * 100)} % of its time waits on ${printable(most.peer)}`;
}

/** A hint and no more: memory that grows in the same version. */
function pressureWords(section: LatencySection, { report }: Picture): string | undefined {
  const grows = report.memory.some(
    ({ functionName, version, growth }) =>
      functionName === section.functionName && version === section.version && (growth.kind === 'leaking' || growth.kind === 'growing'),
  );
  return grows ? 'its memory grows, too (3 shows it)' : undefined;
}
