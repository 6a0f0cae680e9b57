/** The request leaves late: the caller's own time limits run meanwhile, as they do when a peer is slow. */
import type { ArmedDrill } from '../armed-drill.ts';
import type { HurtCall } from '../hurt-call.ts';
import { holdWrites } from '../socket-hooks.ts';
import { later } from '../timers.ts';

export function latency(drill: ArmedDrill, { delayMs }: { readonly delayMs: number }): HurtCall {
  return {
    hurt(socket) {
      holdWrites(socket, (open) => {
        let isOpen = false;
        const once = () => {
          if (isOpen) return;
          isOpen = true;
          forget();
          open();
        };
        // Who still waits at the end of the drill waits no longer.
        const forget = drill.atEnd(once);
        later(once, delayMs);
      });
    },
  };
}
