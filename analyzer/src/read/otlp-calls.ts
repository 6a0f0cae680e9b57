/**
 * Client spans that wait for the request on whose behalf they were made.
 *
 * A call ends before its request does, so its span is mostly sent first, often in an earlier batch. It is held under its trace
 * until the request's span comes; the number of held calls is bounded, and what is given up is counted.
 */
import { milliseconds, type OutboundCalls } from '@nightlight/agent/record';
import { type OtlpSpan, placeOf } from './otlp-span.ts';
import { shortName } from './short-name.ts';

/** Used again for another call, once its own was taken. */
interface HeldCall {
  stream: number;
  startMs: number;
  endMs: number;
  failed: boolean;
  service: string;
  /** The right half of the trace's id. Words are signed here: so the engine keeps them without an object for each. */
  trace2: number;
  trace3: number;
  /** Of the span, and of its parent: a call inside another is the same call, seen by a second library. */
  span0: number;
  span1: number;
  parent0: number;
  parent1: number;
  place: number;
  /** Of the same trace. Not a list: one that is emptied gives its room away. */
  next: HeldCall | undefined;
  /** Of the first call of a trace: the last one. */
  last: HeldCall | undefined;
}

interface Caller {
  readonly stream: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly trace2: number;
  readonly trace3: number;
}

export class HeldCalls {
  /** The first call of each trace; the others of it hang behind. */
  readonly #byTrace = new Map<number, HeldCall>();
  readonly #spare: HeldCall[] = [];
  /** Used again for each request: the calls that are its own. */
  readonly #own: HeldCall[] = [];
  readonly #giveUp: (found: string, place: number) => void;
  #count = 0;
  /** The peer that was named last, and as it is kept. */
  #lastNamed = '';
  #lastService = '';

  /** @param giveUp  told of each call that leads to no request */
  constructor(giveUp: (found: string, place: number) => void) {
    this.#giveUp = giveUp;
  }

  hold(stream: number, span: OtlpSpan, place: number): void {
    const key = keyOf(span.trace2, span.trace3);
    const call = this.#spare.pop() ?? noCall();
    call.stream = stream;
    call.startMs = span.startMs;
    call.endMs = span.endMs;
    call.failed = span.failed;
    const named = serviceOf(span);
    if (named !== this.#lastNamed) {
      this.#lastNamed = named;
      this.#lastService = shortName(named);
    }
    call.service = this.#lastService;
    call.trace2 = span.trace2 | 0;
    call.trace3 = span.trace3 | 0;
    call.span0 = span.span0 | 0;
    call.span1 = span.span1 | 0;
    call.parent0 = span.parent0 | 0;
    call.parent1 = span.parent1 | 0;
    call.place = place;
    call.next = undefined;
    call.last = call;
    const first = this.#byTrace.get(key);
    if (first === undefined) this.#byTrace.set(key, call);
    else {
      first.last!.next = call;
      first.last = call;
    }
    if (++this.#count > MOST_HELD) this.#giveUpOldest();
  }

  /** The calls that began while the caller worked, by peer; undefined when there are none. */
  take(caller: Caller): OutboundCalls[] | undefined {
    const key = keyOf(caller.trace2, caller.trace3);
    const held = this.#byTrace.get(key);
    if (held === undefined) return undefined;
    const trace2 = caller.trace2 | 0;
    const trace3 = caller.trace3 | 0;
    const own = this.#own;
    let ownCount = 0;
    let first: HeldCall | undefined;
    let last: HeldCall | undefined;
    for (let call: HeldCall | undefined = held; call !== undefined; call = call.next) {
      const isOwn =
        call.trace3 === trace3 &&
        call.trace2 === trace2 &&
        call.stream === caller.stream &&
        call.startMs >= caller.startMs &&
        call.startMs <= caller.endMs;
      if (isOwn) own[ownCount++] = call;
      else {
        if (last === undefined) first = call;
        else last.next = call;
        last = call;
      }
    }
    if (ownCount === 0) return undefined;
    this.#count -= ownCount;
    if (first === undefined || last === undefined) this.#byTrace.delete(key);
    else {
      last.next = undefined;
      first.last = last;
      this.#byTrace.set(key, first);
    }
    const peers = this.#byPeer(own, ownCount);
    // Nobody knows them any more.
    for (let i = 0; i < ownCount && this.#spare.length < MOST_SPARE; i++) {
      const call = own[i]!;
      call.next = undefined;
      call.last = undefined;
      this.#spare.push(call);
    }
    if (own.length > MOST_SPARE) own.length = 0;
    return peers;
  }

  end(): void {
    while (this.#byTrace.size > 0) this.#giveUpOldest();
  }

  #byPeer(calls: HeldCall[], count: number): OutboundCalls[] {
    inOrder(calls, count);
    let peers: Peer[] | undefined;
    const spans = count > FEW ? new Set(calls.slice(0, count).map((call) => `${call.span0} ${call.span1}`)) : undefined;
    for (let i = 0; i < count; i++) {
      const call = calls[i]!;
      if (spans === undefined ? isInner(call, calls, count) : spans.has(`${call.parent0} ${call.parent1}`))
        this.#giveUp('client span inside another', call.place);
      else if (peers === undefined) {
        // Most requests call one peer: a list of one takes a fifth of the room of one that grew.
        lastEnds[0] = call.endMs;
        peers = [peerOf(call)];
      } else addCall(peers, call);
    }
    return peers ?? [];
  }

  #giveUpOldest(): void {
    const oldest = this.#byTrace.entries().next().value;
    if (oldest === undefined) return;
    this.#byTrace.delete(oldest[0]);
    for (let call: HeldCall | undefined = oldest[1]; call !== undefined; call = call.next) {
      this.#count--;
      this.#giveUp('client span whose request was not seen', call.place);
    }
  }
}

