/**
 * Follows a stream of text that is written once: `aws logs tail --follow … | nightlight watch -`, or the lines of our
 * agent out of a pipe. It cannot be read again, so its newest lines are kept.
 */
import type { Readable } from 'node:stream';
import type { Engine } from './engine.ts';
import { Feed } from './feed.ts';
import { PAUSE_MS, type TailFailure } from './growing-file.ts';
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
  readonly #reader: LiveReader;
  readonly #kept = new KeptLines(KEPT_LINES);
  readonly #now: () => number;
  #isFinished = false;
  #restedAtMs = Number.NEGATIVE_INFINITY;

  constructor(stream: Readable, engine: Engine, now: () => number, onArrival: () => void) {
    this.#stream = stream;
    this.#now = now;
    const feed = new Feed(engine, engine.addFile(STDIN_PATH), this.meter, { now, kept: this.#kept });
    this.#reader = new LiveReader(engine, feed, { path: STDIN_PATH });
    stream.on('data', (chunk: Buffer | string) => {
      this.meter.arrived(now());
      try {
        this.#reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      } catch (error) {
        // A line that breaks us must not end the watch over all other sources.
        this.failure = {
          because: (error as Error).message,
          next: 'That is a mistake of ours: save the input, and report what analyze says of it.',
        };
        engine.version++;
      }
      onArrival();
    });
    stream.once('error', (error) => {
      this.failure = { because: error.message, next: 'Start the command in front of the pipe again.' };
      this.#end(engine, onArrival);
    });
    stream.once('end', () => this.#end(engine, onArrival));
  }

  async look(): Promise<boolean> {
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
    this.#stream.pause();
  }

  goOn(): void {
    if (!this.#isFinished) this.#stream.resume();
  }

  async finish(): Promise<void> {
    this.#isFinished = true;
    this.#stream.pause();
    this.#stream.removeAllListeners('data');
    this.#reader.end();
  }

  keptLine(path: string, place: number, around: number): readonly Pick<RawLine, 'atMs' | 'text'>[] | undefined {
    if (path !== STDIN_PATH) return undefined;
    return this.#kept.at(place, around) ?? [NOT_KEPT];
  }

  #end(engine: Engine, onArrival: () => void): void {
    this.hasEnded = true;
    this.#reader.end();
    engine.version++;
    onArrival();
  }
}

const STDIN_PATH = '-';
export const NOT_KEPT = { atMs: undefined, text: `(no longer kept: only the newest ${KEPT_LINES.toLocaleString('en-US')} lines are)` };
