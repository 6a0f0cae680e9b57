/**
 * Lines that a program logged as errors, without an error object: which words of them are names.
 *
 * "could not charge Ada Lovelace" and "could not charge Grace Hopper" have no stack that would tell that one statement printed them; masks
 * take out what has digits. The miner finds what varies. But where it would call a reason a value ("card expired", "timed out"), the reason
 * stays: two failures told as one hide each other, and what went wrong is what is looked for. Only names go.
 *
 * What a line is called depends on the set of lines and on nothing else, so that a file that is followed ends with the groups that it gets
 * when it is read at once. A program followed for days says the same lines again and again: they are mined again when a new one came.
 */
import { shownDigits } from './error-template.ts';
import { tellsWhatHappened } from './gap-fills.ts';
import { LineScan, shownTemplate, VALUE } from './line-scan.ts';
import { tellsOfFailing } from './passed-on-errors.ts';
import { canonicalOf } from './template-draft.ts';
import { TemplateMiner } from './templates.ts';
import { takesAny, VALUE_AND_COLON } from './value-words.ts';

/**
 * @param lines  as they are given to the miner, each once
 * @returns the template of each, with `<*>` for values and names
 */
export function namesTakenOut(lines: readonly string[]): readonly string[] {
  if (lines.length < FEWEST_TO_MINE) return lines.map((line) => shown(masked(line)));
  const key = keyOf(lines);
  const known = recent.get(key);
  if (known?.length === lines.length) return known;
  const found = mineNames(lines);
  if (recent.size >= MOST_REMEMBERED) recent.delete(recent.keys().next().value!);
  recent.set(key, found);
  return found;
}

function mineNames(lines: readonly string[]): string[] {
  const miner = new TemplateMiner();
  for (const line of [...lines].sort().slice(0, MOST_MINED)) miner.add(line);
  const mined = miner.mine('errors told apart');
  const places = new Map<string, Set<string>>();
  const read = lines.map((line) => {
    const words = masked(line).split(' ');
    const template = mined.templateOf(line);
    const pattern = template?.text.replaceAll('<*>', VALUE).split(' ') ?? words;
    const fills = (taken(pattern, words) ?? []).map(({ at, fill }) => {
      const place = `${template?.id} ${at}`;
      const there = places.get(place) ?? new Set();
      places.set(place, there.add(fill));
      return { at, fill, place, isName: isName(fill, pattern, at) };
    });
    return { words, pattern, fills };
  });
  const notNames = fillsByPlace(read.flatMap(({ fills }) => fills.filter(({ isName }) => !isName)));
  const isOfNames = (place: string) => {
    const there = places.get(place)!;
    // Where some of what stands there tells what happened, the others do, too: "lost" beside "expired" and "revoked".
    if ((notNames.get(place)?.size ?? 0) > there.size * FEW) return false;
    return there.size >= FEWEST_NAMES || areWrittenAsNames(there);
  };
  const ofNames = new Set([...places.keys()].filter(isOfNames));
  return read.map(({ words, pattern, fills }) => {
    if (fills.length === 0) return shown(words.join(' '));
    const byPlace = new Map(fills.map((one) => [one.at, one]));
    const kept = pattern.flatMap((word, at) => {
      const one = byPlace.get(at);
      if (one === undefined || (one.isName && ofNames.has(one.place))) return [word];
      return one.fill.split(' ');
    });
    return shown(canonicalOf(kept));
  });
}

function fillsByPlace(fills: readonly { readonly place: string; readonly fill: string }[]): Map<string, Set<string>> {
  const byPlace = new Map<string, Set<string>>();
  for (const { place, fill } of fills) byPlace.set(place, (byPlace.get(place) ?? new Set()).add(fill));
  return byPlace;
}

