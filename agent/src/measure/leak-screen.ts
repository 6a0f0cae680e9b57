/**
 * Whether memory looks as if it were kept: enough to ask for a closer look, never enough to accuse.
 *
 * Between full collections a healthy program's heap climbs just like a leaking one's: objects that lived long enough
 * to be promoted stay until V8 finds time for them. So this screen is cheap and trigger-happy by design, and a forced
 * collection decides. It compares what was left after collections now with what was left after the warm-up.
 *
 * State is fixed (two channels, 48 low points and 12 floors each); `work` is a few comparisons.
 */
export interface LeakScreen {
  /** Called at the end of each piece of work. */
  work(number: number, heapUsedBytes: number, externalBytes: number): void;
  /** V8 has made a full collection, forced or not; this is what it left. */
  fullCollection(heapUsedBytes: number, externalBytes: number): void;
  /** Looks only when a block of work was completed since; otherwise repeats the last answer. */
  suspicion(): Suspicion;
  /** What was seen so far was looked at and is no leak; nothing is suspicious before this number of works. */
  restUntil(number: number): void;
}

export type Suspicion =
  | { readonly kind: 'suspicious'; readonly channel: 'heap' | 'external'; readonly grownBytes: number; readonly slopeBytes: number }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'undetermined'; readonly missing: string };

export function createLeakScreen(): LeakScreen {
  const heap = createLowWater();
  const external = createLowWater();
  let number = 0;
  let previousHeap = Number.POSITIVE_INFINITY;
  let previousExternal = Number.POSITIVE_INFINITY;
  let nextLookAt = FIRST_LOOK_AT;
  let floorSettlesIn = 0;
  let answer: Suspicion = { kind: 'undetermined', missing: `${FIRST_LOOK_AT} works` };

  return {
    work(at, heapUsedBytes, externalBytes) {
      number = at;
      // Memory only falls when something was collected, so only then does a value say what is kept.
      if (heapUsedBytes < previousHeap || externalBytes < previousExternal) {
        heap.low(at, heapUsedBytes);
        external.low(at, externalBytes);
        if (floorSettlesIn > 0) {
          heap.lowerFloor(heapUsedBytes);
          external.lowerFloor(externalBytes);
        }
      }
      floorSettlesIn--;
      previousHeap = heapUsedBytes;
      previousExternal = externalBytes;
    },
    fullCollection(heapUsedBytes, externalBytes) {
      heap.floor(number, heapUsedBytes);
      external.floor(number, externalBytes);
      floorSettlesIn = WORKS_UNTIL_FLOOR_SETTLES;
    },
    suspicion() {
      if (number < nextLookAt) return answer;
      nextLookAt = number + Math.max(8, Math.floor(number / 24));
      const inHeap = heap.growth(number);
      const outside = external.growth(number);
      if (inHeap.kind === 'grown' && (outside.kind !== 'grown' || inHeap.grownBytes >= outside.grownBytes)) {
        answer = { ...inHeap, kind: 'suspicious', channel: 'heap' };
      } else if (outside.kind === 'grown') answer = { ...outside, kind: 'suspicious', channel: 'external' };
      else answer = inHeap.kind === 'unknown' ? { kind: 'undetermined', missing: inHeap.missing } : { kind: 'quiet' };
      return answer;
    },
    restUntil(until) {
      nextLookAt = until;
      answer = { kind: 'quiet' };
    },
  };
}

/** The first works compile the code they run and fill what is filled once. */
const FIRST_LOOK_AT = 100;
/** The observer hears of a collection late: the next low points may still belong to it, and be lower. */
const WORKS_UNTIL_FLOOR_SETTLES = 3;
const MAX_LOW_POINTS = 48;
const MAX_FLOORS = 12;
/** Growth that is worth a forced collection. V8's own tables and compiled code move a quiet heap by about 100 KiB. */
const WORTH_A_LOOK_BYTES = 256 * 1024;
const WORTH_A_LOOK_SHARE = 0.01;
/** Work before this share of all work is warm-up; the window moves, so a long warm-up is forgotten in time. */
const WARM_UP_SHARE = 0.2;

type Growth =
  | { readonly kind: 'grown'; readonly grownBytes: number; readonly slopeBytes: number }
  | { readonly kind: 'flat' }
  | { readonly kind: 'unknown'; readonly missing: string };

interface Point {
  readonly at: number;
  readonly bytes: number;
}

interface LowWater {
  low(at: number, bytes: number): void;
  floor(at: number, bytes: number): void;
  lowerFloor(bytes: number): void;
  growth(now: number): Growth;
}

function createLowWater(): LowWater {
  // The lowest value of each block of works. When they are full, neighbours merge and blocks double.
  const lowAt = new Float64Array(MAX_LOW_POINTS);
  const lowBytes = new Float64Array(MAX_LOW_POINTS);
  let lows = 0;
  let blockWorks = 8;
  let blockEndsAt = 0;
  let floors: Point[] = [];

  const lowest = (after: number, until: number): Point | undefined => {
    let found: Point | undefined;
    for (let i = 0; i < lows; i++) {
      const at = lowAt[i]!;
      if (at > after && at <= until && (!found || lowBytes[i]! < found.bytes)) found = { at, bytes: lowBytes[i]! };
    }
    return found;
  };

  const halve = (): void => {
    for (let i = 0; i < lows; i += 2) {
      const keep = lowBytes[i]! <= lowBytes[i + 1]! ? i : i + 1;
      lowAt[i / 2] = lowAt[keep]!;
      lowBytes[i / 2] = lowBytes[keep]!;
    }
    lows /= 2;
    blockWorks *= 2;
  };

  return {
    low(at, bytes) {
      if (at >= blockEndsAt) {
        if (lows === MAX_LOW_POINTS) halve();
        blockEndsAt = at + blockWorks;
        lowAt[lows] = at;
        lowBytes[lows++] = bytes;
      } else if (bytes < lowBytes[lows - 1]!) {
        lowAt[lows - 1] = at;
        lowBytes[lows - 1] = bytes;
      }
    },
    floor(at, bytes) {
      if (floors.length === MAX_FLOORS) floors = floors.filter((_, i) => i % 2 === 1);
      floors.push({ at, bytes });
    },
    lowerFloor(bytes) {
      const last = floors.at(-1);
      if (last && bytes < last.bytes) floors[floors.length - 1] = { at: last.at, bytes };
    },
    growth(now) {
      const warm = floors.filter((floor) => floor.at >= WARM_UP_SHARE * now);
      const last = warm.at(-1);
      // What a full collection left is worth more than any low point, while it is not old news.
      const fresh = last !== undefined && last.at >= now / 2;
      const settled = lowest(WARM_UP_SHARE * now, 0.35 * now) ?? lowest(0.1 * now, now / 2);
      const from = fresh ? (warm.length > 1 ? warm[0] : settled) : (last ?? settled);
      const to = fresh ? last : lowest(0.8 * now, now);
      if (!from || !to || to.at - from.at < 0.1 * now) return { kind: 'unknown', missing: 'collections to compare' };
      const grownBytes = to.bytes - from.bytes;
      return grownBytes > WORTH_A_LOOK_BYTES + WORTH_A_LOOK_SHARE * from.bytes
        ? { kind: 'grown', grownBytes, slopeBytes: grownBytes / (to.at - from.at) }
        : { kind: 'flat' };
    },
  };
}
