/**
 * What a team promised (`checkout:p99=2s`), and whether the input shows that it was kept.
 *
 * A percentile is judged as a share: "p99 is at most 2 s" says that at most 1 % of the requests take longer. The exact
 * interval of that share settles it, with as few requests as it honestly can: broken when even its low end is above,
 * within when even its high end is below, and otherwise undetermined with the number of requests that would settle it.
 * All versions and memory sizes of a function count together, cold starts included: callers were promised one figure.
 */

import type { Budget } from '../settings.ts';
import { clopperPearson } from '../stats/clopper-pearson.ts';
import { DurationHistogram } from '../stats/duration-histogram.ts';
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { changedBeside } from './changes.ts';
import { isWaitedFor } from './cold-start-kinds.ts';
import { type CountAbove, countAbove } from './count-above.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { configurationsByFunction, earliest, endedCount, FAILED_STATUSES, latest } from './function-configurations.ts';
import { matchesFunction } from './function-pattern.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { explainCommand } from './next-command.ts';
import type { BudgetSection, Sections } from './sections.ts';
import { countWords, durationWords, percentWords, plural } from './wording.ts';

export type BudgetVerdict = {
  readonly budget: Budget;
  /** The pattern itself where no function matched. */
  readonly functionName: string;
} & (
  | { readonly kind: 'broken'; readonly over: OverBudget }
  | { readonly kind: 'within'; readonly over: OverBudget }
  | {
      readonly kind: 'undetermined';
      readonly over: OverBudget | undefined;
      /** Requests (or inits) that would settle it if the share stays; undefined when it sits on the limit. */
      readonly neededCount: number | undefined;
      readonly missing: string;
    }
);

/** Requests beyond the limit (slower, failed, cold), of all; `allowedShare` is what the budget lets pass. */
export interface OverBudget {
  readonly count: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
  readonly allowedShare: number;
}

/** In the order of the budgets; one verdict for each function that a budget's pattern matches. */
export function judgeBudgets(summary: Summary, budgets: readonly Budget[]): BudgetVerdict[] {
  const byFunction = configurationsByFunction(summary);
  return budgets.flatMap((budget) => {
    const matching = [...byFunction].filter(([functionName]) => matchesFunction(budget.functionPattern, functionName));
    if (matching.length === 0) {
      const missing = `no function in the input matches "${budget.functionPattern}"`;
      return [
        { budget, functionName: budget.functionPattern, kind: 'undetermined' as const, over: undefined, neededCount: undefined, missing },
      ];
    }
    return matching.map(([functionName, configurations]) => judge(budget, functionName, configurations));
  });
}

/**
 * Broken budgets; and those that could not be judged, as findings about our view: a gate that asks for them stays
 * undecided instead of green.
 */
export function budgetFindings(summary: Summary, sections: Pick<Sections, 'changes'>, verdicts: readonly BudgetVerdict[]): Finding[] {
  return verdicts.flatMap((verdict) => {
    switch (verdict.kind) {
      case 'broken':
        return [brokenFinding(summary, sections, verdict)];
      case 'undetermined':
        return [unjudgedFinding(summary, verdict)];
      case 'within':
        return [];
      default:
        return verdict satisfies never;
    }
  });
}

/** For the report: verdicts as they stand, those that were kept among them. */
export function budgetSection(verdicts: readonly BudgetVerdict[]): BudgetSection[] {
  return verdicts.map((verdict) => {
    const { budget, functionName, kind, over } = verdict;
    return {
      functionName,
      figure: budget.figure,
      limit: budget.limit,
      kind,
      beyond: over && { count: over.count, of: over.of, share: over.of === 0 ? 0 : over.count / over.of, low: over.low, high: over.high },
      allowedShare: over?.allowedShare,
      missing: verdict.kind === 'undetermined' ? verdict.missing : undefined,
    };
  });
}

/** `checkout p99 <= 2 s` */
export function budgetWords(budget: Budget, functionName: string = budget.functionPattern): string {
  return `${functionName} ${FIGURE_WORDS[budget.figure]} <= ${isShare(budget.figure) ? percentWords(budget.limit) : durationWords(budget.limit)}`;
}

function isShare(figure: Budget['figure']): boolean {
  return figure === 'error-rate' || figure === 'cold-share';
}

