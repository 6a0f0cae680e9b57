/** The answer begins well and ends after so many bytes of its body, with the connection closed in the middle. */
import type { HurtCall } from '../hurt-call.ts';
import { changeReads } from '../socket-hooks.ts';
import { soon } from '../timers.ts';

export function truncatedBody({ keptBytes }: { readonly keptBytes: number }): HurtCall {
  return {
    hurt(socket) {
      let head = Buffer.alloc(0);
      let bodyBytes = -1;
      let isCut = false;
      changeReads(socket, (chunk, handOn) => {
        if (isCut) return true;
        if (chunk === null) return handOn(null);
        let body = chunk;
        if (bodyBytes < 0) {
          head = Buffer.concat([head, chunk]);
          const end = head.indexOf('\r\n\r\n');
          if (end < 0) return true;
          bodyBytes = 0;
          body = head.subarray(end + 4);
          handOn(head.subarray(0, end + 4));
        }
        // Never the whole of what arrived: a short answer is cut too.
        const kept = body.subarray(0, Math.min(keptBytes - bodyBytes, Math.max(0, body.length - 1)));
        if (kept.length > 0) handOn(kept);
        bodyBytes += kept.length;
        if (body.length === 0) return true;
        isCut = true;
        soon(() => socket.destroy());
        return true;
      });
    },
  };
}
