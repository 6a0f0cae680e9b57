/**
 * A late step of mining: states that stand behind a value which is itself of plain words.
 *
 * Of `delivery to <*> nobody there` the state was taken for a part of the name in front of it, and what is left are `delivery to <*>`,
 * `delivery to <*> failed`, `delivery to <*> postponed`. The first of them is no statement without a state, but one whose state was taken:
 * with enough others beside it, all are one.
 */

import { append } from './lists-by-key.ts';
import { isPlainState } from './state-fills.ts';
import { type Draft, mergeAlike } from './template-draft.ts';
import { isStatementWord, takesAny } from './value-words.ts';

export function joinStatesBehindValues(drafts: readonly Draft[]): Draft[] {
  const homes = new Map<string, Draft>();
  for (const draft of drafts) {
    const words = draft.canonical.split(' ');
    if (draft.takesWords && takesAny(words.at(-1)!) && words.filter(isStatementWord).length >= FEWEST_FIXED)
      homes.set(draft.canonical, draft);
  }
  const beside = new Map<Draft, Draft[]>();
  for (const draft of drafts) {
    const words = draft.canonical.split(' ');
    for (let length = 1; length <= LONGEST_STATE && length < words.length; length++) {
      const home = homes.get(words.slice(0, -length).join(' '));
      if (home !== undefined && isPlainState(words.slice(-length).join(' '))) append(beside, home, draft);
    }
  }
  const renamed = new Map<Draft, string>();
  for (const [home, states] of beside) {
    if (states.length < FEWEST_BESIDE) continue;
    for (const draft of states) renamed.set(draft, home.canonical);
  }
  if (renamed.size === 0) return [...drafts];
  return mergeAlike(drafts.map((draft) => ({ ...draft, canonical: renamed.get(draft) ?? draft.canonical })));
}

const FEWEST_FIXED = 2;
const LONGEST_STATE = 3;
/** With the one that was taken: four. */
const FEWEST_BESIDE = 3;
