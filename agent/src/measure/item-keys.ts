/**
 * Which items this process has already handled with success, by a short hash of the id that their source gave them.
 *
 * Queues and streams deliver at least once. A second delivery after a success is how an order is charged twice, and no
 * status shows it. The hash is the same in every process, so that whoever reads the lines of many sandboxes can find
 * what went to two of them. It is no cryptographic hash and hides nothing from one who can guess the id; therefore only
 * ids are hashed, never a body.
 */
export interface ItemKeys {
  /** How many of these were handled with success before. */
  duplicates(keys: readonly string[]): number;
  /** To be called with the keys of items that were handled with success, and only these. */
  remember(keys: readonly string[]): void;
}

/** Between this many and twice as many are remembered: a few batches of any size, in some 100 KB at most. */
const GENERATION = 999;

export function createItemKeys(): ItemKeys {
  let young = new Set<string>();
  let old = young;
  return {
    duplicates: (keys) => keys.filter((key) => young.has(key) || old.has(key)).length,
    remember(keys) {
      if (young.size > GENERATION) {
        old = young;
        young = new Set();
      }
      keys.map(young.add, young);
    },
  };
}

// Made once, with the first id: a buffer for each would cost three times the hash.
const sums = new Int32Array(2);
let sumBytes: Buffer | undefined;

/** 48 bits in 8 characters of base64url: two FNV-1a sums, the second one over the states of the first. */
export function shortHash(id: string): string {
  sums.fill(0);
  for (const character of id) {
    sums[0] = hash(sums[0]!, character.codePointAt(0)!);
    sums[1] = hash(sums[1]!, sums[0]);
  }
  sumBytes ??= Buffer.from(sums.buffer);
  return sumBytes.toString('base64url', 0, 6);
}

const hash = (sum: number, code: number): number => Math.imul(sum ^ code, 0x01000193);
