/**
 * Step eight of mining: statements that pass on the message of an error, as `redis: ${error.message}` does.
 *
 * What follows the same words is then worded by somebody else, each time differently. One of these texts carries the mark of an
 * error object, the name of its class or a code of the operating system; the others tell of failing, too. Texts behind the same words
 * that do not ("redis: ready") are statements of their own.
 */
import { VALUE } from './line-scan.ts';
import { append } from './lists-by-key.ts';
import { type Draft, mergeAlike } from './template-draft.ts';
import { isValue, ONLY_A_KIND, TAG } from './value-words.ts';

export function joinPassedOnErrors(drafts: readonly Draft[]): Draft[] {
  const byHead = new Map<string, Draft[]>();
  for (const draft of drafts) {
    for (const head of headsOf(draft.canonical)) append(byHead, head, draft);
  }
  const renamed = new Map<Draft, string>();
  // The shortest words in front come first: what follows them may have a colon of its own.
  for (const [head, sharing] of [...byHead].sort(([a], [b]) => a.length - b.length)) {
    const failing = sharing.filter((draft) => !renamed.has(draft) && tellsOfFailing(draft.canonical.slice(head.length)));
    if (failing.length < FEWEST_MESSAGES || !failing.some(({ canonical }) => MARK_OF_AN_ERROR.test(canonical.slice(head.length)))) continue;
    for (const draft of failing) renamed.set(draft, `${head} ${VALUE}`);
  }
  if (renamed.size === 0) return [...drafts];
  return mergeAlike(
    drafts.map((draft) => {
      const canonical = renamed.get(draft);
      return canonical === undefined ? draft : { ...draft, canonical, takesWords: true };
    }),
  );
}

/** A class, a code, or words of what went wrong. */
export function tellsOfFailing(text: string): boolean {
  return CODE.test(text) || TELLS_OF_FAILING.test(text);
}

/** The words up to a colon, a tag or a sign in front of the message; a level alone is none. */
function headsOf(canonical: string): string[] {
  const words = canonical.split(' ');
  const heads: string[] = [];
  for (let at = 0; at < Math.min(words.length - 1, LONGEST_HEAD); at++) {
    const word = words[at]!;
    const isSign = !isValue(word) && !/[\p{L}\p{N}]/u.test(word);
    if (!((word.endsWith(':') && !isValue(word)) || isSign) || TAG.test(word)) continue;
    if (words.slice(0, at + 1).every((one) => ONLY_A_KIND.test(one) || isValue(one))) continue;
    heads.push(words.slice(0, at + 1).join(' '));
  }
  return heads;
}

/** `TypeError: …`, `ECONNRESET`. */
const MARK_OF_AN_ERROR = /\b(?:\p{L}*(?:Error|Exception):|E[A-Z]{4,}\b)/u;
/** `ECONNRESET`: small letters would make a code of "every". */
const CODE = /\bE[A-Z]{4,}\b/;
const TELLS_OF_FAILING =
  /\b(?:\p{L}*(?:Error|Exception)\b|fail\w*|time[ds]? ?out|invalid|refused|denied|declined|unauthori[sz]ed|authentication|unexpected|unknown|cannot|can't|could not|unable|not|no|un\w+ed|exceeded|closed|lost|reset|terminated|violates?|dead ?lock|missing|aborted|expired|required|malformed|duplicate|canceling|cancell?ed|conflict)\b/iu;
const FEWEST_MESSAGES = 3;
const LONGEST_HEAD = 8;
