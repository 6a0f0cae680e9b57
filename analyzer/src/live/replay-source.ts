/**
 * Plays an export as it happened: the clock is that of its events. To go back, everything is begun anew and played up to
 * that moment at once; so nothing is known earlier than it could have been.
 */
import { setImmediate } from 'node:timers/promises';
import { fileContext, noteBroken, noteError } from '../pipeline/file-account.ts';
import { DEFAULT_MAX_INFLATED_BYTES } from '../pipeline/pipeline.ts';
import { listInputs } from '../read/inputs.ts';
import { ReadError } from '../read/read-error.ts';
import { type FileProgress, readFile } from '../read/read-file.ts';
import { emptyFile } from '../store/empty-summary.ts';
import type { FileSummary } from '../store/summary.ts';
import type { Engine } from './engine.ts';
import { Feed } from './feed.ts';
import type { TailFailure } from './growing-file.ts';
import { Meter } from './meter.ts';
import type { SourceState } from './picture.ts';
import type { LiveSource } from './source.ts';
import { Tape } from './tape.ts';

export class ReplaySource implements LiveSource {
  readonly name: string;
  readonly kind = 'replay';
  meter = new Meter();
  failure: TailFailure | undefined;
  readonly #paths: readonly string[];
  readonly #engine: Engine;
  readonly #wallNow: () => number;
  readonly #tape: Tape;
  /** As reading left them: sizes, shapes and errors. */
  readonly #files: FileSummary[] = [];
  #feeds: Feed[] = [];
  #handles: number[] = [];
  #loading: Promise<void> | undefined;
  #isLoaded = false;
  #next = 0;
  #speed: number;
  /** The clock of the events, at a moment of the wall clock. */
  #positionMs = Number.NaN;
  #wallMs = Number.NaN;
  #seeking = 0;
  /** Rises when the play begins anew. */
  #round = 0;

  /** @param wallNow  the clock by which time passes while it plays */
  constructor(paths: readonly string[], speed: number, engine: Engine, wallNow: () => number) {
    this.name = `replay of ${paths.join(' ')}`;
    this.#paths = paths;
    this.#speed = speed;
    this.#engine = engine;
    this.#wallNow = wallNow;
    this.#tape = new Tape(engine.settings);
  }

  get hasEnded(): boolean {
    return this.#isLoaded && this.#next >= this.#tape.length;
  }

