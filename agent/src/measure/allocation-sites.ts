/**
 * The functions whose objects stay alive, and which of them hold more and more.
 *
 * A rising floor says that something is kept; only the place where it was made lets somebody mend it. V8's sampling heap
 * profiler marks about one allocation in every so many bytes with its stack and forgets the mark when the object dies, so
 * a profile read right after a full collection is a map of what is alive. Where the live bytes of one function rise from
 * reading to reading, there the leak is made.
 *
 * What was made before the sampler began carries no mark. So a healthy cache whose entries are replaced gains marks until the
 * last of them is new, and looks as if it grew. But then more was marked than memory has grown by, and nothing is named yet.
 *
 * What V8 keeps of a function is where it begins: that is the line told here.
 */
import type { Session } from 'node:inspector';
import type { AllocationSite } from '../record/leak-record.ts';
import { bytes } from '../record/units.ts';
import { separateFunctions } from './separate-functions.ts';
import type { ShowPath } from './shown-path.ts';

export interface AllocationSampling {
  /**
   * Collects fully, too: V8 does so before it hands a profile out.
   *
   * @param heldBytes  of the heap, after a full collection; without it what turns over is not told from what grows
   */
  read(workNumber: number, heldBytes?: number): void;
  /** The ones that grew most first; none before the first reading, or while it may be a cache that is renewed. */
  growing(channel: SampledChannel, most: number): AllocationSite[];
  /** @param discards  whether code that was compiled meanwhile is thrown away (`separate-functions.ts`); default no */
  stop(discards?: boolean): void;
}

/** `external`: only what stands in the heap for a Buffer or another block of memory outside it; the block is not sampled. */
export type SampledChannel = 'heap' | 'external';

export type SamplingStart =
  | { readonly kind: 'sampling'; readonly sampling: AllocationSampling }
  | { readonly kind: 'unavailable'; readonly missing: string };

export interface SamplingManner {
  /** Tell a function from the one that it was compiled into: costs a walk over the heap, and code that is optimised anew. */
  readonly isExact?: boolean | undefined;
  /** What is expected to be kept until the sites are told. Few bytes are marked more densely. */
  readonly expectedBytes?: number | undefined;
  /** Of the heap when sampling begins, after a full collection. */
  readonly heldBytes?: number | undefined;
}

/**
 * Best called right after a full collection: what is alive in the first reading has come since.
 *
 * @param channel     whose growth is suspected; decides how densely allocations are marked
 * @param workNumber  how much work had been done
 */
export function startAllocationSampling(
  showPath: ShowPath,
  channel: SampledChannel,
  workNumber: number,
  { isExact = false, expectedBytes, heldBytes }: SamplingManner = {},
): SamplingStart {
  const inspector = process.getBuiltinModule('node:inspector') as typeof import('node:inspector') | undefined;
  if (!inspector) return { kind: 'unavailable', missing: 'this Node was built without an inspector' };
  const session = new inspector.Session();
  session.connect();
  // An isolate has one sampler. If somebody else's runs, ours would not start, and stopping would stop theirs.
  if (readProfile(session)) {
    session.disconnect();
    return { kind: 'unavailable', missing: 'another heap profiler is running' };
  }
  const separated = isExact ? separateFunctions(session) : undefined;
  session.post('HeapProfiler.startSampling', { samplingInterval: samplingIntervalBytes(channel, expectedBytes) });

  // Nothing carries a mark yet, which is a reading too.
  let readings: Reading[] = [{ workNumber, heldBytes, sites: new Map() }];
  return {
    kind: 'sampling',
    sampling: {
      read(readAt, heldThen) {
        const profile = readProfile(session);
        if (!profile) return;
        // The first stays, since growth is told against it; of those between, every other one.
        if (readings.length === MAX_READINGS) readings = readings.filter((_, i) => i % 2 === 0);
        readings.push({ workNumber: readAt, heldBytes: heldThen, sites: liveSites(profile.head, showPath) });
      },
      growing: (asked, most) => rankByGrowth(readings, asked, most),
      stop(discards = false) {
        session.post('HeapProfiler.stopSampling');
        separated?.end(discards);
        session.disconnect();
      },
    },
  };
}

/**
 * How many bytes are allocated between two marks. At 64 KiB a leak of 5 KiB in each of 300 works leaves about 25 marks,
 * enough to name it, and a handler that does nothing but allocate needs 1 to 4 % more CPU. A Buffer leaves only some 200
 * bytes in the heap, hence the smaller step, and 13 % for such a handler, while external memory is what grows.
 */
const SAMPLING_INTERVAL_BYTES: Readonly<Record<SampledChannel, number>> = { heap: 64 * 1024, external: 16 * 1024 };
/** What holds two thirds of the growth is then first in 97 of 100 draws (binomial). */
const MARKS_WANTED = 32;
const DENSEST_BYTES = 8 * 1024;
const MAX_READINGS = 8;
const MAX_NAME_LENGTH = 80;
const MAX_PATH_LENGTH = 160;

