/**
 * Looks on while attempts are added up: for what is worth keeping only while somebody watches, such as how long the
 * requests of each minute took.
 */
import type { WindowRecord } from '@nightlight/agent/record';
import type { Invocation } from '../assemble/index.ts';
import type { ConfigurationSummary, SandboxSummary } from './summary.ts';

export interface AttemptWatcher {
  /** The object is used again after the call. */
  attempt(configuration: ConfigurationSummary, sandbox: SandboxSummary, invocation: Invocation): void;
  /** A warm attempt that succeeded. */
  plainAttempt(configuration: ConfigurationSummary, startMs: number, durationMs: number): void;
  /** A stretch of a long-running process: stands behind the lines of its requests, of which only some have one, and counts them all. */
  window(configuration: ConfigurationSummary, sandbox: SandboxSummary | undefined, record: WindowRecord): void;
}
