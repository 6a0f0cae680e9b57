/** Who calls whom, as one side saw it: from a trace, or from the agent's counts of outbound calls. */
export interface CallLink {
  readonly caller: string;
  /** As the caller names it: a service, a host, an address. */
  readonly callee: string;
  /** Calls, where no series tells them. */
  readonly callCount?: number | undefined;
  /** As the caller sees its calls, one value a period; NaN where a period is missing. */
  readonly requests?: readonly number[] | undefined;
  readonly latencyMs?: readonly number[] | undefined;
  readonly failedShare?: readonly number[] | undefined;
}
