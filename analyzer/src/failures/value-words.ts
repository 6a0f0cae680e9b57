/**
 * What can be told of a word by itself: that it names something, that it tells what happened, or that only a value is written so.
 *
 * The lists are of English as programs print it; what they do not know is decided by how the word stands among other lines.
 */
import { METHODS, NO_NAME, VALUE } from './line-scan.ts';

/** `<*>`, `v<*>`, `(<*>,`; not `retries=<*>`, whose name is a word of the statement. */
export function isValue(word: string): boolean {
  return word.includes(VALUE) && !NAMED_VALUE.test(word);
}

/** No more than half of the words tell what happened or how something is. */
export function mostlyNames(words: readonly string[]): boolean {
  return 2 * words.filter((word) => NO_NAME.test(word.toLowerCase()) || STATE.test(word)).length <= words.length;
}

/** `retries=<*>`. */
export function isNamedValue(word: string): boolean {
  return word.includes(`=${VALUE}`);
}

/** Of the statement: a word with a letter that is no value, and no level or kind in front of the line. */
export function isStatementWord(word: string): boolean {
  return !isValue(word) && LETTER.test(word) && !ONLY_A_KIND.test(word) && !TAG.test(word);
}

export function isState(word: string): boolean {
  return STATE.test(word);
}

export const VALUE_AND_COLON = `${VALUE}:`;

/** `GET`, also as `GET}` and `(POST`. */
export function isMethod(word: string): boolean {
  return METHODS.has(word.replace(MARKS_AROUND, ''));
}

/** A place of a pattern at which any word may stand, with the colon behind it that all words there had. */
export function takesAny(word: string): boolean {
  return word === VALUE || word === VALUE_AND_COLON;
}

/** `card_declined`, `order.created`, `OrderPlaced`, `getCart`: no word of a sentence. */
export const IDENTIFIER = /^[(["'<]*(?:\p{L}+(?:(?:[_.:]|::)\p{L}+)+|\p{L}*\p{Ll}\p{Lu}\p{L}*)[\])>"',.:;]*$/u;

export const PROPER_NAME = /^[("']?\p{Lu}[\p{L}_-]{2,}[,.:;)"']*$/u;

/** One word that may name something: letters, perhaps with joints. */
export const NAME = /^["'(]?\p{L}[\p{L}_.:-]*[,.:;)"']*$/u;

/** `RXKQTZ`: a booking, a ticker, an airport. */
export const CODE = /^\p{Lu}{4,}[,.:;)]*$/u;

export const KIND =
  /^(?:on|with|at|provider|supplier|vendor|carrier|region|zone|stage|environment|type|code|reason|mode|role|plan|table|topic|bucket|queue|handler|operation|flag|template|locale|language|currency|service|module|plugin|category|event|action|command|format|model|stream|tenant|customer)$/i;

export const PREPOSITION = /^(?:via|from|to|by|for|of)$/i;

export const COPULA = /^(?:is|are|was|were|be|became|now|not)$/;

/** A verb (its stem has a vowel, M. F. Porter 1980: not "ping") or what denies one; `of` and `the` may be parts of a name. */
export const TELLS = /[aeiouy]\p{L}*(?:ed|ing)[,.:;]?$|^(?:not|no|is|was|are|were|has|have|had|can|could|will|did|does|cannot)[,.:;]?$/iu;

/** "card: <*>", "plan: <*>": says what kind of value follows, as `card=<*>` does. */
export const LABEL = /^\p{Ll}+:$/u;

export const GIVES_REASON =
  /(?:failed|failure|error|exception|reason|cause|because|threw|rejected|refused|declined|denied|deprecated|bounced?|disconnected|aborted|crash(?:ed)?|rejecting|unreachable|unavailable)[:]?$/i;

/** `Error:`, `WARN:`: what follows is a statement of its own. */
export const ONLY_A_KIND = /(?:error|exception|warn|warning|info|debug|fail|failed|failure|fatal|trace|notice)\]?:$/i;

export const PLAIN_WORD = /^[("]?[\p{L}'-]+[)".!]*$/u;

/** `MongoServerError:`, `[Exceptions]`, `pg_dump: error:`, `[GraphQL error]: Message:`; not a level in front of the line, alone or in brackets. */
export function announcesError(left: readonly string[]): boolean {
  const last = left.at(-1);
  if (last === undefined) return false;
  if (CLASS_OF_AN_ERROR.test(last) || /^\[(?:Errors|Exceptions|\p{L}*(?:Error|Exception)\p{L}+)\]:?$/u.test(last)) return true;
  const opening = left.findIndex((word) => /^\[[^\]]*$/.test(word));
  const isSpeaker = opening >= 0 && left.slice(opening).some((word) => /^\[?(?:error|exception|warning)\]?:?$/i.test(word));
  if (isSpeaker) return /\]:?$|^(?:Message|message|msg):$/.test(last) || isValue(last);
  return /^error:$/i.test(last) && left.some(isStatementWord);
}

const CLASS_OF_AN_ERROR = /(?:\p{L}(?:Error|Exception|Warning)(?![a-z])|^uncaughtException|^unhandledRejection)(?:\u0001|\[\u0001\])?:$/u;

const STATE =
  /^(?:half-)?(?:open|ready|busy|idle|online|offline|away|up|down|ok|full|empty|hit|miss|start|stop|done|complete|green|yellow|red)[,.:;]?$/i;

const NAMED_VALUE = /(?:[A-Za-z_]=|[A-Za-z_]{3}:)\u0001/;

const LETTER = /\p{L}/u;
/** `[mailer]`, `[OrderService]:` */
export const TAG = /^\[[^\]]*\]:?$/;
const MARKS_AROUND = /^[([{"']+|[)\]}"',:]+$/g;
