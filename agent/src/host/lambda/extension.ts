/**
 * Spans leave a function after its response, not before it: an extension inside of the runtime's own process.
 *
 * Lambda waits with the next invocation (and with the freeze) until the runtime and every extension that registered for
 * INVOKE have asked for the next event. So ours asks only when the spans of this invocation have left, or a short cap is
 * over. Registered for nothing (`shutdown`), it only makes Lambda send SIGTERM and wait up to 500 ms before the end.
 *
 * Before the first event only the registration is done, because init waits for it; what makes and sends spans
 * (`span-flush.ts`) is loaded once the runtime client has asked for that event, or with it.
 *
 * What must never happen is that the environment stays busy because of us: whoever's end we do not hear of is not waited
 * for, and nothing here keeps the event loop alive, for a callback handler answers only once it is empty.
 *
 * Source: AWS Lambda Developer Guide, "Lambda execution environment lifecycle"; the rules for internal extensions as the
 * Runtime Interface Emulator implements them (aws/aws-lambda-runtime-interface-emulator, `agentregister.go`).
 */
import type { Agent } from '../../agent.ts';
import { mayHaveSignal } from '../../emit/otlp-settings.ts';
import { openExtensionsApi } from './extensions-api.ts';
import type { openSpanFlush, SpanFlush } from './span-flush.ts';

export interface Extension {
  /**
   * Settles when Lambda has answered the registration, whatever it answered; at once where there is none. Never rejects.
   * The handler's module waits for it: registration is refused once init has ended, and a small function is ready sooner.
   */
  readonly ready: Promise<void>;
}

/** @param capMs  the most that one invocation is kept from ending, after its response */
export function startExtension(agent: Agent, capMs = FLUSH_CAP_MS): Extension {
  const environment = agent.environment ?? {};
  const { flush: mode, otlpEndpoint } = agent.settings;
  if (mode === 'log' || !mayHaveSignal('traces', environment, otlpEndpoint)) return { ready: Promise.resolve() };

  // On Managed Instances nothing freezes, several invocations run at once, and there are no INVOKE events.
  const neverFrozen = !!environment.AWS_LAMBDA_MAX_CONCURRENCY;
  let flush: SpanFlush | undefined;
  let isRegistered = false;
  const loadFlush = () =>
    agent.quietly('spans', () => {
      if (flush) return flush;
      flush = (agent.part('spans').openSpanFlush as typeof openSpanFlush)(agent, neverFrozen);
      if (isRegistered) flush?.beforeTermination();
      return flush;
    });
  agent.woken = loadFlush;

  const runtimeApi = environment.AWS_LAMBDA_RUNTIME_API;
  if (neverFrozen || !runtimeApi) return { ready: Promise.resolve() };
  agent.ownPeers.add(runtimeApi);
  const api = openExtensionsApi(runtimeApi, (open) => {
    agent.isUnseen = true;
    try {
      return open();
    } finally {
      agent.isUnseen = false;
    }
  });
  const ready = api.register(mode === 'invoke' ? ['INVOKE'] : []).then(
    (accepted) => {
      if (!accepted) agent.note('limit', 'Lambda did not accept the registration of our extension: spans may be lost at the end');
      else {
        isRegistered = true;
        flush?.beforeTermination();
        void follow();
      }
    },
    () => agent.note('limit', 'Lambda did not answer the registration of our extension: spans may be lost at the end'),
  );
  return { ready };

  async function follow(): Promise<void> {
    for (;;) {
      const event = await api.next();
      if (!event) return;
      const spans = loadFlush();
      if (event.eventType === 'INVOKE' && agent.isOn() && agent.wrapsHandler) await spans?.end(event);
      await responsePosted();
      await spans?.send(Math.max(0, Math.min(capMs, (event.deadlineMs - Date.now()) / 5)));
    }
  }
}

/**
 * A moment for the response to be posted. The timer does not hold the event loop, and that is its point: for a callback
 * handler the loop must run empty first, and only what the runtime starts after its response lets this timer fire.
 */
function responsePosted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1).unref();
  });
}

/** Long enough for a receiver in the same region, short enough to be no item on the bill. */
const FLUSH_CAP_MS = 200;
