/** The overview's rows: each function with what it did in the window, and memory and verdict of all that was seen of it. */
import type { FunctionCourse, Picture } from '@nightlight/analyzer';
import { countWords, percentWords, printable } from '@nightlight/analyzer/report';
import { byFunction } from './by-function.ts';
import { oncePerPicture, oncePerWindow } from './once-per-picture.ts';
import { type FunctionRow, overviewView } from './overview-view.ts';
import { inWindow, type PictureWindow, sumOf } from './picture-window.ts';
import { warmIn, windowCount, windowPercentile } from './window-percentile.ts';

export interface OverviewRow extends FunctionRow {
  /** Requests that failed or broke their budget, a minute; undefined where nobody counts them by time. */
  readonly hurtPerMinute: number | undefined;
  readonly invocationsPerMinute: string;
  readonly errorShare: string;
  /** Warm attempts in the window: `573`; `?` where nobody counts them. */
  readonly warm: string;
  /** `~640 ms`; `n<6` */
  readonly p50: string;
  readonly memoryPerInvocation: string;
  /** Hurt requests of each minute of the window. */
  readonly course: readonly (number | undefined)[];
}

export const OVERVIEW_SORTS = ['hurt', 'invocations', 'name'] as const;

/** @returns in the order in which they hurt, or as sorted */
export const overviewRows = oncePerWindow(rowsOf);

const memoryOf = oncePerPicture(({ report }) => byFunction(report.memory));

function rowsOf(picture: Picture, window: PictureWindow, sort: string | undefined): readonly OverviewRow[] {
  // Rows have printable names; one that would move the cursor must still find its course.
  const courses = new Map(picture.functions.map((course) => [printable(course.functionName), course]));
  const rows = overviewView(picture.report, []).rows.map((row) => overviewRow(row, courses.get(row.name), picture, window));
  if (sort === 'invocations') return [...rows].sort((a, b) => busyness(courses, b) - busyness(courses, a));
  if (sort === 'name') return [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));
  return rows;
}

/** Of all functions together, a minute each. */
export function hurtOfAll(picture: Picture, window: PictureWindow): readonly (number | undefined)[] {
  const courses = picture.functions.map(({ hurt }) => inWindow(hurt, picture, window));
  return Array.from({ length: Math.max(0, window.last - window.first + 1) }, (_, index) => sumOf(courses.map((course) => course[index])));
}

const UNKNOWN = '?';

function overviewRow(row: FunctionRow, course: FunctionCourse | undefined, picture: Picture, window: PictureWindow): OverviewRow {
  const warmly = warmIn(course?.warm, window);
  const inSight = (column: FunctionCourse['hurt'] | undefined) => (column === undefined ? [] : inWindow(column, picture, window));
  const hurt = inSight(course?.hurt);
  const hurtSum = sumOf(hurt);
  const { name, verdict, tone } = row;
  // As of the function itself: what is only shown is put into words when it is.
  return {
    name,
    verdict,
    tone,
    hurtPerMinute: hurtSum === undefined || window.knownCount === 0 ? undefined : hurtSum / window.knownCount,
    course: hurt,
    get hurts() {
      return row.hurts;
    },
    get share() {
      return row.share;
    },
    get p99() {
      return windowPercentile(warmly(), 'p99Ms');
    },
    get cold() {
      const cold = sumOf(inSight(course?.cold));
      const invocations = sumOf(inSight(course?.invocations));
      // Of a service that runs on nobody tells of starts: none in the window would not mean that there was none.
      return row.cold === UNKNOWN || cold === undefined || !invocations ? UNKNOWN : percentWords(cold / invocations);
    },
    get invocationsPerMinute() {
      const invocations = sumOf(inSight(course?.invocations));
      return invocations === undefined || window.knownCount === 0 ? UNKNOWN : rateText(invocations / window.knownCount);
    },
    get errorShare() {
      const invocations = sumOf(inSight(course?.invocations));
      const failed = sumOf(inSight(course?.failed));
      return invocations === undefined || failed === undefined || invocations === 0 ? UNKNOWN : percentWords(failed / invocations);
    },
    get warm() {
      return windowCount(warmly());
    },
    get p50() {
      return windowPercentile(warmly(), 'p50Ms');
    },
    get memoryPerInvocation() {
      return memoryText(picture, name);
    },
  };
}

/** `0.2`, `3.4`, `1,910` */
export function rateText(perMinute: number): string {
  if (perMinute === 0) return '0';
  if (perMinute < 0.05) return '<0.1';
  return perMinute < 9.95 ? perMinute.toFixed(1) : countWords(perMinute);
}

function busyness(courses: ReadonlyMap<string, FunctionCourse>, { name }: OverviewRow): number {
  return sumOf(courses.get(name)?.invocations ?? []) ?? 0;
}

function memoryText(picture: Picture, name: string): string {
  const sections = memoryOf(picture, undefined)(name);
  const grown = sections.flatMap(({ growth }) => (growth.kind === 'leaking' || growth.kind === 'growing' ? [growth.mbPerInvocation] : []));
  if (grown.length === 0) return sections.length > 0 ? '-' : UNKNOWN;
  const most = Math.max(...grown);
  return most >= 1 ? `+${most.toFixed(1)} MB` : `+${Math.round(most * 1024)} KB`;
}
