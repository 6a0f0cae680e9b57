/**
 * Step six of mining: templates that are alike but for one gap, whatever number of words fills it.
 *
 * The steps before compare lines of equally many words. `heating Kitchen set to <*>` and `heating Living room set to <*>` never met
 * there, nor did `difference <*>` and `difference <*> USD`. Here all templates that share their beginning and their end are
 * laid beside each other, and what fills the gap is judged as a whole: names, signs and values are one value; words that tell what
 * happened are several statements. What was shown to be a name in one place is known as a name in others.
 */
import {
  bare,
  type FillPlace,
  isBehindPreposition,
  isSymbolic,
  isValueOf,
  type KnownNames,
  pairOf,
  stemsOf,
  tellsWhatHappened,
} from './gap-fills.ts';
import { append } from './lists-by-key.ts';
import { type Gap, type GapMember, sharedGaps, valueFor } from './shared-gaps.ts';
import { areStates, isPlainState, type StateFrame } from './state-fills.ts';
import { canonicalOf, type Draft, mergeAlike } from './template-draft.ts';
import { announcesError, isStatementWord, isValue, TAG } from './value-words.ts';

export function joinGaps(drafts: readonly Draft[]): Draft[] {
  const known: KnownNames = { names: new Set(), pairs: new Map() };
  for (const draft of drafts) for (const name of draft.names) known.names.add(bare(name));
  let now = [...drafts];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const joined = joinOnce(now, known);
    if (joined === undefined) return now;
    now = joined;
  }
  return now;
}

/** @returns the templates after the clearest gaps were closed; undefined where none is left */
function joinOnce(drafts: readonly Draft[], known: KnownNames): Draft[] | undefined {
  const gaps = sharedGaps(drafts);
  known.pairs.clear();
  for (const gap of gaps) {
    if (gap.members.length !== 2) continue;
    const pair = pairOf(gap.members.map(({ fill }) => fill));
    known.pairs.set(pair, (known.pairs.get(pair) ?? 0) + 1);
  }
  const renamed = new Map<Draft, string>();
  for (const gap of gaps) {
    const open = gap.members.filter(({ draft }) => !renamed.has(draft));
    const place = placeOf(gap);
    const frame = frameOf(gap, place);
    for (const members of [open, open.filter(({ fill }) => isPlainState(fill)), ...sharingStem(open)]) {
      if (members.length < 2 || members.some(({ draft }) => renamed.has(draft))) continue;
      const fills = members.map(({ fill }) => fill);
      const counts = members.map(({ draft }) => draft.count);
      if (!isValueOf(fills, counts, place, known) && !areStates(fills, frame)) continue;
      const canonical = canonicalOf([...gap.left, valueFor(fills), ...gap.right]);
      for (const { draft, fill } of members) {
        renamed.set(draft, canonical);
        if (!isSymbolic(fill) && !tellsWhatHappened(fill, place)) known.names.add(bare(fill));
      }
    }
  }
  if (renamed.size === 0) return undefined;
  return mergeAlike(
    drafts.map((draft) => {
      const canonical = renamed.get(draft);
      if (canonical === undefined) return draft;
      return { ...draft, canonical, takesWords: true, patterns: [...draft.patterns, canonical.split(' ')] };
    }),
  );
}

/** `UsersController`, `OrdersController` are one value also where `Application` fills the same gap of another statement. */
function sharingStem(members: readonly GapMember[]): Iterable<readonly GapMember[]> {
  const byStem = new Map<string, GapMember[]>();
  for (const member of members) for (const stem of stemsOf(member.fill)) append(byStem, stem, member);
  return byStem.values();
}

function frameOf({ left, right }: Gap, { fixedLeft, fixedRight, before, atStart, isTagged }: FillPlace): StateFrame {
  const fixed = fixedLeft + fixedRight;
  // Behind nothing but the name of who speaks the statement itself begins: "[import] row <*>", "[import] delta since <*>".
  const hasSubject = left.some(isValue) || (fixed > 0 && right.some(isValue));
  return { fixed: fixed + (isTagged ? 1 : 0), fixedBehind: fixedRight, behind: right[0], hasSubject, before, atStart };
}

function placeOf({ left, right }: Gap): FillPlace {
  return {
    fixedLeft: left.filter(isStatementWord).length,
    fixedRight: right.filter(isStatementWord).length,
    before: left.at(-1),
    atStart: left.length === 0,
    beforeValue: right.length === 1 && isValue(right[0]!),
    atEnd: right.length === 0,
    isTagged: left.some((word) => TAG.test(word)),
    ofAnError: announcesError(left),
    ofPreposition: isBehindPreposition(left),
    inBrackets: opensInAValue(left),
  };
}

/** Of "(memory pressure)" and "(disk pressure)" the first word was found to be a value, and the bracket with it. */
function opensInAValue(left: readonly string[]): boolean {
  return left.some(isValue) && !left.some((word) => word.includes('('));
}

const MOST_ROUNDS = 4;
