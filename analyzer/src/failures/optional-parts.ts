/**
 * A late step of mining: a part that a statement prints only where there is something to tell.
 *
 * `Tests: <*> failed, <*> passed, <*> total` and `Tests: <*> passed, <*> total`, `Schema reloaded: <*> types, <*> fields` and the same with
 * `, <*> removed`: a counted part between commas is left out where its count is zero. No gap shows that, for nothing stands in its place.
 */
import { append } from './lists-by-key.ts';
import { type Draft, mergeAlike } from './template-draft.ts';
import { isStatementWord, isValue } from './value-words.ts';

export function joinOptionalParts(drafts: readonly Draft[]): Draft[] {
  const byFirst = new Map<string, { readonly draft: Draft; readonly words: readonly string[] }[]>();
  for (const draft of drafts) {
    const words = draft.canonical.split(' ');
    if (words.filter(isStatementWord).length >= FEWEST_FIXED) append(byFirst, words[0]!, { draft, words });
  }
  const wholeOf = new Map<Draft, Draft>();
  for (const sharing of byFirst.values()) {
    // The longest first: it has all parts, and those that lack one or two are cases of it.
    const byLength = [...sharing].sort((a, b) => b.words.length - a.words.length);
    for (const [at, whole] of byLength.entries()) {
      if (!whole.draft.canonical.includes(',')) continue;
      for (const { draft, words } of byLength.slice(at + 1)) {
        if (!wholeOf.has(draft) && lacksCountedPart(whole.words, words)) wholeOf.set(draft, wholeOf.get(whole.draft) ?? whole.draft);
      }
    }
  }
  if (wholeOf.size === 0) return [...drafts];
  return mergeAlike(
    drafts.map((draft) => {
      const whole = wholeOf.get(draft);
      return whole === undefined ? draft : { ...draft, canonical: whole.canonical };
    }),
  );
}

/** `<*> removed` behind a comma, or with one behind it, is all that the shorter one lacks. */
function lacksCountedPart(whole: readonly string[], words: readonly string[]): boolean {
  const length = whole.length - words.length;
  if (length < 2 || length > LONGEST_PART) return false;
  let same = 0;
  while (same < words.length && bare(words[same]!) === bare(whole[same]!)) same++;
  for (let at = same + length; at < whole.length; at++) if (bare(whole[at]!) !== bare(words[at - length]!)) return false;
  // Where `<*>` follows `<*>`, the part may as well begin earlier.
  for (let start = same; start >= 1; start--) {
    const part = whole.slice(start, start + length);
    const isBounded = whole[start - 1]!.endsWith(',') || part.at(-1)!.endsWith(',');
    if (isBounded && isValue(part[0]!) && isStatementWord(part.at(-1)!)) return true;
    if (bare(whole[start - 1]!) !== bare(whole[start - 1 + length] ?? '')) break;
  }
  return false;
}

function bare(word: string): string {
  return word.endsWith(',') ? word.slice(0, -1) : word;
}

const FEWEST_FIXED = 2;
const LONGEST_PART = 4;
