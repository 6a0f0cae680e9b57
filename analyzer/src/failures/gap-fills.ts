/**
 * Whether what stands in one gap of otherwise equal templates is a value or words of several statements.
 *
 * "Kitchen", "Living room" and "Mia's room" between "heating" and "set to" are names. "was accepted" and "was declined" between
 * "payment <*>" and "by bank" tell what happened. The more of a sentence stands around the gap, the less the words in it must say
 * for themselves; at the end of a line, where sentences of programs differ most, they must look like names.
 */
import { median } from '../stats/median.ts';
import { NO_NAME, VALUE } from './line-scan.ts';
import { COPULA, IDENTIFIER, isMethod, isNamedValue, isState, isValue, LABEL, ONLY_A_KIND, TELLS } from './value-words.ts';

/** What other gaps have shown. */
export interface KnownNames {
  /** Fills that stood among enough others to be names. */
  readonly names: Set<string>;
  /** Two words, and how many gaps they filled between them. */
  readonly pairs: Map<string, number>;
}

export interface FillPlace {
  /** Words of the statement in front of the gap and behind it. */
  readonly fixedLeft: number;
  readonly fixedRight: number;
  /** The word in front. */
  readonly before: string | undefined;
  readonly atStart: boolean;
  /** Behind the gap stands a value and nothing else. */
  readonly beforeValue: boolean;
  readonly atEnd: boolean;
  /** Somebody's name stands in front of the line: `[GraphQL]`. */
  readonly isTagged: boolean;
  /** What stands in front ends with the class of an error or with "error:" of a component. */
  readonly ofAnError: boolean;
  /** A preposition stands in front, and not the "to" of "failed to parse". */
  readonly ofPreposition: boolean;
  /** A bracket that closes in the gap was opened in a value. */
  readonly inBrackets: boolean;
}

export function isValueOf(fills: readonly string[], counts: readonly number[], place: FillPlace, known: KnownNames): boolean {
  const fixed = place.fixedLeft + place.fixedRight;
  if (shareStem(fills) || arePassedOn(fills, place) || areEndsOfARemark(fills, place)) return true;
  if (fixed > 0 && fills.length >= FEWEST_NAMES && fills.every((fill) => REMARK.test(fill))) return true;
  if (place.before === '=' && fixed > 0) return true;
  if ((fixed === 0 && !place.isTagged) || fills.some((fill) => isMethod(fill))) return false;
  // `difference <*>` and `difference <*> €`, `GET <*> -` and `GET <*> <*>`: signs, no words.
  if (fills.every(isSymbolic)) return fixed > 0 && (fills.some((fill) => fill.includes(VALUE)) || fills.length >= FEWEST_NAMES);
  if (fills.every((fill) => isSymbolic(fill) || isKnown(fill, place, known))) return true;
  if (fixed < FEWEST_FIXED) return false;
  if (isMadeOfManyRare(fills, counts, fixed) || isObject(fills, place)) return true;
  if (fills.some((fill) => fill.split(' ').length > MOST_WORDS_OF_A_NAME)) return false;
  return areNames(fills, place, known);
}

