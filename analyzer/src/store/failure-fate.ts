/**
 * What became of the requests that failed in one way: tried again with success, served twice, or left with the error.
 *
 * Which attempts belong to a request is only known once all of them were read, so a bounded sample of the failed requests is
 * remembered by the keys that retries are joined by. The lowest keys are kept: of ids that are random that is a fair sample,
 * and the same one in every order.
 */
import type { InvocationRecord } from '@nightlight/agent/record';
import { type KeyWords, lookUpRequests, type RequestKey } from './request-keys.ts';
import type { FailureSummary } from './summary.ts';

export interface FailureFate {
  /** High word of the request's key -> its low word. */
  readonly requests: Map<number, number>;
  /** Of those requests; filled when all attempts are joined. */
  joined: JoinedRequests | undefined;
  /** Attempts of which the agent wrote a line, and what these lines told. */
  toldCount: number;
  fallbackCount: number;
  wrongContentCount: number;
  droppedCount: number;
  /** Attempts woken by a source that delivers again under another request id. */
  redeliveredCount: number;
}

interface JoinedRequests {
  readonly requestCount: number;
  /** More requests than these failed so. */
  readonly isSample: boolean;
  readonly recoveredCount: number;
  readonly duplicatedCount: number;
}

/** At this many distinct requests the rest is no longer looked at one by one. */
const MOST_REQUESTS = 128;

export function emptyFate(): FailureFate {
  return {
    requests: new Map(),
    joined: undefined,
    toldCount: 0,
    fallbackCount: 0,
    wrongContentCount: 0,
    droppedCount: 0,
    redeliveredCount: 0,
  };
}

export function noteRequest({ requests }: FailureFate, { high, low }: RequestKey): void {
  const known = requests.get(high);
  if (known !== undefined) {
    // Two ids with the same high word, once in thirty million pairs: always the same one stays.
    if (low < known) requests.set(high, low);
    return;
  }
  if (requests.size >= MOST_REQUESTS && high >>> 0 > highestOf(requests)) return;
  requests.set(high, low);
  if (requests.size > MOST_REQUESTS) requests.delete(highestOf(requests) | 0);
}

export function noteTold(fate: FailureFate, record: InvocationRecord | undefined): void {
  if (record === undefined) return;
  fate.toldCount++;
  if ((record.fallbackCount ?? 0) > 0) fate.fallbackCount++;
  if (record.invariantChecks?.some(({ failedCount }) => failedCount > 0) === true) fate.wrongContentCount++;
  if ((record.droppedCount ?? 0) > 0) fate.droppedCount++;
  if (record.eventSource !== undefined && REDELIVERING.test(record.eventSource)) fate.redeliveredCount++;
}

export function addFate(into: FailureFate, other: FailureFate): void {
  for (const [high, low] of other.requests) noteRequest(into, { high, low });
  for (const count of ['toldCount', 'fallbackCount', 'wrongContentCount', 'droppedCount', 'redeliveredCount'] as const)
    into[count] += other[count];
  // Kinds of one failure are joined before they are added up; what two of them share counts for both.
  if (other.joined === undefined) return;
  into.joined = {
    requestCount: (into.joined?.requestCount ?? 0) + other.joined.requestCount,
    isSample: into.joined?.isSample === true || other.joined.isSample,
    recoveredCount: (into.joined?.recoveredCount ?? 0) + other.joined.recoveredCount,
    duplicatedCount: (into.joined?.duplicatedCount ?? 0) + other.joined.duplicatedCount,
  };
}

/**
 * @param parts        keys of all attempts of the function that the failures are of
 * @param successesOf  where these were joined already
 */
export function joinFates(
  failures: readonly FailureSummary[],
  parts: readonly KeyWords[],
  successesOf?: (key: RequestKey) => number,
): void {
  const wanted = failures.flatMap(({ fate }) => [...(fate?.requests ?? [])].map(([high, low]) => ({ high, low })));
  if (wanted.length === 0) return;
  const lookUp = successesOf ?? lookUpRequests(parts, wanted);
  for (const { fate } of failures) {
    if (fate === undefined || fate.requests.size === 0) continue;
    let [recoveredCount, duplicatedCount] = [0, 0];
    for (const [high, low] of fate.requests) {
      const successes = lookUp({ high, low });
      if (successes > 1) duplicatedCount++;
      else if (successes === 1) recoveredCount++;
    }
    const requestCount = fate.requests.size;
    fate.joined = { requestCount, isSample: requestCount >= MOST_REQUESTS, recoveredCount, duplicatedCount };
  }
}

function highestOf(requests: ReadonlyMap<number, number>): number {
  let highest = 0;
  for (const high of requests.keys()) if (high >>> 0 > highest) highest = high >>> 0;
  return highest;
}

/** Their second delivery is another invocation; only the message's own id stays. */
const REDELIVERING = /sqs|kinesis|dynamodb|kafka|mq/i;
