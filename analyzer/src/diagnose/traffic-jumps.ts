/**
 * Minutes at which a function's traffic became another: the load test, the new caller, the queue that burst open.
 *
 * Ten minutes before are compared with ten after. A jump is at least threefold, and far beyond chance: the difference
 * of two Poisson counts has about the standard deviation sqrt(before + after), and eight of these are asked for, since
 * real arrivals cluster and every minute of the input is tried. More than three of one direction are the traffic's own habit
 * (an hourly job) and none of them is told.
 */
import type { MinuteSeries } from '../store/minute-series.ts';
import type { Gap } from './data-gaps.ts';

export interface TrafficJump {
  readonly atMs: number;
  readonly perMinuteBefore: number;
  readonly perMinuteAfter: number;
}

/**
 * @param minutes  of one function
 * @param range    of the whole input: where a function has no minutes inside it, it was not called
 * @param gaps     stretches of which nothing is known; no window reaches across one
 */
export function trafficJumps(
  minutes: MinuteSeries,
  range: { readonly firstMs: number; readonly lastMs: number },
  gaps: readonly Gap[],
): TrafficJump[] {
  if (minutes.length === 0) return [];
  const first = Math.min(minutes.firstMinute, Math.floor(range.firstMs / MINUTE_MS));
  // The last minute of an input is seldom whole.
  const end = Math.max(minutes.firstMinute + minutes.length - 1, Math.floor(range.lastMs / MINUTE_MS));
  // Outside the function's own minutes nothing changes: one window's reach beyond them is enough to look at.
  const from = Math.max(first + WINDOW_MINUTES, minutes.firstMinute - WINDOW_MINUTES);
  const to = Math.min(end - SHORTEST_AFTER_MINUTES, minutes.firstMinute + minutes.length + WINDOW_MINUTES);
  const jumps: (TrafficJump & { readonly score: number })[] = [];
  for (let minute = from; minute <= to; minute++) {
    const afterMinutes = Math.min(WINDOW_MINUTES, end - minute);
    if (touchesGap(gaps, minute - WINDOW_MINUTES, minute + afterMinutes)) continue;
    const before = (sum(minutes, minute - WINDOW_MINUTES, minute) * afterMinutes) / WINDOW_MINUTES;
    const after = sum(minutes, minute, minute + afterMinutes);
    const high = Math.max(before, after);
    const low = Math.min(before, after);
    const score = (high - low) / Math.sqrt(high + low);
    if (!(high >= JUMP_RATIO * low && score >= FEWEST_SIGMAS)) continue;
    const jump = { atMs: minute * MINUTE_MS, perMinuteBefore: before / afterMinutes, perMinuteAfter: after / afterMinutes, score };
    const previous = jumps.at(-1);
    if (previous === undefined || jump.atMs - previous.atMs > WINDOW_MINUTES * MINUTE_MS || isRise(previous) !== isRise(jump))
      jumps.push(jump);
    else if (jump.score > previous.score) jumps[jumps.length - 1] = jump;
  }
  const rises = jumps.filter(isRise).length;
  const told = jumps.filter((jump) => (isRise(jump) ? rises : jumps.length - rises) <= MOST_OF_A_KIND);
  return told.map(({ atMs, perMinuteBefore, perMinuteAfter }) => ({ atMs, perMinuteBefore, perMinuteAfter }));
}

const MINUTE_MS = 60_000;
const WINDOW_MINUTES = 10;
const SHORTEST_AFTER_MINUTES = 3;
const JUMP_RATIO = 3;
const FEWEST_SIGMAS = 8;
const MOST_OF_A_KIND = 3;

function isRise(jump: TrafficJump): boolean {
  return jump.perMinuteAfter > jump.perMinuteBefore;
}

function sum(minutes: MinuteSeries, from: number, to: number): number {
  const start = Math.max(0, from - minutes.firstMinute);
  const end = Math.min(minutes.length, to - minutes.firstMinute);
  let total = 0;
  for (let i = start; i < end; i++) total += minutes.invocations[i]!;
  return total;
}

function touchesGap(gaps: readonly Gap[], from: number, to: number): boolean {
  return gaps.some((gap) => gap.fromMs < to * MINUTE_MS && gap.toMs > from * MINUTE_MS);
}
