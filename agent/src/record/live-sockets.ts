/**
 * Connections that a process holds open to one peer.
 *
 * A pool that saturates or never closes shows here without any knowledge of the driver that owns it.
 */
import { type Codec, columns, count, text } from './codec.ts';

export interface LiveSockets {
  /** The peer as in the outbound calls, with its port where that is not the protocol's own. */
  readonly service: string;
  /** Open now. */
  readonly liveCount: number;
  /** Opened since the process began. */
  readonly openedCount?: number | undefined;
}

export const liveSockets: Codec<LiveSockets> = columns<LiveSockets>({ service: text, liveCount: count, openedCount: count }, [
  'service',
  'liveCount',
]);
