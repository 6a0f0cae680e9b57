/**
 * Calls on plain connections, as the clients of databases make them: each write of a connection to the peer is a call.
 *
 * Connections that were open before the drill are hit like new ones, because a pool has opened its own long ago.
 */
import { Socket } from 'node:net';
import type { ArmedDrill } from '../armed-drill.ts';
import type { HurtCall } from '../hurt-call.ts';
import { changeReads, isPassing } from '../socket-hooks.ts';
import { soon } from '../timers.ts';

interface Inside {
  _writeGeneric(this: Socket, ...args: unknown[]): unknown;
  connect(this: Socket, ...args: unknown[]): Socket;
}

export function hurtTcpWrites(drill: ArmedDrill, fault: HurtCall): void {
  const prototype = Socket.prototype as unknown as Inside;

  drill.replace(
    'net.Socket.prototype._writeGeneric',
    prototype,
    '_writeGeneric',
    (original) =>
      function _writeGeneric(this: Socket, ...args) {
        if (drill.isActive() && !this.connecting && !isPassing(this)) {
          const hurt = drill.quietly('write', () => {
            const peers = peersOf(this);
            if (!peers || !drill.hitsCall({ protocol: 'tcp', peers })) return false;
            fault.hurt(this, { drill, peer: peers[0]!, protocol: 'tcp', whenOver: (over) => whenAnswered(this, over) });
            return Object.hasOwn(this, '_writeGeneric');
          });
          // The fault has put its own in front of this one.
          if (hurt) return Reflect.apply((this as unknown as Inside)._writeGeneric, this, args);
        }
        return Reflect.apply(original, this, args);
      },
  );

  if (!fault.error) return;
  drill.replace(
    'net.Socket.prototype.connect',
    prototype,
    'connect',
    (original) =>
      function connect(this: Socket, ...args) {
        const peers = drill.isActive() ? drill.quietly('connect', () => peersOfArguments(args)) : undefined;
        if (!peers || !drill.quietly('connect', () => drill.hitsCall({ protocol: 'tcp', peers })))
          return Reflect.apply(original, this, args);
        // Nobody is asked: the socket fails as if it had been refused.
        (this as { connecting: boolean }).connecting = true;
        soon(() => this.destroy(fault.error!(peers[0]!)));
        return this;
      },
  );
}

/** A query is over with the first bytes that come back. */
function whenAnswered(socket: Socket, over: () => void): void {
  let isOver = false;
  const once = () => {
    takeAway();
    socket.off('close', once);
    if (!isOver) over();
    isOver = true;
  };
  // A listener for `data` would set the stream flowing, which is the client's to decide.
  const takeAway = changeReads(socket, (chunk, handOn) => {
    once();
    return handOn(chunk);
  });
  socket.on('close', once);
}

/** Of a connection that this process made; one that it accepted belongs to a server. */
function peersOf(socket: Socket): string[] | undefined {
  const { remotePort, remoteAddress, server, _host: name } = socket as Socket & { server?: unknown; _host?: string | null };
  if (remotePort === undefined || remoteAddress === undefined || server) return undefined;
  return namesWithPort([name ?? '', remoteAddress.replace(/^::ffff:/, '')], remotePort);
}

function peersOfArguments(args: unknown[]): string[] | undefined {
  // `net.connect` hands over its arguments as one normalised list.
  const flat = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  const [first, second] = flat;
  if (typeof first === 'object' && first !== null) {
    const { host, port } = first as { host?: string; port?: number | string };
    return port === undefined ? undefined : namesWithPort([host ?? 'localhost'], Number(port));
  }
  const port = Number(first);
  return Number.isInteger(port) ? namesWithPort([typeof second === 'string' ? second : 'localhost'], port) : undefined;
}

function namesWithPort(hosts: readonly string[], port: number): string[] {
  const all = new Set(hosts.filter((host) => host !== ''));
  if (all.has('127.0.0.1') || all.has('::1')) all.add('localhost');
  if (all.has('localhost')) all.add('127.0.0.1');
  return [...[...all].map((host) => `${host}:${port}`), ...all];
}
