/** The same place of the same build with nearly the same message is one statement with a value that no mask knew. */
import { methodOf } from '../parse/stack-frames.ts';
import { fingerprintText } from './fingerprint.ts';
import { listsBy } from './lists-by-key.ts';
import { isLike } from './same-words.ts';
import { join, placeOf, type SeenNode } from './seen-node.ts';

export function joinByPlace<Member>(nodes: readonly SeenNode<Member>[]): void {
  for (const here of listsBy(nodes, (node) => `${placeOf(node)} ${keyOfThrow(node)}`)) {
    if (here[0]!.traits.positions.length === 0) continue;
    const unlike: SeenNode<Member>[] = [];
    for (const node of here) {
      const { template } = node.parts;
      const like = unlike.find(({ parts }) => parts.template === template || (hasCaller(node) && isLike(parts.template, template)));
      if (like !== undefined) join(like, node);
      else if (unlike.length < MOST_COMPARED) unlike.push(node);
    }
  }
}

/** Everything is compared with everything: with more it would take seconds. */
export const MOST_COMPARED = 1000;

/** Without a caller nobody knows who handed the message in, as in a timer that serves all. */
function hasCaller({ traits }: SeenNode<unknown>): boolean {
  return traits.positions.length > 1;
}

/** Without the class too: V8 prints that of the object, which may be any subclass of the one that holds the method. */
function keyOfThrow({ parts, site }: SeenNode<unknown>): string {
  return `${fingerprintText({ ...parts, template: '', functions: parts.functions.map(methodOf) })} ${site}`;
}
