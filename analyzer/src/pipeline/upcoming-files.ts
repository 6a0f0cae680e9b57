/** The files of this thread in their order, the next ones being inflated while one is read. */
import { inflateAhead } from '../read/inflate-ahead.ts';
import type { WholeFile } from '../read/whole-file.ts';
import type { NumberedFile, Unit } from './unit.ts';

export interface UpcomingFile {
  readonly file: NumberedFile;
  /** No line of its streams follows in another file. */
  readonly isLastOfUnit: boolean;
  /** Resolves to undefined where it is to be read in the ordinary way. */
  readonly whole: Promise<WholeFile | undefined> | undefined;
}

export class UpcomingFiles {
  readonly #nextUnit: () => Unit | undefined;
  readonly #ahead: number;
  readonly #waiting: UpcomingFile[] = [];
  #unit: Unit | undefined;
  #taken = 0;

  /** @param ahead  how many files are inflated before their turn; 0: none is */
  constructor(nextUnit: () => Unit | undefined, ahead: number) {
    this.#nextUnit = nextUnit;
    this.#ahead = ahead;
  }

  /** @returns undefined when there are no more */
  next(): UpcomingFile | undefined {
    while (this.#waiting.length <= this.#ahead && this.#begin());
    return this.#waiting.shift();
  }

  #begin(): boolean {
    while (this.#unit === undefined || this.#taken === this.#unit.files.length) {
      this.#unit = this.#nextUnit();
      this.#taken = 0;
      if (this.#unit === undefined) return false;
    }
    const file = this.#unit.files[this.#taken]!;
    this.#taken++;
    const isLastOfUnit = this.#taken === this.#unit.files.length;
    // Standard input and pipes have no size, and are opened once.
    const isAhead = this.#ahead > 0 && (file.sizeBytes ?? 0) > 0;
    this.#waiting.push({ file, isLastOfUnit, whole: isAhead ? inflateAhead(file.path) : undefined });
    return true;
  }
}
