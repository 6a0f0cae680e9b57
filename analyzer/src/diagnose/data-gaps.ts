/**
 * Stretches without any event in which events should have come: an export cut in two, a lost file, an outage.
 *
 * Silence alone is no gap: traffic sleeps at night, and a job that runs each hour is silent for most of it. A silent
 * stretch is called a gap when all of these hold:
 *
 * 1. it lasts at least 5 minutes and 10 times the usual distance between busy minutes;
 * 2. it is cut off, not faded out: the 10 minutes before it and the 10 minutes after it each hold at least 10 events
 *    and a quarter of what 10 minutes of this input usually hold;
 * 3. at the pace of the slower of these two edges it should have held at least 30 events (with independent arrivals
 *    none of them would come with probability e^-30; the room is for events that come in clusters);
 * 4. it is not a habit: no similar stretch begins at the same time of another day, and there are at most 4 of its kind.
 */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** @param eventMinutes  epoch minute -> events of any kind */
export function dataGaps(eventMinutes: ReadonlyMap<number, number>): Gap[] {
  const busy = [...eventMinutes].filter(([, count]) => count > 0).sort((a, b) => a[0] - b[0]);
  if (busy.length < 3) return [];
  const silences: Silence[] = [];
  let silentMinutes = 0;
  for (let i = 1; i < busy.length; i++) {
    const from = busy[i - 1]![0] + 1;
    const to = busy[i]![0];
    if (to - from < SHORTEST_GAP_MINUTES) continue;
    silences.push({ from, to, before: i - 1, after: i });
    silentMinutes += to - from;
  }
  if (silences.length === 0) return [];

  const eventCount = busy.reduce((sum, [, count]) => sum + count, 0);
  const livelyMinutes = busy.at(-1)![0] - busy[0]![0] + 1 - silentMinutes;
  const usualPerEdge = (eventCount / livelyMinutes) * EDGE_MINUTES;
  const usualSpacing = livelyMinutes / busy.length;
  const cutOff = silences.filter((silence) => {
    const length = silence.to - silence.from;
    const edge = Math.min(countBack(busy, silence.before), countForth(busy, silence.after));
    return (
      length >= FAR_LONGER * usualSpacing &&
      edge >= Math.max(FEWEST_EDGE_EVENTS, usualPerEdge / 4) &&
      (edge / EDGE_MINUTES) * length >= FEWEST_MISSED_EVENTS
    );
  });
  return cutOff
    .filter((silence) => !isHabit(silence, cutOff))
    .map((silence) => ({ fromMs: silence.from * MINUTE_MS, toMs: silence.to * MINUTE_MS }));
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const SHORTEST_GAP_MINUTES = 5;
const FAR_LONGER = 10;
const EDGE_MINUTES = 10;
const FEWEST_EDGE_EVENTS = 10;
const FEWEST_MISSED_EVENTS = 30;
const MOST_OF_A_KIND = 4;

/** Silent minutes [from, to); `before` and `after` are the indices of the busy minutes at its edges. */
interface Silence {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly after: number;
}

type BusyMinutes = readonly (readonly [minute: number, count: number])[];

function countBack(busy: BusyMinutes, last: number): number {
  let sum = 0;
  for (let i = last; i >= 0 && busy[i]![0] > busy[last]![0] - EDGE_MINUTES; i--) sum += busy[i]![1];
  return sum;
}

function countForth(busy: BusyMinutes, first: number): number {
  let sum = 0;
  for (let i = first; i < busy.length && busy[i]![0] < busy[first]![0] + EDGE_MINUTES; i++) sum += busy[i]![1];
  return sum;
}

function isHabit(silence: Silence, all: readonly Silence[]): boolean {
  const length = silence.to - silence.from;
  const alike = all.filter((other) => {
    const ratio = (other.to - other.from) / length;
    return other !== silence && ratio > 0.5 && ratio < 2;
  });
  return alike.length >= MOST_OF_A_KIND || alike.some((other) => isSameTimeOfAnotherDay(other.from, silence.from));
}

function isSameTimeOfAnotherDay(a: number, b: number): boolean {
  const distance = Math.abs(a - b);
  const offDay = distance % DAY_MINUTES;
  return distance > DAY_MINUTES / 2 && Math.min(offDay, DAY_MINUTES - offDay) <= 30;
}
