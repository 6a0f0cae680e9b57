/**
 * Spans leave a function after its response, not before it: an extension inside of the runtime's own process.
 *
 * Lambda waits with the next invocation (and with the freeze) until the runtime and every extension that registered for
 * INVOKE have asked for the next event. So ours asks only when the spans of this invocation have left, or a short cap is
 * over. Registered for nothing (`shutdown`), it only makes Lambda send SIGTERM and wait up to 500 ms before the end.
 *
 * What must never happen is that the environment stays busy because of us: whoever's end we do not hear of is not waited
 * for, and nothing here keeps the event loop alive, for a callback handler answers only once it is empty.
 *
 * Source: AWS Lambda Developer Guide, "Lambda execution environment lifecycle"; the rules for internal extensions as the
 * Runtime Interface Emulator implements them (aws/aws-lambda-runtime-interface-emulator, `agentregister.go`).
 */
import type { Agent } from '../../agent.ts';
import { encodeResource, encodeSpan, tracesRequest } from '../../emit/otlp-json.ts';
import { resourceAttributes } from '../../emit/otlp-resource.ts';
import { createSender, type Sender } from '../../emit/otlp-send.ts';
import { otlpProblems, otlpSignal } from '../../emit/otlp-settings.ts';
import { spansOfWork } from '../../emit/span.ts';
import type { Call } from '../../measure/call-table.ts';
import type { FinishedWork, Work } from '../../measure/work.ts';
import { type ExtensionEvent, openExtensionsApi } from './extensions-api.ts';

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
  const { flush: mode, otlpEndpoint, serviceName } = agent.settings;
  const signal = otlpSignal('traces', environment, otlpEndpoint);
  if (mode === 'log' || !signal) return { ready: Promise.resolve() };
  for (const problem of otlpProblems(environment)) agent.note('setting', problem);

  // On Managed Instances nothing freezes, several invocations run at once, and there are no INVOKE events.
  const neverFrozen = !!environment.AWS_LAMBDA_MAX_CONCURRENCY;
  const resource = encodeResource(resourceAttributes(environment, { serviceName }));
  const sender = createSender(agent, {
    signal,
    toBody: (spans) => tracesRequest(resource, spans),
    delayMs: neverFrozen ? UNFROZEN_FLUSH_MS : 0,
  });
  const works = collectSpans(agent, sender, environment.AWS_LAMBDA_FUNCTION_NAME ?? '', neverFrozen ? 1 : 64);
  const takeLostLines = agent.takeLostLines.bind(agent);
  agent.takeLostLines = () => takeLostLines() + sender.takeLost();

  const runtimeApi = environment.AWS_LAMBDA_RUNTIME_API;
  if (neverFrozen || !runtimeApi) return { ready: Promise.resolve() };
  agent.ownPeers.add(runtimeApi);
  const api = openExtensionsApi(runtimeApi);
  const ready = api.register(mode === 'invoke' ? ['INVOKE'] : []).then(
    (accepted) => {
      if (!accepted) agent.note('limit', 'Lambda did not accept the registration of our extension: spans may be lost at the end');
      else {
        flushOnTermination(works, sender);
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
      if (event.eventType === 'INVOKE' && agent.isOn() && agent.wrapsHandler) await works.end(event);
      await responsePosted();
      works.encode();
      await sender.flush(Math.max(0, Math.min(capMs, (event.deadlineMs - Date.now()) / 5)));
    }
  }
}

interface Works {
  /** Hands to the sender what has ended since; not done at the end itself, because the response comes right after it. */
  encode(): void;
  /** Settles when the work of this invocation has ended, or when waiting for it would keep the environment busy. */
  end(event: ExtensionEvent): Promise<void>;
}

/** @param encodeAt  with so many ended works nobody is waited for: they are encoded at the end of the last of them */
function collectSpans(agent: Agent, sender: Sender, functionName: string, encodeAt: number): Works {
  const callsOf = new WeakMap<Work, Call[]>();
  const finishedWorks: FinishedWork[] = [];
  let ended: string | undefined;
  let onEnd: (() => void) | undefined;

  agent.callListeners.push((call, work, callEnded) => {
    if (!work || callEnded) return;
    const calls = callsOf.get(work);
    if (!calls) callsOf.set(work, [call]);
    else if (calls.length < MOST_CALLS) calls.push(call);
  });
  const encode = () => {
    agent.quietly('spans', () => {
      for (const finished of finishedWorks.splice(0)) {
        for (const span of spansOfWork(finished, callsOf.get(finished.work) ?? [], functionName)) sender.add(encodeSpan(span));
      }
    });
  };

  agent.workListeners.push((finished) => {
    finishedWorks.push(finished);
    if (finishedWorks.length >= encodeAt) {
      encode();
      // In `shutdown` mode nothing else sends; a full batch leaves in the course of the next invocations, unwaited for.
      if (sender.waitingCount >= LEAVES_EARLY_AT) void sender.flush(FLUSH_CAP_MS);
    }
    ended = finished.work.id;
    onEnd?.();
  });
  // An empty event loop with a handler that never settled: the runtime answers for it now, and we hear of no end.
  process.on('beforeExit', () => onEnd?.());

  return {
    encode,
    end(event) {
      return new Promise((resolve) => {
        // A handler of a few microseconds ends before this event is read.
        const isOver = () => ended === event.requestId;
        if (isOver()) {
          ended = undefined;
          resolve();
          return;
        }
        const patience = setTimeout(() => onEnd?.(), Math.max(0, (event.deadlineMs - Date.now()) * PATIENCE_SHARE));
        patience.unref();
        onEnd = () => {
          clearTimeout(patience);
          onEnd = undefined;
          ended = undefined;
          resolve();
        };
      });
    },
  };
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

/** Lambda sends SIGTERM only where an extension is registered, and kills 500 ms later. */
function flushOnTermination(works: Works, sender: Sender): void {
  const onTermination = () => {
    // What the host does with the signal is its own affair; if it does nothing, the signal does what it always does.
    const hostListens = process.listenerCount('SIGTERM') > 1;
    works.encode();
    void sender.flush(TERMINATION_CAP_MS, true).then(() => {
      process.off('SIGTERM', onTermination);
      if (!hostListens) process.kill(process.pid, 'SIGTERM');
    });
  };
  process.prependListener('SIGTERM', onTermination);
}

/** Long enough for a receiver in the same region, short enough to be no item on the bill. */
const FLUSH_CAP_MS = 200;
/** Leaves the host 200 ms of its 500. */
const TERMINATION_CAP_MS = 300;
const UNFROZEN_FLUSH_MS = 5000;
/** A work that has not ended after this share of its time has an end that we may never hear of. */
const PATIENCE_SHARE = 0.8;
/** Calls of one invocation with a span of their own; the record line counts them all. */
const MOST_CALLS = 32;
const LEAVES_EARLY_AT = 256;
