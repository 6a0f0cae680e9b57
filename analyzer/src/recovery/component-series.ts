/** One component over time, as it sees itself: one value a period; NaN where a period is missing. */
export interface ComponentSeries {
  readonly component: string;
  /** `remote` is a node that stands for what is only seen from its client. */
  readonly kind?: 'service' | 'store' | 'cache' | 'queue' | 'external' | 'remote' | undefined;
  readonly requests: readonly number[];
  readonly latencyMs: readonly number[];
  readonly failedShare: readonly number[];
  /** Of a cache. */
  readonly hitShare?: readonly number[] | undefined;
}