function areWrittenAsNames(fills: ReadonlySet<string>): boolean {
  return fills.size >= FEWEST_WRITTEN && [...fills].every((fill) => /(?:^|\s)["'(]?\p{Lu}/u.test(fill) || !/\p{L}/u.test(fill));
}

/** No reason, no state, no status that a mask kept; what stands behind a colon or in brackets is a reason. */
function isName(fill: string, pattern: readonly string[], at: number): boolean {
  if (!/[\p{L}\uff10-\uff19]/u.test(fill)) return true;
  // "<*> late": the word belongs to a place of its own, which the miner put together with that of the value.
  if (BEHIND_A_VALUE.test(fill)) return false;
  if (/[\uff10-\uff19]/.test(fill) || fill.startsWith('(') || pattern[at - 1]?.endsWith(':') === true) return false;
  const place = {
    fixedLeft: 1,
    fixedRight: 1,
    before: pattern[at - 1],
    atStart: at === 0,
    beforeValue: false,
    atEnd: at === pattern.length - 1,
    isTagged: false,
    ofAnError: false,
    ofPreposition: false,
    inBrackets: false,
  };
  const words = fill.replaceAll('_', ' ');
  return !tellsWhatHappened(fill, place, true) && !tellsOfFailing(words) && !GIVES_REASON.test(words);
}

/** @returns what stands at each value of the pattern; undefined where the words do not fit it */
function taken(pattern: readonly string[], words: readonly string[]): Taken[] | undefined {
  const fills: Taken[] = [];
  const failed = new Set<number>();
  const fits = (p: number, w: number): boolean => {
    if (p === pattern.length) return w === words.length;
    const state = p * (words.length + 1) + w;
    if (failed.has(state)) return false;
    if (!takesAny(pattern[p]!)) {
      if (pattern[p] === words[w] && fits(p + 1, w + 1)) return true;
    } else {
      for (let end = w + 1; end <= words.length; end++) {
        if ((pattern[p] === VALUE_AND_COLON && !words[end - 1]!.endsWith(':')) || !fits(p + 1, end)) continue;
        fills.push({ at: p, fill: words.slice(w, end).join(' ') });
        return true;
      }
    }
    failed.add(state);
    return false;
  };
  return fits(0, 0) ? fills : undefined;
}

function masked(line: string): string {
  SCAN.read(line);
  return SCAN.text();
}

function shown(template: string): string {
  return shownDigits(shownTemplate(template));
}

/** Two hashes of 32 bits over all lines in their order, in which the templates are told. */
function keyOf(lines: readonly string[]): string {
  let sum = 0;
  let mixed = 0;
  for (const line of lines) {
    let hash = 0x811c9dc5;
    for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
    sum = (Math.imul(sum, 31) + hash) | 0;
    mixed = Math.imul(mixed ^ hash, 0x85ebca6b) ^ (mixed >>> 13);
  }
  return `${lines.length} ${sum} ${mixed}`;
}

interface Taken {
  /** Number of the word in the pattern. */
  readonly at: number;
  readonly fill: string;
}

const SCAN = new LineScan();
const recent = new Map<string, readonly string[]>();
/** Functions whose logged lines one picture shows, by how they ended. */
const MOST_REMEMBERED = 64;
/** A place can only be called a value when it holds six different words; three when each is written as a name. */
const FEWEST_TO_MINE = 3;
const FEWEST_NAMES = 6;
const FEWEST_WRITTEN = 3;
/** Of the different words of a place; a name may end as a verb does. */
const FEW = 0.2;
/** The rest finds its template among those of the first in the alphabet. */
const MOST_MINED = 2000;
const BEHIND_A_VALUE = /^\u0001[^ ]*(?: \p{Ll}[\p{L}'-]*)+$/u;
const GIVES_REASON =
  /\b(?:insufficient|too (?:many|large|long|small|big)|time ?outs?|quota|permission|forbidden|corrupt|stale|empty|full|limit|bad|wrong|over\w*load\w*|unavailable|unreachable|mismatch|not|no)\b/i;
