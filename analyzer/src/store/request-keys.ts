/**
 * Every attempt of a function as eight bytes, so that retries are found across streams, files and workers.
 *
 * An asynchronous retry has the request id of the attempt that failed and may run in any sandbox, so only a join over
 * all attempts finds it. 62 bits of the id are kept with two bits of outcome: among ten million requests the chance
 * of one false match is about 1e-5.
 */
import { KeyStretches } from './key-stretches.ts';
import { PlaceList, placeIn } from './place-list.ts';
import type { Evidence, RetrySummary } from './summary.ts';

export interface KeyWords {
  /** Every attempt, two words each. */
  readonly all: readonly Int32Array[];
  /** Those that failed once more by themselves, because the join begins with them. */
  readonly failed: readonly Int32Array[];
  /** Where the first of all of them stand, in the same order. */
  readonly places?: readonly Float64Array[] | undefined;
  /** Older attempts were forgotten: what is found is a lower bound. */
  readonly isWindow?: boolean;
  /** Attempts of requests that were tried once, went well, and are not among the keys any more. */
  readonly onceCount?: number;
}

/** 62 bits of a request's id. */
export interface RequestKey {
  readonly high: number;
  readonly low: number;
}

export function requestKeyOf({ id0, id1, id2, id3 }: Readonly<Record<'id0' | 'id1' | 'id2' | 'id3', number>>): RequestKey {
  return { high: highOf(id0, id2), low: lowOf(id1, id3) };
}

function highOf(id0: number, id2: number): number {
  return id0 ^ Math.imul(id2, 0x9e3779b1);
}

function lowOf(id1: number, id3: number): number {
  return (id1 ^ Math.imul(id3, 0x85ebca77)) & ~3;
}

export class RequestKeys {
  #all = new WordList();
  readonly #failed = new WordList();
  /** Gone where attempts were forgotten: they would no longer be those of the keys beside them. */
  #places: PlaceList | undefined = new PlaceList();
  /** Of a running analysis: what came before the hour that is added to. */
  #older = new KeyStretches();
  #hourFromMs = Number.NaN;

  /** @param failed  whether the attempt failed; @param finished  false when its end is not in the export */
  add(id0: number, id1: number, id2: number, id3: number, failed: boolean, finished: boolean, file = NOWHERE, place = 0): void {
    const high = highOf(id0, id2);
    const low = lowOf(id1, id3) | (failed ? 1 : 0) | (finished ? 0 : 2);
    this.#all.add(high, low);
    this.#places?.add(file, place);
    if (failed) this.#failed.add(high, low);
  }

