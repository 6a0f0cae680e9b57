/**
 * Parse, assemble and add up, wired to each other: what stands behind the readers, whether these read files to their
 * end or follow something that goes on.
 */
import { Assembler } from '../assemble/index.ts';
import { matchesFunction } from '../diagnose/function-pattern.ts';
import { EventParser, type ParseSettings } from '../parse/event-parser.ts';
import { copyOfParsed } from '../parse/parsed-state.ts';
import type { SourceFrames } from '../parse/source-frames.ts';
import type { StreamScan } from '../parse/stream-scan.ts';
import type { AnalyzeSettings } from '../settings.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { AttemptWatcher } from '../store/attempt-watcher.ts';
import type { ItemKeys } from '../store/item-keys.ts';
import type { KeyWords } from '../store/request-keys.ts';
import { Summarizer } from '../store/summarizer.ts';
import type { Summary } from '../store/summary.ts';
import type { SummaryLimits } from '../store/summary-limits.ts';
import { copyOnce } from './copy-state.ts';

/** What a thread hands over: everything survives a structured clone. */
export interface Harvest {
  readonly summary: Summary;
  /** Function name -> request keys, for the retry join over all threads. */
  readonly requestKeys: Map<string, KeyWords>;
  /** Function name -> keys of the items that our agent saw. */
  readonly itemKeys: Map<string, ReturnType<ItemKeys['words']>>;
  readonly filteredCount: number;
}

/** Of an analysis that goes on: who looks on, and how much is kept. */
export interface Running {
  readonly watcher?: AttemptWatcher;
  readonly limits?: SummaryLimits;
  readonly parsing?: Pick<ParseSettings, 'mostFailureKinds' | 'mostIdTexts'>;
}

export class Stages {
  readonly summarizer: Summarizer;
  readonly parser: EventParser;
  readonly assembler: Assembler;
  #sourceFrames: SourceFrames | undefined;

  /** @param running  what holds where the input has no end */
  constructor(settings: AnalyzeSettings, running: Running = {}) {
    this.summarizer = new Summarizer(undefined, running.limits);
    this.summarizer.watcher = running.watcher;
    this.summarizer.countsDrills = settings.countsDrills === true;
    this.parser = new EventParser(
      this.summarizer,
      {
        ...(settings.functionName !== undefined && { functionName: settings.functionName }),
        ...(settings.only !== undefined && { wants: wantsOnly(settings.only) }),
        ...(settings.fromMs !== undefined && { fromMs: settings.fromMs }),
        ...(settings.toMs !== undefined && { toMs: settings.toMs }),
        ...running.parsing,
      },
      () => this.assembler.consume(),
    );
    this.assembler = new Assembler(this.parser, this.summarizer);
    this.summarizer.attach(this.parser);
  }

  get sourceFrames(): SourceFrames | undefined {
    return this.#sourceFrames;
  }

  /** Errors that come after it are told in their sources. */
  set sourceFrames(frames: SourceFrames | undefined) {
    this.#sourceFrames = frames;
    this.parser.failureKinds.sourceFrames = frames;
  }

  /** Events that told of an invocation, or measured something, so far. */
  get tellingCount(): number {
    const { metrics, metricsDropped } = this.summarizer.summary;
    return this.parser.platformLineCount + this.parser.recordCount + metrics.length + metricsDropped;
  }

  /** No more lines of the streams so far will come. */
  closeStreams(): void {
    this.assembler.finish();
    this.summarizer.closeStreams();
  }

  /**
   * Closes those streams that have been silent longest.
   *
   * @returns their handles, which other streams will get
   */
  closeQuietestSteps(count: number): Steps<number[]> {
    const open = this.parser.streams.filter(({ isFree }) => !isFree);
    return this.closeOnesSteps(open.sort((a, b) => a.lastRow - b.lastRow).slice(0, count));
  }

  /** @returns their handles, which other streams will get */
  *closeOnesSteps(scans: readonly StreamScan[]): Steps<number[]> {
    // Twice, because finishing a stream may need room for a row.
    yield* this.assembler.takeAllSteps();
    for (const scan of scans) this.parser.finishStream(scan);
    yield* this.assembler.takeAllSteps();
    return yield* mapInSteps(scans, STREAMS_A_STEP, (scan) => {
      this.assembler.closeOne(scan.handle);
      this.summarizer.closeOne(scan);
      this.parser.forgetStream(scan);
      return scan.handle;
    });
  }

  /** What was found, when all streams are closed; call once. */
  harvest(): Harvest {
    return atOnce(harvestSteps(this.summarizer, this.parser.filteredCount, this.#sourceFrames));
  }

  /**
   * What would be found if everything ended now. Nothing that comes later is told differently for it.
   *
   * @param watcher  is shown the attempts that are still under way, or wait for their turn
   */
  *copiedHarvestSteps(watcher?: AttemptWatcher): Steps<Harvest> {
    const copy = copyOnce();
    const parsed = copyOfParsed(this.parser, copy, () => assembler.consume());
    yield;
    const summarizer = yield* this.summarizer.copySteps(parsed, copy);
    yield;
    summarizer.watcher = watcher;
    const assembler = yield* this.assembler.copySteps(parsed, summarizer, copy);
    yield;
    yield* assembler.finishSteps();
    yield* summarizer.closeSteps();
    return yield* harvestSteps(summarizer, this.parser.filteredCount, this.#sourceFrames);
  }
}

const STREAMS_A_STEP = 64;
const FUNCTIONS_A_STEP = 64;

function* harvestSteps(summarizer: Summarizer, filteredCount: number, sourceFrames: SourceFrames | undefined): Steps<Harvest> {
  summarizer.close();
  if (sourceFrames !== undefined) tellInSources(summarizer.summary, sourceFrames);
  const requestKeys = new Map<string, KeyWords>();
  yield* mapInSteps([...summarizer.requestKeys], FUNCTIONS_A_STEP, ([name, keys]) => requestKeys.set(name, keys.words()));
  const itemKeys = new Map<string, ReturnType<ItemKeys['words']>>();
  for (const [name, keys] of summarizer.itemKeys) itemKeys.set(name, keys.words());
  return { summary: summarizer.summary, requestKeys, itemKeys, filteredCount };
}

/** Stacks were told so when their lines were parsed; allocation sites are few, and only the last word of a sandbox counts. */
function tellInSources(summary: Summary, sourceFrames: SourceFrames): void {
  for (const [i, leak] of summary.leaks.entries()) {
    const sites = leak.record.allocationSites?.map((site) => sourceFrames.site(site));
    if (sites !== undefined) summary.leaks[i] = { ...leak, record: { ...leak.record, allocationSites: sites } };
  }
  summary.sourceMaps = sourceFrames.files;
}

function wantsOnly(pattern: string): (functionName: string) => boolean {
  return (functionName) => matchesFunction(pattern, functionName);
}
