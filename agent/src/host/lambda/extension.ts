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
   * It is a question, because the answer is not read before somebody asks.
   */
  ready(): Promise<void>;
}

/** @param capMs  the most that one invocation is kept from ending, after its response */
export function startExtension(agent: Agent, capMs = FLUSH_CAP_MS): Extension {
  const environment = agent.environment ?? {};
  const { flush: mode, otlpEndpoint } = agent.settings;
  if (mode === 'log' || !mayHaveSignal('traces', environment, otlpEndpoint)) return NO_EXTENSION;

  // On Managed Instances nothing freezes, several invocations run at once, and there are no INVOKE events.
  const neverFrozen = !!environment.AWS_LAMBDA_MAX_CONCURRENCY;
  let flush: SpanFlush | undefined;
  let isLoaded = false;
  let isRegistered = false;
  let isFollowing = false;
  let isEmptied = false;
  const loadFlush = () => {
    // Once, whatever comes of it: what looks like an endpoint and is none does not become one later.
    if (isLoaded) return flush;
    isLoaded = true;
    flush = agent.quietly('spans', () => (agent.part('spans').openSpanFlush as typeof openSpanFlush)(agent, neverFrozen));
    if (isRegistered) flush?.beforeTermination();
    return flush;
  };
  agent.woken = loadFlush;

  const runtimeApi = environment.AWS_LAMBDA_RUNTIME_API;
  if (neverFrozen || !runtimeApi) return NO_EXTENSION;
  agent.ownPeers.add(runtimeApi);
  const api = openExtensionsApi(runtimeApi, (open) => {
    agent.isUnseen = true;
    try {
      return open();
    } finally {
      agent.isUnseen = false;
    }
  });
  api.register(mode === 'invoke' ? ['INVOKE'] : []);
  let registration: Promise<void> | undefined;
  const ready = () => {
    registration ??= api.registered().then(
      (accepted) => {
        if (!accepted) agent.note('limit', 'Lambda did not accept the registration of our extension: spans may be lost at the end');
        else {
          isRegistered = true;
          flush?.beforeTermination();
        }
      },
      () => agent.note('limit', 'Lambda did not answer the registration of our extension: spans may be lost at the end'),
    );
    return registration;
  };
  // Right after the first response, so that neither init nor the first client waits for what listening costs at first; or after a while,
  // for handlers of whose end, and modules of whose loading, we never hear.
  agent.workListeners.push(() => isFollowing || setImmediate(follow));
  setTimeout(follow, FIRST_LOOK_MS).unref();
  // An empty event loop: the runtime answers now, and the end of a work that never settles is not heard of.
  process.on('beforeExit', () => {
    isEmptied = true;
    void follow();
  });
  return { ready };

  async function follow(): Promise<void> {
    if (isFollowing) return;
    isFollowing = true;
    await ready();
    if (!isRegistered) return;
    for (;;) {
      const event = await api.next();
      if (!event) return;
      const spans = loadFlush();
      if (event.eventType === 'INVOKE' && agent.isOn() && agent.wrapsHandler && !isEmptied) await spans?.end(event);
      await responsePosted();
      isEmptied = false;
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

const NO_EXTENSION: Extension = { ready: () => Promise.resolve() };
/** Taken before the host can replace them. */
const { setImmediate, setTimeout } = globalThis;

/** Later than nearly every init; until then an invocation whose end we do not hear of is kept busy. */
const FIRST_LOOK_MS = 100;
/** Long enough for a receiver in the same region, short enough to be no item on the bill. */
const FLUSH_CAP_MS = 200;
