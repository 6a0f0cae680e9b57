/**
 * What waits to be sent to an OTLP receiver: bounded, in batches, tried again where that helps, and counted where it is lost.
 *
 * A receiver that is down costs the host memory up to a cap and nothing else. The oldest stays and the newest is dropped,
 * because the beginning of an incident explains more than its hundredth echo.
 *
 * Source of what is tried again: OpenTelemetry specification, "OTLP/HTTP Response" and "OTLP/HTTP Throttling".
 */
import type { Agent } from '../agent.ts';
import { type Answer, createPoster } from './otlp-post.ts';
import type { OtlpSignal } from './otlp-settings.ts';

export interface SenderOptions {
  readonly signal: OtlpSignal;
  /** Puts a request around encoded items. */
  readonly toBody: (items: readonly string[]) => string;
  /** How long an item may wait for others; 0 sends only when asked to flush. */
  readonly delayMs: number;
  readonly maxWaitingBytes?: number;
  /** Told once when the receiver knows no such signal (404): nothing more is sent, nor counted as lost. */
  readonly onUnknown?: () => void;
  /** Backoff's first step and its chance, for tests. */
  readonly backoffMs?: number;
  readonly random?: () => number;
}

export interface Sender {
  /** @param item  one encoded span, record or metric */
  add(item: string): void;
  /**
   * Sends what waits; settles when nothing waits, when the receiver asked for a pause, or after `capMs`.
   *
   * @param last  the process ends: a pause of our own making is skipped, and the process is held until this settles
   */
  flush(capMs: number, last?: boolean): Promise<void>;
  readonly waitingCount: number;
  /** Takes away what waits and is not under way, as bodies of requests: for a process that cannot wait any more. */
  takeBodies(): { readonly body: string }[];
  readonly signal: OtlpSignal;
  /** Items that will never arrive, since this was last asked. */
  takeLost(): number;
}

export function createSender(agent: Pick<Agent, 'ownPeers' | 'isUnseen'>, options: SenderOptions): Sender {
  const { signal, toBody, delayMs, maxWaitingBytes = MAX_WAITING_BYTES, backoffMs = FIRST_BACKOFF_MS, random = Math.random } = options;
  const poster = createPoster(signal, agent);
  const waiting: string[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let unknown = false;
  let attempts = 0;
  /** Before this moment nothing is tried; `asked` when the receiver itself named it. */
  let pausedUntilMs = 0;
  let pauseWasAsked = false;
  let underWay = 0;
  let pumping: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let timerDueMs = 0;

  const url = new URL(signal.url);
  agent.ownPeers.add(`${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`);

  function pump(): Promise<void> {
    pumping ??= sendAll().finally(() => {
      pumping = undefined;
    });
    return pumping;
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0 && Date.now() >= pausedUntilMs) {
      const batch = nextBatch(waiting);
      underWay = batch.length;
      const answer = await poster.post(toBody(batch));
      underWay = 0;
      settle(batch, answer);
    }
    if (waiting.length > 0 && delayMs > 0) wakeIn(pausedUntilMs - Date.now());
  }

  function settle(batch: readonly string[], answer: Answer): void {
    const tryAgain = answer.kind === 'later' && ++attempts < MAX_ATTEMPTS && (answer.retryAfterMs ?? 0) <= LONGEST_PAUSE_MS;
    if (tryAgain) {
      // Half of the step is sure and half is chance, so that sandboxes which failed together do not return together.
      const step = Math.min(LONGEST_PAUSE_MS, backoffMs * 2 ** (attempts - 1));
      pausedUntilMs = Date.now() + (answer.retryAfterMs ?? step / 2 + (random() * step) / 2);
      pauseWasAsked = answer.retryAfterMs !== undefined;
      return;
    }
    waiting.splice(0, batch.length);
    for (const item of batch) waitingBytes -= item.length;
    attempts = 0;
    if (answer.kind === 'refused' && answer.status === 404 && options.onUnknown) {
      unknown = true;
      waiting.length = 0;
      waitingBytes = 0;
      options.onUnknown();
    } else if (answer.kind === 'accepted') lost += Math.min(answer.rejected, batch.length);
    else lost += batch.length;
  }

  function wakeIn(ms: number): void {
    const dueMs = Date.now() + ms;
    if (timer && timerDueMs <= dueMs) return;
    clearTimeout(timer);
    timerDueMs = dueMs;
    timer = setTimeout(
      () => {
        timer = undefined;
        void pump();
      },
      Math.max(1, ms),
    );
    timer.unref();
  }

  return {
    add(item) {
      if (unknown) return;
      if (waitingBytes + item.length > maxWaitingBytes) {
        lost++;
        return;
      }
      waiting.push(item);
      waitingBytes += item.length;
      if (delayMs > 0) wakeIn(waiting.length >= FULL_BATCH ? 0 : delayMs);
    },
    async flush(capMs, last = false) {
      if (last && !pauseWasAsked) pausedUntilMs = 0;
      if (waiting.length === 0 || Date.now() < pausedUntilMs) return;
      let cap: NodeJS.Timeout | undefined;
      await Promise.race([
        pump(),
        new Promise((resolve) => {
          cap = setTimeout(resolve, capMs);
          if (!last) cap.unref();
        }),
      ]);
      clearTimeout(cap);
      // A request under way may still arrive and is left alone; a connection that does not even stand is given up.
      if (pumping) poster.abandonConnecting();
    },
    get waitingCount() {
      return waiting.length;
    },
    takeBodies() {
      const bodies: { body: string }[] = [];
      const rest = waiting.splice(underWay);
      for (const item of rest) waitingBytes -= item.length;
      while (rest.length > 0) {
        const batch = nextBatch(rest);
        bodies.push({ body: toBody(batch) });
        rest.splice(0, batch.length);
      }
      return bodies;
    },
    signal,
    takeLost() {
      const taken = lost;
      lost = 0;
      return taken;
    },
  };
}

/** The first items, as many as one request may hold. */
function nextBatch(waiting: readonly string[]): readonly string[] {
  let count = 0;
  let bytes = 0;
  while (count < waiting.length && count < FULL_BATCH && (count === 0 || bytes + waiting[count]!.length <= MAX_BATCH_BYTES)) {
    bytes += waiting[count++]!.length;
  }
  return waiting.slice(0, count);
}

/** The batch size that OpenTelemetry's own processors use. */
const FULL_BATCH = 512;
/** A quarter of the smallest request limit that is common among receivers (4 MiB in gRPC gateways). */
const MAX_BATCH_BYTES = 1_048_576;
/** About 4,000 spans. */
const MAX_WAITING_BYTES = 2_097_152;
const MAX_ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 1000;
/** A receiver that asks for more than this is asked again with newer data instead. */
const LONGEST_PAUSE_MS = 30_000;
