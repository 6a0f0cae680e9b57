/**
 * A late step of mining: the end of a sentence that a statement prints only where there is something to tell.
 *
 * `upload of <*> finished` and `upload of <*> finished in <*>`, `rule <*> hit` and `rule <*> hit (<*> times)`. Statements of their own go on
 * with another verb; what a preposition or a bracket adds to a sentence that is whole without it is a part that was left off.
 */
import { VALUE } from './line-scan.ts';
import { append } from './lists-by-key.ts';
import { type Draft, mergeAlike } from './template-draft.ts';
import { isNamedValue, isState, isStatementWord, isValue, mostlyNames, PLAIN_WORD, TELLS } from './value-words.ts';

export function joinLeftOffEnds(drafts: readonly Draft[]): Draft[] {
  const byFirst = new Map<string, { readonly draft: Draft; readonly words: readonly string[] }[]>();
  for (const draft of drafts) {
    const words = draft.canonical.split(' ');
    if (fixedOf(words) >= FEWEST_FIXED || words.some(isStatementWord)) append(byFirst, words[0]!, { draft, words });
  }
  const wholeOf = new Map<Draft, Draft>();
  for (const sharing of byFirst.values()) {
    // The longest first: a sentence may have left off two ends.
    const byLength = [...sharing].sort((a, b) => b.words.length - a.words.length);
    for (const [at, whole] of byLength.entries()) {
      for (const { draft, words } of byLength.slice(at + 1)) {
        // "connector <*> (CCS)": a bracket says less than a preposition, and asks for fewer words in front.
        const isLong = draft.takesWords || fixedOf(words) >= FEWEST_FIXED || whole.words[words.length]?.startsWith('(') === true;
        if (!wholeOf.has(draft) && isLong && goesOn(words, whole.words)) wholeOf.set(draft, wholeOf.get(whole.draft) ?? whole.draft);
      }
    }
  }
  if (wholeOf.size === 0) return [...drafts];
  return mergeAlike(
    drafts.map((draft) => {
      const whole = wholeOf.get(draft);
      return whole === undefined ? draft : { ...draft, canonical: whole.canonical, names: withLastName(draft, whole) };
    }),
  );
}

/** "canvas" behind `size=<*>` is known as a part of a value also where no sign says so. */
function withLastName(draft: Draft, whole: Draft): Set<string> {
  const [last, before] = whole.canonical.split(' ').reverse() as [string, string];
  return goesOnNaming(before, [last]) ? new Set([...draft.names, last]) : draft.names;
}

/** @returns whether the whole is the sentence with an end that may as well be missing */
function goesOn(sentence: readonly string[], whole: readonly string[]): boolean {
  const length = whole.length - sentence.length;
  if (length < 1 || length > LONGEST_END) return false;
  const last = sentence.length - 1;
  if (isBeforeAValue(sentence, whole)) return true;
  for (let at = 0; at <= last; at++) if (sentence[at] !== whole[at]) return false;
  if (sentence[last]!.endsWith(':')) return false;
  const end = whole.slice(sentence.length);
  if (goesOnNaming(sentence[last]!, end)) return true;
  if (
    length === 2 &&
    end[1] === VALUE &&
    sentence[last] === VALUE &&
    GIVES_OBJECT.test(end[0]!) &&
    sentence.filter(isStatementWord).length >= FEWEST_OF_A_SENTENCE
  )
    return false;
  return (length > 1 && PREPOSITION.test(end[0]!)) || end[0]!.startsWith('(') || (end[0]!.startsWith(VALUE) && end.at(-1)!.endsWith(')'));
}

/** `client <*> connected <*>` and `client <*> connected via polling <*>`: what follows the end that was left off is the same value. */
function isBeforeAValue(sentence: readonly string[], whole: readonly string[]): boolean {
  const last = sentence.length - 1;
  if (last < 1 || sentence[last] !== VALUE || whole.at(-1) !== VALUE || !isStatementWord(sentence[last - 1]!)) return false;
  const end = whole.slice(last, -1);
  for (let at = 0; at < last; at++) if (sentence[at] !== whole[at]) return false;
  return PREPOSITION.test(end[0]!) && !end.includes(VALUE) && (end.length > 1 || end[0] === 'via');
}

/** `size=<*>` and `size=<*> canvas`: what is named by a sign is all that stands behind it. */
function goesOnNaming(last: string, end: readonly string[]): boolean {
  return last.includes('=') && isNamedValue(last) && end.length === 1 && isPlainName(end[0]!);
}

function isPlainName(word: string): boolean {
  return PLAIN_WORD.test(word) && mostlyNames([word]) && !TELLS.test(word) && !isState(word);
}

function fixedOf(words: readonly string[]): number {
  return words.filter((word) => !isValue(word) && LETTER.test(word)).length;
}

const FEWEST_FIXED = 2;
const FEWEST_OF_A_SENTENCE = 3;
const LONGEST_END = 4;
const GIVES_OBJECT = /^(?:for|to|by|of)$/;
const PREPOSITION = /^(?:via|from|to|by|for|of|with|in|on|at|until|since|after|as|using|because)$/;
const LETTER = /\p{L}/u;
