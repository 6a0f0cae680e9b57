/**
 * Several failures say the same, and a minified build has as many places that say it: their order in the file tells which is
 * which, held against the failures between which they stand in both builds.
 */
import { MOST_COMPARED } from './join-by-place.ts';
import { append, listsBy } from './lists-by-key.ts';
import { type Anchor, twinsByOrder } from './order-in-bundle.ts';
import { causesAndLength, covers, fits, isCompatible } from './same-words.ts';
import { isNameless, join, rootOf, type SeenNode } from './seen-node.ts';

export function joinByOrder<Member>(nodes: readonly SeenNode<Member>[]): void {
  const named = new Set(nodes.filter((node) => !isNameless(node)).map(rootOf));
  const open = nodes.filter((node) => isNameless(node) && !named.has(rootOf(node)));
  if (open.length === 0 || open.length > MOST_COMPARED) return;
  const spots = new Map(nodes.map((node) => [node, node.traits.positions.map(spotOf)]));
  const sayings = new Map<string, SeenNode<Member>[]>();
  for (const node of nodes) if (!isNameless(node)) append(sayings, causesAndLength(node), node);
  for (const ours of listsBy(open, ({ failure, traits }) => `${failure.build ?? ''} ${spotOf(traits.positions[0] ?? '').file}`)) {
    const here = fileOf(ours[0]!);
    for (const same of listsBy(ours, causesAndLength)) {
      const candidates = sayings.get(causesAndLength(same[0]!)) ?? [];
      for (const alike of likeWorded(same)) joinAlike(alike, candidates, here, nodes, spots);
    }
  }
}

/** @param alike  nameless ones of one file that say the same  @param candidates  named ones of as many words */
function joinAlike<Member>(
  alike: readonly SeenNode<Member>[],
  candidates: readonly SeenNode<Member>[],
  here: string,
  nodes: readonly SeenNode<Member>[],
  spots: ReadonlyMap<SeenNode<Member>, readonly Spot[]>,
): void {
  const fitting = candidates.filter((node) => fits(alike[0]!, node));
  const groups = new Set(fitting.map(rootOf));
  for (const theirs of listsBy(fitting, fileOf)) {
    // A build in which one of them never failed cannot tell which is which.
    if (groups.size === 0 || new Set(theirs.map(rootOf)).size !== groups.size || fileOf(theirs[0]!) === here) continue;
    const known = listsBy(theirs, rootOf);
    const there = separating(known.map((same) => same.map((node) => spots.get(node)!)));
    if (there === undefined) continue;
    const anchors = anchorsOf(nodes, here, fileOf(theirs[0]!), spots);
    for (let depth = 0; depth < DEEPEST; depth++) {
      const places = listsBy(
        alike.filter((node) => spots.get(node)![depth]?.file === spots.get(node)![0]!.file),
        (node) => spots.get(node)![depth]!.at,
      );
      if (places.reduce((sum, same) => sum + same.length, 0) < alike.length) break;
      const twins = twinsByOrder(
        anchors,
        places.map(([first]) => spots.get(first!)![depth]!.at),
        there,
      );
      if (twins === undefined) continue;
      for (const [place, same] of places.entries()) for (const node of same) join(known[twins[place]!]![0]!, node);
      return;
    }
  }
}

/** @returns for each failure the place that is its own: the thrower's, or where several share it, that of the caller */
function separating(failures: readonly (readonly (readonly Spot[])[])[]): readonly number[] | undefined {
  for (let depth = 0; depth < DEEPEST; depth++) {
    const places = failures.map((stacks) => new Set(stacks.map((stack) => stack[depth]?.at ?? -1)));
    if (places.some((own) => own.size > 1 || own.has(-1))) return undefined;
    const firsts = places.map((own) => [...own][0]!);
    if (new Set(firsts).size === failures.length) return firsts;
  }
  return undefined;
}

/** Failures that both files are known to have, each at one place of them. */
function anchorsOf<Member>(
  nodes: readonly SeenNode<Member>[],
  here: string,
  there: string,
  spots: ReadonlyMap<SeenNode<Member>, readonly Spot[]>,
): Anchor[] {
  const anchors: Anchor[] = [];
  for (const same of listsBy(
    nodes.filter((node) => fileOf(node) === here || fileOf(node) === there),
    rootOf,
  )) {
    const [ours, theirs] = [here, there].map(
      (file) => new Set(same.filter((node) => fileOf(node) === file).map((node) => spots.get(node)![0]!.at)),
    );
    if (ours!.size === 1 && theirs!.size === 1) anchors.push({ here: [...ours!][0]!, there: [...theirs!][0]! });
  }
  return anchors;
}

/** Nameless ones that each other's templates cover. */
function likeWorded<Member>(nodes: readonly SeenNode<Member>[]): SeenNode<Member>[][] {
  const sets: SeenNode<Member>[][] = [];
  for (const node of nodes) {
    const home = sets.find(([first]) => isCompatible(first!.parts, node.parts) && covers(first!.parts.template, node.parts.template));
    if (home === undefined) sets.push([node]);
    else home.push(node);
  }
  return sets;
}

interface Spot {
  readonly file: string;
  /** Grows with line and column. */
  readonly at: number;
}

function spotOf(position: string): Spot {
  const place = PLACE.exec(position);
  if (place === null) return { file: position, at: 0 };
  return { file: place[1]!, at: Number(place[2]) * LONGEST_LINE + Number(place[3]) };
}

function fileOf({ failure, traits }: SeenNode<unknown>): string {
  return `${failure.build ?? ''} ${spotOf(traits.positions[0] ?? '').file}`;
}

const PLACE = /^(.*):(\d+):(\d+)$/;
/** Bundles of one line are shorter. */
const LONGEST_LINE = 1e9;
/** Callers that are looked at until each failure has a place of its own. */
const DEEPEST = 5;
