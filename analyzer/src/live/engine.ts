/**
 * The stages behind the sources of a running analysis, and the report as it stands now.
 *
 * The stages are those of a batch analysis, fed by many sources in turns. For a report their state is copied, the copy
 * is closed as at the end of an input, and the same diagnoses read it: there is no second way to a verdict.
 */
import { readPriceTable } from '../diagnose/price-file.ts';
import type { PriceTable } from '../diagnose/prices.ts';
import { flagForeignFiles } from '../pipeline/file-account.ts';
import { openSourceMaps } from '../pipeline/open-source-maps.ts';
import { addUpSteps } from '../pipeline/run-units.ts';
import { Stages } from '../pipeline/stages.ts';
import type { StreamOrigin } from '../read/event-sink.ts';
import { looksLike } from '../read/looks-like.ts';
import { checkSourceMapsFolder } from '../read/source-maps-folder.ts';
import { reportSteps } from '../report/build-report.ts';
import type { Report } from '../report/report.ts';
import type { AnalyzeSettings } from '../settings.ts';
import { atOnce, type Steps } from '../steps.ts';
import { emptyFile } from '../store/empty-summary.ts';
import type { Forgotten } from '../store/keep-within.ts';
import type { FileSummary, Summary } from '../store/summary.ts';
import { VERSION } from '../version.ts';
import { beyondLimits } from './beyond-limits.ts';
import { Courses } from './courses.ts';
import type { Feed } from './feed.ts';
import { Intake } from './intake.ts';
import {
  LIVE_LIMITS,
  type LiveLimits,
  latencyMinutesKept,
  MOST_AHEAD_MS,
  MOST_FAILURE_KINDS,
  MOST_ID_TEXTS,
  minutesKept,
} from './limits.ts';
import { SilentStreams } from './silent-streams.ts';

/** A report, and the summary that it was built from: nobody adds to that any more. */
export interface Settled {
  readonly report: Report;
  readonly summary: Summary;
  readonly courses: Courses;
}

