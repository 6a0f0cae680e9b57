/**
 * Lines that hardly ever came cannot show what varies in them; a frequent template that covers them can.
 */
import { VALUE } from './line-scan.ts';
import { append } from './lists-by-key.ts';
import { spans } from './spans.ts';
import { type Draft, mergeAlike } from './template-draft.ts';
import { isState, isStatementWord, isValue, ONLY_A_KIND, PLAIN_WORD, TAG, TELLS } from './value-words.ts';

/**
 * Step four: a line or two that a frequent template covers came from its statement, where the template is known to take words,
 * or where what stands at its values can only be a value.
 */
export function absorbRare(drafts: readonly Draft[]): Draft[] {
  const homes = new Map<string, { readonly draft: Draft; readonly words: readonly string[] }[]>();
  for (const draft of drafts) {
    const words = draft.canonical.split(' ');
    const fixed = words.filter(isStatementWord).length;
    const isClear = draft.takesWords && fixed >= FEWEST_FIXED && draft.count + fixed >= CLEAR;
    const isSettled = draft.count >= MANY_VALUES || isClear;
    const own = words.filter((word) => !isValue(word));
    // Every line of a program may bear its name; what hardly ever came is not therefore of the one statement that says nothing else.
    if (isSettled && own.length >= FEWEST_WORDS_OF_A_HOME && own.some((word) => !TAG.test(word) && !ONLY_A_KIND.test(word)))
      append(homes, words[0]!, { draft, words });
  }
  return mergeAlike(
    drafts.map((draft) => {
      const words = draft.canonical.split(' ');
      const isRare = draft.count < FEW_REPEATS;
      const beginningAlike = words[0] === VALUE ? [] : (homes.get(words[0]!) ?? []);
      const fitting = [...beginningAlike, ...(homes.get(VALUE) ?? [])].filter(
        (home) =>
          home.draft !== draft && (isRare || isNameOfSeveralWords(home, draft, words)) && spans(home.words, words, home.draft.takesWords),
      );
      return fitting.length === 1 ? { ...draft, canonical: fitting[0]!.draft.canonical } : draft;
    }),
  );
}

/** "dish caesar salad is back" came from "dish <*> is back" however often: names have several words, and none that tells what happened. */
function isNameOfSeveralWords(
  home: { readonly draft: Draft; readonly words: readonly string[] },
  draft: Draft,
  words: readonly string[],
): boolean {
  if (!home.draft.takesWords || home.draft.count < draft.count) return false;
  if (words.length === home.words.length) return hasKnownName(home, words) && home.draft.count >= MUCH_MORE * draft.count;
  if (words.length < home.words.length) return false;
  const fixed = new Set(home.words.filter((word) => !isValue(word)));
  if (takesStates(home.draft) && isFurtherState(words, home.words, fixed)) return true;
  return fixed.size >= FEWEST_FIXED && words.every((word) => fixed.has(word) || isValue(word) || !TELLS.test(word));
}

/** Of "gate <*>: <*>", "gate smoke-tests: waiting" is a case where "smoke-tests:" stood at the first of its values, too. */
function hasKnownName(home: { readonly draft: Draft; readonly words: readonly string[] }, words: readonly string[]): boolean {
  const differing = words.filter((word, at) => word !== home.words[at] && !isValue(word));
  return differing.length > 1 && differing.some((word) => home.draft.names.has(word));
}

/** Some of what stood there tells what happened: a further state of two or three words may, too. */
function takesStates({ names }: Draft): boolean {
  let telling = 0;
  let plain = 0;
  for (const name of names) {
    if (TELLS.test(name) || isState(name)) telling++;
    if (SMALL.test(name)) plain++;
  }
  if (names.size < FEWEST_FIXED) return false;
  return telling >= FEWEST_TELLING || (plain === names.size && names.size <= MOST_STATES);
}

function isFurtherState(words: readonly string[], home: readonly string[], fixed: ReadonlySet<string>): boolean {
  const further = words.filter((word) => !fixed.has(word) && !isValue(word));
  return (
    words.length - home.length <= LONGEST_STATE &&
    further.length <= LONGEST_STATE &&
    further.every((word) => PLAIN_WORD.test(word)) &&
    words.filter(isValue).length <= home.filter(isValue).length
  );
}

const SMALL = /^\p{Ll}[\p{Ll}'-]*[,:;.]?$/u;

/** Of one list; names of people and things are more. */
const MOST_STATES = 8;

const MUCH_MORE = 4;

const MANY_VALUES = 12;

const FEW_REPEATS = 4;

const FEWEST_WORDS_OF_A_HOME = 2;

const FEWEST_FIXED = 3;

/** Lines and fixed words together: three lines around four fixed words, four around three. */
const CLEAR = 7;

const FEWEST_TELLING = 1;

const LONGEST_STATE = 3;
