/**
 * Whether more threads should scan, asked after each file of an export.
 *
 * One scanning thread with a pool that inflates for it fills two cores: a second one would only take time from the
 * inflating, and has to start, load and compile the scanner first. It pays where the scanner hardly ever waits for the
 * pool (more cores, slow shapes, files that are no gzip) and much is left to do.
 */
export class HelperQuestion {
  readonly #bytesTotal: number;
  readonly #sinceMs: number;
  #bytesDone = 0;
  #waitedMs = 0;

  /** @param bytesTotal  of all files as they are stored; @param nowMs  of a clock that never goes back */
  constructor(bytesTotal: number, nowMs: number) {
    this.#bytesTotal = bytesTotal;
    this.#sinceMs = nowMs;
  }

  /** @returns whether help would pay from here on */
  afterFile(storedBytes: number, waitedMs: number, nowMs: number): boolean {
    this.#bytesDone += storedBytes;
    this.#waitedMs += waitedMs;
    const spentMs = nowMs - this.#sinceMs;
    if (spentMs < SETTLED_MS || this.#bytesDone === 0) return false;
    const leftMs = (spentMs / this.#bytesDone) * (this.#bytesTotal - this.#bytesDone);
    return leftMs >= WORTH_MS && this.#waitedMs < spentMs * MOST_WAITING;
  }
}

/** By then the scanner is compiled, and what it needs for a file can be told. */
const SETTLED_MS = 400;
/** Starting a helper and warming it up takes about half a second of processor time; half of what is left must be well above. */
const WORTH_MS = 1500;
/** On two cores the scanner of ordinary text waits for a quarter of the time or more. */
const MOST_WAITING = 0.1;
