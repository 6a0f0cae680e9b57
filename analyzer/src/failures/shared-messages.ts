/** What all messages together tell of each: which of its words are values, and which are names. */
import { shownDigits } from './error-template.ts';
import { fingerprintText } from './fingerprint.ts';
import { listsBy } from './lists-by-key.ts';
import { namesTakenOut } from './logged-names.ts';
import type { SeenNode } from './seen-node.ts';
import { TemplateMiner } from './templates.ts';

/** Within one function, type, code and cause, a word that takes many values is a value. */
export function mineMessages<Member>(nodes: readonly SeenNode<Member>[]): void {
  for (const same of listsBy(nodes, keyWithoutMessage)) {
    // Where only the message is known, mining it would join what different functions say.
    if (same[0]!.parts.functions.length === 0 && same[0]!.site === '') continue;
    if (new Set(same.map(({ parts }) => parts.template)).size < FEWEST_TO_MINE) continue;
    const miner = new TemplateMiner();
    for (const { traits, failure } of same) miner.add(traits.minable, undefined, undefined, undefined, failure.count);
    const mined = miner.mine('within lengths');
    for (const node of same) {
      const template = mined.templateOf(node.traits.minable);
      if (template !== undefined) node.parts = { ...node.parts, template: shownDigits(template.text) };
    }
  }
}

/** Where no error was printed, the line is all that is known: names go, what went wrong stays. */
export function takeNamesOut<Member>(nodes: readonly SeenNode<Member>[]): void {
  const logged = nodes.filter(({ failure }) => failure.errors[0]?.type === LOGGED && failure.errors[0].stack.length === 0);
  const lines = [...new Set(logged.map(({ traits }) => traits.minable))].sort();
  const templates = namesTakenOut(lines);
  const byLine = new Map(lines.map((line, at) => [line, templates[at]!]));
  for (const node of logged) node.parts = { ...node.parts, template: byLine.get(node.traits.minable)! };
}

function keyWithoutMessage({ parts, site }: SeenNode<unknown>): string {
  return `${fingerprintText({ ...parts, template: '' })} ${site}`;
}

/** `FailureKind.type` of a line at the level of an error without one in it. */
const LOGGED = 'logged error';

/** A column can only be called a value when it holds six different words. */
const FEWEST_TO_MINE = 6;
