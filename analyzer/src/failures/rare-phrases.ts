/**
 * Lines that are rare because most of their words are somebody's: "ada opened pull request 7: fix the parser".
 *
 * Neither their beginning nor their end repeats, so no column and no gap shows what varies. But the words of the statement stand
 * together, and a run of them that many rare lines have in common names it.
 */
import { VALUE } from './line-scan.ts';
import { append } from './lists-by-key.ts';
import { type Draft, mergeAlike } from './template-draft.ts';
import { isStatementWord } from './value-words.ts';

export function joinAroundPhrases(drafts: readonly Draft[]): Draft[] {
  let rare = drafts.filter(({ count }) => count < FEW_REPEATS).slice(0, MOST_COMPARED);
  const renamed = new Map<Draft, string>();
  for (let round = 0; round < MOST_ROUNDS && rare.length >= MANY_VALUES; round++) {
    const shared = mostShared(rare);
    if (shared === undefined) break;
    for (const draft of shared.sharing) {
      const [before, after] = draft.canonical.split(shared.phrase, 2) as [string, string];
      renamed.set(draft, `${before === '' ? '' : `${VALUE} `}${shared.phrase.trim()}${after === '' ? '' : ` ${VALUE}`}`);
    }
    rare = rare.filter((draft) => !renamed.has(draft));
  }
  if (renamed.size === 0) return [...drafts];
  return mergeAlike(
    drafts.map((draft) => {
      const canonical = renamed.get(draft);
      return canonical === undefined ? draft : { ...draft, canonical, takesWords: true };
    }),
  );
}

/** @returns the run of statement words that most of the rare lines have, as long as all of these agree in it */
function mostShared(rare: readonly Draft[]): { phrase: string; sharing: readonly Draft[] } | undefined {
  const byPhrase = new Map<string, Draft[]>();
  for (const draft of rare) {
    const words = draft.canonical.split(' ');
    const own = new Set<string>();
    for (let at = 0; at + WORDS_OF_A_PHRASE <= words.length; at++) {
      const run = words.slice(at, at + WORDS_OF_A_PHRASE);
      if (run.every(isStatementWord)) own.add(run.join(' '));
    }
    for (const phrase of own) append(byPhrase, phrase, draft);
  }
  let most: [string, Draft[]] | undefined;
  for (const entry of byPhrase) if (entry[1].length > (most?.[1].length ?? MANY_VALUES - 1)) most = entry;
  if (most === undefined) return undefined;
  return { phrase: widened(most[0], most[1]), sharing: most[1] };
}

/** Further words on both sides, where all lines have the same. */
function widened(phrase: string, sharing: readonly Draft[]): string {
  const parts = sharing.map(({ canonical }) => {
    const at = canonical.indexOf(phrase);
    return {
      before: canonical.slice(0, at).trim().split(' ').reverse(),
      after: canonical
        .slice(at + phrase.length)
        .trim()
        .split(' '),
    };
  });
  const agreed = (side: 'before' | 'after') => {
    const first = parts[0]![side];
    const differs = first.findIndex((word, at) => word === '' || parts.some((part) => part[side][at] !== word));
    return differs < 0 ? first : first.slice(0, differs);
  };
  return [...agreed('before').reverse(), phrase, ...agreed('after')].join(' ');
}

const WORDS_OF_A_PHRASE = 3;
const MANY_VALUES = 12;
const FEW_REPEATS = 4;
const MOST_ROUNDS = 20;
const MOST_COMPARED = 4000;
