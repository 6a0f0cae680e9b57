/**
 * A Lambda of our own: runs a function's code under the published runtime client on a real Node, in real processes that are
 * really frozen, timed out, killed and started anew, and writes the log stream that CloudWatch would show.
 *
 * What it does not have: cgroups (memory is polled from /proc, so a very fast allocation overshoots), CPU shares by memory
 * size, a /tmp for each environment (`ephemeralDirectory` stands for it), a read-only code directory.
 */
import { temporaryFolder } from '../temporary-folder.ts';
import { ExecutionEnvironment, type FirstInit, newRequestId, type OutputLine } from './execution-environment.ts';
import { type LogEvent, LogStream } from './log-stream.ts';
import type { ProcessExit } from './sandbox-process.ts';
import type { TelemetryFaults } from './telemetry-feed.ts';
import { writeExport } from './write-export.ts';

export interface LambdaSettings {
  /** The Node that runs the function. */
  readonly nodeBinary: string;
  /** Its line: 20, 22 … */
  readonly nodeLine: number;
  /** What Node runs as the runtime's bootstrap, with its arguments. */
  readonly runtime: readonly string[];
  /** The function's code directory. */
  readonly taskRoot: string;
  /** As configured: `index.handler`. */
  readonly handler: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default 256; 0: no limit is enforced. */
  readonly memoryMb?: number;
  /** Default 3000. */
  readonly timeoutMs?: number;
  /** How long the first init may take; default: as long as it wants. */
  readonly initLimitMs?: number;
  /** AWS_LAMBDA_EXEC_WRAPPER: started with the runtime's command line as its arguments. */
  readonly wrapper?: string;
  /** The folder that stands for /opt: paths below /opt in `wrapper` and `env` lead here; `extensions/*` in it are started. */
  readonly optRoot?: string;
  /** Default true: SIGSTOP between invocations. */
  readonly freeze?: boolean;
  /** Default Text. */
  readonly logFormat?: 'Text' | 'JSON';
  /** Default `on-demand`. */
  readonly initializationType?: string;
  /** Managed Instances: so many invocations at a time, in the runtime client's worker threads. Needs Node 22 or later. */
  readonly maxConcurrency?: number;
  /** Worker threads of Managed Instances; default 1. */
  readonly workerCount?: number;
  readonly functionName?: string;
  readonly functionVersion?: string;
  readonly telemetryFaults?: TelemetryFaults;
}

export interface InvokeResult {
  readonly requestId: string;
  readonly status: 'success' | 'error' | 'timeout' | 'crash';
  /** Response or error JSON as the client gets it. */
  readonly payload: Buffer;
  readonly errorType?: string;
  readonly contentType?: string;
  /** Until the response was complete. */
  readonly clientLatencyMs: number;
  /** Until the environment was ready for the next invocation. */
  readonly busyMs: number;
}

export interface LambdaDouble {
  /** Several at once wait for each other, unless `maxConcurrency` lets them in together. */
  invoke(event: unknown, options?: { readonly requestId?: string; readonly clientContext?: string }): Promise<InvokeResult>;
  /** Raw lines that the function's processes wrote on stdout and stderr, in order of arrival. */
  readonly output: readonly string[];
  /** The same with where each was written. */
  readonly outputLines: readonly OutputLine[];
  /** The log stream as CloudWatch would show it, with times. */
  logEvents(): readonly LogEvent[];
  /** Writes logEvents as a console CSV or an S3 export. @returns the path for the analyzer */
  writeExport(directory: string, shape: 'csv' | 's3'): string;
  /** Kills the runtime with SIGKILL, as a fault would; the next invoke starts anew in the same environment. */
  kill(): void;
  /** End of the environment as the service ends it: SIGTERM (only with extensions), then SIGKILL. */
  shutdown(): Promise<ProcessExit>;
  /** Stands for /tmp, given to the processes as TMPDIR; kept over resets, removed with the end of the environment. */
  readonly ephemeralDirectory: string;
  /** How the init went; a failed one is tried again inside the first invocation. */
  readonly firstInit: FirstInit;
  /** How often the runtime process was started. */
  readonly environmentStarts: number;
  /** How each runtime process that is over ended, in order. */
  readonly exits: readonly ProcessExit[];
}

