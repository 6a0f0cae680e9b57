/**
 * A template while it is being mined: what its lines have in common so far, and which lines these are.
 */
import type { Evidence } from '../store/summary.ts';
import { noteEvidence } from './earliest-evidence.ts';
import { VALUE } from './line-scan.ts';
import { isValue, takesAny, VALUE_AND_COLON } from './value-words.ts';

export interface DistinctLine {
  readonly hash: number;
  readonly text: string;
  count: number;
  lastMs: number;
  readonly evidence: Evidence[];
}

export interface Draft {
  readonly canonical: string;
  /** Masked words, one list for each number of words that occurred. */
  readonly patterns: (readonly string[])[];
  /** A value of it was found in plain words, not by a mask. */
  takesWords: boolean;
  /** Plain words that stood at its values. */
  readonly names: Set<string>;
  count: number;
  lastMs: number;
  readonly hashes: number[];
  readonly evidence: Evidence[];
}

/** A list of three and a list of five are the same statement: values side by side count as one. */
export function canonicalOf(words: readonly string[]): string {
  const kept: string[] = [];
  for (const word of words) {
    // What follows a colon is another value, so the colon stays.
    const plain = isValue(word) && !LETTER.test(word) ? (word.endsWith(':') ? VALUE_AND_COLON : VALUE) : word;
    // `took 3h 4m` and `took=3h 4m` have one value each, and so has `7:46 AM`.
    if ((takesAny(plain) || MEASURE.test(plain)) && kept.at(-1)?.endsWith(VALUE) === true) {
      if (plain === VALUE_AND_COLON) kept[kept.length - 1] += ':';
      continue;
    }
    kept.push(plain);
  }
  const text = kept.join(' ');
  return text.includes(' a') || text.includes(' one ') ? text.replace(TIME_IN_WORDS, VALUE).replace(SIDE_BY_SIDE, VALUE) : text;
}

export function mergeAlike(drafts: readonly Draft[]): Draft[] {
  const byText = new Map<string, Draft>();
  for (const draft of drafts) {
    const same = byText.get(draft.canonical);
    if (same === undefined) {
      byText.set(draft.canonical, draft);
      continue;
    }
    same.count += draft.count;
    same.takesWords ||= draft.takesWords;
    same.lastMs = Math.max(same.lastMs, draft.lastMs);
    same.patterns.push(...draft.patterns);
    same.hashes.push(...draft.hashes);
    for (const name of draft.names) noteName(same, name);
    for (const { file, place, atMs } of draft.evidence) noteEvidence(same.evidence, file, place, atMs, MOST_EVIDENCE);
  }
  return [...byText.values()].sort((a, b) => b.count - a.count || (a.canonical < b.canonical ? -1 : 1));
}

export function addLine(draft: Draft, line: DistinctLine): void {
  draft.count += line.count;
  draft.lastMs = Math.max(draft.lastMs, line.lastMs);
  draft.hashes.push(line.hash);
  for (const { file, place, atMs } of line.evidence) noteEvidence(draft.evidence, file, place, atMs, MOST_EVIDENCE);
}

function noteName(draft: Draft, name: string): void {
  if (draft.names.size < MOST_NAMES) draft.names.add(name);
}

export const MOST_EVIDENCE_OF_A_LINE = 3;

const MOST_EVIDENCE = 8;
/** Of many thousands of customers each stands in few other templates; a handful of rooms or carriers stands in many. */
export const MOST_NAMES = 200;

/** "a few seconds", "an hour", "about a month": a number of which only the unit is left. */
const TIME_IN_WORDS =
  /(?<= )(?:(?:about|almost|over|nearly|less than|more than) )?(?:an?|one|half an|a few|a couple of) (?:second|minute|hour|day|week|month|year)s?(?=[),.;:]?(?: |$))/g;
const SIDE_BY_SIDE = /\u0001(?: \u0001)+/g;
const LETTER = /\p{L}/u;
/** What may stand behind a number: signs and codes of currencies (ISO 4217, those traded most), halves of the day, degrees. */
const MEASURE =
  /^(?:ago|\p{Sc}|[AP]M|[ap]m|°[CF]?|%|USD|EUR|GBP|JPY|CNY|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|BRL|MXN|KRW|ZAR|TRY)[),.;:]*$/u;
