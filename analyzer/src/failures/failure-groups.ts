/**
 * Which of the errors seen are the same failure: fingerprints, corrected by what only all of them together can tell.
 *
 * One error alone cannot say whether `acme` in its message is a value, whether the function that threw does so for others,
 * or which function a minifier's `t` once was. All of them together can: one place of one build that throws many like
 * messages fills in a value; one that throws unlike messages for several callers is a helper, and the caller counts;
 * a function that sits in node_modules in one build is no function of the program in the bundle of the next.
 *
 * Rather two groups than one where it is open: a merge hides a failure, a split is told as "looks like".
 */
import { nameCallersOfHelpers } from './callers-of-helpers.ts';
import { type FingerprintParts, fingerprintId } from './fingerprint.ts';
import { joinByOrder } from './join-by-order.ts';
import { joinByPlace } from './join-by-place.ts';
import { joinEqual } from './join-equal.ts';
import { joinMinified } from './join-minified.ts';
import { append, listsBy } from './lists-by-key.ts';
import { wordsOf } from './same-words.ts';
import { isNameless, nodesOf, rootOf, type SeenFailure, type SeenNode } from './seen-node.ts';
import { mineMessages, takeNamesOut } from './shared-messages.ts';

export type { SeenFailure } from './seen-node.ts';

export interface FailureGroup<Member> {
  readonly id: string;
  /** Fingerprints that its errors have each by themselves: a mute or an owner written for one of them applies. */
  readonly aliases: readonly string[];
  readonly madeOf: FingerprintParts;
  readonly count: number;
  /** Most frequent first. */
  readonly members: readonly Member[];
  /** Groups that say the same at another place: a split that a person may know to be one failure. */
  readonly looksLike: readonly string[];
}

/** @returns most frequent first; the result does not depend on the order of what was seen */
export function groupFailures<Member>(seen: readonly SeenFailure<Member>[]): FailureGroup<Member>[] {
  const nodes = nodesOf(seen);
  nameCallersOfHelpers(nodes);
  mineMessages(nodes);
  takeNamesOut(nodes);
  const named = nodes.filter((node) => !isNameless(node));
  joinEqual(named);
  joinByPlace(named);
  joinMinified(nodes);
  joinByOrder(nodes);
  return finish(nodes);
}

function finish<Member>(nodes: readonly SeenNode<Member>[]): FailureGroup<Member>[] {
  const groups = listsBy(nodes, rootOf).map((same) => {
    const members = [...same].sort((a, b) => b.failure.count - a.failure.count || (a.alias < b.alias ? -1 : 1));
    const madeOf = partsOf(members);
    return {
      id: fingerprintId(madeOf),
      aliases: [...new Set(members.map(({ alias }) => alias))].sort(),
      madeOf,
      site: members.map(({ site }) => site).sort()[0]!,
      count: members.reduce((sum, { failure }) => sum + failure.count, 0),
      members: members.map(({ failure }) => failure.member),
    };
  });
  // Two nameless places that say the same: only where they stand in this build can tell them apart.
  for (const same of listsBy(groups, ({ id }) => id)) {
    if (same.length < 2) continue;
    for (const group of same) {
      if (group.site === '') continue;
      group.madeOf = { ...group.madeOf, place: group.site };
      group.id = fingerprintId(group.madeOf);
    }
  }
  const saying = new Map<string, string[]>();
  for (const { id, madeOf } of groups) append(saying, wordsOf(madeOf), id);
  return groups
    .map(({ site: _, ...group }) => ({
      ...group,
      looksLike: (saying.get(wordsOf(group.madeOf)) ?? []).filter((id) => id !== group.id).sort(),
    }))
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}

/** Of the member that names most; where its like-worded siblings differ, a value stands. */
function partsOf(members: readonly SeenNode<unknown>[]): FingerprintParts {
  const named = members.filter((node) => !isNameless(node));
  const [first, ...others] = named.length > 0 ? named : members;
  let words = first!.parts.template.split(' ');
  for (const { parts } of others) {
    const theirs = parts.template.split(' ');
    if (theirs.length === words.length) words = words.map((word, column) => (word === theirs[column] ? word : '<*>'));
  }
  return { ...first!.parts, template: words.join(' ') };
}