/** Resolves when the init is over, well or not: a failed one is tried again inside the first invocation. */
export async function startLambda(options: LambdaSettings): Promise<LambdaDouble> {
  const { nodeLine, functionName = 'checkout', functionVersion = '$LATEST', memoryMb = 256, maxConcurrency } = options;
  if (maxConcurrency !== undefined && nodeLine < 22) {
    throw new Error(`maxConcurrency on Node ${nodeLine}: Managed Instances need runtime client 4, so Node 22 or later.`);
  }
  // Managed Instances know the JSON log format only.
  const logFormat = maxConcurrency === undefined ? (options.logFormat ?? 'Text') : 'JSON';
  const log = new LogStream(logFormat, functionVersion);
  const ephemeral = temporaryFolder('nightlight-environment-');
  const environment = new ExecutionEnvironment(
    {
      nodeLine,
      nodeBinary: options.nodeBinary,
      runtime: options.runtime,
      taskRoot: options.taskRoot,
      handler: options.handler,
      env: options.env ?? {},
      memorySizeMb: memoryMb === 0 ? UNLIMITED_SIZE_MB : memoryMb,
      memoryLimitMb: memoryMb,
      timeoutMs: options.timeoutMs ?? 3000,
      initLimitMs: options.initLimitMs,
      wrapper: options.wrapper,
      optRoot: options.optRoot,
      freezes: options.freeze ?? true,
      logFormat,
      initializationType: options.initializationType ?? (maxConcurrency === undefined ? 'on-demand' : 'lambda-managed-instances'),
      maxConcurrency,
      workerCount: options.workerCount ?? 1,
      functionName,
      functionVersion,
      logStream: log.name,
      ephemeralDirectory: ephemeral.path,
      telemetryFaults: options.telemetryFaults ?? {},
    },
    log,
  );
  await environment.open();
  const gate = new Gate(maxConcurrency ?? 1);
  return {
    invoke: (event, { requestId = newRequestId(), clientContext } = {}) =>
      gate.through(() =>
        maxConcurrency === undefined
          ? environment.serve(event, requestId, clientContext)
          : environment.serveBesideOthers(event, requestId, clientContext),
      ),
    get output() {
      return environment.output.map((line) => line.text);
    },
    get outputLines() {
      return environment.output;
    },
    logEvents: () => log.events,
    writeExport: (directory, shape) => writeExport(log.events, directory, shape, functionName),
    kill: () => environment.kill(),
    shutdown: async () => {
      await gate.empty();
      const exit = await environment.close();
      ephemeral.remove();
      return exit;
    },
    ephemeralDirectory: ephemeral.path,
    firstInit: environment.firstInit!,
    get environmentStarts() {
      return environment.startCount;
    },
    get exits() {
      return environment.exits;
    },
  };
}

/** What a function without an enforced limit is told of its size. */
const UNLIMITED_SIZE_MB = 1024;

/** Lets in so many at a time, the others in order. */
class Gate {
  readonly #places: number;
  readonly #queue: (() => void)[] = [];
  readonly #leavers: (() => void)[] = [];
  #inside = 0;

  constructor(places: number) {
    this.#places = places;
  }

  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#places) this.#inside += 1;
    // Whoever leaves hands over the place, so that nobody slips in between.
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next !== undefined) next();
      else this.#inside -= 1;
      if (this.#inside === 0) for (const leave of this.#leavers.splice(0)) leave();
    }
  }

  empty(): Promise<void> {
    if (this.#inside === 0) return Promise.resolve();
    return new Promise((resolve) => this.#leavers.push(resolve));
  }
}
