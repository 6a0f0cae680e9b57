/**
 * The keys under which failures of one function are counted, put together once for each kind and end.
 *
 * A key is some hundred characters from five places; a text that was looked up before is found again without reading it.
 */
import type { FailureKind } from '../parse/failure-kinds.ts';
import type { Status } from './summary.ts';

export class FailureKeys {
  readonly #ended = new Map<FailureKind, Partial<Record<Status, string>>>();
  readonly #logged = new Map<FailureKind, Partial<Record<Status, string>>>();

  /**
   * @param isLogged  the error did not decide how the attempt ended
   * @param make      puts the key together; it may depend on nothing else
   */
  of(kind: FailureKind, isLogged: boolean, status: Status, make: () => string): string {
    const known = isLogged ? this.#logged : this.#ended;
    let keys = known.get(kind);
    if (keys === undefined) {
      if (known.size >= MOST_KINDS) known.clear();
      keys = {};
      known.set(kind, keys);
    }
    keys[status] ??= make();
    return keys[status];
  }

  /** What is remembered here is true of a copy, too. */
  copyWith(): FailureKeys {
    return this;
  }
}

/** Of a running analysis: more kinds than that are counted together soon. */
const MOST_KINDS = 2_000;
