/** Writes every record as a line, at once: to a file, or where the agent's lines go. */
import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import type { Agent } from '../../agent/src/agent.ts';
import type { Sink } from '../../agent/src/emit/sink.ts';
import { encodeInvocation, encodeWindow, epochMilliseconds, milliseconds } from '../../agent/src/record/index.ts';
import type { OutboundCalls } from '../../agent/src/record/outbound-calls.ts';

export function openPlainSink(agent: Agent, sandbox: { readonly sandboxId: string }): Sink {
  const file = /^file:(.+)$/.exec(agent.settings.sink)?.[1];
  let lost = 0;
  const line = (text: string) => {
    if (file === undefined) {
      agent.writeLine(text);
      return;
    }
    try {
      appendFileSync(file, `${text}\n`);
    } catch {
      lost++;
    }
  };
  return {
    work(finished, calls) {
      line(
        encodeInvocation({
          kind: 'invocation',
          requestId: finished.work.id,
          sandboxId: sandbox.sandboxId,
          threadId: threadId || undefined,
          traceId: finished.traceId,
          startedAtEpochMs: epochMilliseconds(Math.round(finished.startedAtEpochMs)),
          route: finished.route,
          invocationNumber: finished.number,
          durationMs: milliseconds(finished.durationMs),
          failed: finished.failed,
          errorType: finished.errorType,
          drillId: finished.work.drillId,
          outboundCalls: calls.map(
            (call): OutboundCalls => ({
              service: call.service,
              callCount: 1,
              totalMs: milliseconds((call.endedMs >= 0 ? call.endedMs : performance.now()) - call.startedMs),
            }),
          ),
        }),
      );
    },
    window: (record) => line(encodeWindow(record)),
    line,
    flush: async () => {},
    flushSync() {},
    takeLost() {
      const taken = lost;
      lost = 0;
      return taken;
    },
  };
}
