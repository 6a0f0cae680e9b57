/** A source inside this process: a receiver that decodes what is sent to it and gives the events here. */
import type { EventSink } from '../read/event-sink.ts';
import type { Engine } from './engine.ts';
import { Feed } from './feed.ts';
import type { TailFailure } from './growing-file.ts';
import { KeptLines } from './kept-lines.ts';
import { KEPT_LINES } from './limits.ts';
import { Meter } from './meter.ts';
import type { RawLine } from './picture.ts';
import type { LiveSource } from './source.ts';
import { NOT_KEPT } from './stream-source.ts';

/** What a receiver is given. */
export interface LiveFeed {
  /** Takes events as a reader gives them; their places need not be told apart between messages. */
  readonly sink: EventSink;
  /** Settles when events may be given again; undefined when they may at once. Who cannot wait, gives them: it only costs others time. */
  ready(): Promise<void> | undefined;
  /** A message came and all of its events were given. */
  arrived(): void;
  /** Something was not taken in: `over the request limit`. */
  dropped(reason: string, count: number): void;
  /** It cannot receive; undefined when it can again. */
  failed(failure: TailFailure | undefined): void;
}

export class FeedSource implements LiveSource {
  readonly name: string;
  readonly kind = 'otlp';
  readonly meter = new Meter();
  readonly dropped = new Map<string, number>();
  hasEnded = false;
  failure: TailFailure | undefined;
  readonly #kept = new KeptLines(KEPT_LINES);
  readonly #stop: Promise<() => Promise<void>>;

  constructor(
    name: string,
    start: (feed: LiveFeed) => Promise<() => Promise<void>>,
    engine: Engine,
    now: () => number,
    onArrival: () => void,
  ) {
    this.name = name;
    const file = engine.addFile(name);
    engine.files[file]!.shape = 'otlp-json';
    const sink = new Feed(engine, file, this.meter, { now, kept: this.#kept, numbersEvents: true });
    this.#stop = start({
      sink,
      ready: () => engine.intake.ready(),
      arrived: () => {
        this.meter.arrived(now());
        onArrival();
      },
      dropped: (reason, count) => {
        const known = this.dropped.has(reason) || this.dropped.size < MOST_REASONS ? reason : 'other reasons';
        this.dropped.set(known, (this.dropped.get(known) ?? 0) + count);
        engine.version++;
        onArrival();
      },
      failed: (failure) => {
        this.failure = failure;
        engine.version++;
        onArrival();
      },
    }).catch((error: Error) => {
      const next = 'next' in error && typeof error.next === 'string' ? error.next : 'Start it again.';
      this.failure = { because: error.message, next };
      engine.version++;
      onArrival();
      return async () => {};
    });
  }

  async look(): Promise<boolean> {
    return false;
  }

  async finish(): Promise<void> {
    await (await this.#stop)();
    this.hasEnded = true;
  }

  keptLine(path: string, place: number, around: number): readonly Pick<RawLine, 'atMs' | 'text'>[] | undefined {
    if (path !== this.name) return undefined;
    return this.#kept.at(place, around) ?? [NOT_KEPT];
  }
}

const MOST_REASONS = 50;
