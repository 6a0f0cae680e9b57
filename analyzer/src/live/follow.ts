/**
 * The running analysis: takes in what its sources give, and shows at any moment what is known so far.
 *
 * A source that can be read to its end gives the report that `analyze` gives: the stages and the diagnoses are the same.
 */
import type { Readable } from 'node:stream';
import type { EvidenceReference } from '../diagnose/evidence-reference.ts';
import { readEvidenceLine } from '../report/evidence-line.ts';
import { printable } from '../report/wording/printable.ts';
import type { AnalyzeSettings } from '../settings.ts';
import type { Steps } from '../steps.ts';
import { type PictureOfEvents, pictureSteps } from './build-picture.ts';
import { Engine } from './engine.ts';
import { FeedSource, type LiveFeed } from './feed-source.ts';
import type { TailFailure } from './growing-file.ts';
import type { LiveLimits } from './limits.ts';
import { linesAround } from './lines-around.ts';
import { Pace } from './meter.ts';
import { PathSource } from './path-source.ts';
import type { Picture, PictureSource, RawLine } from './picture.ts';
import { ReplaySource } from './replay-source.ts';
import { type LiveSource, stateOf } from './source.ts';
import { StreamSource } from './stream-source.ts';

export type FollowedSource =
  /** A file, a folder or a pattern. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'stream'; readonly stream: Readable }
  /** Whoever receives events in this process, and where it says them. */
  | { readonly kind: 'feed'; readonly name: string; readonly start: (feed: LiveFeed) => Promise<() => Promise<void>> };

/** An export that is played; it stands alone, because its clock is its own. */
export interface Replay {
  readonly kind: 'replay';
  readonly paths: readonly string[];
  /** 60: a minute a second; 0 holds. */
  readonly speed: number;
}

export interface FollowSettings extends AnalyzeSettings {
  /** The wall clock, epoch ms. */
  readonly now?: () => number;
  /** How often files are looked at; default 250. */
  readonly lookEveryMs?: number;
  /** Less than usual, for a small machine. */
  readonly limits?: LiveLimits;
}

export interface LiveAnalysis extends PictureSource {
  /** Settles when everything that was there to be read at some moment after the call has been read. */
  caughtUp(): Promise<void>;
  /** No more will come: what is held back is given, partial lines are judged. The picture stays. */
  finish(): Promise<void>;
  /** Whoever looked has left: ends at once, and what a replay has not shown yet stays unseen. */
  stop(): Promise<void>;
}

/** @throws PriceError for a price file that is not one; never for a source, which says in its state what is wrong */
export function follow(sources: readonly FollowedSource[] | Replay, settings: FollowSettings = {}): LiveAnalysis {
  return new Following(sources, settings);
}

const LOOK_EVERY_MS = 250;
/** Of a replay: 60 times as fast, three seconds of it. */
const PLAY_EVERY_MS = 50;
const TIDY_EVERY_MS = 60_000;
/** Of the sources' clock. */
const TIDY_EVERY_SHOWN_MS = 600_000;
/** Listeners are told at most this often: no screen draws more. */
const TELL_EVERY_MS = 50;
/** Of files, at a time: some milliseconds of work, because a key may wait behind it. */
const CHUNK_BYTES = 256 * 1024;
/** A look that takes longer than this does not hold a picture up. */
const LONGEST_LOOK_MS = 250;
/** Steps of a picture that are taken before keys are looked at again. */
const STEPS_AT_A_TIME_MS = 6;

class Following implements LiveAnalysis {
  readonly replay: LiveAnalysis['replay'];
  readonly #engine: Engine;
  readonly #now: () => number;
  readonly #sources: LiveSource[];
  readonly #pace = new Pace();
  readonly #listeners = new Set<() => void>();
  readonly #broken = new Map<LiveSource, TailFailure>();
  readonly #lookEveryMs: number;
  #paced = 0;
  #rounds = 0;
  #waiting: { readonly round: number; readonly settle: () => void }[] = [];
  #looking: Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #telling: NodeJS.Timeout | undefined;
  #isFinished = false;
  /** The steps of the picture that is being made, and of which state of the engine. */
  #making: { readonly engineVersion: number; readonly steps: Steps<PictureOfEvents> } | undefined;
  /** Somebody waits for a picture; begins to make it. */
  #ask: (() => Promise<void>) | undefined;
  #asking: Promise<Picture> | undefined;
  #made: { readonly engineVersion: number; readonly events: PictureOfEvents } | undefined;
  #shown: { readonly engineVersion: number; readonly states: string; readonly picture: Picture } | undefined;
  #version = 0;

