/**
 * The spans of a function: made from its ended works and their calls, and sent when somebody says that it is time.
 *
 * It is loaded after init, so it does there what init must not pay for: the resource, the sender, the way of a signal.
 */
import type { Agent } from '../../agent.ts';
import { encodeResource, encodeSpan, tracesRequest } from '../../emit/otlp-json.ts';
import { resourceAttributes } from '../../emit/otlp-resource.ts';
import { createSender, type Sender } from '../../emit/otlp-send.ts';
import { otlpProblems, otlpSignal } from '../../emit/otlp-settings.ts';
import { spansOfWork } from '../../emit/span.ts';
import type { Call } from '../../measure/call-table.ts';
import type { FinishedWork, Work } from '../../measure/work.ts';
import type { ExtensionEvent } from './extensions-api.ts';

export interface SpanFlush {
  /** Settles when the work of this invocation has ended, or when waiting for it would keep the environment busy. */
  end(event: ExtensionEvent): Promise<void>;
  /** Sends the spans of what has ended; settles when they have left, or after `capMs`. */
  send(capMs: number): Promise<void>;
  /** Sends what is left when Lambda ends the environment. To be called once, where an extension is registered. */
  beforeTermination(): void;
}

/**
 * @param neverFrozen  nobody says when: spans leave by themselves
 * @returns undefined where there is nowhere to send them
 */
export function openSpanFlush(agent: Agent, neverFrozen: boolean): SpanFlush | undefined {
  const environment = agent.environment ?? {};
  const { otlpEndpoint, serviceName } = agent.settings;
  const signal = otlpSignal('traces', environment, otlpEndpoint);
  if (!signal) return undefined;
  for (const problem of otlpProblems(environment)) agent.note('setting', problem);
  const resource = encodeResource(resourceAttributes(environment, { serviceName }));
  const sender = createSender(agent, {
    signal,
    toBody: (spans) => tracesRequest(resource, spans),
    delayMs: neverFrozen ? UNFROZEN_FLUSH_MS : 0,
  });
  const works = collectSpans(agent, sender, environment.AWS_LAMBDA_FUNCTION_NAME ?? '', neverFrozen ? 1 : 64);
  const takeLostLines = agent.takeLostLines.bind(agent);
  agent.takeLostLines = () => takeLostLines() + sender.takeLost();
  return {
    end: works.end,
    send(capMs) {
      works.encode();
      return sender.flush(capMs);
    },
    beforeTermination: () => flushOnTermination(works, sender),
  };
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
        // A host that sets the clock makes any number of it.
        const left = Math.min(event.deadlineMs - Date.now(), LONGEST_MS);
        const patience = setTimeout(() => onEnd?.(), Math.max(0, left * PATIENCE_SHARE));
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

/** What a sender that nobody waits for may take. */
const FLUSH_CAP_MS = 200;
/** Leaves the host 200 ms of its 500. */
const TERMINATION_CAP_MS = 300;
const UNFROZEN_FLUSH_MS = 5000;
/** The longest time limit that Lambda knows. */
const LONGEST_MS = 900_000;
/** A work that has not ended after this share of its time has an end that we may never hear of. */
const PATIENCE_SHARE = 0.8;
/** Calls of one invocation with a span of their own; the record line counts them all. */
const MOST_CALLS = 32;
const LEAVES_EARLY_AT = 256;
