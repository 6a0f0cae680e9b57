/** Status 200 and another body: the failure that no status tells of. The peer is not asked. */
import type { HurtCall } from '../hurt-call.ts';
import { answerInstead, loseWrites } from '../socket-hooks.ts';
import { soon } from '../timers.ts';

export function wrongBody({ body, contentType }: { readonly body: string; readonly contentType: string }): HurtCall {
  // A content type is one line; a scenario that smuggles a header is not ours to send.
  const type = contentType.replace(/[^\x20-\x7e]/g, '');
  const head = `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
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
