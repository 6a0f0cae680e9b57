/**
 * Whether plain words at one place of otherwise equal templates are states that one statement prints: "order 7 is pending review".
 *
 * Nothing in the words tells: "opened" may be a state of a breaker or what a statement of its own reports. What tells is how many there
 * are. A program reports two or three things in the same frame from statements of their own ("requested", "approved", "declined");
 * from the fourth on that have not even a value of their own behind them, one statement prints a field. A frame that announces a state
 * ("status", "->") needs fewer, one that names nothing but its subject needs more.
 */
import { METHODS } from './line-scan.ts';
import { COPULA, TELLS } from './value-words.ts';

export interface StateFrame {
  /** Words of the statement around the place, the name of who speaks included. */
  readonly fixed: number;
  /** Of these, how many follow it. */
  readonly fixedBehind: number;
  /** The word behind. */
  readonly behind: string | undefined;
  /** A value stands around it, too: the subject whose state this may be. */
  readonly hasSubject: boolean;
  /** The word in front. */
  readonly before: string | undefined;
  readonly atStart: boolean;
}

export function areStates(fills: readonly string[], frame: StateFrame): boolean {
  if (frame.atStart || fills.length < 2 || frame.fixed < (frame.hasSubject ? 1 : 2)) return false;
  if (fills.every((fill) => CHANGE.test(fill))) return true;
  const mark = markBehind(fills[0]!);
  if (!fills.every((fill) => markBehind(fill) === mark && isPlainState(fill))) return false;
  const states = fills.map((fill) => fill.slice(0, fill.length - mark.length));
  return differentPhrases(states) >= fewest(states, frame, mark);
}

/** The comma or colon of the sentence, behind the state. */
function markBehind(fill: string): string {
  return /[,:;]$/.exec(fill)?.[0] ?? '';
}

/** One to three plain words that need no others behind them, or such words on both sides of an arrow. */
export function isPlainState(fill: string): boolean {
  return (PLAIN.test(markBehind(fill) === '' ? fill : fill.slice(0, -1)) && !GOES_ON.test(fill) && !METHODS.has(fill)) || CHANGE.test(fill);
}

function fewest(fills: readonly string[], { fixed, fixedBehind, before, behind }: StateFrame, mark: string): number {
  // "inlet open, outlet <*>": with a comma behind it the sentence goes on, whichever it is; statements of their own end differently.
  if (mark === ',' && !fills.every((fill) => TELLS.test(fill))) return FEWEST_OF_A_LIST;
  if (before !== undefined && ANNOUNCES_STATE.test(before)) return FEWEST_ANNOUNCED;
  // "circuit 7 opened after 3 failures"; "accepted by bank" and "declined by bank" are whole sentences, each with its object.
  const isWhole = (before !== undefined && COPULA.test(before)) || (behind !== undefined && GIVES_OBJECT.test(behind));
  const goesOnAlike = fixedBehind >= FEWEST_FIXED_BEHIND && !isWhole;
  if (mark === ',' || goesOnAlike) return FEWEST_ANNOUNCED;
  if (fills.some(isCondition) && fills.every((fill) => !/^\p{Lu}+$/u.test(fill))) return FEWEST_ANNOUNCED;
  // "order 7 paid", "order 7 shipped": what happened to a subject is reported where it happens.
  return fixed < 2 ? FEWEST_EVENTS : FEWEST;
}

/** "out of order", "not available", "closing soon": several words that tell how something is; not "left the network", "requires action". */
function isCondition(fill: string): boolean {
  return fill.includes(' ') && (!EVENT.test(fill) || GOING_ON.test(fill));
}

/** "is open" and "is closed" count as one: the states stand behind "is", and that place is looked at by itself. */
function differentPhrases(fills: readonly string[]): number {
  const firsts = new Set(fills.map((fill) => fill.slice(0, (fill.indexOf(' ') + 1 || fill.length + 1) - 1)));
  const lasts = new Set(fills.map((fill) => fill.slice(fill.lastIndexOf(' ') + 1)));
  return Math.min(firsts.size, lasts.size);
}

/** A capital inside begins a name, one in front of several words a sentence: "Terminating instance". */
const PLAIN = /^(?:\p{L}[\p{L}'-]*|\p{Ll}[\p{L}'-]*(?: [\p{Ll}'-]+){1,2})$/u;
/** "assigned to", "merged into": the sentence of a statement of its own, whose object follows. */
const GOES_ON = /(?:^| )(?:to|into|onto|near|by|of|in|from|for|with|at|via|as|than|between|because|the|an?|is|was|has|not|and|or)$/i;
/** "warming up -> printing". */
const CHANGE = /^(?:\p{L}[\p{L}'-]*(?: [\p{L}'-]+){0,2}|\u0001) (?:->|=>|→) (?:\p{L}[\p{L}'-]*(?: [\p{L}'-]+){0,2}|\u0001)$/u;
const ANNOUNCES_STATE = /^(?:(?:state|status|result|verdict|outcome|phase|mode|health|decision)[:=]?|as|=|->|→|=>)$/i;
/** "catching up", not "draining connections". */
const GOING_ON = /^\p{L}+ing (?:up|down|out|in|off|on|over|back|soon|still|fast|slow)$/u;
const EVENT =
  /^(?:\p{L}+(?:ed|ing|[^su]s)|left|lost|sent|held|kept|began|went|came|found|made|took|set|built|read|put|paid|sold|ran|won|met|got|let|cut|shut|hit|was|were|had) /u;
const FEWEST_OF_A_LIST = 2;
const GIVES_OBJECT = /^(?:for|by|to|with|of|from)$/;
const FEWEST_FIXED_BEHIND = 2;
const FEWEST_ANNOUNCED = 3;
const FEWEST = 4;
const FEWEST_EVENTS = 5;
