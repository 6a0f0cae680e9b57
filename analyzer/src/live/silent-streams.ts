/**
 * Which streams have been silent for so long that whoever wrote them is surely gone.
 *
 * Silent by the clock of the sources, not by the times in their lines: of an old file every line is of long ago while it is
 * being read.
 */
import type { StreamScan } from '../parse/stream-scan.ts';

export class SilentStreams {
  /** By handle: how many events there were when it was looked at last, and since when there are no more. */
  readonly #eventCounts: number[] = [];
  readonly #sinceMs: number[] = [];

  /**
   * Call now and then: between two calls nobody notices that a stream speaks.
   *
   * @param silentMs  how long a stream has to be silent
   * @returns their handles
   */
  silentFor(silentMs: number, streams: readonly StreamScan[], nowMs: number): number[] {
    const silent: number[] = [];
    for (const { handle, isFree, eventCount } of streams) {
      if (isFree) continue;
      // A clock that steps back begins anew.
      if (this.#eventCounts[handle] !== eventCount || !(this.#sinceMs[handle]! <= nowMs)) {
        this.#eventCounts[handle] = eventCount;
        this.#sinceMs[handle] = nowMs;
      } else if (nowMs - this.#sinceMs[handle]! >= silentMs) silent.push(handle);
    }
    return silent;
  }

  /** The handle is another stream's from now on. */
  closed(handle: number): void {
    this.#eventCounts[handle] = NO_EVENTS;
  }
}

const NO_EVENTS = -1;
