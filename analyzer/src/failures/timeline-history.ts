/**
 * From added-up timelines to the history that a verdict reads.
 *
 * What a sum does not keep is put back evenly: attempts and failures are taken to be spread over their bin, and the first
 * bin is shared out at the moment of the first failure. So a burst shorter than a bin looks as long as the bin, and two
 * episodes within one bin count as one; the bins are seconds for an export of minutes, and four minutes for a whole day.
 */
import { everyNth } from '../stats/every-nth.ts';
import { GapMoments } from '../stats/gap-moments.ts';
import type { AttributeRule } from '../store/attempt-attribute.ts';
import { type AttemptSeries, binStartMs, OTHER } from '../store/attempt-series.ts';
import { addedUp, type Bins, coarsen } from '../store/bins.ts';
import type { FailureTimeline } from '../store/failure-timeline.ts';
import { DenseWatch } from './dense-now.ts';
import { EpisodeCounter } from './episodes.ts';
import type { AttributeHistory, FailureHistory, VersionHistory } from './failure-history.ts';

/**
 * @param exposed  every attempt that could have failed, the failed ones included
 * @param failure  which of them did
 * @param rules    of both
 * @param untilMs  up to when the export tells of attempts
 */
export function historyOfTimeline(
  exposed: AttemptSeries,
  failure: FailureTimeline,
  rules: readonly AttributeRule[],
  untilMs: number,
): FailureHistory {
  const first = failure.first ?? { atMs: Number.NaN, values: [] };
  const axis = axisOf(exposed, failure.series, first.atMs);
  const placed = placeFailures(axis);
  const versionRule = rules.findIndex(({ nature }) => nature === 'version');
  const found = rules.flatMap((rule, i) => valuesOf(axis, rule, i, exposed, failure.series, first.values[i]));
  const versions = found.filter(({ rule }) => rule.nature === 'version');
  const firstVersion = versionRule < 0 ? undefined : first.values[versionRule];
  const ofFirstVersion =
    firstVersion === undefined ? axis.exposed : alongAxis(axis, exposed.ofValues[versionRule]?.get(firstVersion), exposed.level);
  return {
    total: { exposed: Math.round(sum(axis.after)), failures: Math.max(0, sum(axis.failures) - 1) },
    exposedBefore: Math.max(0, Math.round(sum(ofFirstVersion) - sum(afterFirst(axis, ofFirstVersion)) - 1)),
    firstMs: first.atMs,
    lastMs: failure.lastMs,
    untilMs,
    ...placed,
    blocks: axis.after.map((inBlock, i) => ({ exposed: inBlock, failures: axis.failuresAfter[i]! })),
    attributes: found.filter(
      ({ within, fitsFirst, rule, value }) => within.failures > 0 || (fitsFirst && first.values[rules.indexOf(rule)] === value),
    ),
    valuesTried: found.length,
    versions: versions.map(versionOf(axis)),
    everyNth: everyNth(failure.remainders),
    outcomes: failure.outcomes,
    evidence: failure.evidence,
  };
}

/** Bins of both series at the coarser of their levels, from the first attempt on. */
interface Axis {
  readonly level: number;
  readonly bins: readonly number[];
  readonly exposed: readonly number[];
  readonly failures: readonly number[];
  /** In which of them the first failure lies, and which share of that one comes after it. */
  readonly firstBlock: number;
  readonly shareAfter: number;
  /** After the first failure only, from its block on. */
  readonly after: readonly number[];
  readonly failuresAfter: readonly number[];
}

function axisOf(exposed: AttemptSeries, failed: AttemptSeries, firstMs: number): Axis {
  const level = Math.max(exposed.level, failed.level);
  const all = coarsened(exposed.total, level - exposed.level);
  const failures = coarsened(failed.total, level - failed.level);
  // Both at once: every bin of either, with what is counted of it in each.
  const bins: number[] = [];
  const exposedIn: number[] = [];
  const failuresIn: number[] = [];
  for (let i = 0, j = 0; i < all.length || j < failures.length; ) {
    const bin = Math.min(all[i] ?? Number.POSITIVE_INFINITY, failures[j] ?? Number.POSITIVE_INFINITY);
    const failed = failures[j] === bin ? failures[j + 1]! : 0;
    bins.push(bin);
    exposedIn.push(Math.max(all[i] === bin ? all[i + 1]! : 0, failed));
    failuresIn.push(failed);
    if (all[i] === bin) i += 2;
    if (failures[j] === bin) j += 2;
  }
  const lengthMs = binStartMs(1, level);
  const firstBlock = Math.max(
    0,
    bins.findIndex((bin) => firstMs < binStartMs(bin + 1, level)),
  );
  const shareAfter = bins.length === 0 ? 0 : 1 - (firstMs - binStartMs(bins[firstBlock]!, level)) / lengthMs;
  const after = exposedIn.slice(firstBlock);
  const failuresAfter = failuresIn.slice(firstBlock);
  if (after.length > 0) {
    failuresAfter[0]! -= 1;
    after[0] = Math.max(failuresAfter[0]!, after[0]! * shareAfter);
  }
  return {
    level,
    bins,
    exposed: exposedIn,
    failures: failuresIn,
    firstBlock,
    shareAfter,
    after,
    failuresAfter,
  };
}

