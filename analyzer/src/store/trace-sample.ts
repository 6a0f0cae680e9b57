/**
 * Which functions a request came by, for a sample of requests that carry a trace id.
 *
 * How far traces lead from a failure to its suspect decides how long the way is. All traces of a night would fill the
 * memory, and a sample of requests in each file would share none with the next: so the traces with the smallest hashes
 * are kept, which are the same ones in every file and every thread (a bottom-k sample: E. Cohen, H. Kaplan (2007),
 * "Summarizing data using bottom-k sketches", PODC). What is dropped once can never come back, so samples add up.
 */
export interface TraceSample {
  /** Hash of the trace -> function -> whether its part failed. */
  readonly traces: Map<number, Map<string, boolean>>;
  /** Hashes from here on have been dropped. */
  dropFrom: number;
  /** Function -> failed attempts that carry a trace id, all of them. */
  readonly tracedFailures: Map<string, number>;
}

export function emptyTraceSample(): TraceSample {
  return { traces: new Map(), dropFrom: Number.POSITIVE_INFINITY, tracedFailures: new Map() };
}

export function countTrace(into: TraceSample, functionName: string, traceId: string, isFailed: boolean): void {
  if (isFailed) into.tracedFailures.set(functionName, (into.tracedFailures.get(functionName) ?? 0) + 1);
  addPart(into, hashOf(traceId), functionName, isFailed);
}

export function mergeTraces(into: TraceSample, other: TraceSample): void {
  into.dropFrom = Math.min(into.dropFrom, other.dropFrom);
  for (const [hash, parts] of other.traces) for (const [functionName, isFailed] of parts) addPart(into, hash, functionName, isFailed);
  for (const [functionName, count] of other.tracedFailures) {
    into.tracedFailures.set(functionName, (into.tracedFailures.get(functionName) ?? 0) + count);
  }
}

/** What is kept beyond the sample's size depends on the order of arrival; after this it does not. */
export function settleTraces(sample: TraceSample): void {
  trim(sample, MOST_TRACES);
}

/**
 * @param failedCount  attempts of the function that failed, traced or not
 * @returns of them: the share whose trace also holds the other function; undefined where too few carry a trace id
 */
export function linkedShare(sample: TraceSample, functionName: string, other: string, failedCount: number): number | undefined {
  let failing = 0;
  let linked = 0;
  for (const parts of sample.traces.values()) {
    if (parts.get(functionName) !== true) continue;
    failing++;
    if (parts.has(other)) linked++;
  }
  if (failing < FEWEST_FAILING || failedCount === 0) return undefined;
  const traced = Math.min(1, (sample.tracedFailures.get(functionName) ?? 0) / failedCount);
  return (linked / failing) * traced;
}

const MOST_TRACES = 4096;
/** Failing traces in the sample, below which their share says little. Our own choice. */
const FEWEST_FAILING = 5;

function addPart(into: TraceSample, hash: number, functionName: string, isFailed: boolean): void {
  if (hash >= into.dropFrom) return;
  const parts = into.traces.get(hash);
  if (parts !== undefined) {
    if (isFailed || !parts.has(functionName)) parts.set(functionName, isFailed);
    return;
  }
  into.traces.set(hash, new Map([[functionName, isFailed]]));
  // Half of the work is put off: twice as many are let in before the larger half is dropped.
  if (into.traces.size > 2 * MOST_TRACES) trim(into, MOST_TRACES);
}

function trim(sample: TraceSample, most: number): void {
  if (sample.traces.size > most) {
    const hashes = [...sample.traces.keys()].sort((a, b) => a - b);
    sample.dropFrom = Math.min(sample.dropFrom, hashes[most]!);
  }
  for (const hash of sample.traces.keys()) if (hash >= sample.dropFrom) sample.traces.delete(hash);
}

/** FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), 32 bits, and once mixed: neighbouring ids must not stay neighbours. */
function hashOf(traceId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < traceId.length; i++) hash = Math.imul(hash ^ traceId.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