export class Engine {
  readonly settings: AnalyzeSettings;
  /** Rises whenever something was taken in or changed its state. */
  version = 0;
  /** The clock of the sources, as it was looked at last. */
  nowMs = Number.POSITIVE_INFINITY;
  /** Told before anything is taken in. */
  beforeChange: () => void = () => {};
  /** When sources may give. */
  readonly intake = new Intake(() => this.#roomSteps());
  #stages: Stages;
  /** Rows that are being taken out of the full table. */
  #room: Steps<void> | undefined;
  readonly #limits: LiveLimits;
  readonly #prices: PriceTable;
  #courses: Courses;
  readonly #samples = new Map<number, string[]>();
  readonly #owners = new Map<number, { readonly feed: Feed; readonly own: number }[]>();
  #silent = new SilentStreams();
  #forgotten = nothingForgotten();
  #untilTidy = TIDY_EVERY_EVENTS;
  #turn = -1;
  #eventsAtTurn = 0;
  #tellingAtTurn = 0;

  /** @throws PriceError for a price file that is not one */
  constructor(settings: AnalyzeSettings, limits: LiveLimits = LIVE_LIMITS) {
    this.#limits = limits;
    this.settings = settings;
    this.#prices = readPriceTable(settings.pricePath);
    if (settings.sourceMapsPath !== undefined) checkSourceMapsFolder(settings.sourceMapsPath);
    this.#courses = new Courses(settings);
    this.#stages = stagesFor(settings, this.#courses, limits);
  }

  get parser(): Stages['parser'] {
    return this.#stages.parser;
  }

  get files(): readonly FileSummary[] {
    return this.#stages.summarizer.summary.files;
  }

  /** @returns the number under which its events are given (`turnTo`) */
  addFile(path: string): number {
    this.#settleBefore();
    return this.#stages.summarizer.summary.files.push(emptyFile(path)) - 1;
  }

  /** Call before the first event, so that none is told in its bundle. */
  async openSourceMaps(): Promise<void> {
    this.#stages.sourceFrames = await openSourceMaps(this.settings);
  }

  /** Forgets everything that was taken in. */
  beginAnew(): void {
    this.#settleBefore();
    const { sourceFrames } = this.#stages;
    this.#courses = new Courses(this.settings);
    this.#stages = stagesFor(this.settings, this.#courses, this.#limits);
    this.#stages.sourceFrames = sourceFrames;
    this.#owners.clear();
    this.#silent = new SilentStreams();
    this.#forgotten = nothingForgotten();
    this.#samples.clear();
    this.#turn = -1;
    this.version++;
  }

  /** What was read of this file lies there no more, or under another name. */
  rename(file: FileSummary, path: string): void {
    this.#settleBefore();
    const { files } = this.#stages.summarizer.summary;
    const number = files.indexOf(file);
    this.#endTurn();
    files[number] = { ...file, path };
    this.version++;
  }

  /** The next events are of this file. Sources take turns, so each says so before it gives one. */
  turnTo(file: number): void {
    if (this.#turn === file) return;
    this.#settleBefore();
    this.#endTurn();
    this.#turn = file;
    this.#stages.parser.beginFile(file, this.files[file]!.path);
    this.#eventsAtTurn = this.#stages.parser.eventCount;
    this.#tellingAtTurn = this.#stages.tellingCount;
  }

  /** @returns the handle under which the stages know the stream, until `feed.closed(own)` is called */
  openStream(feed: Feed, own: number, origin: StreamOrigin): number {
    this.turnTo(feed.file);
    const handle = this.#stages.parser.stream(origin);
    const owners = this.#owners.get(handle);
    if (owners === undefined) this.#owners.set(handle, [{ feed, own }]);
    else owners.push({ feed, own });
    if (this.#stages.parser.openStreamCount > this.#limits.openStreams) atOnce(this.#closeQuietSteps());
    return handle;
  }

  /** An event was taken in. */
  counted(): void {
    this.version++;
    if (--this.#untilTidy <= 0) this.tidy();
  }

  /** Forgets what is old. */
  tidy(): void {
    this.#settleBefore();
    atOnce(this.#tidySteps());
  }

  *#tidySteps(): Steps<void> {
    this.#untilTidy = TIDY_EVERY_EVENTS;
    yield* this.#closeSilentSteps();
    const { summarizer, parser } = this.#stages;
    const { configurations, failures } = summarizer.summary;
    const newestMs = Math.min(Math.max(parser.eventMinutes.lastMs, summarizer.summary.lastMs), this.nowMs + MOST_AHEAD_MS);
    if (!Number.isFinite(newestMs)) return;
    const newest = Math.floor(newestMs / 60_000);
    const fromMinute = newest - minutesKept(configurations.size, failures.size);
    summarizer.keepWithin(this.#limits.kept, fromMinute, this.nowMs, this.#forgotten);
    parser.eventMinutes.forgetBefore(fromMinute);
    this.#courses.forgetBefore(newest - latencyMinutesKept(this.#courses.functionCount));
  }

  /**
   * The report as it stands now. While its steps are under way nothing may be taken in: who wants to, asks `beforeChange` to have
   * them taken at once.
   */
  *settleSteps(): Steps<Settled> {
    this.#endTurn();
    if (this.#room !== undefined) yield* this.#room;
    const { parser, assembler } = this.#stages;
    // What no late line will go before any more is taken for good; the copy then has little left to take.
    yield* assembler.takeOlderSteps(parser.eventMinutes.lastMs - LATE_LINES_MS, LATE_LINES_MS);
    yield;
    const underWay = new Courses(this.settings, this.#courses);
    const harvest = yield* this.#stages.copiedHarvestSteps(underWay);
    const { summary, filteredCount } = yield* addUpSteps([harvest]);
    flagForeignFiles(summary);
    yield;
    const report = yield* reportSteps(summary, this.settings, { tool: VERSION, prices: this.#prices, filteredCount });
    const beyond = beyondLimits(summary, this.#forgotten, this.#limits);
    if (beyond.length === 0) return { summary, courses: underWay, report };
    const dataQuality = { ...report.dataQuality, cannotTell: [...report.dataQuality.cannotTell, ...beyond] };
    return { summary, courses: underWay, report: { ...report, dataQuality } };
  }

  /** Before anything is full, because then room is made at once: rows are taken, streams closed, what is old forgotten. */
  #roomSteps(): Steps<void> | undefined {
    if (this.#room !== undefined) return this.#room;
    const { parser } = this.#stages;
    const { openStreams } = this.#limits;
    const isTableFull = parser.facts.rows > parser.facts.capacity - SPARE_ROWS;
    const areStreamsMany = parser.openStreamCount > openStreams - (openStreams >> 4);
    const isTidyDue = this.#untilTidy < SPARE_ROWS;
    if (!isTableFull && !areStreamsMany && !isTidyDue) return undefined;
    this.beforeChange();
    this.#endTurn();
    this.#room = this.#makeRoom(isTableFull, areStreamsMany);
    return this.#room;
  }

  *#makeRoom(isTableFull: boolean, areStreamsMany: boolean): Steps<void> {
    if (isTableFull) yield* this.#stages.assembler.consumeSteps();
    if (areStreamsMany) yield* this.#closeQuietSteps();
    else if (this.#untilTidy < SPARE_ROWS) yield* this.#tidySteps();
    this.#room = undefined;
  }

  /** What is under way must see nothing change. */
  #settleBefore(): void {
    if (this.#room !== undefined) atOnce(this.#room);
    this.beforeChange();
  }

  *#closeQuietSteps(): Steps<void> {
    this.#giveBack(yield* this.#stages.closeQuietestSteps(this.#limits.openStreams >> 2));
    yield* this.#tidySteps();
  }

  /** Of those that nobody will write to any more, some stay open: a small system may be silent for a night. */
  *#closeSilentSteps(): Steps<void> {
    const { restingStreams, silentMs } = this.#limits;
    const { parser } = this.#stages;
    if (!Number.isFinite(this.nowMs)) return;
    const silent = this.#silent.silentFor(silentMs, parser.streams, this.nowMs);
    const over = Math.min(silent.length, parser.openStreamCount - restingStreams);
    // Some at a time, because the rows of all streams are taken before.
    if (over < restingStreams >> 2) return;
    const scans = silent.map((handle) => parser.streams[handle]!).sort((a, b) => a.lastRow - b.lastRow);
    this.#giveBack(yield* this.#stages.closeOnesSteps(scans.slice(0, over)));
  }

  #giveBack(handles: readonly number[]): void {
    for (const handle of handles) {
      for (const { feed, own } of this.#owners.get(handle) ?? []) feed.closed(own);
      this.#owners.delete(handle);
      this.#silent.closed(handle);
    }
  }

  /** Gives the file whose turn it was what the stages counted meanwhile. */
  #endTurn(): void {
    const file = this.files[this.#turn];
    if (file === undefined) return;
    file.eventCount += this.#stages.parser.eventCount - this.#eventsAtTurn;
    file.tellingCount += this.#stages.tellingCount - this.#tellingAtTurn;
    if (file.tellingCount === 0) file.looksLike = looksLike(this.#samplesOf(this.#turn));
    else file.looksLike = undefined;
    this.#turn = -1;
  }

  /** Beginnings of the first lines without structure: the parser keeps those of one turn. */
  #samplesOf(file: number): readonly string[] {
    const samples = this.#samples.get(file) ?? [];
    for (const sample of this.#stages.parser.samples) if (samples.length < MOST_SAMPLES) samples.push(sample);
    this.#samples.set(file, samples);
    return samples;
  }
}

/** Lines of one stream come in order; exporters and `aws logs tail` mix those of a few seconds. */
const LATE_LINES_MS = 10_000;
const TIDY_EVERY_EVENTS = 65_536;
/** Rows, and events: more than a portion of text can hold. */
const SPARE_ROWS = 1_024;

/** As many as the parser keeps of a file that is read in one go. */
const MOST_SAMPLES = 50;

function stagesFor(settings: AnalyzeSettings, courses: Courses, limits: LiveLimits): Stages {
  return new Stages(settings, {
    watcher: courses,
    limits: limits.summary,
    parsing: { mostFailureKinds: MOST_FAILURE_KINDS, mostIdTexts: MOST_ID_TEXTS },
  });
}

function nothingForgotten(): Forgotten {
  return { inits: 0, sandboxes: 0, metrics: 0, processes: 0, leaks: 0 };
}
