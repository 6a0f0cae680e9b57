/** The peer takes the connection and never answers; what waits at the end of the drill is let go with a reset. */
import type { ArmedDrill } from '../armed-drill.ts';
import type { HurtCall } from '../hurt-call.ts';
import { loseWrites, networkError } from '../socket-hooks.ts';

export function blackHole(drill: ArmedDrill): HurtCall {
  return {
    hurt(socket) {
      loseWrites(socket);
      const forget = drill.atEnd(() => socket.destroy(networkError('ECONNRESET', 'read', '')));
      socket.once('close', forget);
    },
  };
}