function samplingIntervalBytes(channel: SampledChannel, expectedBytes = Number.POSITIVE_INFINITY): number {
  return Math.min(SAMPLING_INTERVAL_BYTES[channel], Math.max(DENSEST_BYTES, Math.round(expectedBytes / MARKS_WANTED)));
}

interface ProfileNode {
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number; readonly columnNumber: number };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

interface Site {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  liveBytes: number;
  /** The part of them that stands for memory outside the heap. */
  outsideBytes: number;
}

interface Reading {
  readonly workNumber: number;
  readonly heldBytes: number | undefined;
  readonly sites: ReadonlyMap<string, Site>;
}

/** @returns undefined when no sampler runs in this isolate. The answer comes before `post` returns. */
function readProfile(session: Session): { readonly head: ProfileNode } | undefined {
  let profile: { readonly head: ProfileNode } | undefined;
  session.post('HeapProfiler.getSamplingProfile', (error, answer) => {
    if (!error) profile = answer.profile;
  });
  return profile;
}

function liveSites(head: ProfileNode, showPath: ShowPath): Map<string, Site> {
  const sites = new Map<string, Site>();
  const shown = new Map<string, string | undefined>();
  const pathOf = (url: string): string | undefined => {
    if (!shown.has(url)) shown.set(url, url === '' || url.startsWith('node:') ? undefined : showPath(url));
    return shown.get(url);
  };
  // What Node or V8 allocates is put down to the nearest function of the program that had called it.
  const waiting: [node: ProfileNode, caller: Site | undefined, outside: boolean][] = [[head, undefined, false]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, caller, below] = next;
    const { functionName, url, lineNumber, columnNumber } = node.callFrame;
    const file = pathOf(url);
    let site = caller;
    let outside = below || HOLDS_MEMORY_OUTSIDE.test(functionName);
    if (file !== undefined) {
      const key = `${file}:${lineNumber}:${columnNumber}:${functionName}`;
      site = sites.get(key);
      if (!site) {
        site = {
          functionName: (functionName || '(anonymous)').slice(0, MAX_NAME_LENGTH),
          file: file.slice(-MAX_PATH_LENGTH),
          line: lineNumber + 1,
          column: columnNumber + 1,
          liveBytes: 0,
          outsideBytes: 0,
        };
        sites.set(key, site);
      }
      outside = false;
    }
    if (site) {
      site.liveBytes += node.selfSize;
      if (outside) site.outsideBytes += node.selfSize;
    }
    for (const child of node.children) waiting.push([child, site, outside]);
  }
  return sites;
}

/** V8's own constructors for memory outside the heap, and Node's class for a Buffer. They appear in stacks by these names. */
const HOLDS_MEMORY_OUTSIDE = /^(FastBuffer|(Shared)?ArrayBuffer|((Big)?(Ui|I)nt(8|16|32|64)|Float(16|32|64)|Uint8Clamped)Array|DataView)$/;

function rankByGrowth(readings: readonly Reading[], channel: SampledChannel, most: number): AllocationSite[] {
  const last = readings.at(-1)!;
  const before = readingBefore(readings);
  const live = (site: Site | undefined): number => (channel === 'heap' ? site?.liveBytes : site?.outsideBytes) ?? 0;
  const growing = [...last.sites]
    .map(([key, site]) => ({ site, liveBytes: live(site), grownBytes: live(site) - live(before.sites.get(key)) }))
    .filter(({ grownBytes }) => grownBytes > 0)
    .sort((a, b) => b.grownBytes - a.grownBytes);
  const markedBytes = growing.reduce((sum, { grownBytes }) => sum + grownBytes, 0);
  if (mayTurnOver(before, last, channel, markedBytes)) return [];
  return growing.slice(0, most).map(({ site: { functionName, file, line, column }, liveBytes, grownBytes }) => ({
    functionName,
    file,
    line,
    liveBytes: bytes(liveBytes),
    grownBytes: bytes(grownBytes),
    column,
  }));
}

/** That of half of the time, since what only warmed up has stopped growing by then; the first that knows a mark, where all are younger. */
function readingBefore(readings: readonly Reading[]): Reading {
  const [first, ...read] = readings;
  const halfway = (first!.workNumber + readings.at(-1)!.workNumber) / 2;
  const earlier = read.slice(0, -1);
  return earlier.findLast((reading) => reading.workNumber <= halfway) ?? earlier[0] ?? first!;
}

/** Whether objects that replaced others, which were not marked, may be among those that seem to have come on top. */
function mayTurnOver(before: Reading, last: Reading, channel: SampledChannel, markedBytes: number): boolean {
  if (before.heldBytes === undefined || last.heldBytes === undefined) return false;
  // Of a Buffer little stands in the heap, and how much it should be nobody knows: a reading with marks has to be the measure.
  if (channel === 'external') return before.sites.size === 0;
  return markedBytes > MARKED_OF_GROWN * (last.heldBytes - before.heldBytes);
}

/**
 * Where one function leaks it is then still the first, since the others together made less; 32 marks pass it by chance in 3 of
 * 1,000 draws (binomial).
 */
const MARKED_OF_GROWN = 1.5;