  /** Adding to one does not show in the other. */
  copyWith(): RequestKeys {
    const made = new RequestKeys();
    made.#all.follow(this.#all);
    made.#failed.follow(this.#failed);
    if (this.#places === undefined) made.#places = undefined;
    else made.#places!.follow(this.#places);
    made.#older = this.#older.copyWith();
    return made;
  }

  /** Forgets the oldest attempts beyond so many full pieces of the longest kind. */
  keepNewest(pieces: number): void {
    const forgotAny = this.#all.keepNewest(pieces);
    const forgotOlder = this.#older.keepNewest(pieces * PIECE - this.#all.fullLength);
    const forgotFailed = this.#failed.keepNewest(pieces);
    if (!forgotAny && !forgotOlder && !forgotFailed) return;
    this.#places = undefined;
    this.#older.forgetPlaces();
  }

  /** Keeps of what came hours ago what tells of retries. @param nowMs  the clock by which attempts come in */
  settleOlder(nowMs: number): void {
    // A clock that steps back begins its hour anew.
    if (!(this.#hourFromMs <= nowMs)) this.#hourFromMs = nowMs;
    if (!(nowMs - this.#hourFromMs >= HOUR_MS)) return;
    this.#hourFromMs = nowMs;
    this.#older.add(nowMs, this.#all.pieces(), this.#places?.pieces());
    this.#all = new WordList();
    if (this.#places !== undefined) this.#places = new PlaceList();
    this.#older.settle(nowMs);
  }

  /** The keys so far. */
  words(): KeyWords {
    const keys = { all: [...this.#older.all, ...this.#all.pieces()], failed: this.#failed.pieces(), onceCount: this.#older.onceCount };
    return this.#places === undefined
      ? { ...keys, isWindow: true }
      : { ...keys, places: [...this.#older.places, ...this.#places.pieces()] };
  }
}

const HOUR_MS = 3_600_000;

/**
 * Grows piece by piece: an array that doubles holds three times its content while it moves. Each piece is twice as long as the
 * one before, up to a limit: of forty functions that pass the same count together, none takes a megabyte for one attempt more.
 */
class WordList {
  readonly #full: Int32Array[] = [];
  #piece = NO_WORDS;
  #length = 0;

  add(high: number, low: number): void {
    if (this.#length === this.#piece.length) {
      if (this.#length > 0) this.#full.push(this.#piece);
      this.#piece = new Int32Array(Math.min(PIECE, Math.max(FIRST_PIECE, this.#length * 2)));
      this.#length = 0;
    }
    this.#piece[this.#length] = high;
    this.#piece[this.#length + 1] = low;
    this.#length += 2;
  }

  /** Words in pieces that are full. */
  get fullLength(): number {
    return this.#full.reduce((sum, { length }) => sum + length, 0);
  }

  /** @returns whether there were more than would fill so many of the longest pieces */
  keepNewest(pieces: number): boolean {
    let from = this.#full.length;
    for (let words = 0; from > 0 && words < pieces * PIECE; ) words += this.#full[--from]!.length;
    return this.#full.splice(0, from).length > 0;
  }

  /** What was written once never changes again, so it is shared; what comes goes into a piece of its own. */
  follow(other: WordList): void {
    this.#full.push(...other.#full);
    if (other.#length > 0) this.#full.push(other.#piece.subarray(0, other.#length));
  }

  pieces(): Int32Array[] {
    return [...this.#full, this.#piece.slice(0, this.#length)];
  }
}

/** Most lists of a copy stay empty. */
const NO_WORDS = new Int32Array(0);
const FIRST_PIECE = 512;
/** 256 KB. */
const PIECE = 65_536;

/**
 * @param parts  keys of one function, from every worker
 * @returns attempts and retries; above `MOST_JOINED` attempts requests that succeeded twice are not looked for
 */
export function joinRetries(parts: readonly KeyWords[]): RetrySummary {
  return joinRequests(parts).retries;
}

export interface JoinedRequests {
  readonly retries: RetrySummary;
  /** How many attempts of a request that failed once succeeded; undefined where some attempts were forgotten. */
  readonly successesOf: ((key: RequestKey) => number) | undefined;
  /** Some requests that succeeded twice, else some that were tried again: the lines of each. */
  readonly repeatedAt: readonly (readonly Evidence[])[];
}

export function joinRequests(parts: readonly KeyWords[]): JoinedRequests {
  const attempts = countOf(parts.flatMap(({ all }) => all)) + parts.reduce((sum, { onceCount = 0 }) => sum + onceCount, 0);
  const complete = attempts <= MOST_JOINED;
  // First the ids that matter: those that failed and, in a small export, those that came more than once.
  const failed = parts.flatMap((part) => part.failed);
  const repeated = complete ? maybeRepeated(parts, attempts) : [];
  const table = new KeyTable(countOf(failed) + repeated.length / 2);
  for (const words of failed) insertKeys(table, words);
  insertKeys(table, Int32Array.from(repeated));
  for (const { all } of parts) for (const words of all) countKeys(table, words);
  const isWindow = parts.some((part) => part.isWindow === true);
  const found = table.summary(complete && !isWindow);
  return {
    // Of an id that is not in the table there was one attempt.
    retries: complete && attempts > 0 && found.mostAttempts === 0 ? { ...found, mostAttempts: 1 } : found,
    successesOf: isWindow ? undefined : ({ high, low }) => table.successesOf(high, low),
    repeatedAt:
      found.mostAttempts < 2
        ? []
        : placesOf(parts, table, (high, low) =>
            found.duplicatedRequestCount > 0 ? table.successesOf(high, low) > 1 : table.attemptsOf(high, low) > 1,
          ),
  };
}

/** Of a few keys, those with the lowest words: the same whichever thread saw them first. */
function placesOf(parts: readonly KeyWords[], table: KeyTable, isWanted: (high: number, low: number) => boolean): Evidence[][] {
  const placesOfKey = new Map<number, number[]>();
  let highest = Number.POSITIVE_INFINITY;
  for (const { all, places = [] } of parts) {
    let piece = 0;
    let at = 0;
    for (const words of all) {
      for (let i = 0; i < words.length; i += 2) {
        while (piece < places.length && at === places[piece]!.length) {
          piece++;
          at = 0;
        }
        if (piece === places.length) break;
        const packed = places[piece]![at++]!;
        const high = words[i]!;
        if (packed < 0 || high > highest || !table.mayHold(high) || !isWanted(high, words[i + 1]! & ~3)) continue;
        const known = placesOfKey.get(high);
        if (known === undefined) placesOfKey.set(high, [packed]);
        else known.push(packed);
        if (placesOfKey.size <= KEYS_SHOWN) continue;
        placesOfKey.delete(Math.max(...placesOfKey.keys()));
        highest = Math.max(...placesOfKey.keys());
      }
    }
  }
  return [...placesOfKey.values()].map((packed) => packed.map(placeIn));
}

/** An attempt that no line of an input stands for. */
const NOWHERE = -1;
const KEYS_SHOWN = 4;

/**
 * Two words for each attempt whose id may have come before: all that did, and some one in thirty that did not. A bit a
 * hash fits into the cache of a core, where the table of all ids would be fetched from memory slot by slot.
 */
function maybeRepeated(parts: readonly KeyWords[], attempts: number): number[] {
  let bits = 1024;
  while (bits < attempts * BITS_AN_ATTEMPT) bits *= 2;
  const seen = new Int32Array(bits / 32);
  const mask = bits - 1;
  const repeated: number[] = [];
  for (const { all } of parts) {
    for (const words of all) {
      for (let i = 0; i < words.length; i += 2) {
        const high = words[i]!;
        const bit = (high ^ (words[i + 1]! >>> 2)) & mask;
        if ((seen[bit >>> 5]! & (1 << (bit & 31))) !== 0) repeated.push(high, words[i + 1]!);
        else seen[bit >>> 5]! |= 1 << (bit & 31);
      }
    }
  }
  return repeated;
}

/** Half of that makes twice as many look repeated, twice of it leaves the cache of a core at 200,000 attempts. */
const BITS_AN_ATTEMPT = 16;

/** @returns how many attempts of a wanted request succeeded */
export function lookUpRequests(parts: readonly KeyWords[], wanted: readonly RequestKey[]): (key: RequestKey) => number {
  const table = new KeyTable(wanted.length);
  for (const { high, low } of wanted) table.insert(high, low);
  for (const { all } of parts) for (const words of all) countKeys(table, words);
  return ({ high, low }) => table.successesOf(high, low);
}

export interface JoinedKeys {
  keyCount: number;
  duplicatedKeyCount: number;
  extraCount: number;
  /** Failed at least once. */
  failedKeyCount: number;
  /** Failed three times or more, and never succeeded. */
  recurringKeyCount: number;
}

/** Keys with more than one success, and keys that never have any: every key is joined, however many there are. */
export function joinDuplicates(parts: readonly KeyWords[]): JoinedKeys & { repeatedAt: readonly (readonly Evidence[])[] } {
  const table = new KeyTable(countOf(parts.flatMap(({ all }) => all)));
  for (const { all } of parts) for (const words of all) insertKeys(table, words);
  for (const { all } of parts) for (const words of all) countKeys(table, words);
  const found = table.duplicates();
  const repeatedAt = found.duplicatedKeyCount === 0 ? [] : placesOf(parts, table, (high, low) => table.successesOf(high, low) > 1);
  return { ...found, repeatedAt };
}

/** Below this all ids are joined; above, only those that failed at least once. */
const MOST_JOINED = 200_000;

function countOf(pieces: readonly Int32Array[]): number {
  return pieces.reduce((sum, words) => sum + words.length, 0) / 2;
}

function insertKeys(table: KeyTable, words: Int32Array): void {
  for (let i = 0; i < words.length; i += 2) table.insert(words[i]!, words[i + 1]! & ~3);
}

function countKeys(table: KeyTable, words: Int32Array): void {
  for (let i = 0; i < words.length; i += 2) table.count(words[i]!, words[i + 1]! & ~3, words[i + 1]! & 3);
}

/**
 * Open addressing, four words a slot so that one look-up touches one cache line: two of the key, attempts, outcomes. All keys are
 * counted before the next table is made.
 */
class KeyTable {
  readonly #mask: number;
  readonly #slots: Int32Array;

  constructor(wanted: number) {
    let size = 16;
    while (size < wanted * 2) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size * 4);
    SEEN.fill(0);
  }

  insert(high: number, low: number): void {
    const slot = this.#slot(high, low);
    this.#slots[slot] = high;
    this.#slots[slot + 1] = low | USED;
    SEEN[(high >>> 5) & (SEEN_WORDS - 1)]! |= 1 << (high & 31);
  }

  /** False for nearly every key that is not here, without a look at the slots; valid until the next table is made. */
  mayHold(high: number): boolean {
    return (SEEN[(high >>> 5) & (SEEN_WORDS - 1)]! & (1 << (high & 31))) !== 0;
  }

  count(high: number, low: number, outcome: number): void {
    if (!this.mayHold(high)) return;
    const slot = this.#slot(high, low);
    if (this.#slots[slot + 1] === 0) return;
    this.#slots[slot + 2]! += 1;
    if (outcome & 1) this.#slots[slot + 3]! += 1;
    else if (!(outcome & 2)) this.#slots[slot + 3]! += ONE_SUCCESS;
  }

  successesOf(high: number, low: number): number {
    return this.#slots[this.#slot(high, low) + 3]! >>> 16;
  }

  attemptsOf(high: number, low: number): number {
    return this.#slots[this.#slot(high, low) + 2]!;
  }

  summary(complete: boolean): RetrySummary {
    const found: RetrySummary = {
      failedRequestCount: 0,
      retriedRequestCount: 0,
      recoveredRequestCount: 0,
      retryAttemptCount: 0,
      duplicatedRequestCount: 0,
      mostAttempts: 0,
      complete,
    };
    for (let slot = 0; slot < this.#slots.length; slot += 4) {
      if (this.#slots[slot + 1] === 0) continue;
      const attempts = this.#slots[slot + 2]!;
      const failures = this.#slots[slot + 3]! & 0xffff;
      const successes = this.#slots[slot + 3]! >>> 16;
      if (attempts > found.mostAttempts) found.mostAttempts = attempts;
      if (successes > 1) found.duplicatedRequestCount++;
      if (failures === 0) continue;
      found.failedRequestCount++;
      if (attempts < 2) continue;
      found.retriedRequestCount++;
      found.retryAttemptCount += attempts - 1;
      if (successes > 0) found.recoveredRequestCount++;
    }
    return found;
  }

  duplicates(): JoinedKeys {
    const found: JoinedKeys = { keyCount: 0, duplicatedKeyCount: 0, extraCount: 0, failedKeyCount: 0, recurringKeyCount: 0 };
    for (let slot = 0; slot < this.#slots.length; slot += 4) {
      if (this.#slots[slot + 1] === 0) continue;
      found.keyCount++;
      const successes = this.#slots[slot + 3]! >>> 16;
      const failures = this.#slots[slot + 3]! & 0xffff;
      if (failures > 0) found.failedKeyCount++;
      if (failures >= OFTEN_FAILED && successes === 0) found.recurringKeyCount++;
      if (successes < 2) continue;
      found.duplicatedKeyCount++;
      found.extraCount += successes - 1;
    }
    return found;
  }

  #slot(high: number, low: number): number {
    const slots = this.#slots;
    const marked = low | USED;
    let slot = ((high ^ Math.imul(low, 0x9e3779b1)) & this.#mask) << 2;
    while (slots[slot + 1] !== 0 && (slots[slot] !== high || slots[slot + 1] !== marked)) slot = (slot + 4) & (slots.length - 1);
    return slot;
  }
}

/** The two low bits of a key are free (they carry the outcome elsewhere): one marks a slot as taken. */
const USED = 1;
/** 2^18 bits. */
const SEEN_WORDS = 8192;
/**
 * One bit a hash: nearly all attempts of a large export are told apart here, in a cache that stays warm. One for all tables: a
 * picture of a thousand functions would throw 32 MB away.
 */
const SEEN = new Int32Array(SEEN_WORDS);
const ONE_SUCCESS = 0x10000;
/** Deliveries of one item after which it is no longer bad luck; the same bound as in the catalogue of failures. */
const OFTEN_FAILED = 3;
