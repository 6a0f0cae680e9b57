/** The request is sent, and the connection breaks instead of an answer: whether it was handled, nobody can tell. */
import type { HurtCall } from '../hurt-call.ts';
import { changeReads, networkError } from '../socket-hooks.ts';
import { soon } from '../timers.ts';

export function reset(): HurtCall {
  return {
    hurt(socket) {
      changeReads(socket, () => {
        soon(() => socket.destroy(networkError('ECONNRESET', 'read', '')));
        return true;
      });
    },
  };
}
