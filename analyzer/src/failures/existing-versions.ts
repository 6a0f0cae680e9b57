/**
 * In which versions does the failure exist? What a deploy mended must not be diluted by a million good attempts after it,
 * and what it brought must not be by those before.
 *
 * A version without the failure is left out when its silence is no chance: at the rate shown elsewhere, so many attempts
 * would have stayed clean with a probability below 1 %.
 */
import { clopperPearson } from '../stats/clopper-pearson.ts';
import type { Tally } from '../store/attempt-attribute.ts';
import type { AttributeHistory, FailureHistory, VersionHistory } from './failure-history.ts';

export interface Existence {
  /** The history without the versions that are free of the failure. */
  readonly history: FailureHistory;
  readonly freeVersions: readonly string[];
}

export function withinExistence(history: FailureHistory): Existence {
  const free = freeOf(history.versions);
  if (free.length === 0) return { history, freeVersions: [] };
  const left = free.map(({ blocks }) => blocks());
  const freeShare = left[0]!.map(({ ofAll }, block) => (ofAll > 0 ? sum(left, (blocks) => blocks[block]!.exposed) / ofAll : 0));
  const stays = (exposed: number, block: number) => exposed * (1 - (freeShare[block] ?? 0));
  const exposed = history.total.exposed - sum(free, (version) => version.exposed);
  return {
    freeVersions: free.map(({ version }) => version),
    history: {
      ...history,
      total: { exposed, failures: history.total.failures },
      blocks: thinned(history.blocks, left[0]!, freeShare),
      attributes: history.attributes.filter(({ rule }) => rule.nature !== 'version').map((attribute) => leaving(attribute, stays)),
    },
  };
}

/** The finer blocks know nothing of versions: each loses what the piece of the stream lost in which it begins. */
function thinned(blocks: readonly Tally[], pieces: readonly { readonly ofAll: number }[], freeShare: readonly number[]): Tally[] {
  let piece = 0;
  let pieceEnds = pieces[0]?.ofAll ?? 0;
  let begins = 0;
  return blocks.map((block) => {
    while (begins >= pieceEnds && piece < pieces.length - 1) pieceEnds += pieces[++piece]!.ofAll;
    begins += block.exposed;
    return { exposed: Math.max(block.failures, block.exposed * (1 - (freeShare[piece] ?? 0))), failures: block.failures };
  });
}

function leaving(attribute: AttributeHistory, stays: (exposed: number, block: number) => number): AttributeHistory {
  const { within, told } = attribute;
  const blocks = attribute.blocks().map((block, i) => ({ ...block, exposed: stays(block.exposed, i) }));
  const exposed = Math.max(
    within.failures,
    sum(blocks, (block) => block.exposed),
  );
  // What the free versions took of this value, they took of the others in the same measure.
  const toldExposed = within.exposed > 0 ? (told.exposed * exposed) / within.exposed : told.exposed;
  return { ...attribute, within: { ...within, exposed }, told: { ...told, exposed: toldExposed }, blocks: () => blocks };
}

function freeOf(versions: readonly VersionHistory[]): VersionHistory[] {
  const showing = versions.filter(({ failures }) => failures > 0);
  const failures = sum(showing, (version) => version.failures);
  if (failures < FEWEST_FAILURES) return [];
  const { low } = clopperPearson(
    failures,
    sum(showing, (version) => version.exposed),
  );
  return versions.filter((version) => version.failures === 0 && version.exposed * Math.log1p(-low) < Math.log(CHANCE_OF_SILENCE));
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

const FEWEST_FAILURES = 3;
const CHANCE_OF_SILENCE = 0.01;
