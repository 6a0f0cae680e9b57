/**
 * Client spans that wait for the request on whose behalf they were made.
 *
 * A call ends before its request does, so its span is mostly sent first, often in an earlier batch. It is held under its trace
 * until the request's span comes; the number of held calls is bounded, and what is given up is counted.
 */
import { milliseconds, type OutboundCalls } from '@nightlight/agent/record';
import type { OtlpSpan } from './otlp-span.ts';

export interface HeldCall {
  readonly stream: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly service: string;
  /** Of the span, and of its parent: a call inside another is the same call, seen by a second library. */
  readonly span: number;
  readonly parent: number;
  readonly place: number;
}

interface Caller {
  readonly stream: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly trace0: number;
  readonly trace1: number;
}

export class HeldCalls {
  readonly #byTrace = new Map<number, HeldCall[]>();
  readonly #giveUp: (found: string, place: number) => void;
  #count = 0;

  /** @param giveUp  told of each call that leads to no request */
  constructor(giveUp: (found: string, place: number) => void) {
    this.#giveUp = giveUp;
  }

  hold(stream: number, span: OtlpSpan, place: number): void {
    const key = keyOf(span.trace0, span.trace1);
    const call: HeldCall = {
      stream,
      startMs: span.startMs,
      endMs: span.endMs,
      failed: span.failed,
      service: serviceOf(span),
      span: keyOf(span.span0, span.span1),
      parent: keyOf(span.parent0, span.parent1),
      place,
    };
    const held = this.#byTrace.get(key);
    if (held === undefined) this.#byTrace.set(key, [call]);
    else held.push(call);
    if (++this.#count > MOST_HELD) this.#giveUpOldest();
  }

  /** The calls that began while the caller worked, by peer; undefined when there are none. */
  take(caller: Caller): OutboundCalls[] | undefined {
    const key = keyOf(caller.trace0, caller.trace1);
    const held = this.#byTrace.get(key);
    if (held === undefined) return undefined;
    const isOurs = (call: HeldCall) => call.stream === caller.stream && call.startMs >= caller.startMs && call.startMs <= caller.endMs;
    const own = held.every(isOurs) ? held : held.filter(isOurs);
    if (own === held) this.#byTrace.delete(key);
    else if (own.length > 0)
      this.#byTrace.set(
        key,
        held.filter((call) => !isOurs(call)),
      );
    this.#count -= own.length;
    if (own.length === 0) return undefined;
    return byPeer(own.length === 1 ? own : this.#outermost(own));
  }

  end(): void {
    while (this.#byTrace.size > 0) this.#giveUpOldest();
  }

  #outermost(calls: HeldCall[]): HeldCall[] {
    const spans = new Set(calls.map((call) => call.span));
    return calls.filter((call) => {
      const isInner = spans.has(call.parent);
      if (isInner) this.#giveUp('client span inside another', call.place);
      return !isInner;
    });
  }

  #giveUpOldest(): void {
    const oldest = this.#byTrace.entries().next().value;
    if (oldest === undefined) return;
    this.#byTrace.delete(oldest[0]);
    this.#count -= oldest[1].length;
    for (const { place } of oldest[1]) this.#giveUp('client span whose request was not seen', place);
  }
}

function byPeer(calls: HeldCall[]): OutboundCalls[] {
  calls.sort((left, right) => left.startMs - right.startMs);
  const peers: Peer[] = [];
  for (const { service, startMs, endMs, failed } of calls) {
    let peer = peers.find((one) => one.service === service);
    if (peer === undefined) {
      peer = { service, callCount: 0, totalMs: 0, errorCount: 0, sequentialCount: 0, lastEndMs: Number.POSITIVE_INFINITY };
      peers.push(peer);
    }
    peer.callCount++;
    peer.totalMs += endMs - startMs;
    if (failed) peer.errorCount++;
    if (startMs >= peer.lastEndMs) peer.sequentialCount++;
    peer.lastEndMs = peer.callCount === 1 ? endMs : Math.max(peer.lastEndMs, endMs);
  }
  return peers.map(({ service, callCount, totalMs, errorCount, sequentialCount }) => ({
    service,
    callCount,
    totalMs: milliseconds(Math.round(totalMs * 1e3) / 1e3),
    errorCount,
    sequentialCount,
  }));
}

interface Peer {
  readonly service: string;
  callCount: number;
  totalMs: number;
  errorCount: number;
  sequentialCount: number;
  lastEndMs: number;
}

/** The peer as a person would name it. */
function serviceOf(span: OtlpSpan): string {
  const named = span.told('peer.service');
  if (named !== undefined) return named;
  const rpc = span.told('rpc.service');
  if (rpc !== undefined && span.told('rpc.system') === 'aws-api') return rpc.toLowerCase();
  return (
    span.told('server.address', 'net.peer.name', 'http.host') ??
    span.told('messaging.destination.name', 'messaging.destination', 'messaging.system') ??
    span.told('db.system.name', 'db.system') ??
    rpc ??
    '(unnamed peer)'
  );
}

/** 53 of 64 bits: among ten thousand live traces two are mistaken for each other once in a hundred million. */
function keyOf(high: number, low: number): number {
  return (high & 0x1f_ffff) * 4_294_967_296 + low;
}

/** About 5 MB. */
const MOST_HELD = 20_000;
