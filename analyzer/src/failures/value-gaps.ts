/**
 * Step six of mining: templates that are alike but for one gap, whatever number of words fills it.
 *
 * The steps before compare lines of equally many words. `heating Kitchen set to <*>` and `heating Living room set to <*>` never met
 * there, nor did `difference <*>` and `difference <*> USD`. Here all templates that share their beginning and their end are
 * laid beside each other, and what fills the gap is judged as a whole: names, signs and values are one value; words that tell what
 * happened are several statements. What was shown to be a name in one place is known as a name in others.
 */

import { bare, type FillPlace, isSymbolic, isValueOf, type KnownNames, pairOf, tellsWhatHappened } from './gap-fills.ts';
import { VALUE } from './line-scan.ts';
import { canonicalOf, type Draft, mergeAlike } from './template-draft.ts';
import { isStatementWord, TAG } from './value-words.ts';

export function joinGaps(drafts: readonly Draft[]): Draft[] {
  const known: KnownNames = { names: new Set(), pairs: new Map() };
  for (const draft of drafts) for (const name of draft.names) known.names.add(bare(name));
  let now = [...drafts];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const joined = joinOnce(now, known);
    if (joined === undefined) return now;
    now = joined;
  }
  return now;
}

interface Gap {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly members: { readonly draft: Draft; readonly fill: string }[];
}

/** @returns the templates after the clearest gaps were closed; undefined where none is left */
function joinOnce(drafts: readonly Draft[], known: KnownNames): Draft[] | undefined {
  const gaps = gapsOf(drafts.slice(0, MOST_COMPARED));
  known.pairs.clear();
  for (const gap of gaps) {
    if (gap.members.length !== 2) continue;
    const pair = pairOf(gap.members.map(({ fill }) => fill));
    known.pairs.set(pair, (known.pairs.get(pair) ?? 0) + 1);
  }
  const renamed = new Map<Draft, string>();
  for (const gap of gaps) {
    const open = gap.members.filter(({ draft }) => !renamed.has(draft));
    if (open.length < 2) continue;
    const place = placeOf(gap);
    const fills = open.map(({ fill }) => fill);
    const counts = open.map(({ draft }) => draft.count);
    if (!isValueOf(fills, counts, place, known)) continue;
    const canonical = canonicalOf([...gap.left, valueFor(fills), ...gap.right]);
    for (const { draft, fill } of open) {
      renamed.set(draft, canonical);
      if (!isSymbolic(fill) && !tellsWhatHappened(fill, place)) known.names.add(bare(fill));
    }
  }
  if (renamed.size === 0) return undefined;
  return mergeAlike(
    drafts.map((draft) => {
      const canonical = renamed.get(draft);
      if (canonical === undefined) return draft;
      return { ...draft, canonical, takesWords: true, patterns: [...draft.patterns, canonical.split(' ')] };
    }),
  );
}

function placeOf({ left, right }: Gap): FillPlace {
  return {
    fixedLeft: left.filter(isStatementWord).length,
    fixedRight: right.filter(isStatementWord).length,
    before: left.at(-1),
    atStart: left.length === 0,
    atEnd: right.length === 0,
    isTagged: left.some((word) => TAG.test(word)),
  };
}

/** The colon behind a name stays, because what follows it may be a value of its own. */
function valueFor(fills: readonly string[]): string {
  return fills.every((fill) => fill.endsWith(':')) ? `${VALUE}:` : VALUE;
}

/** All gaps that two templates or more have in common, those with most templates and most common words first. */
function gapsOf(drafts: readonly Draft[]): Gap[] {
  const first = new Map<number, { draft: Draft; words: readonly string[]; start: number; end: number }>();
  const shared = new Map<number, Gap>();
  for (const draft of drafts) {
    const words = draft.canonical.split(' ');
    if (words.length > MOST_WORDS) continue;
    const heads = hashesFrom(words);
    const tails = hashesFrom([...words].reverse());
    for (let start = 0; start < words.length; start++) {
      for (let end = start + 1; end <= Math.min(words.length, start + LONGEST_FILL); end++) {
        if (end - start === words.length) continue;
        const key = (heads[start]! >>> 6) * 0x4000000 + (tails[words.length - end]! >>> 6);
        const gap = shared.get(key);
        if (gap !== undefined) {
          gap.members.push({ draft, fill: words.slice(start, end).join(' ') });
          continue;
        }
        const other = first.get(key);
        if (other === undefined) {
          first.set(key, { draft, words, start, end });
          continue;
        }
        shared.set(key, {
          left: words.slice(0, start),
          right: words.slice(end),
          members: [
            { draft: other.draft, fill: other.words.slice(other.start, other.end).join(' ') },
            { draft, fill: words.slice(start, end).join(' ') },
          ],
        });
      }
    }
  }
  return [...shared.values()]
    .filter(({ members }) => isTight(members.map(({ fill }) => fill)))
    .sort((a, b) => b.members.length - a.members.length || b.left.length + b.right.length - a.left.length - a.right.length);
}

/** Fills that all begin or all end with the same word leave a smaller gap, which is looked at by itself. */
function isTight(fills: readonly string[]): boolean {
  const firsts = new Set(fills.map((fill) => fill.slice(0, (fill.indexOf(' ') + 1 || fill.length + 1) - 1)));
  const lasts = new Set(fills.map((fill) => fill.slice(fill.lastIndexOf(' ') + 1)));
  return (firsts.size > 1 && lasts.size > 1) || fills.some((fill) => !fill.includes(' '));
}

/** @returns a hash of the first words for each number of them, from none on */
function hashesFrom(words: readonly string[]): number[] {
  const hashes = [0x811c9dc5];
  let hash = 0x811c9dc5;
  for (const word of words) {
    for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ 0x20, 0x01000193);
    hashes.push(hash >>> 0);
  }
  return hashes;
}

const MOST_ROUNDS = 4;
/** What somebody typed into a search box; names are shorter. */
const LONGEST_FILL = 12;
const MOST_WORDS = 60;
/** Templates of one program; of more, the most frequent. */
const MOST_COMPARED = 4000;
