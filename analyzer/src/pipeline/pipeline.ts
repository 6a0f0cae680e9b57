/** Read, parse, assemble and add up: one of these per thread, the same in all. */

import { setImmediate } from 'node:timers/promises';
import { looksLike } from '../read/looks-like.ts';
import { ReadError } from '../read/read-error.ts';
import { type FileProgress, readFile } from '../read/read-file.ts';
import type { WholeFile } from '../read/whole-file.ts';
import type { AnalyzeSettings } from '../settings.ts';
import { emptyFile } from '../store/empty-summary.ts';
import { fileContext, noteBroken, noteError } from './file-account.ts';
import { openSourceMaps } from './open-source-maps.ts';
import { type Harvest, Stages } from './stages.ts';
import type { NumberedFile, Unit } from './unit.ts';
import { UpcomingFiles } from './upcoming-files.ts';

/** Our own choice: far above a day of one stream; gzip packs at most about 1,000 to 1, so a bomb needs 4 MB to reach it. */
export const DEFAULT_MAX_INFLATED_BYTES = 4 * 1024 ** 3;

export class Pipeline {
  readonly #settings: AnalyzeSettings;
  readonly #stages: Stages;

  constructor(settings: AnalyzeSettings) {
    this.#settings = settings;
    this.#stages = new Stages(settings);
  }

  get eventCount(): number {
    return this.#stages.parser.eventCount;
  }

  /**
   * Takes units until there are none: the files of each in order; its streams are closed at its end.
   *
   * @param ahead   how many files the thread pool inflates before their turn
   * @param onFile  told after each file, with the time that was spent waiting for the pool
   */
  async run(nextUnit: () => Unit | undefined, ahead: number, onFile: (file: NumberedFile, waitedMs: number) => void): Promise<void> {
    this.#stages.sourceFrames ??= await openSourceMaps(this.#settings);
    const files = new UpcomingFiles(nextUnit, ahead);
    for (let next = files.next(); next !== undefined; next = files.next()) {
      const askedMs = performance.now();
      const whole = await next.whole;
      const waitedMs = performance.now() - askedMs;
      await this.#file(next.file, whole);
      if (next.isLastOfUnit) this.#stages.closeStreams();
      onFile(next.file, waitedMs);
      // Whole files are read without a pause: let a signal or a progress line through.
      await setImmediate();
    }
  }

  harvest(): Harvest {
    return this.#stages.harvest();
  }

  async #file(file: NumberedFile, ahead: WholeFile | undefined): Promise<void> {
    const { parser, summarizer } = this.#stages;
    const summary = emptyFile(file.path);
    summarizer.summary.files[file.index] = summary;
    parser.beginFile(file.index, file.path);
    const eventsBefore = parser.eventCount;
    const tellingBefore = this.#stages.tellingCount;
    const progress: FileProgress = { shape: undefined, storedBytes: Number.NaN, inflatedBytes: 0 };
    try {
      await readFile(
        parser,
        fileContext(file, this.#settings),
        {
          maxInflatedBytes: this.#settings.maxInflatedBytes ?? DEFAULT_MAX_INFLATED_BYTES,
          ...(this.#settings.formatIn !== undefined && { formatIn: this.#settings.formatIn }),
        },
        progress,
        ahead,
      );
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      noteError(summary, error, parser.eventCount > eventsBefore);
      const accounted = summary.tookBytes + [...summary.skipped.values()].reduce((sum, one) => sum + one.bytes, 0);
      if (progress.inflatedBytes > accounted) parser.skipped('broken', progress.inflatedBytes - accounted, accounted, error.code);
    }
    noteBroken(summary, parser.eventCount > eventsBefore);
    summary.shape = progress.shape;
    summary.storedBytes = progress.storedBytes;
    summary.inflatedBytes = progress.inflatedBytes;
    summary.eventCount = parser.eventCount - eventsBefore;
    summary.tellingCount = this.#stages.tellingCount - tellingBefore;
    if (summary.tellingCount === 0) summary.looksLike = looksLike(parser.samples);
  }
}
