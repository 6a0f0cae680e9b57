/** The call fails before anything is sent: with an error of the network, or with a status that the peer never gave. */
import type { HurtCall } from '../hurt-call.ts';
import { answerInstead, loseWrites, networkError } from '../socket-hooks.ts';
import { soon } from '../timers.ts';

export function refused({ code = 'ECONNREFUSED', status }: { readonly code?: string; readonly status?: number }): HurtCall {
  if (status !== undefined) {
    const body = '{"error":"unavailable"}';
    const head = `HTTP/1.1 ${status} Drill\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
    return {
      hurt(socket) {
        let answered = false;
        loseWrites(socket, () => {
          if (answered) return;
          answered = true;
          soon(() => socket.destroyed || answerInstead(socket, Buffer.from(head + body)));
        });
      },
    };
  }
  const error = (peer: string) => networkError(code, code === 'ECONNRESET' ? 'read' : 'connect', peer);
  return { error, hurt: (socket, { peer }) => soon(() => socket.destroy(error(peer))) };
}