const FIGURE_WORDS = {
  p50: 'p50',
  p90: 'p90',
  p99: 'p99',
  p999: 'p99.9',
  'init-p50': 'init p50',
  'init-p90': 'init p90',
  'init-p99': 'init p99',
  'error-rate': 'error rate',
  'cold-share': 'cold share',
} satisfies Record<Budget['figure'], string>;

/** Share of requests that may lie above a percentile's limit. */
const ALLOWED_ABOVE = { p50: 0.5, p90: 0.1, p99: 0.01, p999: 0.001, 'init-p50': 0.5, 'init-p90': 0.1, 'init-p99': 0.01 } as const;

/** Beyond this nobody waits for the answer; the share sits on the limit as far as anyone can tell. */
const MOST_NEEDED = 1e7;

function judge(budget: Budget, functionName: string, configurations: readonly ConfigurationSummary[]): BudgetVerdict {
  const { above, of, allowedShare } = measure(budget, configurations);
  const what = isOfInit(budget.figure) ? 'inits with a duration' : 'invocations that tell';
  if (of === 0) {
    const neededCount = settlingCount(0, allowedShare);
    const missing = `no ${what} in the input${neededCount === undefined ? '' : `; ${countWords(neededCount)} needed`}`;
    return { budget, functionName, kind: 'undetermined', over: undefined, neededCount, missing };
  }
  const low = clopperPearson(above.atLeast, of).low;
  const high = clopperPearson(above.atMost, of).high;
  const over: OverBudget = { count: above.atLeast, of, low, high, allowedShare };
  if (low > allowedShare) return { budget, functionName, kind: 'broken', over };
  // A share of 0 can never be shown of requests to come; asked for, it is meant of those in the input.
  const noneAtAll = allowedShare === 0 && above.atMost === 0;
  if (high <= allowedShare || noneAtAll) return { budget, functionName, kind: 'within', over };
  const neededCount = settlingCount(above.atMost / of, allowedShare);
  const missing =
    neededCount === undefined || neededCount <= of
      ? `${countWords(above.atMost)} of ${countWords(of)} ${what} are beyond the limit, ${percentWords(allowedShare)} may be: too close to tell`
      : `${countWords(above.atMost)} of ${countWords(of)} ${what} are beyond the limit, ${percentWords(allowedShare)} may be; about ${countWords(neededCount)} needed to tell`;
  return { budget, functionName, kind: 'undetermined', over, neededCount, missing };
}

function measure(budget: Budget, configurations: readonly ConfigurationSummary[]): { above: CountAbove; of: number; allowedShare: number } {
  const { figure, limit } = budget;
  switch (figure) {
    case 'p50':
    case 'p90':
    case 'p99':
    case 'p999': {
      const all = new DurationHistogram();
      for (const { warm, cold } of configurations) {
        all.merge(warm);
        all.merge(cold);
      }
      return { above: countAbove(all, limit), of: all.total, allowedShare: ALLOWED_ABOVE[figure] };
    }
    case 'init-p50':
    case 'init-p90':
    case 'init-p99': {
      const durations = configurations.flatMap(({ inits }) => inits.map((init) => init.durationMs)).filter((ms) => ms >= 0);
      return { above: exactly(durations.filter((ms) => ms > limit).length), of: durations.length, allowedShare: ALLOWED_ABOVE[figure] };
    }
    case 'error-rate': {
      const failed = configurations.reduce(
        (sum, { statusCounts }) => sum + FAILED_STATUSES.reduce((count, each) => count + statusCounts[each], 0),
        0,
      );
      return { above: exactly(failed), of: configurations.reduce((sum, each) => sum + endedCount(each), 0), allowedShare: limit };
    }
    case 'cold-share': {
      const of = configurations.reduce((sum, each) => sum + each.invocationCount, 0);
      const cold = configurations.reduce((sum, { inits }) => sum + inits.filter(isWaitedFor).length, 0);
      return { above: exactly(Math.min(cold, of)), of, allowedShare: limit };
    }
    default:
      return figure satisfies never;
  }
}

function exactly(count: number): CountAbove {
  return { atLeast: count, atMost: count };
}