  constructor(sources: readonly FollowedSource[] | Replay, settings: FollowSettings) {
    this.#engine = new Engine(settings, settings.limits);
    this.#engine.beforeChange = () => this.#finishMaking();
    const wallNow = settings.now ?? Date.now;
    if ('kind' in sources) {
      const replay = new ReplaySource(sources.paths, sources.speed, this.#engine, wallNow);
      this.#now = () => replay.nowMs ?? wallNow();
      this.#lookEveryMs = settings.lookEveryMs ?? PLAY_EVERY_MS;
      this.#sources = [replay];
      this.replay = {
        setSpeed: (speed) => {
          replay.setSpeed(speed);
          this.#changed();
        },
        seek: async (toMs) => {
          await replay.seek(toMs);
          this.#changed();
        },
      };
    } else {
      this.#now = wallNow;
      this.#lookEveryMs = settings.lookEveryMs ?? LOOK_EVERY_MS;
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      this.#sources = sources.map((source) => this.#open(source, chunk));
    }
    this.#looking = settings.sourceMapsPath === undefined ? this.#look() : this.#engine.openSourceMaps().then(() => this.#look());
  }

  picture(): Picture {
    this.#finishMaking();
    const nowMs = this.#now();
    if (this.#shown?.engineVersion !== this.#engine.version) {
      this.#begin(nowMs);
      this.#finishMaking();
    }
    return this.#framed(nowMs);
  }

  pictureInSteps(): Promise<Picture> {
    if (this.#isFinished || (this.#making === undefined && this.#shown?.engineVersion === this.#engine.version))
      return Promise.resolve(this.picture());
    this.#asking ??= new Promise<Picture>((resolve, reject) => {
      // Between two looks nothing is taken in. A file that is read in one go is not waited for: it has the steps taken at once.
      const impatience = setTimeout(() => this.#ask?.(), LONGEST_LOOK_MS).unref();
      this.#ask = () => {
        clearTimeout(impatience);
        this.#ask = undefined;
        return this.#makeInSteps().then(resolve, reject);
      };
      clearTimeout(this.#timer);
      this.#wake?.();
    }).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #makeInSteps(): Promise<Picture> {
    if (this.#making === undefined) this.#begin(this.#now());
    this.#engine.intake.hold();
    for (const source of this.#sources) source.hold?.();
    try {
      let from = performance.now();
      // Whoever takes in something meanwhile has had the rest of the steps taken at once.
      while (this.#making !== undefined) {
        this.#step();
        if (performance.now() - from < STEPS_AT_A_TIME_MS) continue;
        await new Promise<void>((resolve) => setImmediate(resolve));
        from = performance.now();
      }
    } finally {
      this.#engine.intake.goOn();
      for (const source of this.#sources) source.goOn?.();
    }
    return this.#framed(this.#now());
  }

  #begin(nowMs: number): void {
    this.#making = {
      engineVersion: this.#engine.version,
      steps: this.#pictureSteps(this.replay === undefined ? nowMs : undefined),
    };
  }

  *#pictureSteps(untilMs: number | undefined): Steps<PictureOfEvents> {
    return yield* pictureSteps(yield* this.#engine.settleSteps(), untilMs);
  }

  #step(): void {
    const { engineVersion, steps } = this.#making!;
    const step = steps.next();
    if (step.done !== true) return;
    this.#made = { engineVersion, events: step.value };
    this.#making = undefined;
  }

  /** Something is to be taken in, or somebody asks for the picture now. */
  #finishMaking(): void {
    while (this.#making !== undefined) this.#step();
  }

  /** The events that were made a picture of last, as the sources stand now. */
  #framed(nowMs: number): Picture {
    const { engineVersion, events } = this.#made!;
    const states = this.#sources.map((source) => stateOf(source, nowMs, this.#broken.get(source)));
    // A state changes with every event, and some only because time passes.
    const stateWords = states.map(({ state }) => state).join();
    const shown = this.#shown;
    if (shown !== undefined && shown.engineVersion === engineVersion && shown.states === stateWords) return shown.picture;
    const picture: Picture = {
      version: ++this.#version,
      nowMs,
      ...events,
      sources: states,
      eventsPerSecond: this.#pace.perSecond(nowMs),
      dropped: this.#dropped(),
    };
    this.#shown = { engineVersion, states: stateWords, picture };
    return picture;
  }

