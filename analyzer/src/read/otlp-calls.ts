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
}

interface Caller {
  readonly stream: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly trace2: number;
  readonly trace3: number;
}

export class HeldCalls {
  readonly #byTrace = new Map<number, HeldCall[]>();
  readonly #spareCalls: HeldCall[] = [];
  readonly #spareLists: HeldCall[][] = [];
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
    const call = this.#spareCalls.pop() ?? noCall();
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
    let held = this.#byTrace.get(key);
    if (held === undefined) {
      held = this.#spareLists.pop() ?? [];
      this.#byTrace.set(key, held);
    }
    held.push(call);
    if (++this.#count > MOST_HELD) this.#giveUpOldest();
  }

  /** The calls that began while the caller worked, by peer; undefined when there are none. */
  take(caller: Caller): OutboundCalls[] | undefined {
    const key = keyOf(caller.trace2, caller.trace3);
    const held = this.#byTrace.get(key);
    if (held === undefined) return undefined;
    const trace2 = caller.trace2 | 0;
    const trace3 = caller.trace3 | 0;
    let own = 0;
    for (let i = 0; i < held.length; i++) {
      const call = held[i]!;
      if (call.trace3 !== trace3 || call.trace2 !== trace2 || call.stream !== caller.stream) continue;
      if (!(call.startMs >= caller.startMs && call.startMs <= caller.endMs)) continue;
      // Own calls are gathered in front, the others keep what is left of the list.
      held[i] = held[own]!;
      held[own++] = call;
    }
    if (own === 0) return undefined;
    this.#count -= own;
    if (own === held.length) {
      this.#byTrace.delete(key);
      const peers = this.#byPeer(held);
      this.#giveBack(held);
      return peers;
    }
    const taken = held.splice(0, own);
    const peers = this.#byPeer(taken);
    this.#giveBack(taken);
    return peers;
  }

  /** Nobody knows them any more. */
  #giveBack(calls: HeldCall[]): void {
    for (let i = 0; i < calls.length && this.#spareCalls.length < MOST_SPARE; i++) this.#spareCalls.push(calls[i]!);
    calls.length = 0;
    if (this.#spareLists.length < MOST_SPARE) this.#spareLists.push(calls);
  }

  end(): void {
    while (this.#byTrace.size > 0) this.#giveUpOldest();
  }

  #byPeer(calls: HeldCall[]): OutboundCalls[] {
    inOrder(calls);
    let peers: Peer[] | undefined;
    const spans = calls.length > FEW ? new Set(calls.map((call) => `${call.span0} ${call.span1}`)) : undefined;
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i]!;
      if (spans === undefined ? isInner(call, calls) : spans.has(`${call.parent0} ${call.parent1}`))
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
    this.#count -= oldest[1].length;
    for (const { place } of oldest[1]) this.#giveUp('client span whose request was not seen', place);
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

function isInner(call: HeldCall, calls: readonly HeldCall[]): boolean {
  const { parent0, parent1 } = call;
  if ((parent0 | parent1) === 0) return false;
  for (let i = 0; i < calls.length; i++) if (calls[i]!.span1 === parent1 && calls[i]!.span0 === parent0) return true;
  return false;
}

/** By start; calls of a request are few, and mostly in order already. */
function inOrder(calls: HeldCall[]): void {
  if (calls.length > FEW) {
    calls.sort((left, right) => left.startMs - right.startMs);
    return;
  }
  for (let i = 1; i < calls.length; i++) {
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
