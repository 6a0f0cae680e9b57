/**
 * The name that somebody may have meant who mistyped another.
 *
 * Distance: V. I. Levenshtein (1966), "Binary codes capable of correcting deletions, insertions, and reversals",
 * Soviet Physics Doklady 10 (8), 707–710.
 */

/** @returns undefined when no name is near enough to be worth saying */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  // A third of the letters wrong is a typing error; more is another word.
  let nearest = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  let best: string | undefined;
  for (const name of names.slice(0, MOST_NAMES)) {
    const candidate = name.toLowerCase();
    // A forgotten ending (`orders` for `orders.json.gz`) is no typing error, however long.
    const distance = candidate.startsWith(`${wanted}.`) ? 1 : levenshtein(wanted, candidate, nearest);
    if (distance < nearest) {
      nearest = distance;
      best = name;
    }
  }
  return best;
}

const MOST_NAMES = 2000;

/** @returns the distance, or `limit` when it is at least that */
function levenshtein(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let at = 1; at <= left.length; at++) {
    const next = [at];
    for (let to = 1; to <= right.length; to++) {
      const replaced = row[to - 1] + (left[at - 1] === right[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[to] + 1, next[to - 1] + 1));
    }
    row = next;
  }
  return row[right.length];
}