function noCall(): HeldCall {
  return {
    stream: 0,
    startMs: 0.5,
    endMs: 0.5,
    failed: false,
    service: '',
    trace2: 0,
    trace3: 0,
    span0: 0,
    span1: 0,
    parent0: 0,
    parent1: 0,
    place: 0,
    next: undefined,
    last: undefined,
  };
}

/** What is told of a peer, and when its last call ended. */
interface Peer extends OutboundCalls {
  callCount: number;
  totalMs: OutboundCalls['totalMs'];
  errorCount: number;
  sequentialCount: number;
}

function lengthOf({ startMs, endMs }: HeldCall): OutboundCalls['totalMs'] {
  return milliseconds(Math.round((endMs - startMs) * 1e3) / 1e3);
}

function peerOf(call: HeldCall): Peer {
  return { service: call.service, callCount: 1, totalMs: lengthOf(call), errorCount: call.failed ? 1 : 0, sequentialCount: 0 };
}

function addCall(peers: Peer[], call: HeldCall): void {
  const { service, startMs, endMs, failed } = call;
  for (let i = 0; i < peers.length; i++) {
    const peer = peers[i]!;
    if (peer.service !== service) continue;
    peer.callCount++;
    peer.totalMs = milliseconds(peer.totalMs + lengthOf(call));
    if (failed) peer.errorCount++;
    if (startMs >= lastEnds[i]!) peer.sequentialCount++;
    if (endMs > lastEnds[i]!) lastEnds[i] = endMs;
    return;
  }
  lastEnds[peers.length] = endMs;
  peers.push(peerOf(call));
}

/** By the place of their peer, of the work that is being added up. */
const lastEnds: number[] = [];

function isInner(call: HeldCall, calls: readonly HeldCall[], count: number): boolean {
  const { parent0, parent1 } = call;
  if ((parent0 | parent1) === 0) return false;
  for (let i = 0; i < count; i++) if (calls[i]!.span1 === parent1 && calls[i]!.span0 === parent0) return true;
  return false;
}

/** By start; calls of a request are few, and mostly in order already. */
function inOrder(calls: HeldCall[], count: number): void {
  if (count > FEW) {
    const sorted = calls.slice(0, count).sort((left, right) => left.startMs - right.startMs);
    for (let i = 0; i < count; i++) calls[i] = sorted[i]!;
    return;
  }
  for (let i = 1; i < count; i++) {
    const call = calls[i]!;
    let at = i;
    for (; at > 0 && calls[at - 1]!.startMs > call.startMs; at--) calls[at] = calls[at - 1]!;
    calls[at] = call;
  }
}

/** The peer as a person would name it. */
function serviceOf(span: OtlpSpan): string {
  const named = span.told(PLACE.peerService);
  if (named !== undefined) return named;
  const rpc = span.told(PLACE.rpcService);
  if (rpc !== undefined && span.told(PLACE.rpcSystem) === 'aws-api') return rpc.toLowerCase();
  return (
    span.told(PLACE.serverAddress, PLACE.netPeerName, PLACE.httpHost) ??
    span.told(PLACE.messagingDestinationName, PLACE.messagingDestination, PLACE.messagingSystem) ??
    span.told(PLACE.dbSystemName, PLACE.dbSystem) ??
    rpc ??
    '(unnamed peer)'
  );
}

const PLACE = {
  dbSystem: placeOf('db.system'),
  dbSystemName: placeOf('db.system.name'),
  httpHost: placeOf('http.host'),
  messagingDestination: placeOf('messaging.destination'),
  messagingDestinationName: placeOf('messaging.destination.name'),
  messagingSystem: placeOf('messaging.system'),
  netPeerName: placeOf('net.peer.name'),
  peerService: placeOf('peer.service'),
  rpcService: placeOf('rpc.service'),
  rpcSystem: placeOf('rpc.system'),
  serverAddress: placeOf('server.address'),
} as const;

/**
 * Traces that share a list; which call is whose is told by the words themselves. The right half of a trace's id, because some
 * systems put the time at the left.
 */
function keyOf(trace2: number, trace3: number): number {
  return (Math.imul(trace2, 0x9e3779b1) ^ trace3) | 0;
}

/** So many calls are looked through one by one faster than a set of them is made. */
const FEW = 32;
/** As many as a few requests hold between a call and its request. */
const MOST_SPARE = 2_048;
/** About 5 MB. */
const MOST_HELD = 20_000;
