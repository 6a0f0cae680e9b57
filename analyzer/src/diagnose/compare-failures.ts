/**
 * Which failures are new since the other time, more frequent, fewer or gone, measured against what could have failed.
 *
 * "It did not occur before" means nothing where only forty requests ran before. A failure is called new when, at the rate
 * it has now, its absence before would be a matter of chance below 5 %, with control of the share of false ones over all
 * groups (Benjamini-Hochberg).
 */
import { benjaminiHochberg } from '../stats/benjamini-hochberg.ts';
import { clopperPearson } from '../stats/clopper-pearson.ts';
import { rateRatio } from '../stats/rate-ratio.ts';
import type { CompareSide } from './compare-side.ts';
import type { ComparedFailure, FailureNews } from './comparison.ts';
import { finite } from './finite.ts';
import type { FailureSection } from './sections.ts';
import { countWords, percentWords } from './wording.ts';

export function compareFailures(before: CompareSide, after: CompareSide): ComparedFailure[] {
  const pairs = pairUp(before, after);
  const judged = pairs.map((pair) => ({ pair, rates: rateRatio(pair.before, pair.after)! }));
  const kept = benjaminiHochberg(
    judged.map(({ rates }) => rates.p),
    FALSE_SHARE,
  );
  return judged
    .map(({ pair, rates }, i): ComparedFailure => {
      const [beforeBounds, afterBounds] = [
        clopperPearson(pair.before.count, pair.before.of),
        clopperPearson(pair.after.count, pair.after.of),
      ];
      return {
        fingerprint: pair.section.fingerprint,
        functionName: pair.section.functionName,
        type: pair.section.type,
        maskedMessage: pair.section.maskedMessage,
        status: pair.section.status,
        before: { ...pair.before, high: beforeBounds.high },
        after: { ...pair.after, ...afterBounds },
        ratio: rates.ratio,
        low: rates.low,
        high: finite(rates.high),
        p: rates.p,
        news: newsOf(pair, kept[i]!, (rates.ratio ?? Number.POSITIVE_INFINITY) > 1),
        evidence: pair.section.evidence,
      };
    })
    .sort((a, b) => ORDER[a.news.kind] - ORDER[b.news.kind] || b.after.count - a.after.count);
}

const FALSE_SHARE = 0.05;

const ORDER: Readonly<Record<FailureNews['kind'], number>> = {
  new: 0,
  more: 1,
  'perhaps-new': 2,
  'as-before': 3,
  fewer: 4,
  'perhaps-gone': 5,
  gone: 6,
};

interface Rate {
  readonly count: number;
  readonly of: number;
}

interface FailurePair {
  /** From the side that shows it; the later one where both do. */
  readonly section: FailureSection;
  readonly before: Rate;
  readonly after: Rate;
}

function pairUp(before: CompareSide, after: CompareSide): FailurePair[] {
  const [exposedBefore, exposedAfter] = [attemptsOf(before), attemptsOf(after)];
  return sameFailures(before.failures, after.failures).flatMap(({ earlier, later }) => {
    const section = foremost(later) ?? foremost(earlier)!;
    const of = { before: exposedBefore.get(section.functionName) ?? 0, after: exposedAfter.get(section.functionName) ?? 0 };
    // A function that ran on one side only has nothing to be compared with.
    if (of.before === 0 || of.after === 0) return [];
    const counts = { before: countOf(earlier), after: countOf(later) };
    if (counts.before + counts.after === 0) return [];
    return [
      {
        section,
        before: { count: Math.min(counts.before, of.before), of: of.before },
        after: { count: Math.min(counts.after, of.after), of: of.after },
      },
    ];
  });
}

interface SameFailure {
  readonly earlier: FailureSection[];
  readonly later: FailureSection[];
}

/**
 * By fingerprint, or by one that single errors of a group have: what a group is called may change with what else was seen.
 * A report of an older version has none; then type and masked message must do.
 */
function sameFailures(before: readonly FailureSection[], after: readonly FailureSection[]): SameFailure[] {
  const isOld = [...before, ...after].some(({ fingerprint, rate }) => fingerprint === undefined && rate.count > 0);
  const found: SameFailure[] = [];
  const byId = new Map<string, SameFailure>();
  for (const [side, failures] of [
    ['later', after],
    ['earlier', before],
  ] as const) {
    for (const failure of failures) {
      const ids = idsOf(failure, isOld);
      const known = [...new Set(ids.flatMap((id) => byId.get(id) ?? []))];
      const [same = { earlier: [], later: [] }, ...others] = known;
      if (known.length === 0) found.push(same);
      for (const other of others) {
        same.earlier.push(...other.earlier.splice(0));
        same.later.push(...other.later.splice(0));
        for (const [id, of] of byId) if (of === other) byId.set(id, same);
      }
      same[side].push(failure);
      for (const id of ids) byId.set(id, same);
    }
  }
  return found.filter(({ earlier, later }) => earlier.length + later.length > 0);
}

function idsOf({ functionName, status, type, maskedMessage, fingerprint, identity, rate }: FailureSection, isOld: boolean): string[] {
  const where = `${functionName}\u0000${status}\u0000${rate.count > 0}`;
  const worded = `${where}\u0000${type}\u0000${maskedMessage}`;
  if (fingerprint === undefined) return [worded];
  return [...[fingerprint, ...(identity?.aliases ?? [])].map((id) => `${where}\u0000${id}`), ...(isOld ? [worded] : [])];
}

function foremost(failures: readonly FailureSection[]): FailureSection | undefined {
  return failures.reduce<FailureSection | undefined>(
    (most, failure) => (most === undefined || failure.rate.count > most.rate.count ? failure : most),
    undefined,
  );
}

function countOf(failures: readonly FailureSection[]): number {
  return failures.reduce((sum, { rate }) => sum + rate.count, 0);
}

function attemptsOf(side: CompareSide): Map<string, number> {
  return new Map(side.functions.map(({ functionName, invocationCount }) => [functionName, invocationCount]));
}

function newsOf({ before, after }: FailurePair, isShown: boolean, isMore: boolean): FailureNews {
  if (before.count === 0) {
    if (isShown) return { kind: 'new' };
    return {
      kind: 'perhaps-new',
      missing: `none in ${countWords(before.of)} before still allows ${percentWords(clopperPearson(0, before.of).high)}; about ${countWords(Math.ceil((ENOUGH_EXPECTED * after.of) / after.count))} invocations before would tell`,
    };
  }
  if (after.count === 0) {
    if (isShown) return { kind: 'gone' };
    return {
      kind: 'perhaps-gone',
      missing: `none in ${countWords(after.of)} after; about ${countWords(Math.ceil((ENOUGH_EXPECTED * before.of) / before.count))} would tell`,
    };
  }
  if (!isShown) return { kind: 'as-before' };
  return { kind: isMore ? 'more' : 'fewer' };
}

/** With so many expected, none at all has a probability below 2.5 % (e^-3.7), which is half of 5 %. */
const ENOUGH_EXPECTED = 3.7;