/** None of them says what happened, and as many stand there, or are so written, as the place asks for. */
function areNames(fills: readonly string[], place: FillPlace, known: KnownNames): boolean {
  // "is SOLD", "is ON HOLD": nobody writes the words of a sentence so.
  if (place.before !== undefined && COPULA.test(place.before))
    return fills.length >= FEWEST_NAMES && fills.every((fill) => ALL_CAPITALS.test(fill));
  if (place.beforeValue && fills.length < FEWEST_LABELS && fills.every((fill) => LABEL.test(fill))) return false;
  // "connected to mysql at <*>", "connected to postgres at <*>": the sentence goes on as if it did not matter which.
  if (
    !place.atEnd &&
    place.ofPreposition &&
    fills.every((fill) => OBJECT.test(fill)) &&
    (place.fixedRight > 0 || fills.length >= FEWEST_NAMES || !TELLS_TO_WHOM.test(place.before!))
  )
    return true;
  // "lot under reserve:", "lot under opening bid:": the sentence ends with its colon.
  if (
    place.atEnd &&
    PREPOSITIONS.test(place.before ?? '') &&
    place.fixedLeft >= FEWEST_FIXED &&
    fills.length >= FEWEST_NAMES &&
    fills.every((fill) => fill.endsWith(':'))
  )
    return true;
  // "checked in at desk <*>", "… at kiosk": a place may have a number.
  const isPlace = place.atEnd && place.before !== undefined && ANNOUNCES.test(place.before);
  const quiet = fills.filter((fill) => isSymbolic(fill) || !tellsWhatHappened(fill, place, isPlace));
  if (quiet.length < fills.length * (place.atEnd && !isPlace ? ALL : MOST)) return false;
  if (!place.atStart && fills.every((fill) => CAPITALS.test(fill))) return true;
  if (fills.length === 2 && (known.pairs.get(pairOf(fills)) ?? 0) >= FEWEST_PLACES_OF_A_PAIR) return true;
  const words = fills.filter((fill) => !isSymbolic(fill));
  const written = words.filter(isWrittenAsName).length;
  const isAmongValues = fills.some((fill) => isSymbolic(fill) && fill.includes(VALUE));
  if (place.atStart) return isAmongValues || (fills.length >= FEWEST_AT_START && place.fixedRight >= FEWEST_FIXED);
  if (place.atEnd) {
    const isAnnounced = place.before !== undefined && ANNOUNCES.test(place.before);
    if (place.fixedLeft < FEWEST_FIXED) return false;
    if (isAmongValues) return isAnnounced || written === words.length;
    return fills.length >= FEWEST_NAMES && (isAnnounced || 2 * written >= words.length);
  }
  // One word of two was looked at in the steps before; names of several words tell more.
  const isLong = words.length < fills.length || fills.some((fill) => fill.includes(' '));
  const fewest = isLong && written === fills.length && place.fixedLeft + place.fixedRight >= FEWEST_FIXED_AROUND_TEXT ? 2 : FEWEST_NAMES;
  return isAmongValues || fills.length >= fewest;
}

/** "failed with", "warned <*> for": what follows at the end is the object, however it is worded. */
function isObject(fills: readonly string[], { atEnd, before, fixedLeft }: FillPlace): boolean {
  if (!atEnd || before === undefined || !GIVES_OBJECT.test(before) || fixedLeft < FEWEST_FIXED) return false;
  // The other is the error that was taken out: "failed with <*>", "failed with job stalled more than allowed".
  return endDifferently(fills) || (before !== 'for' && fills.includes(VALUE));
}

/** Behind "failed to" or "about to" stands a verb. */
export function isBehindPreposition(left: readonly string[]): boolean {
  const before = left.at(-1);
  return before !== undefined && ANNOUNCES.test(before) && !(before === 'to' && TAKES_A_VERB.test(left.at(-2) ?? 'failed'));
}

/** @returns a key for two fills, whichever came first */
export function pairOf(fills: readonly string[]): string {
  return [...fills].sort().join('\n');
}

/** "shop started" and "blog started" begin with a name and end with the statement. */
function endDifferently(fills: readonly string[]): boolean {
  const ends = fills.map((fill) => fill.slice(fill.lastIndexOf(' ') + 1)).filter((word) => !isValue(word));
  return fills.length >= FEWEST_TOLD && new Set(ends).size >= MOST * ends.length;
}

/** A title, a question, what somebody typed: many, each nearly once, whatever words they are made of. */
function isMadeOfManyRare(fills: readonly string[], counts: readonly number[], fixed: number): boolean {
  return fills.length >= MANY_VALUES && fixed >= FEWEST_FIXED_AROUND_TEXT && median(counts) < FEW_REPEATS;
}

/** Values and signs, no word. */
export function isSymbolic(fill: string): boolean {
  return !LETTER.test(fill);
}

/** A verb, a state, a word between others, or a noun with its own value behind it ("port <*>"). */
export function tellsWhatHappened(fill: string, place: FillPlace, isKnownName = false): boolean {
  const words = fill.split(' ');
  if (words.some((word) => isMethod(word) || SQL_VERB.test(word) || isNamedValue(word))) return true;
  if (words.some((word) => TELLS.test(word) && (place.atStart || !CAPITAL.test(word)))) return true;
  for (const word of [words[0]!, words.at(-1)!]) {
    if (NO_NAME.test(word) && (place.atStart || !CAPITAL.test(word))) return true;
    if (isState(word) && !CAPITALS.test(word) && (place.atStart || !CAPITAL.test(word))) return true;
  }
  return !isKnownName && words.length > 1 && fill.includes(VALUE) && /^\p{Ll}/u.test(fill);
}

/** With a capital inside of a sentence, in capitals, as an identifier, or with a digit. */
function isWrittenAsName(fill: string): boolean {
  const words = fill.split(' ');
  return words.some((word) => CAPITAL.test(word) || IDENTIFIER.test(word));
}

