/**
 * Does a process keep what it should let go? Told from inside, one sample after another, in fixed space.
 *
 * Four kinds of memory are followed apart, because a leak shows in only one or two of them: the floor of the heap,
 * external memory (Buffers), native memory (what is resident beyond both) and open handles. Floors after forced full
 * collections outrank everything else; without them V8's own have to do, and often the honest answer is that none came.
 *
 * The same object serves a finished export and a live view: `push` as lines come, `verdicts` whenever someone asks. What
 * it answers depends on what was pushed, never on who asked before: instead of remembering a suspicion, it asks whether
 * the state of a little earlier says the same.
 */
import { BlockMinima, type LowPoint } from './block-minima.ts';
import { judgeBlockTrend, TREND_FALSIFIERS, type TrendDemands } from './block-trend-verdict.ts';
import { CollectionLog } from './collection-log.ts';
import { judgePassive } from './passive-verdict.ts';
import { noiseBytes } from './probe-verdict.ts';
import { judgeProbed, PROBED_FALSIFIERS } from './probed-verdict.ts';
import { evenSlopeInterval, lineSlopeInterval, type SlopeInterval, walkSlopeInterval } from './slope-interval.ts';

export type MemoryChannel = 'heap' | 'external' | 'native' | 'handles';

/** What one line of the agent says; anything but a finite number of at least 0 counts as not said. */
export interface MemoryPoint {
  /** 1 for the first invocation of the process; a smaller number than the one before tells of another process. */
  readonly invocationNumber: number;
  /** The lowest used heap that the line knows, before or after the work. */
  readonly heapUsedBytes?: number | undefined;
  /** Used heap after the last full collection: a change tells of a new one. */
  readonly heapFloorBytes?: number | undefined;
  readonly externalBytes?: number | undefined;
  /** Heap that V8 has taken from the system; without it, the highest used heap so far stands in. */
  readonly heapCommittedBytes?: number | undefined;
  readonly rssBytes?: number | undefined;
  readonly handleCount?: number | undefined;
}

/** What was left after a forced full collection. */
export interface MemoryProbe {
  readonly invocationNumber: number;
  readonly heapUsedBytes: number;
  readonly externalBytes?: number | undefined;
}

/** Both optional: without a limit nobody can say when it is reached. */
export interface MemoryLimits {
  readonly memorySizeBytes?: number | undefined;
  readonly heapLimitBytes?: number | undefined;
}

/** How a channel was looked at: floors after forced collections, after V8's own, or low points of the channel itself. */
export type TrendBasis = 'probed' | 'passive' | 'blocks';

export type FloorVerdict =
  | {
      readonly kind: 'leaking';
      readonly channel: MemoryChannel;
      readonly basis: TrendBasis;
      /** Bytes, or handles. */
      readonly slope: SlopeInterval;
      /** Where the growth, followed back at its pace, leaves the level it came from. */
      readonly startedAtInvocation: number;
      /** From now on; `high` is undefined where the interval allows hardly any growth. Undefined without a limit. */
      readonly invocationsToLimit: { readonly low: number; readonly high: number | undefined } | undefined;
      /** Tests that would have refuted the leak, were made, and did not. */
      readonly falsifiers: readonly string[];
    }
  | { readonly kind: 'growing-but-bounded'; readonly channel: MemoryChannel; readonly basis: TrendBasis; readonly because: string }
  | { readonly kind: 'stable'; readonly channel: MemoryChannel; readonly basis: TrendBasis }
  | { readonly kind: 'insufficient-data'; readonly channel: MemoryChannel; readonly missing: string };

export class FloorTrend {
  #now = 0;
  #sampleCount = 0;
  #restartCount = 0;
  #heap = new BlockMinima();
  #external = new BlockMinima();
  #native = new BlockMinima();
  #handles = new BlockMinima();
  #collections = new CollectionLog('lower');
  #probes = new CollectionLog('later');
  #floorBytes = Number.NaN;
  #floorSettlesIn = 0;
  #previousHeapBytes = 0;
  #highestHeapBytes = 0;
  #highestRssBytes = 0;
  #externalBytes = 0;
  // The lowest used heap of the last one or two stretches of a few invocations: what was there before a collection.
  #stretchEndsAt = 0;
  #lowest = Number.POSITIVE_INFINITY;
  #lowestBefore = Number.POSITIVE_INFINITY;

