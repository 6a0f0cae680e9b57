/**
 * Follows a stream of text that is written once: `aws logs tail --follow … | nightlight watch -`, or the lines of our
 * agent out of a pipe. It cannot be read again, so its newest lines are kept.
 */
import type { Readable } from 'node:stream';
import type { Engine } from './engine.ts';
import { Feed } from './feed.ts';
import { PAUSE_MS, type TailFailure } from './growing-file.ts';
import { PORTION_BYTES } from './intake.ts';
import { KeptLines } from './kept-lines.ts';
import { KEPT_LINES } from './limits.ts';
import { LiveReader } from './live-reader.ts';
import { Meter } from './meter.ts';
import type { RawLine } from './picture.ts';
import type { LiveSource } from './source.ts';

export class StreamSource implements LiveSource {
  readonly name = 'standard input';
  readonly kind = 'stdin';
  readonly meter = new Meter();
  hasEnded = false;
  failure: TailFailure | undefined;
  readonly #stream: Readable;
  readonly #engine: Engine;
  readonly #reader: LiveReader;
  readonly #kept = new KeptLines(KEPT_LINES);
  readonly #now: () => number;
  readonly #onArrival: () => void;
  /** What came and was not taken in yet. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #arrivedBytes = 0;
  #isTaking = false;
  #portionTaken = new Set<() => void>();
  #isHeld = false;
  #isFinished = false;
  #restedAtMs = Number.NEGATIVE_INFINITY;

  constructor(stream: Readable, engine: Engine, now: () => number, onArrival: () => void) {
    this.#stream = stream;
    this.#now = now;
    this.#engine = engine;
    this.#onArrival = onArrival;
    const feed = new Feed(engine, engine.addFile(STDIN_PATH), this.meter, { now, kept: this.#kept });
    this.#reader = new LiveReader(engine, feed, { path: STDIN_PATH });
    stream.on('data', (chunk: Buffer | string) => {
      this.meter.arrived(now());
      this.#arrived(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    });
    stream.once('error', (error) => {
      this.failure = { because: error.message, next: 'Start the command in front of the pipe again.' };
      this.#end();
    });
    stream.once('end', () => this.#end());
  }

  async look(): Promise<boolean> {
    await this.#caughtUp();
    this.#reader.decideInTime();
    const nowMs = this.#now();
    const { lastArrivalMs } = this.meter;
    if (lastArrivalMs !== undefined && lastArrivalMs > this.#restedAtMs && nowMs - lastArrivalMs >= PAUSE_MS) {
      this.#restedAtMs = lastArrivalMs;
      this.#reader.rest();
    }
    return false;
  }

  hold(): void {
    this.#isHeld = true;
    this.#stream.pause();
  }

  goOn(): void {
    this.#isHeld = false;
    this.#resume();
  }

  async finish(): Promise<void> {
    this.#isFinished = true;
    this.#stream.pause();
    this.#stream.removeAllListeners('data');
    while (this.#waiting.length > 0) this.#take();
    this.#reader.end();
  }

  keptLine(path: string, place: number, around: number): readonly Pick<RawLine, 'atMs' | 'text'>[] | undefined {
    if (path !== STDIN_PATH) return undefined;
    return this.#kept.at(place, around) ?? [NOT_KEPT];
  }

  #arrived(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#arrivedBytes += chunk.length;
    // The rest waits in the pipe, and whoever writes into it.
    if (this.#waitingBytes > MOST_WAITING_BYTES) this.#stream.pause();
    if (!this.#isTaking) void this.#takeInTurns();
  }

  async #takeInTurns(): Promise<void> {
    const { intake } = this.#engine;
    this.#isTaking = true;
    while (this.#waiting.length > 0) {
      const wait = intake.ready();
      if (wait === undefined) this.#take();
      else {
        this.#onArrival();
        await wait;
      }
    }
    this.#isTaking = false;
    this.#resume();
    this.#onArrival();
  }

  #resume(): void {
    if (!this.#isHeld && !this.#isFinished && this.#waitingBytes <= MOST_WAITING_BYTES) this.#stream.resume();
  }

  /** Takes the next portion. */
  #take(): void {
    const chunk = this.#waiting[0]!;
    const portion = chunk.subarray(0, PORTION_BYTES);
    if (portion.length === chunk.length) this.#waiting.shift();
    else this.#waiting[0] = chunk.subarray(portion.length);
    this.#waitingBytes -= portion.length;
    try {
      this.#reader.push(portion);
    } catch (error) {
      // A line that breaks us must not end the watch over all other sources.
      this.failure = {
        because: (error as Error).message,
        next: 'That is a mistake of ours: save the input, and report what analyze says of it.',
      };
      this.#engine.version++;
    }
    for (const tell of this.#portionTaken) tell();
  }

  /** Settles when all that has come so far was taken in. */
  async #caughtUp(): Promise<void> {
    const until = this.#arrivedBytes;
    const isTaken = () => this.#arrivedBytes - this.#waitingBytes >= until;
    if (isTaken()) return;
    await new Promise<void>((resolve) => {
      const tell = () => {
        if (!isTaken()) return;
        this.#portionTaken.delete(tell);
        resolve();
      };
      this.#portionTaken.add(tell);
    });
  }

  #end(): void {
    if (this.#waiting.length > 0) {
      void this.#caughtUp().then(() => this.#end());
      return;
    }
    this.hasEnded = true;
    this.#reader.end();
    this.#engine.version++;
    this.#onArrival();
  }
}

/** Some ten portions; more than one read of a pipe brings. */
const MOST_WAITING_BYTES = 256 * 1024;
const STDIN_PATH = '-';
export const NOT_KEPT = { atMs: undefined, text: `(no longer kept: only the newest ${KEPT_LINES.toLocaleString('en-US')} lines are)` };