  async lines(evidence: readonly EvidenceReference[], around = 0): Promise<readonly RawLine[]> {
    const lines: RawLine[] = [];
    for (const place of evidence) lines.push(...(await this.#linesAt(place, around)));
    return lines;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  caughtUp(): Promise<void> {
    if (this.#isFinished) return Promise.resolve();
    // The round that is under way may have passed a source already.
    return new Promise((settle) => this.#waiting.push({ round: this.#rounds + 2, settle }));
  }

  finish(): Promise<void> {
    return this.#end((source) => source.finish());
  }

  stop(): Promise<void> {
    return this.#end(async (source) => {
      // A replay holds nothing that would have to be given back.
      if (source.kind !== 'replay') await source.finish();
    });
  }

  async #end(close: (source: LiveSource) => Promise<void>): Promise<void> {
    if (this.#isFinished) return;
    this.#isFinished = true;
    clearTimeout(this.#timer);
    this.#wake?.();
    await this.#looking;
    await this.#ask?.();
    for (const source of this.#sources) await close(source).catch((error: Error) => this.#noteBroken(source, error));
    this.#engine.version++;
    for (const { settle } of this.#waiting) settle();
    this.#tell();
  }

  #open(source: FollowedSource, chunk: Buffer): LiveSource {
    const onArrival = () => this.#changed();
    switch (source.kind) {
      case 'path':
        return new PathSource(source.path, this.#engine, this.#now, chunk);
      case 'stream':
        return new StreamSource(source.stream, this.#engine, this.#now, onArrival);
      case 'feed':
        return new FeedSource(source.name, source.start, this.#engine, this.#now, onArrival);
      default:
        return source satisfies never;
    }
  }

  /** Looks at every source in turns, for as long as there is anything, then waits. */
  async #look(): Promise<void> {
    let tidyAt = performance.now() + TIDY_EVERY_MS;
    let tidiedMs = this.#now();
    while (!this.#isFinished) {
      let more = false;
      await this.#ask?.();
      this.#engine.nowMs = this.#now();
      // In fast motion hours go by in a minute.
      if (performance.now() > tidyAt || this.#engine.nowMs - tidiedMs > TIDY_EVERY_SHOWN_MS) {
        this.#engine.tidy();
        tidyAt = performance.now() + TIDY_EVERY_MS;
        tidiedMs = this.#engine.nowMs;
      }
      for (const source of this.#sources) if (await this.#lookAt(source)) more = true;
      this.#changed();
      if (more) continue;
      this.#rounds++;
      const waiting = this.#waiting;
      this.#waiting = waiting.filter(({ round }) => round > this.#rounds);
      for (const { round, settle } of waiting) if (round <= this.#rounds) settle();
      if (this.#isFinished) return;
      await new Promise<void>((wake) => {
        this.#wake = wake;
        this.#timer = setTimeout(wake, this.#waiting.length > 0 ? SOON_MS : this.#lookEveryMs);
      });
    }
  }

  /** One source that breaks must not take the others with it, nor the screen. */
  async #lookAt(source: LiveSource): Promise<boolean> {
    if (this.#broken.has(source)) return false;
    try {
      return await source.look();
    } catch (error) {
      this.#noteBroken(source, error as Error);
      return false;
    }
  }

  #noteBroken(source: LiveSource, { message }: Error): void {
    this.#broken.set(source, { because: message, next: 'That is a mistake of ours: analyze the same input, and report what it says.' });
    this.#engine.version++;
  }

  /** Counts what came, and tells the listeners, soon. */
  #changed(): void {
    const { eventCount } = this.#engine.parser;
    this.#pace.add(this.#now(), Math.max(0, eventCount - this.#paced));
    this.#paced = eventCount;
    if (this.#shown !== undefined && this.#shown.engineVersion === this.#engine.version) return;
    if (this.#listeners.size > 0) this.#telling ??= setTimeout(() => this.#tell(), TELL_EVERY_MS).unref();
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    for (const listener of this.#listeners) listener();
  }

  #dropped(): Picture['dropped'] {
    const counts = new Map<string, number>();
    const count = (reason: string, by: number) => counts.set(reason, (counts.get(reason) ?? 0) + by);
    for (const { dropped } of this.#sources) for (const [reason, by] of dropped ?? []) count(reason, by);
    for (const { skipped } of this.#engine.files) {
      for (const [reason, { count: by }] of skipped) if (reason !== 'envelope' && reason !== 'marker') count(SKIP_WORDS[reason], by);
    }
    return [...counts].map(([reason, by]) => ({ reason, count: by }));
  }

  async #linesAt(evidence: EvidenceReference, around: number): Promise<readonly RawLine[]> {
    const source = evidence.path;
    for (const candidate of this.#sources) {
      const kept = candidate.keptLine?.(source, evidence.byteOffset, around);
      if (kept !== undefined) return kept.map(({ atMs, text }) => ({ atMs, text: printable(text), source: candidate.name, evidence }));
    }
    const { shape } = this.#engine.files.find(({ path }) => path === source) ?? {};
    const neighbours = around > 0 ? await linesAround(source, shape, evidence.byteOffset, around) : undefined;
    if (neighbours !== undefined) {
      return neighbours.map(({ byteOffset, text }) => {
        const isAsked = byteOffset === evidence.byteOffset;
        const own = isAsked ? evidence : { path: source, byteOffset, at: undefined };
        return { atMs: isAsked ? timeOf(evidence) : undefined, source, text: printable(text), evidence: own };
      });
    }
    const line = await readEvidenceLine(evidence);
    const atMs = timeOf(evidence);
    const text = line.kind === 'line' ? line.text : `(cannot be read: ${line.because})`;
    return [{ atMs, source, text: printable(text), evidence }];
  }
}

function timeOf({ at }: EvidenceReference): number | undefined {
  return at === undefined ? undefined : Date.parse(at);
}

/** While somebody waits for the next round. */
const SOON_MS = 10;

const SKIP_WORDS = {
  envelope: 'envelope',
  marker: 'marker',
  'not-of-this-shape': 'not of the shape of its file',
  broken: 'broken off',
  'newer-version': 'record of a newer version',
  'too-long': 'too long',
  'over-cap': 'over the cap on inflated size',
} as const;
