/** One place that throws unlike messages for several callers was handed them: the caller is where the failure is. */
import { listsBy } from './lists-by-key.ts';
import { isLike } from './same-words.ts';
import { placeOf, type SeenNode } from './seen-node.ts';

export function nameCallersOfHelpers<Member>(nodes: readonly SeenNode<Member>[]): void {
  const helpers = new Set<string>();
  for (const here of listsBy(nodes, placeOf)) {
    if (here[0]!.traits.positions.length === 0 || new Set(here.map(callerOf)).size < 2) continue;
    const first = here[0]!.parts.template;
    const others = here.filter(({ parts }) => parts.template !== first);
    if (others.length === 0) continue;
    const unlike = others.some(({ parts }) => !isLike(parts.template, first));
    if ((unlike && mostMessagesHaveOneCaller(here)) || eachCallerSaysOne(here)) helpers.add(throwerOf(here[0]!));
  }
  for (const node of nodes) {
    const [thrower, caller] = node.traits.ownFunctions;
    if (!helpers.has(throwerOf(node))) continue;
    if (node.site !== '') node.site = `${node.site} ${node.traits.positions[1] ?? ''}`;
    else if (thrower !== undefined && caller !== undefined) node.parts = { ...node.parts, functions: [thrower, caller] };
  }
}

function throwerOf({ site, traits }: SeenNode<unknown>): string {
  return site !== '' ? site : (traits.ownFunctions[0] ?? '');
}

function callerOf({ site, traits }: SeenNode<unknown>): string {
  return (site !== '' ? traits.positions[1] : traits.ownFunctions[1]) ?? '';
}

/** What one caller hands in, no other does; a wrapper, by contrast, passes on whatever went wrong to all of them. */
function mostMessagesHaveOneCaller(here: readonly SeenNode<unknown>[]): boolean {
  const repeated = listsBy(here, ({ parts }) => parts.template).filter(
    (same) => same.reduce((sum, { failure }) => sum + failure.count, 0) >= ENOUGH_OF_A_MESSAGE,
  );
  const ofOne = repeated.filter((same) => new Set(same.map(callerOf)).size === 1);
  return ofOne.length > 0 && ofOne.length * 2 >= repeated.length;
}

/** Every caller gets its one message, again and again: it hands the message in, though it may look like the others'. */
function eachCallerSaysOne(here: readonly SeenNode<unknown>[]): boolean {
  const callers = listsBy(here, callerOf);
  const repeats = here.reduce((sum, { failure }) => sum + failure.count, 0) - callers.length;
  return repeats >= ENOUGH_REPEATS && callers.every((said) => said.every(({ parts }) => parts.template === said[0]!.parts.template));
}

/** A caller may meet the same value by chance; six more times, with two values, once in 64. */
const ENOUGH_REPEATS = 6;
const ENOUGH_OF_A_MESSAGE = 3;
