/** One call to each peer at a time, as with a pool of one connection: the others wait before their first byte. */
import type { ArmedDrill } from '../armed-drill.ts';
import type { HurtCall } from '../hurt-call.ts';
import { holdWrites } from '../socket-hooks.ts';

export function smallPool(drill: ArmedDrill): HurtCall {
  const queues = new Map<string, { busy: boolean; readonly waiting: (() => void)[] }>();
  drill.atEnd(() => {
    for (const { waiting } of queues.values()) for (const go of waiting.splice(0)) go();
  });
  return {
    hurt(socket, call) {
      const queue = queues.get(call.peer) ?? { busy: false, waiting: [] };
      queues.set(call.peer, queue);
      const next = () => {
        const go = queue.waiting.shift();
        queue.busy = go !== undefined;
        go?.();
      };
      let hasTurn = !queue.busy;
      let isOver = false;
      call.whenOver(() => {
        isOver = true;
        if (hasTurn) next();
      });
      if (hasTurn) {
        queue.busy = true;
        return;
      }
      holdWrites(socket, (open) => {
        queue.waiting.push(() => {
          // Who gave up while waiting passes the turn on.
          if (isOver || socket.destroyed) return next();
          hasTurn = true;
          open();
        });
      });
    },
  };
}
