/**
 * What stands behind a colon or in brackets at the end is often not the statement's own: the message of an error, a reason, a list.
 */
import { median } from '../stats/median.ts';
import { NO_NAME, VALUE } from './line-scan.ts';
import { append } from './lists-by-key.ts';
import { spans } from './spans.ts';
import { canonicalOf, type Draft } from './template-draft.ts';
import {
  GIVES_REASON,
  isMethod,
  isStatementWord,
  isValue,
  mostlyNames,
  ONLY_A_KIND,
  PLAIN_WORD,
  TELLS,
  VALUE_AND_COLON,
} from './value-words.ts';

/**
 * Step three: what follows a colon may be a sentence of somebody else's, of any length. Where many different ones follow the
 * same words, few of them twice, they are one value; and where a list does, a single name is a list of one.
 */
export function joinTails(drafts: readonly Draft[]): Draft[] {
  const byHead = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const head = headOf(draft.canonical);
    if (head !== undefined) append(byHead, head, draft);
  }
  const renamed = new Map<Draft, string>();
  for (const [head, sharing] of byHead) {
    const whole = `${head} ${VALUE}`;
    const rare = sharing.length >= MANY_VALUES && median(sharing.map(({ count }) => count)) < FEW_REPEATS;
    if (
      rare ||
      (sharing.length >= ALONE_VALUES && head.includes(' ') && sharing.every(({ canonical }) => PHRASE.test(canonical.slice(head.length))))
    ) {
      for (const draft of sharing) renamed.set(draft, whole);
    } else if (sharing.length >= FEWEST_NAMES && sharing.some(({ canonical }) => canonical === whole)) {
      for (const draft of sharing) if (SHORT_TAIL.test(draft.canonical.slice(head.length))) renamed.set(draft, whole);
    }
  }
  return drafts.map((draft) => {
    const canonical = renamed.get(draft);
    return canonical === undefined ? draft : { ...draft, canonical, takesWords: true };
  });
}

/**
 * Step five: what stands behind "failed:" or "evicted:", or in brackets at the end, is a reason, and three different ones are one
 * value. Words that tell what happened ("order 7: packed") are statements unless most others behind the same words are none.
 */
export function joinReasons(drafts: readonly Draft[]): Draft[] {
  const byHead = new Map<string, { readonly draft: Draft; readonly isReason: boolean }[]>();
  for (const draft of drafts) {
    const told = reasonIn(draft.canonical.split(' ')) ?? reasonIn(draft.patterns.at(-1)!);
    if (told !== undefined) append(byHead, told.head, { draft, isReason: told.isReason });
  }
  const renamed = new Map<Draft, string>();
  const wholes = new Set<string>();
  for (const [head, sharing] of byHead) {
    const whole = canonicalOf([...head.split(' '), VALUE]);
    const reasons = sharing.filter(({ isReason }) => isReason).length;
    const isJoined = sharing.some(({ draft }) => draft.canonical === whole);
    if (2 * reasons < sharing.length || (sharing.length < fewest(head) && !isJoined)) continue;
    wholes.add(whole);
    for (const { draft } of sharing) renamed.set(draft, whole);
  }
  // "job labels failed:" is a case of "job <*> failed:" also where it was seen more than a few times.
  const general = [...wholes].filter((whole) => whole.split(VALUE).length > 2).map((whole) => whole.split(' '));
  return drafts.map((draft) => {
    const own = renamed.get(draft);
    if (own === undefined) return draft;
    const words = own.split(' ');
    const wider = general.filter((pattern) => pattern.length === words.length && pattern[0] === words[0] && spans(pattern, words, true));
    return { ...draft, canonical: wider.length > 0 ? wider[0]!.join(' ') : own, takesWords: true };
  });
}