/** @returns how many requests of this share would settle the budget either way */
function settlingCount(share: number, allowedShare: number): number | undefined {
  const settles = (of: number) => {
    const { low, high } = clopperPearson(Math.round(share * of), of);
    return low > allowedShare || high <= allowedShare;
  };
  let enough = 1;
  while (!settles(enough)) {
    enough *= 2;
    if (enough > MOST_NEEDED) return undefined;
  }
  let tooFew = Math.floor(enough / 2);
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (settles(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

function brokenFinding(
  summary: Summary,
  sections: Pick<Sections, 'changes'>,
  verdict: BudgetVerdict & { readonly kind: 'broken' },
): Finding {
  const { budget, functionName, over } = verdict;
  const configurations = configurationsByFunction(summary).get(functionName) ?? [];
  const sinceMs = earliest(configurations);
  const lastMs = latest(configurations);
  return {
    id: '',
    kind: 'budget-broken',
    headline: 'BUDGET BROKEN',
    functionName,
    version: undefined,
    memorySizeMb: undefined,
    why: `The budget ${budgetWords(budget, functionName)} is broken: ${BEYOND_WORDS[budget.figure](over, budget.limit)}, ${percentWords(over.allowedShare)} may.`,
    harm: 'users',
    certainty: 'shown',
    certaintyBecause: `even the low end of the 95 % interval, ${percentWords(over.low)}, is more than the budget lets pass`,
    affectedCount: over.count,
    exposedCount: over.of,
    shareLow: over.low,
    shareHigh: over.high,
    sinceMs,
    lastMs,
    weight: hurtPerMinute(over.count, sinceMs, lastMs),
    changedBeside: changedBeside(sections.changes, functionName, sinceMs),
    next: explainCommand(summary),
    evidence: configurations
      .flatMap(({ slowest }) => slowest)
      .sort((a, b) => b.durationMs - a.durationMs)
      .slice(0, 5)
      .map(({ evidence }) => evidenceReference(summary, evidence)),
    facts: [
      { name: 'budget', value: budgetWords(budget, functionName) },
      { name: 'beyondTheLimit', value: `${countWords(over.count)} of ${countWords(over.of)}` },
      { name: 'allowedShare', value: percentWords(over.allowedShare) },
      { name: 'shareInterval', value: `${percentWords(over.low)} to ${percentWords(over.high)}` },
    ],
    gates: [gateOf(budget), 'any'],
  };
}

function unjudgedFinding(summary: Summary, verdict: BudgetVerdict & { readonly kind: 'undetermined' }): Finding {
  const { budget, functionName, over, missing, neededCount } = verdict;
  return {
    id: '',
    kind: 'budget-broken',
    headline: 'BUDGET NOT JUDGED',
    functionName,
    version: undefined,
    memorySizeMb: undefined,
    why: `The budget ${budgetWords(budget, functionName)} can be called neither kept nor broken: ${missing}.`,
    harm: 'data',
    certainty: 'cannot-tell',
    certaintyBecause: missing,
    affectedCount: over?.count,
    exposedCount: over?.of,
    shareLow: over?.low,
    shareHigh: over?.high,
    sinceMs: undefined,
    lastMs: undefined,
    weight: 0,
    changedBeside: [],
    next: explainCommand(summary),
    evidence: [],
    facts: [
      { name: 'budget', value: budgetWords(budget, functionName) },
      ...(over === undefined ? [] : [{ name: 'beyondTheLimit', value: `${countWords(over.count)} of ${countWords(over.of)}` }]),
      ...(neededCount === undefined ? [] : [{ name: 'neededToTell', value: countWords(neededCount) }]),
    ],
    gates: [gateOf(budget), 'any'],
  };
}

const BEYOND_WORDS = {
  p50: slowerWords,
  p90: slowerWords,
  p99: slowerWords,
  p999: slowerWords,
  'init-p50': slowerInits,
  'init-p90': slowerInits,
  'init-p99': slowerInits,
  'error-rate': (over) => `${countWords(over.count)} of ${plural(over.of, 'invocation')} failed`,
  'cold-share': (over) => `${countWords(over.count)} of ${plural(over.of, 'invocation')} started cold`,
} satisfies Record<Budget['figure'], (over: OverBudget, limit: number) => string>;

function slowerWords(over: OverBudget, limit: number): string {
  return `${countWords(over.count)} of ${plural(over.of, 'invocation')} took longer than ${durationWords(limit)}`;
}

function slowerInits(over: OverBudget, limit: number): string {
  return `${countWords(over.count)} of ${plural(over.of, 'init')} took longer than ${durationWords(limit)}`;
}

const isOfInit = (figure: Budget['figure']): boolean => figure.startsWith('init-');

/** `--fail-on p99` is the gate of every promise to callers, `cold` that of starts. */
function gateOf(budget: Budget): 'p99' | 'cold' {
  return isOfInit(budget.figure) || budget.figure === 'cold-share' ? 'cold' : 'p99';
}
