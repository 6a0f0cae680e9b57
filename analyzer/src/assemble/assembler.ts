/**
 * Rebuilds what happened: facts in order of time become attempts, sandboxes and their epochs, inits and deaths.
 *
 * Here stands when which row is taken: the table is the reorder window, and a plain invocation with another one right behind it
 * goes straight on. What a row does to its stream begins in `take-row.ts`; how long an attempt waits for late lines is told in
 * `attempts.ts`.
 */
import { FACT, type FactTable } from '../parse/facts.ts';
import type { ParsedState } from '../parse/parsed-state.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import { Attempts } from './attempts.ts';
import type { InvocationSink } from './invocation-sink.ts';
import { StreamState } from './stream-state.ts';
import { takeRow } from './take-row.ts';

export class Assembler {
  readonly #parser: ParsedState;
  readonly #sink: InvocationSink;
  readonly #attempts: Attempts;
  #streams: (StreamState | undefined)[] = [];

  constructor(parser: ParsedState, sink: InvocationSink) {
    this.#parser = parser;
    this.#sink = sink;
    this.#attempts = new Attempts(parser, sink);
  }

  /** One in the same state, over a copied table, that gives what it finds to another sink. */
  *copySteps(parser: ParsedState, sink: InvocationSink, copy: <T>(value: T) => T): Steps<Assembler> {
    const made = new Assembler(parser, sink);
    made.#streams = yield* mapInSteps(this.#streams, STREAMS_A_STEP, copy);
    return made;
  }

  /** Takes rows out of the full table; when it was not in order, only the older half, so that the rest can still sort in. */
  consume(): void {
    atOnce(this.consumeSteps());
  }

  /** As `consume`. */
  *consumeSteps(): Steps<void> {
    const table = this.#parser.facts;
    if (!table.disordered) return yield* this.takeAllSteps();
    const order = table.order();
    const half = order.length >> 1;
    yield;
    yield* this.#takeRowsSteps(table, order.subarray(0, half));
    table.keep(order.subarray(half));
  }

  /**
   * Takes the rows that are older than a moment, unless lines come so late here that more may have to sort in before it.
   *
   * @param beforeMs   epoch ms
   * @param mostLateMs  how late a line may come
   */
  *takeOlderSteps(beforeMs: number, mostLateMs: number): Steps<void> {
    const table = this.#parser.facts;
    if (table.mostLateMs > mostLateMs) return;
    const order = table.order();
    let count = 0;
    while (count < order.length && !(table.atMs[order[count]!]! >= beforeMs)) count++;
    if (count === 0) return;
    if (!table.disordered) yield* this.#takeInOrderSteps(table, count);
    else yield* this.#takeRowsSteps(table, order.subarray(0, count));
    if (count === order.length) table.clear();
    else table.keep(order.subarray(count));
  }

  /** Takes every row and leaves the streams open. */
  *takeAllSteps(): Steps<void> {
    const table = this.#parser.facts;
    const rows = table.rows;
    if (table.disordered) yield* this.#takeRowsSteps(table, table.order());
    else yield* this.#takeInOrderSteps(table, rows);
    table.clear();
  }

  /** Closes one stream, whose rows were taken: what is still open in it stays unfinished. */
  closeOne(handle: number): void {
    const state = this.#streams[handle];
    if (state !== undefined) this.#attempts.close(state);
    delete this.#streams[handle];
  }

  /** Takes every row and closes all streams: what is still open stays unfinished. */
  finish(): void {
    atOnce(this.finishSteps());
  }

  /** As `finish`. */
  *finishSteps(): Steps<void> {
    this.#parser.finish();
    yield* this.takeAllSteps();
    let count = 0;
    for (const state of this.#streams) {
      if (state === undefined) continue;
      this.#attempts.close(state);
      if (++count % STREAMS_A_STEP === 0) yield;
    }
    this.#streams = [];
  }

  *#takeRowsSteps(table: FactTable, rows: Uint32Array): Steps<void> {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      takeRow(this.#attempts, this.#streamOf(table, row), table, row);
      if ((i + 1) % ROWS_A_STEP === 0) yield;
    }
  }

  /** @param count  the first rows, without a pause between them */
  *#takeInOrderSteps(table: FactTable, count: number): Steps<void> {
    for (let from = 0; from < count; from += ROWS_A_STEP) {
      this.#takeInOrder(table, from, Math.min(count, from + ROWS_A_STEP), count);
      yield;
    }
  }

  /** @param count  rows that are taken one after the other, of which these are some: what comes behind the last one is not known */
  #takeInOrder(table: FactTable, from: number, to: number, count: number): void {
    const { kind, stream, atMs } = table;
    const last = count - 1;
    for (let row = from; row < to; row++) {
      // A plain invocation with another right behind it in its stream: no late line can follow, nothing has to wait.
      const plain = row < last && kind[row] === FACT.invocation && kind[row + 1] === FACT.invocation && stream[row] === stream[row + 1];
      if (plain && this.#plainAtOnce(table, row)) continue;
      takeRow(this.#attempts, this.#streamOf(table, row), table, row);
    }
    // Rows of one stream mostly stand together.
    for (let row = from; row < to; ) {
      const handle = stream[row]!;
      let newestMs = Number.NEGATIVE_INFINITY;
      for (; row < to && stream[row] === handle; row++) if (atMs[row]! > newestMs) newestMs = atMs[row]!;
      const state = this.#streams[handle]!;
      if (newestMs > state.processedMs) state.processedMs = newestMs;
    }
  }

  /** @returns false when the row needs the full way */
  #plainAtOnce(table: FactTable, row: number): boolean {
    const state = this.#streams[table.stream[row]!];
    if (state === undefined || !state.atRest || !isOrdinary(table, row)) return false;
    // The retry of a request that failed here has its ordinal to be counted.
    if (state.failedIds.size > 0 && state.failedIds.has(table.id0[row]!)) return false;
    if (state.closed !== undefined) {
      this.#attempts.settle(state);
      if (state.died !== undefined) return false;
    }
    if (!this.#sink.plainInvocation(state.sandbox!, table, row)) return false;
    state.begun++;
    return true;
  }

  #streamOf(table: FactTable, row: number): StreamState {
    const handle = table.stream[row]!;
    let state = this.#streams[handle];
    if (state === undefined) {
      const scan = this.#parser.streams[handle]!;
      state = new StreamState(handle, scan.logStream, scan.named);
      this.#streams[handle] = state;
    }
    if (table.disordered) this.#noteLate(state, table, row);
    return state;
  }

  /** What is older than a row that was processed already came too late for the reorder window. */
  #noteLate(state: StreamState, table: FactTable, row: number): void {
    const atMs = table.atMs[row]!;
    if (atMs < state.processedMs) this.#sink.anomaly('too-late-to-order', table.file[row]!, table.place[row]!, atMs);
    else if (atMs > state.processedMs) state.processedMs = atMs;
  }
}

/** Some milliseconds each. */
const ROWS_A_STEP = 256;
const STREAMS_A_STEP = 64;

/** Warm, and billed and measured as the platform does it: nothing about it has to be judged. */
function isOrdinary(table: FactTable, row: number): boolean {
  const initMs = table.initMs[row]!;
  if (initMs >= 0 || table.extra[row] !== undefined) return false;
  const rest = table.billedMs[row]! - table.durationMs[row]!;
  return rest >= 0 && rest < 1 && table.maxMemoryMb[row]! <= table.memorySizeMb[row]!;
}
