/**
 * Which place of one build is which place of another, told by their order: a bundler and a minifier rename and squeeze, but what
 * stood before something else still does.
 *
 * Failures that are known in both builds are the anchors. Unknown places between two anchors belong to known ones between the
 * same two, where there are equally many; where there are not, code was added or moved, and nothing is said.
 */

/** A place known in both builds: how far into the one file, and how far into the other. */
export interface Anchor {
  readonly here: number;
  readonly there: number;
}

/**
 * @param anchors  in any order; those that contradict the order of most others are left out
 * @param here  distinct places to be named
 * @param there  distinct places that have names
 * @returns for each place here the index of its twin there; undefined where order alone cannot tell
 */
export function twinsByOrder(anchors: readonly Anchor[], here: readonly number[], there: readonly number[]): readonly number[] | undefined {
  if (here.length === 0 || here.length !== there.length) return undefined;
  const inOrder = longestInOrder(anchors);
  if (inOrder.length < FEWEST_ANCHORS || inOrder.length < anchors.length * LEAST_IN_ORDER) return undefined;
  const ours = sortedIndexes(here);
  const theirs = sortedIndexes(there);
  const twins = new Array<number>(here.length);
  for (const [rank, index] of ours.entries()) {
    const twin = theirs[rank]!;
    // Equal ranks in unequal gaps: one place is missing here and another one there.
    if (gapOf(inOrder, here[index]!, 'here') !== gapOf(inOrder, there[twin]!, 'there')) return undefined;
    twins[index] = twin;
  }
  return twins;
}

function sortedIndexes(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
}

/** How many anchors stand before a place. An anchor on the very place stands behind it, in both files. */
function gapOf(anchors: readonly Anchor[], place: number, side: 'here' | 'there'): number {
  let before = 0;
  while (before < anchors.length && anchors[before]![side] < place) before++;
  return before;
}

/** The longest run of anchors that stand in one order in both files (patience sorting). */
function longestInOrder(anchors: readonly Anchor[]): Anchor[] {
  const sorted = [...anchors].sort((a, b) => a.here - b.here || b.there - a.there);
  const ends: number[] = [];
  const before = new Array<number>(sorted.length).fill(-1);
  for (const [index, { there }] of sorted.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[ends[middle]!]!.there < there) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[index] = ends[low - 1]!;
    ends[low] = index;
  }
  const run: Anchor[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) run.push(sorted[at]!);
  return run.reverse();
}

/** With fewer, agreeing orders are chance: five fall into one order once in 120. */
const FEWEST_ANCHORS = 5;
/**
 * Failures that a package threw stand where the package stands, out of order where a minifier took its name; our judgement. Of a
 * hundred places in no order some twenty would do.
 */
const LEAST_IN_ORDER = 0.6;
