/** Errors with the same fingerprint are the same failure; where they have no name, in the same place of the same build. */
import { fingerprintText } from './fingerprint.ts';
import { listsBy } from './lists-by-key.ts';
import { join, type SeenNode } from './seen-node.ts';

export function joinEqual<Member>(nodes: readonly SeenNode<Member>[]): void {
  for (const same of listsBy(nodes, keyOf)) for (const node of same) join(same[0]!, node);
}

function keyOf({ parts, site }: SeenNode<unknown>): string {
  return `${fingerprintText(parts)} ${site}`;
}
