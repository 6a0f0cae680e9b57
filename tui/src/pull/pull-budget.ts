/** How much one run may read: calls, bytes and time. A pull that nobody watches must end by itself. */

export interface PullLimits {
  readonly calls: number;
  readonly bytes: number;
  readonly timeMs: number;
}

export type BudgetVerdict =
  | { readonly kind: 'left' }
  /** `option` would allow more. */
  | { readonly kind: 'spent'; readonly what: 'calls' | 'bytes' | 'time'; readonly option: string };

export const DEFAULT_LIMITS: PullLimits = { calls: 1_000, bytes: 1e9, timeMs: 15 * 60_000 };

export class PullBudget {
  readonly limits: PullLimits;
  readonly #nowMs: () => number;
  readonly #startedMs: number;
  #callCount = 0;
  #byteCount = 0;

  constructor(limits: PullLimits, nowMs: () => number) {
    this.limits = limits;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
  }

  get callCount(): number {
    return this.#callCount;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  get remainingMs(): number {
    return Math.max(0, this.#startedMs + this.limits.timeMs - this.#nowMs());
  }

  countCall(): void {
    this.#callCount++;
  }

  /** The size of a page is known when it has come, so the last page may go past the limit. */
  countBytes(byteCount: number): void {
    this.#byteCount += byteCount;
  }

  judge(): BudgetVerdict {
    if (this.#callCount >= this.limits.calls) return { kind: 'spent', what: 'calls', option: '--max-calls' };
    if (this.#byteCount >= this.limits.bytes) return { kind: 'spent', what: 'bytes', option: '--max-bytes' };
    if (this.remainingMs === 0) return { kind: 'spent', what: 'time', option: '--max-time' };
    return { kind: 'left' };
  }
}

/** Thrown where a page was to be read and nothing is left; the state says how far it came. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
  readonly verdict: Extract<BudgetVerdict, { kind: 'spent' }>;

  constructor(verdict: Extract<BudgetVerdict, { kind: 'spent' }>) {
    super(`no ${verdict.what} left`);
    this.verdict = verdict;
  }
}
