/** Read, parse, assemble and add up: one of these per thread, the same in all. */

import { setImmediate } from 'node:timers/promises';
import { Assembler } from '../assemble/index.ts';
import { matchesFunction } from '../diagnose/function-pattern.ts';
import { EventParser } from '../parse/event-parser.ts';
import type { FileContext } from '../read/event-sink.ts';
import { looksLike } from '../read/looks-like.ts';
import { ReadError } from '../read/read-error.ts';
import { type FileProgress, readFile } from '../read/read-file.ts';
import type { AnalyzeSettings } from '../settings.ts';
import { emptyFile } from '../store/empty-summary.ts';
import type { ItemKeys } from '../store/item-keys.ts';
import type { KeyWords } from '../store/request-keys.ts';
import { Summarizer } from '../store/summarizer.ts';
import type { SkipCount, Summary } from '../store/summary.ts';
import type { NumberedFile, Unit } from './unit.ts';

/** What a thread hands over: everything survives a structured clone. */
export interface Harvest {
  readonly summary: Summary;
  /** Function name -> request keys, for the retry join over all threads. */
  readonly requestKeys: Map<string, KeyWords>;
  /** Function name -> keys of the items that our agent saw. */
  readonly itemKeys: Map<string, ReturnType<ItemKeys['words']>>;
  readonly filteredCount: number;
}

/** Our own choice: far above a day of one stream; gzip packs at most about 1,000 to 1, so a bomb needs 4 MB to reach it. */
const DEFAULT_MAX_INFLATED_BYTES = 4 * 1024 ** 3;

export class Pipeline {
  readonly #settings: AnalyzeSettings;
  readonly #summarizer = new Summarizer();
  readonly #parser: EventParser;
  readonly #assembler: Assembler;

  constructor(settings: AnalyzeSettings) {
    this.#settings = settings;
    this.#parser = new EventParser(
      this.#summarizer,
      {
        ...(settings.functionName !== undefined && { functionName: settings.functionName }),
        ...(settings.only !== undefined && { wants: wantsOnly(settings.only) }),
        ...(settings.fromMs !== undefined && { fromMs: settings.fromMs }),
        ...(settings.toMs !== undefined && { toMs: settings.toMs }),
      },
      () => this.#assembler.consume(),
    );
    this.#assembler = new Assembler(this.#parser, this.#summarizer);
    this.#summarizer.attach(this.#parser);
  }

  get eventCount(): number {
    return this.#parser.eventCount;
  }

  /** Takes units until there are none: the files of each in order; its streams are closed at its end. */
  async run(nextUnit: () => Unit | undefined, onFile: (file: NumberedFile) => void): Promise<void> {
    for (let unit = nextUnit(); unit !== undefined; unit = nextUnit()) {
      for (const file of unit.files) {
        await this.#file(file);
        onFile(file);
        // Whole files are read without a pause: let a signal or a progress line through.
        await setImmediate();
      }
      this.#assembler.finish();
      this.#summarizer.closeStreams();
    }
  }

  harvest(): Harvest {
    this.#summarizer.close();
    const requestKeys = new Map<string, KeyWords>();
    for (const [name, keys] of this.#summarizer.requestKeys) requestKeys.set(name, keys.words());
    const itemKeys = new Map<string, ReturnType<ItemKeys['words']>>();
    for (const [name, keys] of this.#summarizer.itemKeys) itemKeys.set(name, keys.words());
    return { summary: this.#summarizer.summary, requestKeys, itemKeys, filteredCount: this.#parser.filteredCount };
  }

  async #file(file: NumberedFile): Promise<void> {
    const { files } = this.#summarizer.summary;
    const summary = emptyFile(file.path);
    files[file.index] = summary;
    this.#parser.beginFile(file.index, file.path);
    const eventsBefore = this.#parser.eventCount;
    const tellingBefore = this.#tellingCount();
    const functionName = this.#settings.functionName ?? file.functionName;
    const context: FileContext = {
      path: file.path,
      ...(file.logStream !== undefined && { logStream: file.logStream }),
      ...(functionName !== undefined && { functionName }),
      ...(this.#settings.timeZone !== undefined && { timeZone: this.#settings.timeZone }),
    };
    const progress: FileProgress = { shape: undefined, storedBytes: Number.NaN, inflatedBytes: 0 };
    try {
      await readFile(
        this.#parser,
        context,
        {
          maxInflatedBytes: this.#settings.maxInflatedBytes ?? DEFAULT_MAX_INFLATED_BYTES,
          ...(this.#settings.formatIn !== undefined && { formatIn: this.#settings.formatIn }),
        },
        progress,
      );
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      summary.error = { code: error.code, message: error.message, next: error.next };
      summary.partial = this.#parser.eventCount > eventsBefore;
      const accounted = summary.tookBytes + [...summary.skipped.values()].reduce((sum, one) => sum + one.bytes, 0);
      if (progress.inflatedBytes > accounted) this.#parser.skipped('broken', progress.inflatedBytes - accounted, accounted, error.code);
    }
    const broken = summary.skipped.get('broken');
    if (broken !== undefined && summary.error === undefined) {
      const error = brokenOff(file.path, broken);
      summary.error = { code: error.code, message: error.message, next: error.next };
      summary.partial = this.#parser.eventCount > eventsBefore;
    }
    summary.shape = progress.shape;
    summary.storedBytes = progress.storedBytes;
    summary.inflatedBytes = progress.inflatedBytes;
    summary.eventCount = this.#parser.eventCount - eventsBefore;
    summary.tellingCount = this.#tellingCount() - tellingBefore;
    if (summary.tellingCount === 0) summary.looksLike = looksLike(this.#parser.samples);
  }

  #tellingCount(): number {
    const { metrics, metricsDropped } = this.#summarizer.summary;
    return this.#parser.platformLineCount + this.#parser.recordCount + metrics.length + metricsDropped;
  }
}

function brokenOff(path: string, broken: SkipCount): ReadError {
  return new ReadError(
    'READ_JSON_BROKEN',
    { path, place: broken.firstPlace },
    {
      expected: 'well-formed data to the end of the file',
      found: `${broken.found ?? 'a piece that breaks off'} (${broken.bytes} bytes in ${broken.count === 1 ? 'one place' : `${broken.count} places`})`,
      next: 'What could be read is in the report. Fetch the file again, or cut it at a whole event.',
    },
  );
}

function wantsOnly(pattern: string): (functionName: string) => boolean {
  return (functionName) => matchesFunction(pattern, functionName);
}
