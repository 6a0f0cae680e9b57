/** When may two errors be one failure, by what they say? */
import { methodOf } from '../parse/stack-frames.ts';
import type { FingerprintParts } from './fingerprint.ts';
import type { SeenNode } from './seen-node.ts';

/** @returns whether two templates of one place may be one statement: equally long, and most words the same */
export function isLike(one: string, other: string): boolean {
  if (one === other) return true;
  const a = one.split(' ');
  const b = other.split(' ');
  if (a.length !== b.length) return false;
  const differing = a.filter((word, column) => word !== b[column]);
  // A number that a mask kept is a status: 429 is no other spelling of 500.
  return differing.length <= Math.max(1, a.length * MOST_DIFFERING_SHARE) && !differing.some((word) => /\d/.test(word));
}

/** @returns whether the nameless one may be the other, whose name and values tell more */
export function fits(nameless: SeenNode<unknown>, other: SeenNode<unknown>): boolean {
  return isCompatible(nameless.parts, other.parts) && covers(other.parts.template, nameless.parts.template);
}

/** Only errors that have this in common are held against each other. */
export function causesAndLength({ parts }: SeenNode<unknown>): string {
  const { code, template, causes, dependency } = parts;
  return JSON.stringify([code ?? '', dependency ?? '', template.split(' ').length, saidByCauses(causes)]);
}

/** What an error says, without where. */
export function wordsOf({ code, template, causes }: FingerprintParts): string {
  return JSON.stringify([code ?? '', template, saidByCauses(causes)]);
}

export function isCompatible(one: FingerprintParts, other: FingerprintParts): boolean {
  if (one.type !== undefined && other.type !== undefined && one.type !== other.type && one.type !== 'Error') return false;
  if (one.functions.length === 0 || other.functions.length === 0) return true;
  return methodOf(one.functions[0]!) === methodOf(other.functions[0]!);
}

/** @returns whether the template says the same, values being any word */
export function covers(template: string, other: string): boolean {
  if (template === other) return true;
  const words = other.split(' ');
  return template.split(' ').every((word, column) => word === '<*>' || word === words[column] || words[column] === '<*>');
}

function saidByCauses(causes: readonly string[]): string[] {
  return [...new Set(causes.map((cause) => cause.slice(cause.indexOf(':')).replace(/ @ \S+$/, '')))].sort();
}

/** One word, or one of four: what went wrong takes more words than a value does. */
const MOST_DIFFERING_SHARE = 0.25;