/** Gives each failure a number among the attempts, evenly within its bin, and lets the usual counters look at them. */
function placeFailures(axis: Axis) {
  const [dense, episodes, gaps] = [new DenseWatch(), new EpisodeCounter(), new GapMoments()];
  let before = 0;
  let last = Number.NaN;
  axis.bins.forEach((bin, block) => {
    const [attempts, failed] = [axis.exposed[block]!, axis.failures[block]!];
    const [startMs, lengthMs] = [binStartMs(bin, axis.level), binStartMs(1, axis.level)];
    for (let i = 0; i < failed; i++) {
      const within = (i + 0.5) / failed;
      const index = before + Math.floor(within * attempts);
      const atMs = startMs + within * lengthMs;
      dense.add(index, atMs);
      episodes.add(index, atMs);
      if (!Number.isNaN(last)) gaps.add(index - last);
      last = index;
    }
    before += attempts;
  });
  return {
    furtherEpisodes: Math.max(0, episodes.onsets - 1),
    onsetsMs: episodes.onsetsMs,
    recent: dense.recent(before - 1),
    denseSinceMs: dense.isDense(before) ? dense.sinceMs : undefined,
    gapVariation: gaps.variation,
  };
}

function valuesOf(
  axis: Axis,
  rule: AttributeRule,
  index: number,
  exposed: AttemptSeries,
  failed: AttemptSeries,
  first: string | undefined,
): AttributeHistory[] {
  const values = exposed.ofValues[index] ?? new Map<string, Bins>();
  const failedValues = joinedAsExposed(failed.ofValues[index] ?? new Map(), values);
  const firstValue = first === undefined || values.has(first) ? first : OTHER;
  const all = [...new Set([...values.keys(), ...failedValues.keys()])].map((value) => {
    const failures = alongAxis(axis, failedValues.get(value), failed.level).slice(axis.firstBlock);
    if (value === firstValue && failures.length > 0) failures[0]! -= 1;
    const attempts = afterFirst(axis, alongAxis(axis, values.get(value), exposed.level)).map((count, i) => Math.max(count, failures[i]!));
    return { value, failures, attempts };
  });
  const told = { exposed: sum(all.map(({ attempts }) => sum(attempts))), failures: sum(all.map(({ failures }) => sum(failures))) };
  return all.map(({ value, failures, attempts }) => ({
    rule,
    value,
    within: { exposed: sum(attempts), failures: sum(failures) },
    told,
    fitsFirst: firstValue === undefined || firstValue === value,
    blocks: () =>
      attempts.map((count, i) => ({
        exposed: count,
        failures: failures[i]!,
        atMs: binStartMs(axis.bins[axis.firstBlock + i]!, axis.level),
      })),
  }));
}

/** A value that the attempts count together with others is counted so among the failures, too. */
function joinedAsExposed(failed: ReadonlyMap<string, Bins>, exposed: ReadonlyMap<string, Bins>): Map<string, Bins> {
  const joined = new Map<string, Bins>();
  for (const [value, bins] of failed) {
    const name = exposed.has(value) || !exposed.has(OTHER) ? value : OTHER;
    const mine = joined.get(name);
    joined.set(name, mine === undefined ? bins : addedUp(mine, bins, 1));
  }
  return joined;
}

function versionOf(axis: Axis): (attribute: AttributeHistory) => VersionHistory {
  return ({ value, within, blocks }) => ({
    version: value,
    ...within,
    blocks: () => blocks().map(({ exposed, failures }, i) => ({ exposed, failures, ofAll: axis.after[i]! })),
  });
}

function alongAxis(axis: Axis, bins: Bins | undefined, level: number): number[] {
  const along = new Array<number>(axis.bins.length).fill(0);
  if (bins === undefined) return along;
  const width = 2 ** (axis.level - level);
  // Every attempt is in the total, too, and so on the axis, in the same order.
  let block = 0;
  for (let i = 0; i < bins.length; i += 2) {
    const bin = width === 1 ? bins[i]! : Math.floor(bins[i]! / width);
    while (block < axis.bins.length && axis.bins[block]! < bin) block++;
    if (axis.bins[block] === bin) along[block]! += bins[i + 1]!;
  }
  return along;
}

function afterFirst(axis: Axis, counts: readonly number[]): number[] {
  return counts.slice(axis.firstBlock).map((count, i) => (i === 0 ? count * axis.shareAfter : count));
}

function coarsened(bins: Bins, shift: number): Bins {
  if (shift === 0) return bins;
  const found = bins.slice();
  coarsen(found, 2 ** shift);
  return found;
}

function sum(counts: readonly number[]): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
