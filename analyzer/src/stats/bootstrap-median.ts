/**
 * How far the median of a few paired differences may lie from the one that was seen, by drawing them again.
 *
 * Some differences are known only as bounds: a pair of which one side was given up is "at least this much". Each draw
 * gives the median with every bound at its low end and again at its high end, and the interval reaches over both, so
 * that what is unknown widens it and never moves it. Draws stay within their stratum: which scenarios were drilled is
 * no chance.
 *
 * Source: B. Efron (1979), "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7 (1), 1-26
 * (percentile interval); bounds at their worst ends as in C. F. Manski (2003), "Partial Identification of Probability
 * Distributions".
 */
import { seededUniform } from './seeded-uniform.ts';

/** Equal ends where the value is known; an end may be infinite. */
export interface Bounded {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapMedian {
  /** Of what was seen, as far as the bounds tell. */
  readonly median: Bounded;
  readonly interval: Bounded;
}

export interface BootstrapSettings {
  readonly seed: number;
  /** 0.95 unless told otherwise. */
  readonly confidence?: number;
  readonly drawCount?: number;
}

/** @param strata  at least one value in all */
export function bootstrapMedian(strata: readonly (readonly Bounded[])[], settings: BootstrapSettings): BootstrapMedian {
  const { seed, confidence = 0.95, drawCount = DRAWS } = settings;
  const uniform = seededUniform(seed);
  const lows = strata.map((stratum) => Float64Array.from(stratum, ({ low }) => low));
  const highs = strata.map((stratum) => Float64Array.from(stratum, ({ high }) => high));
  const count = strata.reduce((sum, stratum) => sum + stratum.length, 0);
  const drawnLows = new Float64Array(count);
  const drawnHighs = new Float64Array(count);
  const lowMedians = new Float64Array(drawCount);
  const highMedians = new Float64Array(drawCount);
  const isKnown = strata.every((stratum) => stratum.every(({ low, high }) => low === high));
  for (let draw = 0; draw < drawCount; draw++) {
    let at = 0;
    for (let stratum = 0; stratum < lows.length; stratum++) {
      const size = lows[stratum]!.length;
      for (let i = 0; i < size; i++, at++) {
        const chosen = Math.floor(uniform() * size);
        drawnLows[at] = lows[stratum]![chosen]!;
        drawnHighs[at] = highs[stratum]![chosen]!;
      }
    }
    lowMedians[draw] = middleOf(sorted(drawnLows));
    highMedians[draw] = isKnown ? lowMedians[draw]! : middleOf(sorted(drawnHighs));
  }
  const tail = (1 - confidence) / 2;
  return {
    median: {
      low: middleOf(Float64Array.from(strata.flat(), ({ low }) => low).sort()),
      high: middleOf(Float64Array.from(strata.flat(), ({ high }) => high).sort()),
    },
    interval: {
      low: lowMedians.sort()[Math.floor(tail * (drawCount - 1))]!,
      high: highMedians.sort()[Math.ceil((1 - tail) * (drawCount - 1))]!,
    },
  };
}

const DRAWS = 4_000;

/** In place. Some twenty values, thousands of times: calling the engine's sort costs more than the sorting. */
function sorted(values: Float64Array): Float64Array {
  if (values.length > FEW) return values.sort();
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    let at = i - 1;
    for (; at >= 0 && values[at]! > value; at--) values[at + 1] = values[at]!;
    values[at + 1] = value;
  }
  return values;
}

const FEW = 64;

/** @param ascending  low ends are never +Infinity and high ends never -Infinity, so the middle of two exists */
function middleOf(ascending: Float64Array): number {
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[middle]! : (ascending[middle - 1]! + ascending[middle]!) / 2;
}
