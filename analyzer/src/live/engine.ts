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
import { addUp } from '../pipeline/run-units.ts';
import { Stages } from '../pipeline/stages.ts';
import { looksLike } from '../read/looks-like.ts';
import { checkSourceMapsFolder } from '../read/source-maps-folder.ts';
import { buildReport } from '../report/build-report.ts';
import type { Report } from '../report/report.ts';
import type { AnalyzeSettings } from '../settings.ts';
import { emptyFile } from '../store/empty-summary.ts';
import type { FileSummary, Summary } from '../store/summary.ts';
import { VERSION } from '../version.ts';
import { Courses } from './courses.ts';

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
  #stages: Stages;
  readonly #prices: PriceTable;
  #courses: Courses;
  readonly #samples = new Map<number, string[]>();
  #turn = -1;
  #eventsAtTurn = 0;
  #tellingAtTurn = 0;

  /** @throws PriceError for a price file that is not one */
  constructor(settings: AnalyzeSettings) {
    this.settings = settings;
    this.#prices = readPriceTable(settings.pricePath);
    if (settings.sourceMapsPath !== undefined) checkSourceMapsFolder(settings.sourceMapsPath);
    this.#courses = new Courses(settings);
    this.#stages = new Stages(settings, this.#courses);
  }

  get parser(): Stages['parser'] {
    return this.#stages.parser;
  }

  get files(): readonly FileSummary[] {
    return this.#stages.summarizer.summary.files;
  }

  /** @returns the number under which its events are given (`turnTo`) */
  addFile(path: string): number {
    return this.#stages.summarizer.summary.files.push(emptyFile(path)) - 1;
  }

  /** Call before the first event, so that none is told in its bundle. */
  async openSourceMaps(): Promise<void> {
    this.#stages.sourceFrames = await openSourceMaps(this.settings);
  }

  /** Forgets everything that was taken in. */
  beginAnew(): void {
    const { sourceFrames } = this.#stages;
    this.#courses = new Courses(this.settings);
    this.#stages = new Stages(this.settings, this.#courses);
    this.#stages.sourceFrames = sourceFrames;
    this.#samples.clear();
    this.#turn = -1;
    this.version++;
  }

  /** What was read of this file lies there no more, or under another name. */
  rename(file: FileSummary, path: string): void {
    const { files } = this.#stages.summarizer.summary;
    const number = files.indexOf(file);
    this.#endTurn();
    files[number] = { ...file, path };
    this.version++;
  }

  /** The next events are of this file. Sources take turns, so each says so before it gives one. */
  turnTo(file: number): void {
    if (this.#turn === file) return;
    this.#endTurn();
    this.#turn = file;
    this.#stages.parser.beginFile(file, this.files[file]!.path);
    this.#eventsAtTurn = this.#stages.parser.eventCount;
    this.#tellingAtTurn = this.#stages.tellingCount;
  }

  settle(): Settled {
    this.#endTurn();
    const underWay = new Courses(this.settings, this.#courses);
    const { summary, filteredCount } = addUp([this.#stages.harvestOfCopy(underWay)]);
    flagForeignFiles(summary);
    return {
      summary,
      courses: underWay,
      report: buildReport(summary, this.settings, { tool: VERSION, prices: this.#prices, filteredCount }),
    };
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

/** As many as the parser keeps of a file that is read in one go. */
const MOST_SAMPLES = 50;
