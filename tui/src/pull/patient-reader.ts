/**
 * Reads within the budget, and waits when CloudWatch asks for it: its quota of FilterLogEvents is a few calls a second
 * for the whole account, which dashboards and alarms of others use too.
 */

import type { AwsPage, AwsReader } from './aws-command.ts';
import { AwsFailure, isPassing } from './aws-failure.ts';
import type { AwsOptions, AwsRead } from './aws-reads.ts';
import { BudgetSpent, type PullBudget } from './pull-budget.ts';

export type BoundedReader = (read: AwsRead, options: AwsOptions) => Promise<AwsPage>;

export interface Patience {
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onWait?: (waitMs: number) => void;
}

/** @throws BudgetSpent, AwsFailure, or the signal's reason */
export function patientReader(reader: AwsReader, budget: PullBudget, patience: Patience): BoundedReader {
  return async (read, options) => {
    for (let attempt = 0; ; attempt++) {
      throwIfSpent(budget);
      budget.countCall();
      const outOfTime = AbortSignal.timeout(budget.remainingMs);
      try {
        const page = await reader(read, options, AbortSignal.any([patience.signal, outOfTime]));
        budget.countBytes(page.byteCount);
        return page;
      } catch (error) {
        patience.signal.throwIfAborted();
        if (outOfTime.aborted) throw new BudgetSpent({ kind: 'spent', what: 'time', option: '--max-time' });
        if (!(error instanceof AwsFailure && isPassing(error)) || attempt >= WAITS_MS.length) throw error;
        const waitMs = WAITS_MS[attempt]!;
        if (waitMs >= budget.remainingMs) throw error;
        patience.onWait?.(waitMs);
        await patience.wait(waitMs, patience.signal);
      }
    }
  };
}

/** Twice as long each time: a minute in all, after which a person should decide. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

function throwIfSpent(budget: PullBudget): void {
  const verdict = budget.judge();
  if (verdict.kind === 'spent') throw new BudgetSpent(verdict);
}
