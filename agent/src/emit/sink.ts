/**
 * Where a long-running process sends what it measured.
 *
 * Windows are exact and always sent; single pieces of work are chosen by the caller (the remarkable ones, and a few of
 * the ordinary), because one span for each of ten thousand requests a second would cost more than the requests.
 */
import type { Call } from '../measure/call-table.ts';
import type { FinishedWork } from '../measure/work.ts';
import type { WindowRecord } from '../record/window-record.ts';

export interface Sink {
  /** @param calls  its outbound calls, ended ones and open ones, at most a few dozen */
  work(finished: FinishedWork, calls: readonly Call[]): void;
  window(record: WindowRecord): void;
  /** Any other record line (init, death, leak, note), complete, without its newline. */
  line(line: string): void;
  /** Sends what waits; settles after `capMs` at the latest, whatever happened. Never rejects. */
  flush(capMs: number): Promise<void>;
  /** What can still be done while the process exits: synchronous. */
  flushSync(): void;
  /** Records and spans that did not arrive since this was last asked. */
  takeLost(): number;
}
