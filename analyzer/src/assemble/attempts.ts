/**
 * Attempts from their first line to their last. One that ended is given away only when the next one of its stream begins, because
 * its timeout line or late output may follow its REPORT. The objects are used again.
 */
import { FACT, type FactTable } from '../parse/facts.ts';
import type { ParsedState } from '../parse/parsed-state.ts';
import { Invocation } from './invocation.ts';
import type { InvocationSink } from './invocation-sink.ts';
import { judge } from './judge.ts';
import type { StreamState } from './stream-state.ts';

export class Attempts {
  readonly parser: ParsedState;
  readonly sink: InvocationSink;
  readonly #pool: Invocation[] = [];

  constructor(parser: ParsedState, sink: InvocationSink) {
    this.parser = parser;
    this.sink = sink;
  }

  /** An attempt begins: it takes over the init lines and the death that came before it. */
  begin(state: StreamState, table: FactTable, row: number): Invocation {
    if (state.died !== undefined && state.isolated) state.newEpoch();
    const invocation = (this.#pool.pop() ?? new Invocation()).reset(state.sandboxOf(table, row));
    invocation.id0 = table.id0[row]!;
    invocation.id1 = table.id1[row]!;
    invocation.id2 = table.id2[row]!;
    invocation.id3 = table.id3[row]!;
    const scan = this.parser.streams[state.handle]!;
    invocation.functionName = scan.functionName;
    invocation.version = table.version[row]! > 0 ? this.parser.versions[table.version[row]!] : scan.version;
    invocation.hasStart = table.kind[row] !== FACT.report;
    invocation.init = state.init;
    invocation.diedBefore = state.diedBefore;
    invocation.initRecord = state.initRecord;
    state.initRecord = undefined;
    state.init = undefined;
    state.diedBefore = undefined;
    state.begun++;
    // The first word tells nearly all apart; the text is made only where it is the same.
    if (state.failedIds.size > 0 && state.failedIds.has(invocation.id0)) state.countAttempt(invocation);
    return invocation;
  }

  /** Gives the attempt that waited for late lines. */
  settle(state: StreamState): void {
    const closed = state.closed;
    if (closed === undefined) return;
    state.closed = undefined;
    this.give(state, closed);
  }

  /** Judged, and out of our hands: the object may be another attempt a moment later. */
  give(state: StreamState, invocation: Invocation): void {
    judge(invocation, this.sink);
    const failed = invocation.status !== 'success' && invocation.status !== 'unknown' && invocation.status !== 'unfinished';
    if (failed || invocation.attempt > 1) state.noteAttempt(invocation, failed);
    this.sink.invocation(invocation);
    const died = deathOf(invocation);
    if (died !== undefined) {
      state.died = died;
      state.noteDead(invocation);
    }
    this.#pool.push(invocation);
  }

  /** The input of a stream ends: what is still open in it stays unfinished. */
  close(state: StreamState): void {
    this.settle(state);
    for (const invocation of state.open) this.give(state, invocation);
    state.open.length = 0;
    if (state.init === undefined) return;
    if (state.died !== undefined && state.isolated) state.newEpoch();
    const init = state.init;
    this.sink.unusedInit(state.sandbox ?? state.newSandbox(init.file, init.place, init.atMs), init);
  }
}

/** How an attempt took its process with it. */
function deathOf({ status, processDied }: Invocation): StreamState['died'] {
  if (status === 'oom' || status === 'timeout') return status;
  return processDied || status === 'init-error' ? 'crash' : undefined;
}
