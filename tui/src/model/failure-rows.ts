/** The rows of the Failures screen: what each failure did in the window, and the verdict on all that was seen of it. */
import type { FunctionCourse, Picture } from '@nightlight/analyzer';
import { countWords, percentWords } from '@nightlight/analyzer/report';
import { type FailureGroup, failureGroups } from './failure-groups.ts';
import type { Tone } from './overview-view.ts';
import { inWindow, type PictureWindow, sumOf } from './picture-window.ts';

/** What a person says of a failure; it never changes what was computed. */
export const OWN_VERDICTS = ['rare', 'systemic', 'unsure'] as const;
export type OwnVerdict = (typeof OWN_VERDICTS)[number];

export interface FailureRow {
  readonly id: string;
  readonly name: string;
  readonly raisedIn: string;
  /** The strongest suspect; `?` where the lines name none. */
  readonly startsIn: string;
  readonly windowCount: number;
  /** Of the function's attempts in the window: `12`; `?` where nobody counts them, `-` where it did not come. */
  readonly oneIn: string;
  /** Of the failed requests: `31 %`; `?` where no line tells. */
  readonly recovers: string;
  /** Windows of the stream that hold it: `15 of 15`; `-` before there are any. */
  readonly windows: string;
  /** Mark and word. */
  readonly verdict: string;
  readonly tone: Tone;
  readonly firstMs: number | undefined;
  /** What a filter looks through. */
  readonly searched: string;
  readonly group: FailureGroup;
}

export const FAILURE_SORTS = ['hurt', 'count', 'newest', 'name'] as const;

/** @returns what hurts most first, or as sorted */
export function failureRows(picture: Picture, window: PictureWindow, sort: string | undefined): readonly FailureRow[] {
  // One frame asks several times, and there may be thousands of rows.
  const key = `${window.first} ${window.last} ${sort}`;
  const made = madeFor.get(picture);
  if (made?.key === key) return made.rows;
  const courses = new Map(picture.functions.map((course) => [course.functionName, course]));
  const rows = sorted(
    failureGroups(picture.report).map((group) => failureRow(group, courses.get(group.courseName), picture, window)),
    sort,
  );
  madeFor.set(picture, { key, rows });
  return rows;
}

/** Failures of each minute of the window; undefined where nothing is known. */
export function failureCourse({ figures }: FailureGroup, { first, last, gaps }: PictureWindow): readonly (number | undefined)[] {
  const counts = new Map(figures.perMinute.map(({ minuteMs, count }) => [Math.floor(minuteMs / MINUTE_MS), count]));
  const unknown = new Set(gaps);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const minute = first + index;
    return counts.get(minute) ?? (unknown.has(minute) ? undefined : 0);
  });
}

const madeFor = new WeakMap<Picture, { readonly key: string; readonly rows: readonly FailureRow[] }>();

function sorted(rows: FailureRow[], sort: string | undefined): readonly FailureRow[] {
  switch (sort) {
    case 'count':
      return rows.sort((a, b) => b.windowCount - a.windowCount);
    case 'newest':
      return rows.sort((a, b) => (b.group.figures.lastMs ?? 0) - (a.group.figures.lastMs ?? 0));
    case 'name':
      return rows.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    default:
      return rows;
  }
}

const UNKNOWN = '?';
const MINUTE_MS = 60_000;

function failureRow(group: FailureGroup, course: FunctionCourse | undefined, picture: Picture, window: PictureWindow): FailureRow {
  const { id, name, functionName, fingerprint, owner, startsIn, figures, windows, verdict, outcome } = group;
  const windowCount = figures.perMinute.reduce((sum, { minuteMs, count }) => {
    const minute = Math.floor(minuteMs / MINUTE_MS);
    return minute >= window.first && minute <= window.last ? sum + count : sum;
  }, 0);
  const attempts = course === undefined ? undefined : sumOf(inWindow(course.invocations, picture, window));
  return {
    id,
    name,
    raisedIn: functionName === '' ? '(no name)' : functionName,
    startsIn: startsIn ?? UNKNOWN,
    windowCount,
    oneIn: figures.rate.count === 0 || windowCount === 0 ? '-' : attempts === undefined ? UNKNOWN : oneInWords(windowCount, attempts),
    recovers: outcome.kind === 'unknown' ? UNKNOWN : percentWords(outcome.share),
    windows: windows === undefined || windows.count === 0 ? '-' : `${windows.filled} of ${windows.count}`,
    verdict: verdict.text,
    tone: verdict.tone,
    firstMs: figures.firstMs,
    searched: [name, functionName, fingerprint, verdict.text, owner].filter((part) => part !== undefined).join(' '),
    group,
  };
}

/** `12` as in one in twelve; where it comes at almost every attempt, `1.4`. */
function oneInWords(failed: number, attempts: number): string {
  // Lines that came late may bring more failures than attempts that are counted so far.
  if (attempts < failed) return UNKNOWN;
  const each = attempts / failed;
  return each < 9.95 ? String(Number(each.toFixed(1))) : countWords(each);
}
