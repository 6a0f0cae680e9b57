/** Whether a template covers a line that has more words than it: names are of one word or of several. */
import { CODE, IDENTIFIER, isValue, takesAny, VALUE_AND_COLON } from './value-words.ts';

/** @returns whether the words fit the pattern, each of its values standing for one word or more; without `takesWords` for codes only */
export function spans(pattern: readonly string[], words: readonly string[], takesWords: boolean): boolean {
  const takes = (word: string) => takesWords || isValue(word) || IDENTIFIER.test(word) || CODE.test(word);
  let p = 0;
  // Where to go on when a value must take one word more: it is enough to know the last one.
  let lastValue = -1;
  let taken = 0;
  /** The colon behind a value stands behind the last word that it takes. */
  const isPast = (w: number) => p === 0 || pattern[p - 1] !== VALUE_AND_COLON || words[w - 1]!.endsWith(':');
  for (let w = 0; w < words.length; ) {
    if (p < pattern.length && takesAny(pattern[p]!) && takes(words[w]!) && isPast(w)) {
      lastValue = p++;
      taken = ++w;
    } else if (p < pattern.length && pattern[p] === words[w] && isPast(w)) {
      p++;
      w++;
    } else if (lastValue >= 0 && takes(words[taken]!)) {
      p = lastValue + 1;
      w = ++taken;
    } else {
      return false;
    }
  }
  return p === pattern.length && isPast(words.length);
}
