/**
 * What the parser hands to the assembler: a table of facts in typed columns, one row a fact.
 *
 * An export holds hundreds of thousands of invocations; an object for each platform line would cost more than
 * reading it. A plain invocation (START, END and REPORT of one id with nothing unusual between) is a single row.
 * The table is also the reorder window: exports are not guaranteed to be sorted, so rows are put in order of
 * (time, arrival) before the assembler sees them.
 */
import type { AgentRecord } from '@nightlight/agent/record';

export const FACT = {
  /** START, END and REPORT of one request with nothing but ordinary lines between. */
  invocation: 0,
  start: 1,
  end: 2,
  report: 3,
  initStart: 4,
  initReport: 5,
  restoreStart: 6,
  restoreReport: 7,
  /** The application or the runtime client printed an error. */
  errorLine: 8,
  /** "Task timed out after 3.00 seconds". */
  timedOut: 9,
  /** "Runtime exited with error: signal: killed" and its kin. */
  runtimeExit: 10,
  /** An ordinary line that names a request other than the open one. */
  strayLine: 11,
  runtimeDone: 12,
  extension: 13,
  logsDropped: 14,
  /** Our agent's own record line. */
  record: 15,
} as const;
export type FactKind = (typeof FACT)[keyof typeof FACT];

/** What does not fit a number; made only for the few rows that carry it. */
export interface FactExtra {
  status?: string;
  errorType?: string;
  restoreMs?: number;
  billedRestoreMs?: number;
  traceId?: string;
  segmentId?: string;
  sampled?: boolean;
  /** `init`, `invoke` or `snap-start`. */
  phase?: string;
  initializationType?: string;
  runtimeVersion?: string;
  extensionName?: string;
  extensionOverheadMs?: number;
  responseLatencyMs?: number;
  responseDurationMs?: number;
  producedBytes?: number;
  /** Index into the parser's failure kinds. */
  failureKind?: number;
  /** The error reached the runtime client: the invocation failed with it. */
  thrownToRuntime?: boolean;
  /** The line carries the id `undefined`: it was printed while init ran. */
  duringInit?: boolean;
  /** The line tells that the process ran out of memory. */
  outOfMemory?: boolean;
  /** `signal: killed`: for want of memory, unless the memory says otherwise. */
  wasKilled?: boolean;
  /** The process was killed or exited. */
  processDied?: boolean;
  droppedRecords?: number;
  record?: AgentRecord;
  /** Which way of writing the platform line was met, when not the ordinary one. */
  dialect?: string;
  /** Version that a START in JSON named. */
  version?: string;
}

const ROWS = 16_384;

export class FactTable {
  rows = 0;
  /** True when a row was older than one before it in the same stream. */
  disordered = false;
  /** By how much the latest of the late events was older than one before it in its stream. */
  mostLateMs = 0;
  /** Of the late events: how many were older, and newer, than the late one before them in their stream. */
  backwardSteps = 0;
  forwardSteps = 0;
  readonly capacity = ROWS;
  readonly kind = new Uint8Array(ROWS);
  readonly stream = new Uint32Array(ROWS);
  readonly id0 = new Uint32Array(ROWS);
  readonly id1 = new Uint32Array(ROWS);
  readonly id2 = new Uint32Array(ROWS);
  readonly id3 = new Uint32Array(ROWS);
  readonly file = new Uint32Array(ROWS);
  /** Number in the parser's list of versions; 0 is unknown. */
  readonly version = new Uint16Array(ROWS);
  /** Epoch ms that orders the row: the event's own, or START's of an `invocation`. */
  readonly atMs = new Float64Array(ROWS);
  readonly endMs = new Float64Array(ROWS);
  readonly place = new Float64Array(ROWS);
  readonly durationMs = new Float64Array(ROWS);
  readonly billedMs = new Float64Array(ROWS);
  readonly memorySizeMb = new Float64Array(ROWS);
  readonly maxMemoryMb = new Float64Array(ROWS);
  readonly initMs = new Float64Array(ROWS);
  readonly extra: (FactExtra | undefined)[] = new Array<FactExtra | undefined>(ROWS).fill(undefined);

  /** Row numbers in order of (time, arrival). Rows without a time keep the place of the row before them. */
  order(): Uint32Array {
    const order = new Uint32Array(this.rows);
    for (let i = 0; i < this.rows; i++) order[i] = i;
    if (!this.disordered) return order;
    const at = new Float64Array(this.rows);
    let last = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.rows; i++) {
      const time = this.atMs[i]!;
      if (!Number.isNaN(time)) last = time;
      at[i] = last;
    }
    // A file that runs backwards (Insights' newest first) holds the lines of one millisecond backwards too; a file whose
    // chunks are merely mixed does not.
    const tie = this.backwardSteps > 2 * this.forwardSteps ? -1 : 1;
    return order.sort((a, b) => at[a]! - at[b]! || (a - b) * tie);
  }

  /** Forgets all rows. */
  clear(): void {
    for (let row = 0; row < this.rows; row++) if (this.extra[row] !== undefined) this.extra[row] = undefined;
    this.rows = 0;
    this.disordered = false;
    this.mostLateMs = 0;
  }

  /** Holds what the other table holds, in place of its own rows. */
  takeFrom(other: FactTable): void {
    const theirs = other.#columns();
    this.#columns().forEach((column, i) => {
      column.set(theirs[i]!.subarray(0, other.rows) as never);
    });
    for (let row = 0; row < other.rows; row++) this.extra[row] = other.extra[row];
    this.rows = other.rows;
    this.disordered = other.disordered;
    this.mostLateMs = other.mostLateMs;
    this.backwardSteps = other.backwardSteps;
    this.forwardSteps = other.forwardSteps;
  }

  /** Keeps the given rows (in that order) and forgets the rest. */
  keep(rows: Uint32Array): void {
    for (const column of this.#columns()) {
      const kept = column.slice(0, rows.length);
      for (let i = 0; i < rows.length; i++) kept[i] = column[rows[i]!]!;
      column.set(kept, 0);
    }
    const extra = new Array<FactExtra | undefined>(rows.length);
    for (let i = 0; i < extra.length; i++) extra[i] = this.extra[rows[i]!];
    this.extra.fill(undefined, 0, this.rows);
    for (let i = 0; i < extra.length; i++) this.extra[i] = extra[i];
    this.rows = rows.length;
  }

  #columns(): (Uint8Array | Uint16Array | Uint32Array | Float64Array)[] {
    return [
      this.kind,
      this.stream,
      this.id0,
      this.id1,
      this.id2,
      this.id3,
      this.file,
      this.version,
      this.atMs,
      this.endMs,
      this.place,
      this.durationMs,
      this.billedMs,
      this.memorySizeMb,
      this.maxMemoryMb,
      this.initMs,
    ];
  }
}
