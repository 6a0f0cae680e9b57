/** From one line of our agent to numbers that can be added: what each member of a record counts for. */
import type { InitRecord, InvocationRecord, OutboundCalls, SummaryRecord, WindowRecord } from '@nightlight/agent/record';
import { type AgentTally, type Counters, emptyCounters, emptyPeer } from './agent-tally.ts';
import { addable } from './exact-sum.ts';

export function countInvocation(counters: Counters, record: InvocationRecord): void {
  counters.coveredCount++;
  counters.coveredMs += addable(record.durationMs ?? 0);
  countShared(counters, record);
}

export function countersOfStretch(record: WindowRecord | SummaryRecord, durationMs: number): Counters {
  const counters = emptyCounters();
  counters.coveredCount = record.kind === 'window' ? (record.requestCount ?? 0) : record.invocationCount;
  counters.coveredMs = durationMs;
  countShared(counters, record);
  return counters;
}

/** Of the lines of single invocations only: a stretch does not tell these. */
export function countSingle(tally: AgentTally, record: InvocationRecord): void {
  tally.lineCount++;
  if (record.openBreakers !== undefined) for (const breaker of record.openBreakers) addNamed(tally.openBreakers, breaker, 1);
  if (record.fallbackNames !== undefined) for (const fallback of record.fallbackNames) addNamed(tally.fallbackNames, fallback, 1);
  if (record.eventSource !== undefined) {
    const source = entryOf(tally.sources, record.eventSource, () => ({ invocationCount: 0, itemCount: 0 }));
    source.invocationCount++;
    source.itemCount += record.eventItemCount ?? 0;
  }
  tally.highestReceiveCount = Math.max(tally.highestReceiveCount, record.receiveCount ?? 0);
  const itemCount = record.eventItemCount ?? 0;
  const returnedCount = record.returnedCount ?? 0;
  if (itemCount > 1 && returnedCount >= itemCount) tally.wholeReturnCount++;
  else if (itemCount > 1 && returnedCount > 0) tally.partialReplyCount++;
  if (record.selfUs === undefined) return;
  tally.selfCount++;
  tally.selfUs += Math.round(record.selfUs);
}

export function countInit({ inits }: AgentTally, record: InitRecord): void {
  inits.count++;
  addNamed(inits.predecessors, record.predecessor ?? 'not told', 1);
  const { untilAgentMs, agentMs, untilHandlerMs, untilInvocationMs } = record;
  if (untilAgentMs !== undefined && agentMs !== undefined && untilHandlerMs !== undefined) {
    inits.splitCount++;
    inits.runtimeMs += addable(untilAgentMs);
    inits.agentMs += addable(agentMs);
    inits.handlerMs += addable(Math.max(0, untilHandlerMs - untilAgentMs - agentMs));
  }
  // A start ahead of demand has nobody waiting: its distance to the first request is no part of any request.
  if (untilHandlerMs !== undefined && untilInvocationMs !== undefined && record.proactive !== true) {
    inits.waitCount++;
    inits.waitMs += addable(Math.max(0, untilInvocationMs - untilHandlerMs));
  }
  for (const { name, selfMs, moduleCount } of record.packages ?? []) {
    const entry = entryOf(inits.packages, name, () => ({ selfMs: 0, moduleCount: 0, startCount: 0 }));
    entry.selfMs += addable(selfMs);
    entry.moduleCount += moduleCount;
    entry.startCount++;
  }
}

type Shared = Pick<
  InvocationRecord,
  | 'outboundCalls'
  | 'invariantChecks'
  | 'fallbackCount'
  | 'breakerEvents'
  | 'eventItemCount'
  | 'returnedCount'
  | 'duplicateCount'
  | 'droppedCount'
  | 'gc'
  | 'lostLineCount'
>;

function countShared(counters: Counters, record: Shared): void {
  // Most lines have none of these lists, and every request passes here.
  if (record.outboundCalls !== undefined) for (const calls of record.outboundCalls) countCalls(counters, calls);
  if (record.invariantChecks !== undefined) countChecks(counters, record.invariantChecks);
  if (record.breakerEvents !== undefined)
    for (const { name, event, eventCount } of record.breakerEvents) addNamed(counters.breakerEvents, `${name}\u0000${event}`, eventCount);
  counters.fallbackCount += record.fallbackCount ?? 0;
  counters.receivedCount += record.eventItemCount ?? 0;
  counters.returnedCount += record.returnedCount ?? 0;
  counters.duplicateCount += record.duplicateCount ?? 0;
  counters.droppedCount += record.droppedCount ?? 0;
  counters.gcCount += record.gc?.count ?? 0;
  counters.gcMs += addable(record.gc?.totalMs ?? 0);
  counters.lostLineCount += record.lostLineCount ?? 0;
}

function countChecks(counters: Counters, checks: NonNullable<Shared['invariantChecks']>): void {
  for (const { name, passedCount, failedCount } of checks) {
    const check = entryOf(counters.checks, name, () => ({ passedCount: 0, failedCount: 0 }));
    check.passedCount += passedCount;
    check.failedCount += failedCount;
  }
}

function countCalls(counters: Counters, calls: OutboundCalls): void {
  const peer = entryOf(counters.peers, calls.service, emptyPeer);
  peer.callCount += calls.callCount;
  peer.totalMs += addable(calls.totalMs);
  peer.errorCount += calls.errorCount ?? 0;
  peer.retryCount += calls.retryCount ?? 0;
  peer.sequentialCount += calls.sequentialCount ?? 0;
  peer.nearLimitCount += calls.nearTimeoutCount ?? 0;
  if (calls.timeout === 'set') peer.limitSetCount += calls.callCount;
  else if (calls.timeout === 'none') peer.limitNoneCount += calls.callCount;
  else peer.limitUnknownCount += calls.callCount;
}

/** Names come from the program: a program that makes them up must not fill the memory. */
const MOST_NAMES = 500;
const OTHERS = 'others';

export function entryOf<T>(map: Map<string, T>, name: string, make: () => T): T {
  const known = map.get(name);
  if (known !== undefined) return known;
  if (map.size >= MOST_NAMES && name !== OTHERS) return entryOf(map, OTHERS, make);
  const made = make();
  map.set(name, made);
  return made;
}

export function addNamed(map: Map<string, number>, name: string, by: number): void {
  const key = map.has(name) || map.size < MOST_NAMES ? name : OTHERS;
  map.set(key, (map.get(key) ?? 0) + by);
}