/** Up to four plain words; a single one must not tell what happened. */
function isPhrase(words: readonly string[]): boolean {
  return (
    words.length <= LONGEST_PHRASE + (isValue(words[0]!) ? 1 : 0) &&
    !isMethod(words[0]!) &&
    words.every((word) => isValue(word) || PLAIN_WORD.test(word)) &&
    !words.every(isValue) &&
    (words.length > 1 || mostlyNames(words))
  );
}

/** "invalid JSON from model:" is, "Auth service:" names who speaks. */
function isSentence(words: readonly string[]): boolean {
  return words.filter(isStatementWord).length >= FEWEST_NAMES && words.some((word) => NO_NAME.test(word) || TELLS.test(word));
}

/** Behind the value of another place a sentence may also be the statement's own: "order 7: packed", "order 7: sent". */
function fewest(head: string): number {
  return (head.endsWith(VALUE) || head.endsWith(VALUE_AND_COLON)) &&
    !head.split(' ').some((word) => GIVES_REASON.test(word)) &&
    !COULD_NOT.test(head)
    ? ALONE_VALUES - 1
    : FEWEST_NAMES;
}

/** @returns the words up to a colon or an opening bracket, where what follows may be a reason or a state; whether it reads as one */
function reasonIn(words: readonly string[]): { readonly head: string; readonly isReason: boolean } | undefined {
  for (let at = 1; at < words.length - 1; at++) {
    const word = words[at]!;
    const tail = words.slice(at + 1);
    // "rejected, queue is full": behind a comma a whole phrase only, for single words ("retrying") go on with the sentence.
    if (word.endsWith(',') && !isValue(word) && at > 1 && isPhrase(tail))
      return { head: canonicalOf(words.slice(0, at + 1)), isReason: tail.length > 1 };
    if (!word.endsWith(':')) continue;
    // "could not refund: <*> and the buyer was told": the sentence goes on behind an object.
    if (tail[0] === VALUE && GOES_ON.test(tail[1] ?? '') && tail.filter(isStatementWord).length >= FEWEST_NAMES) return undefined;
    const announcing = isValue(word) ? words.slice(0, at) : [word];
    const isReason =
      announcing.some((one) => GIVES_REASON.test(one)) ||
      COULD_NOT.test(words.slice(0, at).join(' ')) ||
      isPhrase(tail) ||
      (!isValue(word) && isSentence(words.slice(0, at + 1)));
    if (isReason || tail.length === 1) return { head: canonicalOf(words.slice(0, at + 1)), isReason };
  }
  const bracket = words.findIndex((word, at) => at > 0 && word.startsWith('('));
  if (bracket < 0 || !words.at(-1)!.endsWith(')') || words.length - bracket > LONGEST_REMARK) return undefined;
  return { head: canonicalOf(words.slice(0, bracket)), isReason: true };
}

/** @returns the words up to the first colon that tells more than a kind; undefined where there is none */
function headOf(canonical: string): string | undefined {
  for (let colon = canonical.indexOf(': '); colon >= 0; colon = canonical.indexOf(': ', colon + 1)) {
    const head = canonical.slice(0, colon + 1);
    // Behind the value of another place stands what happened to it: "order 7: packed".
    if (!head.endsWith(VALUE_AND_COLON) && (head.includes(' ') || !ONLY_A_KIND.test(head))) return head;
  }
  return undefined;
}

/** Two to four words without a value: `card expired`, `quota exceeded`. */
const PHRASE = /^(?: [\p{L}'-]+){1,4}$/u;

/** What follows the colon is why. */
const COULD_NOT = /(?:^| )(?:could not|couldn't|cannot|can't|can not|unable to|failed to|failure to) /i;

const GOES_ON = /^(?:and|but|so|while|because)$/;

const LONGEST_PHRASE = 4;

/** In brackets at the end of a line, values included. */
const LONGEST_REMARK = 6;

const SHORT_TAIL = /^(?: [^ ]+){1,2}$/;

const ALONE_VALUES = 5;

const FEWEST_NAMES = 3;

const MANY_VALUES = 12;

const FEW_REPEATS = 4;
