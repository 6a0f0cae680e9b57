/** The rises of one sandbox's running maximum: what its memory story is told from. */
export interface Rise {
  readonly n: number;
  readonly megabytes: number;
  readonly atMs: number;
}

/** Adds a rise; a long story is thinned from the middle, its first and its last entries stay. */
export function addRise(envelope: Rise[], rise: Rise): void {
  envelope.push(rise);
  if (envelope.length <= MOST_RISES) return;
  const kept = envelope.filter((_, i) => i < KEPT_WHOLE || i >= envelope.length - KEPT_WHOLE || i % 2 === 0);
  envelope.length = 0;
  envelope.push(...kept);
}

const MOST_RISES = 256;
const KEPT_WHOLE = 32;
