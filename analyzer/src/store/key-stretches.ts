/**
 * Keys of attempts that came hours ago, in stretches of an hour: for a running analysis, which would otherwise keep sixteen bytes of
 * every request that it ever saw.
 *
 * Whoever tries again does so within hours. Later, of requests that were tried once and went well only their number is kept, and all
 * that failed or came more than once, so that retries are counted as if every key were there. Time is that of the clock by which
 * attempts come in: of files that are read in one go nothing is forgotten, whenever their lines were written.
 */
interface Stretch {
  readonly untilMs: number;
  /** As in `RequestKeys`, two words an attempt. */
  readonly all: Int32Array;
  /** Where each of them stands. */
  readonly places: Float64Array | undefined;
}

export class KeyStretches {
  /** Oldest first; nobody writes in them any more, so that copies share them. */
  #recent: Stretch[] = [];
  /** What is still kept of those that ended long ago. */
  #settled: Stretch[] = [];
  /** Attempts of requests that were tried once and went well, and are not kept. */
  onceCount = 0;

  copyWith(): KeyStretches {
    const made = new KeyStretches();
    made.#recent = [...this.#recent];
    made.#settled = [...this.#settled];
    made.onceCount = this.onceCount;
    return made;
  }

  /** Of all stretches, in the same order. */
  get all(): Int32Array[] {
    return this.#each().map(({ all }) => all);
  }

  /** As `all`; wrong where some have none. */
  get places(): Float64Array[] {
    return this.#each().map(({ places }) => places ?? NO_PLACES);
  }

  add(untilMs: number, all: readonly Int32Array[], places: readonly Float64Array[] | undefined): void {
    const whole = joined(all, Int32Array);
    if (whole.length > 0) this.#recent.push({ untilMs, all: whole, places: places && joined(places, Float64Array) });
  }

  /** Call when the newest attempts were added. */
  settle(nowMs: number): void {
    while (this.#recent.length > 0 && nowMs - this.#recent[0]!.untilMs >= RETRIED_WITHIN_MS) {
      const stretch = this.#recent.shift()!;
      const kept = withoutOnce(stretch, this.all);
      this.onceCount += (stretch.all.length - kept.all.length) / 2;
      if (kept.all.length > 0) this.#settled.push(kept);
      if (this.#settled.length >= MOST_PARTS) this.#settled = [joinedStretches(this.#settled)];
    }
  }

  /** Forgets the oldest beyond so many words. @returns whether there were any */
  keepNewest(words: number): boolean {
    const before = this.#recent.length + this.#settled.length;
    this.#recent = newestOf(this.#recent, words);
    this.#settled = newestOf(this.#settled, words - lengthOf(this.#recent));
    return this.#recent.length + this.#settled.length < before;
  }

  forgetPlaces(): void {
    const without = ({ untilMs, all }: Stretch): Stretch => ({ untilMs, all, places: undefined });
    this.#recent = this.#recent.map(without);
    this.#settled = this.#settled.map(without);
  }

  #each(): Stretch[] {
    return [...this.#settled, ...this.#recent];
  }
}

/**
 * As long as an event may wait to be tried again: six hours at most. Source: AWS Lambda developer guide, "How Lambda handles errors
 * and retries with asynchronous invocation".
 */
const RETRIED_WITHIN_MS = 6 * 3_600_000;
/** What is left of an hour is a few hundred bytes, and as much around them: put together now and then. */
const MOST_PARTS = 12;
const NO_PLACES = new Float64Array(0);
/** Of requests that came once, one in thirty is taken for one that did not, and kept in vain. */
const BITS_AN_ATTEMPT = 32;
const FAILED = 1;

function newestOf(stretches: readonly Stretch[], words: number): Stretch[] {
  let from = stretches.length;
  for (let left = words; from > 0 && left > 0; ) left -= stretches[--from]!.all.length;
  return stretches.slice(from);
}

function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { all }) => sum + all.length, 0);
}

/** Without requests that were tried once and did not fail. @param others  keys of all other attempts */
function withoutOnce({ untilMs, all, places }: Stretch, others: readonly Int32Array[]): Stretch {
  const repeated = repeatedBits(all, others);
  const words = new Int32Array(all.length);
  const at = new Float64Array(places === undefined ? 0 : all.length / 2);
  let kept = 0;
  for (let i = 0; i < all.length; i += 2) {
    if ((all[i + 1]! & FAILED) === 0 && !repeated.has(bitOf(all, i))) continue;
    if (places !== undefined) at[kept / 2] = places[i / 2]!;
    words[kept++] = all[i]!;
    words[kept++] = all[i + 1]!;
  }
  return { untilMs, all: words.slice(0, kept), places: places && at.slice(0, kept / 2) };
}

/** A bit for each hash of a key that came more than once, at least once of it in `words`. */
function repeatedBits(words: Int32Array, others: readonly Int32Array[]): Bits {
  const attempts = (words.length + others.reduce((sum, { length }) => sum + length, 0)) / 2;
  const [seen, repeated] = [new Bits(attempts * BITS_AN_ATTEMPT), new Bits(attempts * BITS_AN_ATTEMPT)];
  for (let i = 0; i < words.length; i += 2) {
    const bit = bitOf(words, i);
    (seen.has(bit) ? repeated : seen).add(bit);
  }
  for (const list of others) for (let i = 0; i < list.length; i += 2) repeated.add(bitOf(list, i));
  return repeated;
}

/** The two low bits of a key are its outcome. */
function bitOf(words: Int32Array, at: number): number {
  // Ids that count up differ in few bits: all of them have to reach the lowest.
  const mixed = Math.imul(words[at]! ^ Math.imul(words[at + 1]! >>> 2, 0x9e3779b1), 0x85ebca6b);
  const spread = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return spread ^ (spread >>> 16);
}

class Bits {
  readonly #words: Int32Array;
  readonly #mask: number;

  constructor(least: number) {
    let bits = 1_024;
    while (bits < least) bits *= 2;
    this.#words = new Int32Array(bits / 32);
    this.#mask = bits - 1;
  }

  has(hash: number): boolean {
    const bit = hash & this.#mask;
    return (this.#words[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  add(hash: number): void {
    const bit = hash & this.#mask;
    this.#words[bit >>> 5]! |= 1 << (bit & 31);
  }
}

function joinedStretches(stretches: readonly Stretch[]): Stretch {
  const hasPlaces = stretches.every(({ places }) => places !== undefined);
  return {
    untilMs: stretches.at(-1)!.untilMs,
    all: joined(
      stretches.map(({ all }) => all),
      Int32Array,
    ),
    places: hasPlaces
      ? joined(
          stretches.map(({ places }) => places!),
          Float64Array,
        )
      : undefined,
  };
}

function joined<List extends Int32Array | Float64Array>(pieces: readonly List[], kind: new (length: number) => List): List {
  const whole = new kind(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
