/**
 * Whether more threads should scan, asked after each file of an export.
 *
 * One scanning thread with a pool that inflates for it fills two cores: a second one would only take time from the
 * inflating, and has to start, load and compile the scanner first. It pays where the scanner hardly ever waits for the
 * pool, a core has nothing to do (more cores, slow shapes, files that are no gzip), and much is left. Where the process gets
 * less than one core, others need the machine: no core is idle, however little the scanner waits.
 */
export interface Clocks {
  /** Of a clock that never goes back. */
  readonly nowMs: number;
  /** Processor time of all threads of the process, asked for when it is read. */
  readonly cpuMs: number;
}

export class HelperQuestion {
  readonly #bytesTotal: number;
  readonly #cores: number;
  readonly #since: Clocks;
  #bytesDone = 0;
  #waitedMs = 0;

  /** @param bytesTotal  of all files as they are stored */
  constructor(bytesTotal: number, cores: number, since: Clocks) {
    this.#bytesTotal = bytesTotal;
    this.#cores = cores;
    this.#since = { nowMs: since.nowMs, cpuMs: since.cpuMs };
  }

  /** @returns whether help would pay from here on */
  afterFile(storedBytes: number, waitedMs: number, clocks: Clocks): boolean {
    this.#bytesDone += storedBytes;
    this.#waitedMs += waitedMs;
    const spentMs = clocks.nowMs - this.#since.nowMs;
    if (spentMs < SETTLED_MS || this.#bytesDone === 0) return false;
    const leftMs = (spentMs / this.#bytesDone) * (this.#bytesTotal - this.#bytesDone);
    if (leftMs < WORTH_MS || this.#waitedMs >= spentMs * MOST_WAITING) return false;
    // Asking for the processor time costs as much as scanning some thousand lines: only where it decides.
    const coresUsed = (clocks.cpuMs - this.#since.cpuMs) / spentMs;
    return coresUsed >= FULL_CORE && coresUsed <= this.#cores - LEAST_IDLE;
  }
}

/** By then the scanner is compiled, and what it needs for a file can be told. */
const SETTLED_MS = 400;
/** Starting a helper and warming it up takes about half a second of processor time; half of what is left must be well above. */
const WORTH_MS = 1500;
/** On two cores the scanner of ordinary text waits for a quarter of the time or more. */
const MOST_WAITING = 0.1;
/** The scanning thread by itself uses one core, less what the clock of processor time has not counted yet. */
const FULL_CORE = 0.9;
/** Below half a core a helper takes from the pool what it gives to the scanning. */
const LEAST_IDLE = 0.5;