  /** Now, as the events count it; undefined before the first is known. */
  get nowMs(): number | undefined {
    return Number.isNaN(this.#positionMs) ? undefined : Math.min(this.#positionMs, this.#toMs);
  }

  get course(): Extract<SourceState, { readonly state: 'replaying' }> | undefined {
    if (!this.#isLoaded || this.failure !== undefined || this.hasEnded) return undefined;
    const { eventCount, newestEventMs } = this.meter;
    return {
      name: this.name,
      kind: this.kind,
      eventCount,
      newestEventMs,
      clockSkewMs: undefined,
      state: 'replaying',
      speed: this.#speed,
      fromMs: this.#fromMs,
      toMs: this.#toMs,
      isPaused: this.#speed === 0,
    };
  }

  async look(): Promise<boolean> {
    if (!this.#isLoaded) {
      this.#loading ??= this.#load();
      await this.#loading;
    }
    if (this.#seeking > 0) return false;
    this.#advanceClock();
    const { intake } = this.#engine;
    for (let wait = intake.ready(); wait !== undefined; wait = intake.ready()) await wait;
    this.#playSome(this.#positionMs);
    return this.#isDue(this.#positionMs);
  }

  /** Plays what is left at once. */
  async finish(): Promise<void> {
    if (!this.#isLoaded) {
      this.#loading ??= this.#load();
      await this.#loading;
    }
    await this.#playUntil(Number.POSITIVE_INFINITY);
  }

  setSpeed(speed: number): void {
    this.#advanceClock();
    this.#speed = Math.max(0, speed);
    this.#engine.version++;
  }

  async seek(toMs: number): Promise<void> {
    if (!this.#isLoaded) await this.#loading;
    if (this.failure !== undefined) return;
    this.#seeking++;
    try {
      if (!(toMs >= this.#positionMs)) this.#rewind();
      await this.#playUntil(toMs);
      this.#positionMs = Math.max(this.#fromMs, Math.min(toMs, this.#toMs));
      this.#wallMs = this.#wallNow();
      this.#engine.version++;
    } finally {
      this.#seeking--;
    }
  }

  get #fromMs(): number {
    let position = 0;
    while (position < this.#tape.length && !Number.isFinite(this.#tape.timeAt(position))) position++;
    return position < this.#tape.length ? this.#tape.timeAt(position) : Number.NaN;
  }

  get #toMs(): number {
    return this.#tape.length > 0 ? this.#tape.timeAt(this.#tape.length - 1) : Number.NaN;
  }

  #isDue(positionMs: number): boolean {
    return this.#next < this.#tape.length && !(this.#tape.timeAt(this.#next) > positionMs);
  }

  #advanceClock(): void {
    const wallMs = this.#wallNow();
    // A wall clock that steps back stops the play for a moment, and one that leaps does not skip an hour of events.
    const passedMs = Math.min(LONGEST_STEP_MS, Math.max(0, wallMs - this.#wallMs));
    if (!Number.isNaN(passedMs)) this.#positionMs = Math.min(this.#toMs, this.#positionMs + passedMs * this.#speed);
    this.#wallMs = wallMs;
  }

  async #playUntil(toMs: number): Promise<void> {
    const round = this.#round;
    while (this.#isDue(toMs) && round === this.#round) {
      this.#playSome(toMs);
      // Keys are answered, and frames drawn, while an hour is played in a second.
      await setImmediate();
    }
  }

  #playSome(toMs: number): void {
    const until = performance.now() + A_PORTION_MS;
    for (let count = 1; this.#isDue(toMs); count++) {
      this.#playNext();
      if (count % EVENTS_A_CLOCK === 0 && performance.now() >= until) return;
    }
  }

  #playNext(): void {
    const position = this.#next++;
    const feed = this.#feeds[this.#tape.fileAt(position)]!;
    this.#tape.play(position, feed, (stream) => (this.#handles[stream] ??= feed.stream(this.#tape.originOf(stream))));
  }

  #rewind(): void {
    this.#round++;
    this.#engine.beginAnew();
    this.meter = new Meter();
    this.#feeds = [];
    this.#handles = [];
    this.#next = 0;
    this.#addFiles();
    this.#positionMs = this.#fromMs;
  }

  #addFiles(): void {
    for (const file of this.#files) {
      const number = this.#engine.addFile(file.path);
      const { shape, storedBytes, inflatedBytes, error, partial, skipped } = file;
      Object.assign(this.#engine.files[number]!, { shape, storedBytes, inflatedBytes, error, partial, skipped: new Map(skipped) });
      this.#feeds.push(new Feed(this.#engine, number, this.meter, { now: () => this.#positionMs }));
    }
  }

  async #load(): Promise<void> {
    const { inputs, markers, errors } = await listInputs(this.#paths);
    const { settings } = this.#engine;
    for (const input of inputs) {
      const file = emptyFile(input.path);
      const number = this.#files.push(file) - 1;
      const progress: FileProgress = { shape: undefined, storedBytes: Number.NaN, inflatedBytes: 0 };
      const recorder = this.#tape.recorderOf(number);
      // What breaks off is told again when it is played; here it only says whether the file is whole.
      const read = emptyFile(input.path);
      const skipped: typeof recorder.skipped = (reason, byteCount, place, found) => {
        recorder.skipped(reason, byteCount, place, found);
        if (reason === 'broken') read.skipped.set(reason, { count: 1, bytes: byteCount, firstPlace: place, found });
      };
      try {
        await readFile(
          { ...recorder, skipped },
          fileContext(input, settings),
          {
            maxInflatedBytes: settings.maxInflatedBytes ?? DEFAULT_MAX_INFLATED_BYTES,
            ...(settings.formatIn !== undefined && { formatIn: settings.formatIn }),
          },
          progress,
        );
      } catch (error) {
        if (!(error instanceof ReadError)) throw error;
        noteError(file, error, progress.inflatedBytes > 0);
      }
      noteBroken(read, progress.inflatedBytes > 0);
      file.error ??= read.error;
      file.partial ||= read.partial;
      file.shape = progress.shape;
      file.storedBytes = progress.storedBytes;
      file.inflatedBytes = progress.inflatedBytes;
    }
    for (const { path, sizeBytes } of markers) {
      const file = emptyFile(path);
      file.skipped.set('marker', { count: 1, bytes: sizeBytes ?? 0, firstPlace: 0, found: 'permission check of an export task' });
      this.#files.push(file);
    }
    for (const { path, code, message, next } of errors) this.#files.push({ ...emptyFile(path), error: { code, message, next } });
    this.#tape.settle();
    this.#addFiles();
    this.failure = this.#failureOf(errors);
    this.#positionMs = this.#fromMs;
    this.#wallMs = this.#wallNow();
    this.#isLoaded = true;
    this.#engine.version++;
  }

  #failureOf([error]: readonly ReadError[]): TailFailure | undefined {
    if (this.#tape.isCut)
      return { because: 'more than 512 MiB of log text, which is more than is kept for a replay', next: 'Cut it: --from and --to' };
    if (this.#tape.length > 0) return undefined;
    return { because: error?.message ?? 'no event in it', next: error?.next ?? 'Give an export with events.' };
  }
}

const A_PORTION_MS = 5;
/** Asking the time costs about as much as an event. */
const EVENTS_A_CLOCK = 32;
/** A laptop that was asleep goes on where it stopped. */
const LONGEST_STEP_MS = 2_000;
