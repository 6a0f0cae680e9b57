/**
 * Which templates are alike but for one gap, and what fills it in each of them, whatever number of words that is.
 */
import { VALUE } from './line-scan.ts';
import type { Draft } from './template-draft.ts';

export interface Gap {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly members: readonly GapMember[];
}

export interface GapMember {
  readonly draft: Draft;
  /** The words of this template in the gap. */
  readonly fill: string;
}

/** All gaps that two templates or more have in common, those with most templates and most common words first. */
export function sharedGaps(drafts: readonly Draft[]): Gap[] {
  const first = new Map<number, { draft: Draft; words: readonly string[]; start: number; end: number }>();
  const shared = new Map<number, Gap & { members: GapMember[] }>();
  for (const draft of drafts.slice(0, MOST_COMPARED)) {
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

/** The colon behind a name stays, because what follows it may be a value of its own. */
export function valueFor(fills: readonly string[]): string {
  return fills.every((fill) => fill.endsWith(':')) ? `${VALUE}:` : VALUE;
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

/** What somebody typed into a search box; names are shorter. */
const LONGEST_FILL = 12;
const MOST_WORDS = 60;
/** Templates of one program; of more, the most frequent. */
const MOST_COMPARED = 4000;
