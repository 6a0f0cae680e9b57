/**
 * When sources may give what came to them: some milliseconds in each turn of the loop, so that a key never waits behind more than
 * one such portion. While a picture is made nothing is taken in, and what came meanwhile is taken in portions, too: five seconds
 * of a busy system in one go held the keys for as long as the picture would have.
 */
import type { Steps } from '../steps.ts';

export class Intake {
  readonly #room: () => Steps<void> | undefined;
  #endsAtMs = 0;
  #nextTurn: Promise<void> | undefined;
  #held: { readonly promise: Promise<void>; readonly release: () => void } | undefined;

  /** @param room  the steps that have to be taken before more can be taken in; undefined where there is room */
  constructor(room: () => Steps<void> | undefined) {
    this.#room = room;
  }

  /**
   * Give at once what it allows: of several that waited for the same turn, each asks after the one before it has given.
   *
   * @returns undefined when the next portion may be given; else ask again when it settles
   */
  ready(): Promise<void> | undefined {
    if (this.#held !== undefined) return this.#held.promise;
    for (let room = this.#room(); ; room = this.#room()) {
      if (this.#isUsedUp()) return this.#nextTurn;
      if (room === undefined) return undefined;
      room.next();
    }
  }

  /** A picture is being made: nothing is given that can wait, until `goOn`. */
  hold(): void {
    if (this.#held !== undefined) return;
    let release = () => {};
    const promise = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held = { promise, release };
  }

  goOn(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  #isUsedUp(): boolean {
    if (this.#nextTurn !== undefined) return performance.now() >= this.#endsAtMs;
    this.#endsAtMs = performance.now() + A_TURN_MS;
    this.#nextTurn = new Promise((resolve) =>
      setImmediate(() => {
        this.#nextTurn = undefined;
        resolve();
      }),
    );
    return false;
  }
}

const A_TURN_MS = 5;
/** Of text that is given: a millisecond or two of work. */
export const PORTION_BYTES = 16 * 1024;
