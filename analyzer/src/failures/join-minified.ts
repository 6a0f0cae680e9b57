/** A minifier took the name of a class or a function away: what such a failure says may lead to the one that has a name. */
import { methodOf } from '../parse/stack-frames.ts';
import { joinByPlace, MOST_COMPARED } from './join-by-place.ts';
import { joinEqual } from './join-equal.ts';
import { listsBy } from './lists-by-key.ts';
import { causesAndLength, fits } from './same-words.ts';
import { isNameless, join, onlyGroup, rootOf, type SeenNode } from './seen-node.ts';

/**
 * A nameless failure joins the only named one that says the same. Where several do, the first name that is left must be
 * that of one of them; where two places of its own build say it, it stays by itself.
 */
export function joinMinified<Member>(nodes: readonly SeenNode<Member>[]): void {
  for (const same of listsBy(nodes, causesAndLength)) {
    const nameless = same.filter(isNameless);
    // A flood of different texts is left as it is, by place.
    if (nameless.length > MOST_COMPARED) joinByPlace(nameless);
    else if (nameless.length > 0) {
      joinAmong(
        nameless,
        same.filter((node) => !isNameless(node)),
      );
    }
  }
}

/** @param nameless  with the named ones of as many words, of the same code and causes */
function joinAmong<Member>(nameless: readonly SeenNode<Member>[], named: readonly SeenNode<Member>[]): void {
  const open: SeenNode<Member>[] = [];
  for (const node of nameless) {
    const fitting = named.filter((other) => fits(node, other));
    const home = onlyGroup(fitting.filter((other) => namesThrower(node, other)));
    if (home !== undefined) join(home, node);
    else open.push(node);
    // Several failures say it, and this place may be a package's that serves them all: its callers keep them apart.
    if (home === undefined && new Set(fitting.map(rootOf)).size > 1)
      node.site = `${node.failure.build ?? ''} ${node.traits.positions.slice(0, 4).join(' ')}`;
  }
  joinEqual(open);
  joinByPlace(open);
  for (const [first, ...others] of listsBy(open, rootOf)) {
    const alike = open.filter((other) => rootOf(other) !== rootOf(first!) && fits(first!, other));
    if (alike.some(({ failure }) => failure.build === first!.failure.build)) continue;
    const home = onlyGroup([first!, ...others].flatMap((node) => named.filter((other) => fits(node, other))));
    // Another build's nameless one will do where no build has the name.
    const other = home ?? (haveBuildsOfTheirOwn(alike) ? alike[0] : undefined);
    if (other !== undefined) join(other, first!);
  }
}

function haveBuildsOfTheirOwn(nodes: readonly SeenNode<unknown>[]): boolean {
  const groups = listsBy(nodes, rootOf);
  return new Set(groups.map(([first]) => first!.failure.build)).size === groups.length;
}

function namesThrower({ traits }: SeenNode<unknown>, { parts }: SeenNode<unknown>): boolean {
  const left = traits.ownFunctions[0];
  return left !== undefined && parts.functions.some((name) => methodOf(name) === methodOf(left));
}