/** A name, or names with commas between them, that stood among others somewhere else. */
function isKnown(fill: string, place: FillPlace, { names }: KnownNames): boolean {
  if (tellsWhatHappened(fill, { ...place, atStart: false }, true)) return false;
  return names.has(bare(fill)) || fill.split(' ').every((word) => isValue(word) || names.has(bare(word)));
}

/** A name without the marks that the sentence put behind it. */
export function bare(fill: string): string {
  return fill.replace(MARKS_BEHIND, '');
}

/** Whatever an error says, behind the name of its class or with it: it was worded by somebody else. */
function arePassedOn(fills: readonly string[], { ofAnError, atStart, atEnd }: FillPlace): boolean {
  if (ofAnError) return fills.length >= FEWEST_NAMES || (atEnd && fills.length === 2 && fills.some((fill) => fill.includes(' ')));
  return !atStart && atEnd && fills.every((fill) => CLASS_OF_AN_ERROR.test(fill));
}

/** "(… kg)" and "(… g)", "(… pressure)" and "(… reclaim)". */
function areEndsOfARemark(fills: readonly string[], { inBrackets, atEnd }: FillPlace): boolean {
  return inBrackets && atEnd && fills.every((fill) => fill.endsWith(')') && !fill.includes('('));
}

/** `UsersController`, `OrdersController`; `net::ERR_ABORTED`, `net::ERR_FAILED`: one part is the program's, the other a value. */
function shareStem(fills: readonly string[]): boolean {
  if (fills.length < FEWEST_NAMES) return false;
  return stemsOf(fills[0]!).some((stem) => fills.every((fill) => stemsOf(fill).includes(stem)));
}

/** The last hump of an identifier, and what stands up to its first joint. */
export function stemsOf(fill: string): string[] {
  if (fill.includes(' ') || !IDENTIFIER.test(fill)) return [];
  const hump = LAST_HUMP.exec(fill)?.[0];
  const joint = UP_TO_JOINT.exec(fill)?.[0];
  const stems: string[] = [];
  if (hump !== undefined && hump !== fill && !ONLY_A_KIND.test(`${bare(hump)}:`)) stems.push(hump);
  if (joint !== undefined) stems.push(joint);
  return stems;
}

const ANNOUNCES = /^(?:via|at|from|to|by|for|of|with|because|cause|due)$/i;
const TAKES_A_VERB =
  /^(?:fail(?:ed|s|ing|ure)?|un?able|able|tr(?:y|ied|ies|ying)|going|about|need(?:s|ed)?|want(?:s|ed)?|attempt(?:s|ed|ing)?|refus(?:es|ed|ing)|ha[sd]|have|not|how|allowed|ready|waiting|expected|required|asked|told|used|start(?:ed|ing)|time|likely|\u0001)$/i;
const GIVES_OBJECT = /^(?:for|with|because|cause|due)$/i;
const SQL_VERB = /^(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT);?$/;
const CLASS_OF_AN_ERROR = /^\p{L}*(?:Error|Exception)\b/u;
/** A thing, also one whose name ends as a verb does ("via polling"). */
const OBJECT = /^(?:\p{L}(?:(?!ed$)[\p{L}_-])*|\u0001)$/u;
/** "(severe):" */
const REMARK = /^\([^()]+\)[,.:;]?$/;
const LETTER = /\p{L}/u;
const MARKS_BEHIND = /[,:;.)\]"']+$/;
const LAST_HUMP = /\p{Lu}\p{Ll}{3,}[:,]?$/u;
const UP_TO_JOINT = /^\p{L}+(?:::|\.)/u;
const CAPITAL = /^["'(]?\p{Lu}/u;
const CAPITALS = /^\p{Lu}{2,}$/u;
const ALL_CAPITALS = /^\p{Lu}{2,}(?:[ _-]\p{Lu}+)*$/u;
const PREPOSITIONS = /^(?:via|at|from|by|for|of|with|in|on|under|over|above|below|near|behind|during|within)$/i;
/** Whom something is done to or for is told by statements of their own as well. */
const TELLS_TO_WHOM = /^(?:to|for|by|of)$/i;
const FEWEST_LABELS = 4;
const FEWEST_NAMES = 3;
const FEWEST_FIXED = 2;
const FEWEST_PLACES_OF_A_PAIR = 2;
const FEWEST_AT_START = 4;
const FEWEST_TOLD = 4;
const MANY_VALUES = 12;
const FEW_REPEATS = 4;
const FEWEST_FIXED_AROUND_TEXT = 3;
const MOST_WORDS_OF_A_NAME = 5;
const MOST = 0.75;
const ALL = 1;
