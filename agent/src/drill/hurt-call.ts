/** What a fault does to one call, given the connection that carries it. */
import type { Socket } from 'node:net';
import type { ArmedDrill } from './armed-drill.ts';

export interface HurtCall {
  /** Told before the request is written; from here to the end of the call the socket carries this call only. */
  hurt(socket: Socket, call: CallInHand): void;
  /** The connection is of no use, so that none need be made. */
  readonly error?: (peer: string) => Error;
}

export interface CallInHand {
  readonly drill: ArmedDrill;
  /** `host:port` */
  readonly peer: string;
  readonly protocol: 'http' | 'tcp';
  /** Told when the call is over. */
  whenOver(over: () => void): void;
}
