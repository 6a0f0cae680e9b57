import type { Sandbox } from '../assemble/index.ts';
import type { AgentLane } from './agent-lane.ts';
import { AttemptRun } from './attempt-run.ts';
import type { AttemptSeries } from './attempt-series.ts';
import type { FailureKeys } from './failure-keys.ts';
import type { ProcessCounts } from './process-counts.ts';
import type { RequestKeys } from './request-keys.ts';
import type { ConfigurationSummary, SandboxSummary } from './summary.ts';

/** What a stream is adding to at the moment. */
export class Lane {
  from: Sandbox | undefined;
  /** Every sandbox of the stream so far. */
  readonly past: { readonly from: Sandbox; readonly sandbox: SandboxSummary }[] = [];
  configuration: ConfigurationSummary | undefined;
  sandbox: SandboxSummary | undefined;
  key = '';
  version: string | undefined;
  /** Number of `version` in the rows; -1 until an attempt told it. */
  versionNumber = -1;
  memorySizeMb = 0;
  /** More than one version or memory size was seen in the stream. */
  isMixed = false;
  highestMb = 0;
  slowestBound = -1;
  keys: RequestKeys | undefined;
  /** Of the function's failures. */
  failureKeys: FailureKeys | undefined;
  /** Every attempt of the function, and those of this stream that are not in it yet. */
  attempts: AttemptSeries | undefined;
  readonly run = new AttemptRun();
  /** The last attempt of the sandbox did not go well. */
  isAfterFailure = false;
  extensions = new Set<string>();
  /** A line of the platform counted an attempt: the agent's lines only add to what is known. */
  hasPlatformLines = false;
  /** Made with the first line of our agent. */
  agent: AgentLane | undefined;
  served: ProcessCounts | undefined;
  /** Highest heap that V8 allows itself, as the agent said when the process began. */
  heapLimitBytes = Number.NaN;
  /** The function's time limit, as the agent learned it from the first deadline. */
  timeoutMs = Number.NaN;
}
