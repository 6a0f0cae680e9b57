/**
 * How many connections this process holds open, for each peer.
 *
 * A pool that is never closed, or that grows with each invocation, shows here whatever driver owns it. A connection counts
 * from its `connect` to its `close`; one that is refused never does.
 *
 * Since Node 22 every socket that connects is told of, whoever made it. Node 20 tells only of those from `net.connect()`;
 * there, sockets made by hand (as `pg` does) are found among what keeps the process alive whenever the numbers are read,
 * and those of `tls.connect()` (`https`, databases whose driver begins with TLS) are not seen at all.
 *
 * No socket is held here, only numbers; what we attach to a socket goes with it.
 */
import { type ChannelListener, subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { Agent } from '../agent.ts';
import type { LiveSockets } from '../record/live-sockets.ts';
import { boundedRow } from './bounded-rows.ts';
import type { NameOf } from './peer-name.ts';

export interface SocketWatch {
  /** What is open now, most first; peers whose connections are all closed stay in it with 0. */
  liveSockets(): LiveSockets[];
  /** The listener of the channel, for an event that came before anybody subscribed. */
  readonly listeners: Record<string, ChannelListener>;
}

export function watchSockets(agent: Agent, nameOf: NameOf): SocketWatch {
  const rows = new Map<string, Row>();
  const counted = new WeakSet<Client>();

  const count = (socket: Client) => {
    if (counted.has(socket) || isOurs(agent, socket)) return;
    counted.add(socket);
    const row = boundedRow(rows, nameOf(hostOf(socket), socket.remotePort), createRow);
    row.liveCount++;
    row.openedCount++;
    socket.once('close', () => {
      row.liveCount--;
      // It can be connected again.
      counted.delete(socket);
    });
  };

  const hear: ChannelListener = (message) =>
    agent.quietly(CHANNEL, () => {
      const { socket } = message as { socket: Client };
      socket.once('connect', () => agent.quietly('connect', () => count(socket)));
    });
  subscribe(CHANNEL, hear);

  return {
    liveSockets() {
      unheardSockets(agent).forEach(count);
      return [...rows.values()].map((row) => ({ ...row })).sort((a, b) => b.liveCount - a.liveCount);
    },
    listeners: { [CHANNEL]: hear },
  };
}

const CHANNEL = 'net.client.socket';

type Client = Socket & { readonly _host?: string | null; readonly server?: unknown };
type Row = { -readonly [Member in keyof LiveSockets]-?: NonNullable<LiveSockets[Member]> };

const createRow = (service: string): Row => ({ service, liveCount: 0, openedCount: 0 });

/** Connections that no channel told of: on Node 20 those of `new Socket().connect()`. The list is not documented, but Node 20 has it. */
export function unheardSockets(agent: Agent): Client[] {
  if (process.version >= 'v22') return [];
  const handles = (process as { readonly _getActiveHandles?: () => Client[] })._getActiveHandles?.() ?? [];
  // Accepted sockets know their server; pipes and terminals have no remote port.
  return handles.filter((handle) => handle.remotePort && !handle.server && !isOurs(agent, handle));
}

const isOurs = ({ ownPeers }: Agent, socket: Client): boolean => ownPeers.has(`${hostOf(socket)}:${socket.remotePort}`);

/** Only once it is connected the peer is known on every line of Node; a socket in the file system has no address. */
const hostOf = (socket: Client): string => socket._host || socket.remoteAddress || 'unix';
