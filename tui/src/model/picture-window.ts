/** The stretch of minutes that a screen looks at: so long as `w` says, ending now or at the moment that was scrubbed to. */
import type { Moment, Picture } from '@nightlight/analyzer';
import type { ScreenView } from './screen.ts';

export interface PictureWindow {
  /** Epoch minutes, both included; `last` below `first` where there is nothing. */
  readonly first: number;
  readonly last: number;
  /** Of these minutes: those without any event. */
  readonly gaps: readonly number[];
  /** How many minutes are known. */
  readonly knownCount: number;
  /** How much of the last minute has passed; absent where it is over. */
  readonly unfinishedSeconds?: number;
}

const MINUTE_MS = 60_000;

export function windowOf(picture: Picture, { windowMs, atMs }: Pick<ScreenView, 'windowMs' | 'atMs'>): PictureWindow {
  const { minutes } = picture;
  const asked = atMs === undefined ? minutes.last : Math.floor(atMs / MINUTE_MS);
  const last = Math.min(minutes.last, asked);
  const first = Math.max(minutes.first, last - Math.max(1, Math.round(windowMs / MINUTE_MS)) + 1);
  const gaps = minutes.gaps.filter((minute) => minute >= first && minute <= last);
  const unfinishedSeconds = last === minutes.last ? unfinishedOf(picture) : undefined;
  return {
    first,
    last,
    gaps,
    knownCount: Math.max(0, last - first + 1 - gaps.length),
    ...(unfinishedSeconds !== undefined && { unfinishedSeconds }),
  };
}

/** While something may still come into the last minute, it is no whole one: its fall at the right edge would be taken for an end. */
function unfinishedOf({ minutes, nowMs, sources }: Picture): number | undefined {
  const passedMs = nowMs - minutes.last * MINUTE_MS;
  const mayCome = sources.some(({ state }) => state === 'live' || state === 'replaying');
  return mayCome && passedMs >= 1_000 && passedMs < MINUTE_MS ? Math.floor(passedMs / 1_000) : undefined;
}

/** The part of a picture's column that lies in the window. */
export function inWindow<Value>(column: readonly Value[], { minutes }: Picture, { first, last }: PictureWindow): readonly Value[] {
  return column.slice(Math.max(0, first - minutes.first), Math.max(0, last - minutes.first + 1));
}

/** @returns undefined when no minute of it is known */
export function sumOf(column: readonly (number | undefined)[]): number | undefined {
  let sum: number | undefined;
  for (const value of column) if (value !== undefined) sum = (sum ?? 0) + value;
  return sum;
}

/** Neighbouring minutes as stretches, both ends included. */
export function stretchesOf(minutes: readonly number[]): readonly { readonly from: number; readonly to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  for (const minute of minutes) {
    const last = stretches.at(-1);
    if (last !== undefined && minute === last.to + 1) last.to = minute;
    else stretches.push({ from: minute, to: minute });
  }
  return stretches;
}

/** What is marked on a course, oldest first: deploys, kills and alerts, of one function or of all. */
export function momentsIn(picture: Picture, { first, last }: PictureWindow, functionName?: string): readonly Moment[] {
  return picture.moments.filter(({ atMs, kind, functionName: of }) => {
    const minute = atMs / MINUTE_MS;
    const isOf = functionName === undefined || of === undefined || of === functionName;
    return isOf && minute >= first && minute < last + 1 && (kind === 'deploy' || kind === 'kill' || kind === 'alert');
  });
}
