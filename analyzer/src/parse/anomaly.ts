/** What is odd about the data itself: counted, shown with evidence, never repaired in silence. */
export const ANOMALIES = [
  /** Billed Duration is none of the sums the platform makes of its parts. */
  'billed-invariant',
  /** Max Memory Used above Memory Size. */
  'memory-above-size',
  /** Two REPORTs for one attempt. */
  'duplicate-report',
  /** An event older than its predecessor in the same stream, put back in order. */
  'out-of-order',
  /** An event that came too late to be put back in order; joined by request id. */
  'too-late-to-order',
  /** A message as long as CloudWatch allows that does not parse: probably cut. */
  'truncated',
  /** Printed after the response, before the next invocation: work in a frozen sandbox. */
  'late-output',
  /** A line that looks like a REPORT and cannot be one: the application printed it. */
  'counterfeit-report',
  /** A running maximum that fell without a restart. */
  'memory-fell',
  /** The platform said it dropped log records. */
  'logs-dropped',
] as const;
export type Anomaly = (typeof ANOMALIES)[number];
