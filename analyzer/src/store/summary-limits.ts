/**
 * How many kinds of things a summary holds before the rest is counted as one. A batch has no limit: its input ends, and
 * so does what it can hold. What is watched for days has them, or a program that makes up names fills the memory.
 */
export interface SummaryLimits {
  /** Functions in their versions and memory sizes. */
  readonly configurations: number;
  readonly failures: number;
}

export const NO_LIMITS: SummaryLimits = { configurations: Number.POSITIVE_INFINITY, failures: Number.POSITIVE_INFINITY };

/** Name under which attempts of functions over the limit are counted. */
export const OTHER_FUNCTIONS = '(other functions)';
/** Type of failures over the limit; they keep the name of their function. */
export const OTHER_FAILURES = 'other failures';