  /** Bytes of the series that are kept, the same for ever after a few thousand samples. */
  get byteSize(): number {
    const channels = [this.#heap, this.#external, this.#native, this.#handles, this.#collections, this.#probes];
    return channels.reduce((sum, { byteSize }) => sum + byteSize, 0);
  }

  /** Invocation number of the last sample. */
  get invocationNumber(): number {
    return this.#now;
  }

  /** Processes that came before the present one, each with a memory of its own. */
  get restartCount(): number {
    return this.#restartCount;
  }

  /** @param copy  gives the same copy for the same object */
  copyWith(copy: <T>(value: T) => T): FloorTrend {
    const made = new FloorTrend();
    made.#now = this.#now;
    made.#sampleCount = this.#sampleCount;
    made.#restartCount = this.#restartCount;
    made.#heap = copy(this.#heap);
    made.#external = copy(this.#external);
    made.#native = copy(this.#native);
    made.#handles = copy(this.#handles);
    made.#collections = copy(this.#collections);
    made.#probes = copy(this.#probes);
    made.#floorBytes = this.#floorBytes;
    made.#floorSettlesIn = this.#floorSettlesIn;
    made.#previousHeapBytes = this.#previousHeapBytes;
    made.#highestHeapBytes = this.#highestHeapBytes;
    made.#highestRssBytes = this.#highestRssBytes;
    made.#externalBytes = this.#externalBytes;
    made.#stretchEndsAt = this.#stretchEndsAt;
    made.#lowest = this.#lowest;
    made.#lowestBefore = this.#lowestBefore;
    return made;
  }

  push(point: MemoryPoint): void {
    const at = point.invocationNumber;
    if (!this.#follows(at)) return;
    this.#sampleCount++;
    const { heapUsedBytes, heapFloorBytes, externalBytes, rssBytes, handleCount } = point;
    if (isAmount(externalBytes)) {
      this.#externalBytes = externalBytes;
      this.#external.push(at, externalBytes);
    }
    if (isAmount(heapFloorBytes) && heapFloorBytes !== this.#floorBytes) this.#collected(at, heapFloorBytes);
    if (isAmount(heapUsedBytes)) this.#pushHeap(at, heapUsedBytes);
    if (isAmount(rssBytes)) {
      if (rssBytes > this.#highestRssBytes) this.#highestRssBytes = rssBytes;
      const heapBytes = isAmount(point.heapCommittedBytes) ? point.heapCommittedBytes : this.#highestHeapBytes;
      this.#native.push(at, Math.max(0, rssBytes - heapBytes - this.#externalBytes));
    }
    if (isAmount(handleCount)) this.#handles.push(at, handleCount);
  }

  /**
   * A probe repeated by a later line of the agent counts once.
   *
   * @returns whether it was new
   */
  probe(probe: MemoryProbe): boolean {
    const at = probe.invocationNumber;
    const last = this.#probes.lastAt;
    if (!isAmount(at) || !isAmount(probe.heapUsedBytes) || (last !== undefined && at <= last)) return false;
    this.#probes.add(at, probe.heapUsedBytes, isAmount(probe.externalBytes) ? probe.externalBytes : Number.NaN);
    this.#now = Math.max(this.#now, at);
    return true;
  }

  /** Whether a line with this number can only be of a process that came later: its counter fell back to its beginning. */
  isOfAnother(at: number): boolean {
    return at >= 1 && at <= this.#now - LATE_LINES;
  }

  /** One for each channel that was heard of, the most telling first; never empty. */
  verdicts(limits: MemoryLimits = {}): readonly FloorVerdict[] {
    if (this.#now < FEWEST_INVOCATIONS) {
      const seen = this.#sampleCount === 0 ? 'no memory sample came' : `${this.#now} of ${FEWEST_INVOCATIONS} invocations were seen`;
      return [{ kind: 'insufficient-data', channel: 'heap', missing: seen }];
    }
    const all = [this.#ofHeap(limits), this.#ofExternal(limits), this.#ofNative(limits), this.#ofHandles()];
    const verdicts = all.filter((verdict) => verdict !== undefined);
    return verdicts.sort((one, other) => weight(other) - weight(one));
  }

  /** The most telling of `verdicts`. */
  verdict(limits: MemoryLimits = {}): FloorVerdict {
    return this.verdicts(limits)[0]!;
  }

  /** @returns false for a number that cannot be; begins anew with another process */
  #follows(at: number): boolean {
    if (!(at >= 1 && at <= HIGHEST_INVOCATION)) return false;
    if (at > this.#now) {
      this.#now = at;
      return true;
    }
    // A line that was delivered late is dropped.
    if (!this.isOfAnother(at)) return false;
    this.#restart();
    this.#now = at;
    return true;
  }

  #restart(): void {
    this.#restartCount++;
    this.#sampleCount = 0;
    this.#heap = new BlockMinima();
    this.#external = new BlockMinima();
    this.#native = new BlockMinima();
    this.#handles = new BlockMinima();
    this.#collections = new CollectionLog('lower');
    this.#probes = new CollectionLog('later');
    this.#floorBytes = Number.NaN;
    this.#floorSettlesIn = 0;
    this.#previousHeapBytes = this.#highestHeapBytes = this.#highestRssBytes = this.#externalBytes = this.#stretchEndsAt = 0;
    this.#lowest = this.#lowestBefore = Number.POSITIVE_INFINITY;
  }

  #collected(at: number, floorBytes: number): void {
    this.#floorBytes = floorBytes;
    const before = Math.min(this.#lowest, this.#lowestBefore);
    this.#collections.add(at, floorBytes, Number.isFinite(before) ? before : floorBytes);
    this.#floorSettlesIn = SCAVENGES_UNTIL_FLOOR_SETTLES;
    this.#lowest = this.#lowestBefore = Number.POSITIVE_INFINITY;
  }

  #pushHeap(at: number, bytes: number): void {
    if (this.#floorSettlesIn > 0) {
      if (bytes < this.#previousHeapBytes) this.#floorSettlesIn--;
      this.#collections.lowerLast(bytes);
    }
    this.#previousHeapBytes = bytes;
    if (bytes > this.#highestHeapBytes) this.#highestHeapBytes = bytes;
    this.#heap.push(at, bytes);
    if (at >= this.#stretchEndsAt) {
      this.#stretchEndsAt = at + STRETCH_INVOCATIONS;
      this.#lowestBefore = this.#lowest;
      this.#lowest = bytes;
    } else if (bytes < this.#lowest) this.#lowest = bytes;
  }

  #ofHeap(limits: MemoryLimits): FloorVerdict {
    const probes = this.#probes.upTo(this.#now);
    if (probes.length > 0) {
      const byProbes = this.#byProbes(
        'heap',
        probes.map(({ at, floorBytes }) => ({ at, value: floorBytes })),
        limits,
      );
      // Probing that was given up early takes nothing back from what V8's own collections show since.
      if (byProbes.kind !== 'insufficient-data' || probes.at(-1)!.at >= 0.5 * this.#now) return byProbes;
    }
    if (this.#heap.count === 0) return { kind: 'insufficient-data', channel: 'heap', missing: 'the used heap' };
    const now = judgePassive(this.#heap, this.#collections.upTo(this.#now), this.#now);
    if (now.kind === 'insufficient-data') return { ...now, channel: 'heap' };
    if (now.kind !== 'leaking') return { ...now, channel: 'heap', basis: 'passive' };
    const earlier = 0.99 * this.#now;
    const before = judgePassive(this.#heap, this.#collections.upTo(earlier), earlier).kind;
    if (before === 'stable' || before === 'growing-but-bounded') return TOO_FRESH('heap');
    return this.#leaking('heap', 'passive', lineSlopeInterval(now.points), now.points, now.falsifiers, limits);
  }

  #ofExternal(limits: MemoryLimits): FloorVerdict | undefined {
    const points = this.#probes
      .upTo(this.#now)
      .filter(({ besideBytes }) => besideBytes >= 0)
      .map(({ at, besideBytes }) => ({ at, value: besideBytes }));
    if (points.length >= FEWEST_PROBES) return this.#byProbes('external', points, limits);
    return this.#byBlocks('external', this.#external, limits);
  }

  #ofNative(limits: MemoryLimits): FloorVerdict | undefined {
    return this.#byBlocks('native', this.#native, limits);
  }

  #ofHandles(): FloorVerdict | undefined {
    return this.#byBlocks('handles', this.#handles, {});
  }

  #byProbes(channel: 'heap' | 'external', points: readonly LowPoint[], limits: MemoryLimits): FloorVerdict {
    const verdict = judgeProbed(points);
    if (verdict.kind === 'insufficient-data') return { kind: verdict.kind, channel, missing: verdict.missing };
    if (verdict.kind === 'stable') return { kind: verdict.kind, channel, basis: 'probed' };
    if (verdict.kind === 'growing-but-bounded') return { kind: verdict.kind, channel, basis: 'probed', because: verdict.because };
    const slope = walkSlopeInterval(verdict.points, noiseBytes(verdict.points.at(-1)!.value));
    // Pools of Buffers grow in steps, which only their spread tells from a slow leak.
    if (channel === 'external' && slope.low <= 0)
      return { kind: 'insufficient-data', channel, missing: 'growth even enough that its interval leaves out none at all' };
    return this.#leaking(channel, 'probed', slope, verdict.points, PROBED_FALSIFIERS, limits);
  }

  #byBlocks(channel: Exclude<MemoryChannel, 'heap'>, blocks: BlockMinima, limits: MemoryLimits): FloorVerdict | undefined {
    if (blocks.count === 0) return undefined;
    const until = (now: number): readonly LowPoint[] => blocks.points(BLOCKS_WARM_UP_SHARE * now, now);
    const points = until(this.#now);
    const now = judgeBlockTrend(points, DEMANDS[channel]);
    if (now.kind === 'insufficient-data') return { kind: now.kind, channel, missing: now.missing };
    if (now.kind === 'growing-but-bounded') return { kind: now.kind, channel, basis: 'blocks', because: now.because };
    if (now.kind === 'stable') return { kind: now.kind, channel, basis: 'blocks' };
    if (judgeBlockTrend(until(0.9 * this.#now), DEMANDS[channel]).kind !== 'leaking') return TOO_FRESH(channel);
    return this.#leaking(channel, 'blocks', evenSlopeInterval(now.slope, points), points, TREND_FALSIFIERS, limits);
  }

  #leaking(
    channel: MemoryChannel,
    basis: TrendBasis,
    slope: SlopeInterval,
    points: readonly LowPoint[],
    falsifiers: readonly string[],
    limits: MemoryLimits,
  ): FloorVerdict {
    const startedAtInvocation = this.#startOf(channel, slope.perInvocation, points);
    const invocationsToLimit = this.#toLimit(channel, slope, points, limits);
    return { kind: 'leaking', channel, basis, slope, startedAtInvocation, invocationsToLimit, falsifiers };
  }

  #startOf(channel: MemoryChannel, slope: number, points: readonly LowPoint[]): number {
    const last = points.at(-1)!;
    const early = this.#lowestOf(channel);
    return Math.max(1, Math.round(last.at - (last.value - Math.min(early, points[0]!.value)) / slope));
  }

  #lowestOf(channel: MemoryChannel): number {
    const probed = this.#probes.upTo(this.#now).map(({ floorBytes, besideBytes }) => (channel === 'heap' ? floorBytes : besideBytes));
    if ((channel === 'heap' || channel === 'external') && probed.length >= FEWEST_PROBES)
      return Math.min(...probed.filter((bytes) => bytes >= 0));
    const blocks = { heap: this.#heap, external: this.#external, native: this.#native, handles: this.#handles }[channel];
    return blocks.lowest(0, this.#now)?.value ?? Number.POSITIVE_INFINITY;
  }

  #toLimit(
    channel: MemoryChannel,
    slope: SlopeInterval,
    points: readonly LowPoint[],
    { memorySizeBytes, heapLimitBytes }: MemoryLimits,
  ): { low: number; high: number | undefined } | undefined {
    const rooms: number[] = [];
    if (isAmount(memorySizeBytes) && this.#highestRssBytes > 0) rooms.push(memorySizeBytes - this.#highestRssBytes);
    if (isAmount(heapLimitBytes) && channel === 'heap') {
      const last = points.at(-1)!;
      rooms.push(heapLimitBytes - last.value - slope.perInvocation * (this.#now - last.at));
    }
    if (rooms.length === 0 || channel === 'handles') return undefined;
    const room = Math.max(0, Math.min(...rooms));
    return { low: Math.floor(room / slope.high), high: slope.low > 0 ? Math.ceil(room / slope.low) : undefined };
  }
}

/** Nothing is said of a younger process: it is still filling what it fills once. */
const FEWEST_INVOCATIONS = 120;
const HIGHEST_INVOCATION = 2 ** 32 - 1;
const LATE_LINES = 16;
const STRETCH_INVOCATIONS = 16;
/** The callback of a full collection comes late, and part of the young generation is still in its figure. */
const SCAVENGES_UNTIL_FLOOR_SETTLES = 2;
const FEWEST_PROBES = 4;
const BLOCKS_WARM_UP_SHARE = 0.3;
const MEBIBYTE = 1024 * 1024;

const DEMANDS: Readonly<Record<Exclude<MemoryChannel, 'heap'>, TrendDemands>> = {
  external: { growth: 2 * MEBIBYTE, straightness: 0.98 },
  native: { growth: 3 * MEBIBYTE, straightness: 0.96 },
  handles: { growth: 20, straightness: 0.95 },
};

const isAmount = (value: number | undefined): value is number => value !== undefined && value >= 0 && value < Number.POSITIVE_INFINITY;

const TOO_FRESH = (channel: MemoryChannel): FloorVerdict => ({
  kind: 'insufficient-data',
  channel,
  missing: 'a little more of the life that shows the same growth',
});

/** Leaks first, the one of most bytes before the others; where nothing leaks, what is bounded; otherwise the heap speaks for all. */
function weight(verdict: FloorVerdict): number {
  const ofHeap = verdict.channel === 'heap' ? 1 : 0;
  if (verdict.kind === 'leaking') return 3e15 + verdict.slope.perInvocation;
  // What is resident rises and rests in every process; it is no news beside a heap of which nothing is known.
  return verdict.kind === 'growing-but-bounded' && verdict.channel !== 'native' ? 2e15 + ofHeap : ofHeap;
}
