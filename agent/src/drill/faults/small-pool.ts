/** One call to each peer at a time, as with a pool of one connection: the others wait before their first byte. */
import type { Socket } from 'node:net';
import type { ArmedDrill } from '../armed-drill.ts';
import type { HurtCall } from '../hurt-call.ts';
import { holdWrites } from '../socket-hooks.ts';

export function smallPool(drill: ArmedDrill): HurtCall {
  const queues = new Map<string, Queue>();
  drill.atEnd(() => {
    for (const { waiting } of queues.values()) for (const go of waiting.splice(0)) go();
  });
  return {
    hurt(socket, call) {
      const queue: Queue = queues.get(call.peer) ?? { holder: undefined, waiting: [] };
      queues.set(call.peer, queue);
      // What a connection sends before its answer came belongs to the same conversation.
      if (queue.holder === socket) return;
      const next = () => {
        queue.holder = undefined;
        queue.waiting.shift()?.();
      };
      let isOver = false;
      call.whenOver(() => {
        isOver = true;
        if (queue.holder === socket) next();
      });
      if (!queue.holder) {
        queue.holder = socket;
        return;
      }
      holdWrites(socket, (open) => {
        queue.waiting.push(() => {
          // Who gave up while waiting passes the turn on.
          if (socket.destroyed) return next();
          queue.holder = socket;
          open();
          if (isOver) next();
        });
      });
    },
  };
}

interface Queue {
  /** Whose turn it is. */
  holder: Socket | undefined;
  readonly waiting: (() => void)[];
}
