/**
 * Connections that never keep a process alive, for our own requests.
 *
 * A script that has done its work ends although a collector is slow; a Lambda handler whose answer waits for an empty
 * event loop is not held up. Two things would still hold the loop: a socket that Node takes up again for reuse (it is
 * ref'd then, and let go again here), and a connection being made, which the system cannot let go of; that is bounded.
 */
import type { Agent as HttpAgent } from 'node:http';
import type { Socket } from 'node:net';

/** @param protocol  `http:` or `https:`. The modules are taken only now: TLS alone would cost the start of a function dearly. */
export function createUnheldAgent(protocol: string): HttpAgent {
  const name = protocol === 'https:' ? 'node:https' : 'node:http';
  const { Agent } = process.getBuiltinModule(name) as Pick<typeof import('node:http'), 'Agent'>;
  const made = new Agent({ keepAlive: true, maxSockets: 1 });
  const agent = made as unknown as Hooks;
  const connect = agent.createConnection;
  agent.createConnection = (...given) => {
    const socket = connect.apply(agent, given);
    socket.unref();
    const patience = setTimeout(() => socket.connecting && socket.destroy(new Error('connecting took too long')), CONNECT_MS);
    patience.unref();
    return socket;
  };
  const reuse = agent.reuseSocket;
  agent.reuseSocket = (socket, request) => {
    reuse.call(agent, socket, request);
    socket.unref();
  };
  return made;
}

/** Hooks of an agent, as they are called; Node's types are wider in the sockets. */
interface Hooks {
  createConnection(...given: unknown[]): Socket;
  reuseSocket(socket: Socket, request: unknown): void;
}

/** A collector is near; who needs longer for one round trip is not there. */
const CONNECT_MS = 1000;
