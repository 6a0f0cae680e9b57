/**
 * Sends platform and function events to the subscriber of the Telemetry API, in batches, one after the other.
 *
 * The real feed is late and loses or repeats events now and then; a test can ask for each of these, counted and not random.
 */
import { request } from 'node:http';
import type { TelemetryEvent } from './log-stream.ts';

export interface TelemetryFaults {
  /** Every batch waits this much longer. */
  readonly lateMs?: number;
  /** Every n-th event is not sent. */
  readonly loseEvery?: number;
  /** Every n-th event is sent twice. */
  readonly repeatEvery?: number;
}

export interface TelemetrySubscription {
  readonly uri: string;
  /** `platform`, `function`, `extension`. */
  readonly types: readonly string[];
  readonly bufferMs: number;
}

export class TelemetryFeed {
  readonly #faults: TelemetryFaults;
  #subscription: TelemetrySubscription | undefined;
  #buffer: TelemetryEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #seen = 0;

  constructor(faults: TelemetryFaults) {
    this.#faults = faults;
  }

  subscribe(subscription: TelemetrySubscription): void {
    this.#subscription = subscription;
    // What happened before the subscription, at the start of the init, is told as well.
    this.#buffer = this.#buffer.filter((event) => isWanted(event, subscription));
    this.#plan();
  }

  /** The runtime that subscribed is gone. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#subscription = undefined;
    this.#buffer = [];
  }

  push(event: TelemetryEvent): void {
    if (this.#subscription !== undefined && !isWanted(event, this.#subscription)) return;
    const { loseEvery, repeatEvery } = this.#faults;
    this.#seen += 1;
    if (loseEvery !== undefined && this.#seen % loseEvery === 0) return;
    this.#buffer.push(event);
    if (repeatEvery !== undefined && this.#seen % repeatEvery === 0) this.#buffer.push(event);
    this.#plan();
  }

  #plan(): void {
    const subscription = this.#subscription;
    if (subscription === undefined || this.#timer !== undefined || this.#buffer.length === 0) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const batch = this.#buffer;
        this.#buffer = [];
        this.#sending = this.#sending.then(() => post(subscription.uri, batch));
      },
      subscription.bufferMs + (this.#faults.lateMs ?? 0),
    ).unref();
  }
}

/** Events that are kept for a subscriber still to come have no type to ask for. */
function isWanted(event: TelemetryEvent, subscription: TelemetrySubscription): boolean {
  return subscription.types.includes(event.type.split('.')[0]!);
}

/** A subscriber that does not listen loses its events, as on the platform. */
function post(uri: string, batch: readonly TelemetryEvent[]): Promise<void> {
  const url = uri.replace('//sandbox.localdomain', '//127.0.0.1').replace('//sandbox:', '//127.0.0.1:');
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', headers: { 'Content-Type': 'application/json' } }, (response) => {
      response.resume();
      response.on('close', () => resolve());
    });
    sent.on('error', () => resolve());
    sent.end(JSON.stringify(batch));
  });
}
