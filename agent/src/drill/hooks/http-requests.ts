/**
 * Calls made with `http` and `https`, at the moment in which a request is given its connection.
 *
 * That is one function for all of them, however the program came by `request`: destructured, imported, through a client of its
 * own or an agent with connections kept open.
 */
import { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { ArmedDrill } from '../armed-drill.ts';
import type { HurtCall } from '../hurt-call.ts';

interface WithOnSocket {
  onSocket(this: ClientRequest, socket: Socket, error?: Error): void;
}

export function hurtHttpRequests(drill: ArmedDrill, fault: HurtCall): void {
  drill.replace(
    'http.ClientRequest.prototype.onSocket',
    ClientRequest.prototype as unknown as WithOnSocket,
    'onSocket',
    (original) =>
      function onSocket(this: ClientRequest, ...args) {
        const [socket, error] = args;
        if (!error && socket && drill.isActive()) {
          drill.quietly('request', () => {
            const peer = peerOf(this);
            if (this.method === 'CONNECT' || !drill.hitsCall({ protocol: 'http', peers: namesOf(peer, this.protocol), path: this.path }))
              return;
            fault.hurt(socket, { drill, peer, protocol: 'http', whenOver: (over) => void this.once('close', over) });
          });
        }
        return Reflect.apply(original, this, args);
      },
  );
}

const peerOf = (request: ClientRequest): string => `${request.getHeader('host') ?? request.host}`;

/** With the port and without it, whichever way the token names it. */
export function namesOf(peer: string, protocol: string): string[] {
  const host = peer.replace(/:\d+$/, '');
  return host === peer ? [host, `${host}:${protocol === 'https:' ? 443 : 80}`] : [peer, host];
}
