/** Does memory climb faster? The slopes were judged on each side already; here their intervals are held against each other. */
import type { ComparedFigure } from './comparison.ts';
import type { GrowthVerdict } from './sections.ts';
import { busiestOfPair, type SizePair, sizeWords } from './size-pair.ts';

export function compareMemorySlopes(pair: SizePair): ComparedFigure | undefined {
  const [from, to] = busiestOfPair(
    pair,
    ({ memory }) => memory,
    ({ sandboxCount }) => sandboxCount,
  );
  if (from === undefined || to === undefined) return undefined;
  const [early, late] = [slopeOf(from.growth), slopeOf(to.growth)];
  const common = {
    figure: 'memory-slope',
    functionName: pair.functionName,
    memorySizeMb: pair.sizeAfterMb,
    unit: 'MB an invocation',
    before: early?.value,
    after: late?.value,
    beforeCount: from.sandboxCount,
    afterCount: to.sandboxCount,
    ratio: early !== undefined && late !== undefined && early.value > 0 ? late.value / early.value : undefined,
    low: undefined,
    high: undefined,
    p: undefined,
    because: `${from.growth.kind} before, ${to.growth.kind} after; sandboxes are counted${sizeWords(pair)}`,
  } as const;
  if (early === undefined || late === undefined) {
    const side = early === undefined ? 'before' : 'after';
    const growth = early === undefined ? from.growth : to.growth;
    return {
      ...common,
      verdict: { kind: 'cannot-tell', missing: `${side}: ${growth.kind === 'insufficient-data' ? growth.missing : growth.kind}` },
    };
  }
  if (late.low > early.high) return { ...common, verdict: { kind: 'worse' } };
  if (late.high < early.low) return { ...common, verdict: { kind: 'better' } };
  return { ...common, verdict: { kind: 'no-change-shown', detectable: undefined } };
}

function slopeOf(growth: GrowthVerdict): { readonly value: number; readonly low: number; readonly high: number } | undefined {
  switch (growth.kind) {
    case 'leaking':
    case 'growing':
      return { value: growth.mbPerInvocation, low: growth.low, high: growth.high };
    case 'growing-but-bounded':
    case 'stable':
      return { value: 0, low: 0, high: 0 };
    case 'insufficient-data':
      return undefined;
    default:
      return growth satisfies never;
  }
}
