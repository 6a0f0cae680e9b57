/** Like is held against like: one function at one memory size, on both sides of a comparison. */
import { type CompareSide, type SideSamples, sampleKey } from './compare-side.ts';

export interface SizePair {
  readonly functionName: string;
  readonly sizeBeforeMb: number | undefined;
  readonly sizeAfterMb: number | undefined;
  readonly before: CompareSide;
  readonly after: CompareSide;
}

/** The sizes that both sides have; where each has one and they differ, that change is what is being compared. */
export function sizePairs(functionName: string, before: CompareSide, after: CompareSide): SizePair[] {
  const pairOf = (sizeBeforeMb: number | undefined, sizeAfterMb: number | undefined) => ({
    functionName,
    sizeBeforeMb,
    sizeAfterMb,
    before,
    after,
  });
  const [from, to] = [sizesOf(functionName, before), sizesOf(functionName, after)];
  const shared = to.filter((sizeMb) => from.includes(sizeMb));
  if (shared.length === 0 && from.length === 1 && to.length === 1) return [pairOf(from[0], to[0])];
  return shared.map((sizeMb) => pairOf(sizeMb, sizeMb));
}

/** A clause for the end of a sentence; empty where the size is the same. */
export function sizeWords({ sizeBeforeMb, sizeAfterMb }: SizePair): string {
  return sizeBeforeMb === sizeAfterMb ? '' : `; memory size ${sizeBeforeMb ?? '?'} MB before, ${sizeAfterMb ?? '?'} MB after`;
}

/** @returns before and after; undefined where that side is a report */
export function samplesOfPair(pair: SizePair): readonly [SideSamples | undefined, SideSamples | undefined] {
  const { functionName, sizeBeforeMb, sizeAfterMb, before, after } = pair;
  return [before.samples?.get(sampleKey(functionName, sizeBeforeMb)), after.samples?.get(sampleKey(functionName, sizeAfterMb))];
}

/**
 * One side may hold several versions of one size: the busiest stands for them.
 *
 * @returns before and after
 */
export function busiestOfPair<Section extends SizedSection>(
  pair: SizePair,
  sectionsOf: (side: CompareSide) => readonly Section[],
  countOf: (section: Section) => number,
): readonly [Section | undefined, Section | undefined] {
  const busiest = (side: CompareSide, sizeMb: number | undefined) =>
    sectionsOf(side)
      .filter((section) => section.functionName === pair.functionName && section.memorySizeMb === sizeMb)
      .sort((a, b) => countOf(b) - countOf(a))[0];
  return [busiest(pair.before, pair.sizeBeforeMb), busiest(pair.after, pair.sizeAfterMb)];
}

interface SizedSection {
  readonly functionName: string;
  readonly memorySizeMb: number | undefined;
}

/** An attempt whose REPORT lies beyond the edge of the input has no size and no duration. */
function sizesOf(functionName: string, side: CompareSide): (number | undefined)[] {
  const measured = side.latency.filter(
    (section) => section.functionName === functionName && section.warm.sampleCount + section.cold.sampleCount > 0,
  );
  return [...new Set(measured.map((section) => section.memorySizeMb))];
}
