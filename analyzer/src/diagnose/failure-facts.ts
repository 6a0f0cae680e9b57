/** What stands behind the class and the identity of a failure, for whoever asks to have it explained. */
import { RARITY_WORDS } from './failure-rarity.ts';
import type { Finding } from './finding.ts';
import type { FailureSection, KnownSection, RaritySection } from './sections.ts';
import { countWords, percentWords, plural, timeWords } from './wording.ts';

type Facts = Finding['facts'];

export function identityFacts({ fingerprint, identity }: FailureSection): Facts {
  if (fingerprint === undefined || identity === undefined) return [];
  const { basis, functions, looksLike, kindCount } = identity;
  const joined = kindCount > 1 ? `; ${plural(kindCount, 'kind')} of line joined` : '';
  const others = identity.aliases.filter((alias) => alias !== fingerprint);
  return [
    {
      name: 'fingerprint',
      value: `${fingerprint} (${basis === 'function' ? `thrown in ${functions.join(', called by ')}` : BASIS_WORDS[basis]})${joined}`,
    },
    ...(others.length === 0 ? [] : [{ name: 'also known as', value: listed(others) }]),
    ...(looksLike.length === 0 ? [] : [{ name: 'looks the same as', value: `${listed(looksLike)}: the same words from another place` }]),
  ];
}

export function rarityFacts(rarity: RaritySection): Facts {
  const { precondition, missing, falsifiers, freeVersions } = rarity;
  return [
    { name: 'class', value: `${RARITY_WORDS[rarity.kind]}: ${rarity.why}` },
    { name: 'pattern', value: rarity.pattern },
    ...(precondition === undefined
      ? []
      : [
          {
            name: 'precondition',
            value: `${precondition.attribute} = ${precondition.value}: ${countWords(precondition.failures)} of ${countWords(precondition.exposed)} attempts under it fail (${percentWords(precondition.low)} to ${percentWords(precondition.high)})${separability(precondition)}`,
          },
        ]),
    ...(freeVersions.length === 0 ? [] : [{ name: 'versions free of it', value: listed(freeVersions) }]),
    ...(missing === undefined ? [] : [{ name: 'would decide', value: missing.text }]),
    ...(falsifiers.length === 0 ? [] : [{ name: 'would refute', value: falsifiers.join('; ') }]),
    ...(rarity.watch ? [{ name: 'watch', value: 'rare, and nobody is told when it happens: it will not report itself' }] : []),
  ];
}

/** For the sentence of the finding: whom to wake, or why it stands at the end. */
export function knownClause({ owner, runbook, mutedUntilMs }: KnownSection): string {
  const muted = mutedUntilMs === undefined ? '' : `muted until ${timeWords(mutedUntilMs)}, `;
  const told = [owner === undefined ? undefined : `owner ${owner}`, runbook === undefined ? undefined : `runbook ${runbook}`];
  return `${muted}known: ${told.filter((part) => part !== undefined).join(', ') || 'no owner named'}`;
}

export function knownFacts({ owner, runbook, mutedUntilMs }: KnownSection): Facts {
  return [
    { name: 'owner', value: owner ?? 'not named' },
    ...(runbook === undefined ? [] : [{ name: 'runbook', value: runbook }]),
    ...(mutedUntilMs === undefined
      ? []
      : [{ name: 'muted until', value: `${timeWords(mutedUntilMs)}: ranked last, and still judged by --fail-on` }]),
  ];
}

function separability({ standing, cannotBeSeparatedFrom }: NonNullable<RaritySection['precondition']>): string {
  const unproven = standing === 'unproven' ? '; that it is the reason is not shown' : '';
  return cannotBeSeparatedFrom.length === 0 ? unproven : `${unproven}; cannot be separated from ${cannotBeSeparatedFrom.join(' or ')}`;
}

function listed(names: readonly string[]): string {
  return names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more` : names.join(', ');
}

const MOST_NAMES = 4;

/** What two places that say the same would need to be told apart. */
const BASIS_WORDS = {
  'no stack': 'by type and message alone: no stack was printed',
  'no own frame': "by type and message alone: no frame of the stack is the program's own",
  anonymous: 'by type and message alone: the function that threw has no name',
  minified: 'by type and message alone: the frames are minified and there is no source map',
} as const;
