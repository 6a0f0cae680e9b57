/**
 * Tells somebody else when a verdict appears, changes or clears, while nobody looks at the screen.
 *
 * Changes are gathered until nothing more comes for a moment, then told together, one delivery at a time; what comes
 * meanwhile is joined to what waits. Nothing here throws and nothing is waited for: the dashboard is what matters.
 */
import type { Picture } from '@nightlight/analyzer';
import type { VerdictChange } from '../model/verdict-changes.ts';
import { type Delivery, deliver } from './deliver.ts';
import { gatherChanges } from './gathered-changes.ts';
import { notificationOf } from './notification.ts';
import type { NotifyTarget } from './notify-target.ts';

export interface NotifierSettings {
  readonly target: NotifyTarget;
  readonly nowMs: () => number;
  /** For a command: it gets this and what is told. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called when `state()` has changed. */
  readonly onState?: () => void;
  readonly pace?: Partial<NotifierPace>;
}

export interface NotifierPace {
  /** A delivery waits until nothing has changed for so long … */
  readonly quietMs: number;
  /** … but no longer than this after the first change. */
  readonly longestWaitMs: number;
  readonly timeoutMs: number;
  /** Before the second attempt, the third …; there are as many more attempts as pauses. */
  readonly pausesMs: readonly number[];
  /** How long quitting waits for what is not told yet. */
  readonly drainMs: number;
}

export interface NotifierState {
  /** Without path, words and secrets. */
  readonly target: string;
  /** Changes told, and changes given up after every attempt. */
  readonly toldCount: number;
  readonly failedCount: number;
  /** Changes that found the queue full. */
  readonly droppedCount: number;
  readonly waitingCount: number;
  /** The newest failed attempt; undefined once one has succeeded since. */
  readonly failure: { readonly atMs: number; readonly because: string; readonly attemptCount: number } | undefined;
}

export interface Notifier {
  /** @param picture  in which the changes were seen */
  tell(changes: readonly VerdictChange[], picture: Pick<Picture, 'nowMs'>): void;
  state(): NotifierState;
  /** Tells what waits, at once and for a short while only; nothing is told afterwards. */
  drain(): Promise<void>;
}

/**
 * Two seconds: figures of one trouble settle within a few pictures, and nobody wakes up faster. The longest wait keeps a
 * verdict that flickers from being untold for ever. Our judgement.
 */
const USUAL_PACE: NotifierPace = {
  quietMs: 2_000,
  longestWaitMs: 10_000,
  timeoutMs: 10_000,
  pausesMs: [1_000, 5_000, 20_000],
  drainMs: 3_000,
};

/** A receiver may ask for more patience than an incident has. */
const LONGEST_RETRY_AFTER_MS = 60_000;

export function createNotifier(settings: NotifierSettings): Notifier {
  return new Telling(settings);
}

class Telling implements Notifier {
  readonly #settings: NotifierSettings;
  readonly #pace: NotifierPace;
  readonly #waiting = gatherChanges();
  readonly #leaving = new AbortController();
  readonly #idle = new Set<() => void>();
  #atMs = Number.NaN;
  #toldCount = 0;
  #failedCount = 0;
  #failure: NotifierState['failure'];
  #sendingCount = 0;
  #isDraining = false;
  #timer: NodeJS.Timeout | undefined;
  #firstWaitingMs: number | undefined;
  #skipPause: (() => void) | undefined;

  constructor(settings: NotifierSettings) {
    this.#settings = settings;
    this.#pace = { ...USUAL_PACE, ...settings.pace };
  }

  tell(changes: readonly VerdictChange[], { nowMs }: Pick<Picture, 'nowMs'>): void {
    if (changes.length === 0 || this.#isDraining) return;
    this.#waiting.add(changes);
    this.#atMs = nowMs;
    this.#schedule();
    this.#settings.onState?.();
  }

  state(): NotifierState {
    return {
      target: this.#settings.target.shown,
      toldCount: this.#toldCount,
      failedCount: this.#failedCount,
      droppedCount: this.#waiting.droppedCount,
      waitingCount: this.#waiting.count + this.#sendingCount,
      failure: this.#failure,
    };
  }

  async drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    const limit = setTimeout(() => this.#leaving.abort(), this.#pace.drainMs);
    this.#skipPause?.();
    if (this.#sendingCount > 0) await new Promise<void>((settle) => this.#idle.add(settle));
    if (!this.#leaving.signal.aborted) await this.#send();
    clearTimeout(limit);
    clearTimeout(this.#timer);
    this.#failedCount += this.#waiting.take().length;
  }

  /** Waits for quiet, and for a delivery that is under way. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#sendingCount > 0 || this.#isDraining) return;
    if (this.#waiting.count === 0) {
      this.#firstWaitingMs = undefined;
      return;
    }
    const now = performance.now();
    this.#firstWaitingMs ??= now;
    const waitMs = Math.min(this.#pace.quietMs, Math.max(0, this.#firstWaitingMs + this.#pace.longestWaitMs - now));
    this.#timer = setTimeout(() => void this.#send(), waitMs);
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#firstWaitingMs = undefined;
    const changes = this.#waiting.take();
    if (changes.length === 0) return;
    this.#sendingCount = changes.length;
    const told = await this.#attempts(changes);
    this.#sendingCount = 0;
    if (told) this.#toldCount += changes.length;
    else this.#failedCount += changes.length;
    this.#schedule();
    for (const settle of this.#idle) settle();
    this.#idle.clear();
    this.#settings.onState?.();
  }

  /** @returns whether somebody was told in the end */
  async #attempts(changes: readonly VerdictChange[]): Promise<boolean> {
    const { pausesMs } = this.#pace;
    for (let attemptCount = 1; ; attemptCount++) {
      const delivery = await this.#attempt(changes);
      if (delivery.kind === 'told') {
        this.#failure = undefined;
        return true;
      }
      this.#failure = { atMs: this.#settings.nowMs(), because: delivery.because, attemptCount };
      this.#settings.onState?.();
      const pauseMs = pausesMs[attemptCount - 1];
      if (!delivery.mayRetry || pauseMs === undefined || this.#isDraining) return false;
      await this.#pause(Math.max(pauseMs, Math.min(delivery.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS)));
    }
  }

  async #attempt(changes: readonly VerdictChange[]): Promise<Delivery> {
    try {
      const { target, environment } = this.#settings;
      return await deliver(target, notificationOf(changes, this.#atMs), {
        environment,
        timeoutMs: this.#pace.timeoutMs,
        signal: this.#leaving.signal,
      });
    } catch (error) {
      return { kind: 'failed', because: (error as Error).message, mayRetry: false, retryAfterMs: undefined };
    }
  }

  #pause(pauseMs: number): Promise<void> {
    return new Promise((settle) => {
      const timer = setTimeout(settle, pauseMs);
      this.#skipPause = () => {
        clearTimeout(timer);
        settle();
      };
    });
  }
}
