/**
 * One execution environment from its first init to its shutdown: what the platform does around a function.
 *
 * - Between invocations every process of the environment is stopped, and only when the runtime and all extensions that asked
 *   for INVOKE wait in `next`.
 * - A timeout, a crash or too much memory resets it: the processes die, the ephemeral directory stays, and the next
 *   invocation starts a runtime inside its own time ("suppressed init").
 * - SIGTERM comes only to environments with an extension; the others are killed at once.
 *
 * Sources: AWS Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle" and "Working with Lambda
 * Managed Instances"; the order of its steps after aws/aws-lambda-runtime-interface-emulator.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ControlPlane } from './control-plane.ts';
import { extensionEnvironment, type FunctionSetting, nodeArguments, onThisMachine, runtimeEnvironment } from './function-environment.ts';
import type { LogStream } from './log-stream.ts';
import { type Invocation, type PostedError, RuntimeInstance } from './runtime-instance.ts';
import { type ProcessExit, SandboxProcess } from './sandbox-process.ts';
import { type TelemetryFaults, TelemetryFeed } from './telemetry-feed.ts';

export interface EnvironmentSetting extends FunctionSetting {
  /** What Node runs, with its arguments. */
  readonly runtime: readonly string[];
  readonly wrapper: string | undefined;
  readonly timeoutMs: number;
  /** How long the first init may take; undefined: as long as it wants. */
  readonly initLimitMs: number | undefined;
  /** 0: no limit. */
  readonly memoryLimitMb: number;
  readonly freezes: boolean;
  readonly telemetryFaults: TelemetryFaults;
}

export type FirstInit =
  | { readonly kind: 'ready'; readonly durationMs: number }
  /** With the error as the runtime told it, where it lived long enough. */
  | { readonly kind: 'failed'; readonly errorType: string; readonly payload: Buffer | undefined };

export interface OutputLine {
  readonly from: 'stdout' | 'stderr';
  readonly text: string;
}

export interface ServedInvocation {
  readonly requestId: string;
  readonly status: 'success' | 'error' | 'timeout' | 'crash';
  readonly payload: Buffer;
  readonly errorType?: string;
  readonly contentType?: string;
  readonly clientLatencyMs: number;
  readonly busyMs: number;
}

export class ExecutionEnvironment {
  readonly log: LogStream;
  readonly output: OutputLine[] = [];
  /** How each runtime process that is over ended. */
  readonly exits: ProcessExit[] = [];
  startCount = 0;
  /** Of the first init, once it is over. */
  firstInit: FirstInit | undefined;
  readonly #setting: EnvironmentSetting;
  readonly #controlPlane = new ControlPlane(() => this.#instance);
  readonly #telemetry: TelemetryFeed;
  #runtimeApi = '';
  #instance: RuntimeInstance | undefined;
  /** Of a good init that no invocation has been told of yet. */
  #unreportedInitMs: number | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(setting: EnvironmentSetting, log: LogStream) {
    this.#setting = setting;
    this.log = log;
    this.#telemetry = new TelemetryFeed(setting.telemetryFaults);
    log.onTelemetry = (event) => this.#telemetry.push(event);
  }

  async open(): Promise<void> {
    this.#runtimeApi = await this.#controlPlane.listen();
    const { initLimitMs } = this.#setting;
    const limit = initLimitMs === undefined ? undefined : new Deadline(initLimitMs, () => this.#instance?.changed());
    const init = await this.#init('init', () => limit?.isOver === true);
    limit?.clear();
    this.firstInit =
      init.kind === 'ready' ? init : { kind: 'failed', errorType: init.posted?.errorType ?? init.errorType, payload: init.posted?.payload };
    if (init.kind === 'ready') {
      if (this.#setting.initializationType === 'on-demand') this.#unreportedInitMs = init.durationMs;
      this.#rest();
    }
  }

  /** One at a time: the caller queues. */
  async serve(event: unknown, requestId: string, clientContext: string | undefined): Promise<ServedInvocation> {
    const startedMs = performance.now();
    const deadline = new Deadline(this.#setting.timeoutMs, () => this.#instance?.changed());
    if (this.#instance?.processes.some((each) => each.isDoomed || each.exit !== undefined) === true) await this.#reset('FAILURE');
    const suppressed = this.#instance === undefined ? await this.#init('invoke', () => deadline.isOver) : undefined;
    const invocation: Invocation = { requestId, event, clientContext, deadlineEpochMs: deadline.epochMs, answer: undefined };
    this.#logStart(requestId);
    const instance = this.#instance;
    if (instance !== undefined && suppressed?.kind !== 'failed') {
      instance.thaw();
      this.#watchMemory(instance);
      instance.dispatch(invocation);
      await instance.until(() => deadline.isOver || instance.isOver || (invocation.answer !== undefined && instance.isIdle));
    }
    const durationMs = performance.now() - startedMs;
    deadline.clear();
    const failure = whyItFailed(instance, suppressed, deadline);
    if (failure === undefined) this.#rest();
    const readyMs = performance.now() - startedMs;
    await this.#drain(instance);
    await this.#logEnd(invocation, durationMs, instance, failure);
    instance?.underWay.delete(requestId);
    if (failure !== undefined) await this.#reset(failure.kind === 'timeout' ? 'TIMEOUT' : 'FAILURE');
    const busyMs = failure === undefined ? readyMs : performance.now() - startedMs;
    return result(invocation, failure, startedMs, durationMs, busyMs);
  }

  /** Managed Instances: many at a time, nothing is frozen, and code that is too late runs on. */
  async serveBesideOthers(event: unknown, requestId: string, clientContext: string | undefined): Promise<ServedInvocation> {
    const startedMs = performance.now();
    const instance = this.#instance;
    if (instance === undefined) throw new Error('The init of this environment failed; Managed Instances replace such an environment.');
    // Several wait here for the same free place: whoever comes second finds it taken.
    while (!instance.isRuntimeWaiting && !instance.isOver) await instance.until(() => instance.isRuntimeWaiting || instance.isOver);
    const deadline = new Deadline(this.#setting.timeoutMs, () => instance.changed());
    const invocation: Invocation = { requestId, event, clientContext, deadlineEpochMs: deadline.epochMs, answer: undefined };
    this.#logStart(requestId);
    if (!instance.isOver) {
      instance.dispatch(invocation);
      await instance.until(() => deadline.isOver || instance.isOver || invocation.answer !== undefined);
    }
    deadline.clear();
    const durationMs = performance.now() - startedMs;
    const failure = invocation.answer === undefined ? whyItFailed(instance, undefined, deadline) : undefined;
    await this.#drain(instance);
    const status = failure === undefined ? 'success' : failure.kind === 'timeout' ? 'timeout' : 'error';
    this.log.platform({
      type: 'platform.report',
      record: {
        requestId,
        status,
        ...(failure?.errorType !== undefined && { errorType: failure.errorType }),
        metrics: { durationMs: rounded(durationMs) },
      },
    });
    return result(invocation, failure, startedMs, durationMs, durationMs);
  }

  kill(): void {
    this.#instance?.runtime?.kill();
  }

  async close(): Promise<ProcessExit> {
    await this.#reset('SPINDOWN');
    this.#controlPlane.close();
    this.#telemetry.reset();
    return this.exits.at(-1) ?? { exitCode: null, signal: null };
  }

  async #init(phase: 'init' | 'invoke', isTooLate: () => boolean): Promise<InitOutcome> {
    const startedMs = performance.now();
    const { initializationType, functionName, functionVersion } = this.#setting;
    this.log.platform({
      type: 'platform.initStart',
      record: { initializationType, phase, functionName, functionVersion, ...this.#runtimeVersion() },
    });
    const instance = this.#startInstance();
    this.#watchMemory(instance);
    await instance.until(() => instance.isInitialised || instance.isOver || instance.initFailure !== undefined || isTooLate());
    const durationMs = performance.now() - startedMs;
    instance.closeRegistration();
    const failed = instance.isInitialised ? undefined : await this.#initFailure(instance, isTooLate());
    await this.#drain(instance);
    for (const { name, events } of instance.extensions) {
      this.log.platform({ type: 'platform.extension', record: { name, state: 'Ready', events } });
    }
    const verdict = failed === undefined ? { status: 'success' as const } : { status: failed.status, errorType: failed.errorType };
    this.log.platform({ type: 'platform.initRuntimeDone', record: { initializationType, phase, ...verdict } });
    this.log.platform({
      type: 'platform.initReport',
      record: { initializationType, phase, ...verdict, metrics: { durationMs: rounded(durationMs) } },
    });
    if (failed === undefined) return { kind: 'ready', durationMs };
    // In the invocation itself the reset comes with its end.
    if (phase === 'init') await this.#reset('FAILURE');
    return { kind: 'failed', ...failed };
  }

  async #initFailure(instance: RuntimeInstance, isTimeout: boolean): Promise<FailedInit> {
    // A runtime that told of its failure is about to leave by itself.
    if (instance.initFailure !== undefined) await within(SHUTDOWN_MS.internal, instance, () => instance.runtime?.exit !== undefined);
    const posted = instance.initFailure;
    if (posted === undefined && isTimeout) return { status: 'timeout', errorType: 'Sandbox.Timedout', posted };
    return { status: 'error', errorType: posted === undefined ? exitErrorType(instance) : platformErrorType(posted.errorType), posted };
  }

  #startInstance(): RuntimeInstance {
    const setting = this.#setting;
    const extensionFolder = setting.optRoot === undefined ? undefined : join(setting.optRoot, 'extensions');
    const externalNames = extensionFolder !== undefined && existsSync(extensionFolder) ? readdirSync(extensionFolder) : [];
    const instance = new RuntimeInstance(setting, externalNames);
    instance.onSubscribe = (subscription, name) => {
      this.log.platform({ type: 'platform.telemetrySubscription', record: { name, state: 'Subscribed', types: subscription.types } });
      this.#telemetry.subscribe(subscription);
    };
    this.#instance = instance;
    const onLine = (text: string, from: 'stdout' | 'stderr'): void => {
      this.output.push({ from, text });
      this.log.output(text, Date.now());
    };
    for (const name of externalNames) {
      const external = new SandboxProcess({
        command: [join(extensionFolder!, name)],
        cwd: setting.optRoot!,
        env: extensionEnvironment(setting, this.#runtimeApi),
        descriptors: 0,
        onLine,
        onExit: () => instance.changed(),
      });
      instance.externalProcesses.push(external);
    }
    const wrapper = setting.wrapper === undefined ? [] : [onThisMachine(setting.wrapper, setting.optRoot)];
    const runtime = new SandboxProcess({
      command: [...wrapper, setting.nodeBinary, ...nodeArguments(setting), ...setting.runtime],
      cwd: setting.taskRoot,
      env: runtimeEnvironment(setting, this.#runtimeApi),
      // Two for the main thread and two for each worker thread of the runtime client.
      descriptors: setting.maxConcurrency === undefined ? 2 : 2 + 2 * setting.workerCount,
      onLine,
      onExit: () => {
        this.exits.push(runtime.exit!);
        instance.changed();
      },
    });
    instance.runtime = runtime;
    for (const descriptor of runtime.descriptors) this.#controlPlane.adopt(descriptor);
    this.startCount += 1;
    return instance;
  }

  #rest(): void {
    clearInterval(this.#watch);
    if (this.#setting.freezes && this.#setting.maxConcurrency === undefined) this.#instance?.freeze();
  }

  /** Ends the processes with the time that the platform grants them; what is left then is killed. */
  async #reset(reason: 'SPINDOWN' | 'TIMEOUT' | 'FAILURE'): Promise<void> {
    const instance = this.#instance;
    if (instance === undefined) return;
    clearInterval(this.#watch);
    if (instance.hasExtensions) {
      const budgetMs = instance.hasExternalExtensions ? SHUTDOWN_MS.external : SHUTDOWN_MS.internal;
      instance.thaw();
      instance.announceShutdown(reason, Date.now() + budgetMs);
      instance.runtime?.terminate();
      const runtimeMs = instance.hasExternalExtensions ? SHUTDOWN_MS.runtimeBesideExternal : budgetMs;
      await within(runtimeMs, instance, () => instance.runtime?.exit !== undefined);
      instance.runtime?.kill();
      await within(budgetMs - runtimeMs, instance, () => instance.externalProcesses.every((each) => each.exit !== undefined));
    }
    for (const each of instance.processes) each.kill();
    await instance.until(() => instance.processes.every((each) => each.exit !== undefined));
    this.#telemetry.reset();
    this.#instance = undefined;
  }

  #watchMemory(instance: RuntimeInstance): void {
    clearInterval(this.#watch);
    const limitBytes = this.#setting.memoryLimitMb * MEBIBYTE;
    if (limitBytes === 0) return;
    this.#watch = setInterval(() => {
      const usedBytes = instance.processes.reduce((sum, each) => sum + each.residentBytes(), 0);
      if (usedBytes <= limitBytes) return;
      clearInterval(this.#watch);
      instance.isOutOfMemory = true;
      instance.runtime?.kill();
    }, MEMORY_POLL_MS).unref();
  }

  /** What was printed before an answer is in the pipe before it: read until nothing more comes. */
  async #drain(instance: RuntimeInstance | undefined): Promise<void> {
    for (let seen = -1, now = 0; seen !== now; ) {
      seen = now;
      await nextTurn();
      await nextTurn();
      now = instance?.processes.reduce((sum, each) => sum + each.lineCount, 0) ?? 0;
    }
  }

  #logStart(requestId: string): void {
    this.log.platform({ type: 'platform.start', record: { requestId, version: this.#setting.functionVersion } });
  }

  async #logEnd(
    invocation: Invocation,
    measuredMs: number,
    instance: RuntimeInstance | undefined,
    failure: Failure | undefined,
  ): Promise<void> {
    const { requestId } = invocation;
    const isTimeout = failure?.kind === 'timeout';
    const durationMs = isTimeout ? this.#setting.timeoutMs : measuredMs;
    const initMs = this.#unreportedInitMs;
    this.#unreportedInitMs = undefined;
    if (isTimeout) {
      const text = `${new Date().toISOString()} ${requestId} ${timedOutText(this.#setting.timeoutMs)}\n\n`;
      this.log.platform({ type: 'platform.fault', record: { requestId, text } });
    }
    const verdict =
      failure === undefined
        ? { status: 'success' as const }
        : isTimeout
          ? { status: 'timeout' as const }
          : { status: 'error' as const, errorType: failure.errorType };
    this.log.platform({
      type: 'platform.runtimeDone',
      record: {
        requestId,
        ...verdict,
        metrics: { durationMs: rounded(durationMs), producedBytes: invocation.answer?.payload.length ?? 0 },
      },
    });
    this.log.platform({
      type: 'platform.report',
      record: {
        requestId,
        ...verdict,
        metrics: {
          durationMs: rounded(durationMs),
          billedDurationMs: Math.ceil(rounded(durationMs) + (initMs === undefined ? 0 : rounded(initMs))),
          memorySizeMB: this.#setting.memorySizeMb,
          ...this.#maxMemory(instance),
          ...(initMs !== undefined && { initDurationMs: rounded(initMs) }),
        },
      },
    });
    if (failure?.kind === 'exit') {
      const text = `RequestId: ${requestId} Error: ${failure.text}\nRuntime.ExitError\n`;
      this.log.platform({ type: 'platform.fault', record: { requestId, text } });
    }
  }

  /** Nothing where this system does not tell how much a process uses: 0 would be a figure. */
  #maxMemory(instance: RuntimeInstance | undefined): { readonly maxMemoryUsedMB?: number } {
    const size = this.#setting.memorySizeMb;
    if (instance?.isOutOfMemory === true) return { maxMemoryUsedMB: size };
    const peakBytes = instance?.processes.reduce((sum, each) => sum + each.peakBytes(), 0) ?? 0;
    return peakBytes === 0 && instance !== undefined ? {} : { maxMemoryUsedMB: Math.min(size, Math.ceil(peakBytes / MEBIBYTE)) };
  }

  #runtimeVersion(): { readonly runtimeVersion: string; readonly runtimeVersionArn: string } {
    const { nodeLine } = this.#setting;
    const digest = String(nodeLine).repeat(32);
    return {
      runtimeVersion: `nodejs:${nodeLine}.v1`,
      runtimeVersionArn: `arn:aws:lambda:eu-central-1::runtime:${digest}`,
    };
  }
}

export function newRequestId(): string {
  return randomUUID();
}

interface FailedInit {
  readonly status: 'error' | 'timeout';
  readonly errorType: string;
  readonly posted: PostedError | undefined;
}

type InitOutcome = { readonly kind: 'ready'; readonly durationMs: number } | ({ readonly kind: 'failed' } & FailedInit);

interface Failure {
  readonly kind: 'timeout' | 'exit' | 'init';
  readonly errorType: string;
  readonly text: string;
  /** What the runtime itself told of it. */
  readonly posted: PostedError | undefined;
}

/** "Shutdown phase" of the guide: nothing, 500 ms or 2,000 ms, of these 300 ms for the runtime. */
const SHUTDOWN_MS = { internal: 500, external: 2000, runtimeBesideExternal: 300 };
const MEMORY_POLL_MS = 10;
const MEBIBYTE = 1024 * 1024;

class Deadline {
  readonly afterMs: number;
  readonly epochMs: number;
  isOver = false;
  readonly #timer: NodeJS.Timeout;

  constructor(afterMs: number, onOver: () => void) {
    this.afterMs = afterMs;
    this.epochMs = Date.now() + afterMs;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      onOver();
    }, afterMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

function whyItFailed(instance: RuntimeInstance | undefined, init: InitOutcome | undefined, deadline: Deadline): Failure | undefined {
  const posted = init?.kind === 'failed' ? init.posted : undefined;
  const exit = instance?.processes.find((each) => each.exit !== undefined)?.exit;
  if (exit !== undefined) return { kind: 'exit', errorType: exitErrorType(instance), text: exitText(exit), posted };
  if (init?.kind === 'failed' && init.status === 'error')
    return { kind: 'init', errorType: init.errorType, text: 'Runtime failed to start', posted };
  if (deadline.isOver) return { kind: 'timeout', errorType: 'Sandbox.Timedout', text: timedOutText(deadline.afterMs), posted };
  return undefined;
}

function result(
  { requestId, answer }: Invocation,
  failure: Failure | undefined,
  startedMs: number,
  durationMs: number,
  busyMs: number,
): ServedInvocation {
  // What the client already has stays what it got, whatever became of the environment afterwards.
  if (answer !== undefined) {
    return {
      requestId,
      status: answer.isError ? 'error' : 'success',
      payload: answer.payload,
      ...(answer.errorType !== undefined && { errorType: answer.errorType }),
      ...(answer.contentType !== undefined && { contentType: answer.contentType }),
      clientLatencyMs: answer.answeredAtMs - startedMs,
      busyMs,
    };
  }
  if (failure === undefined) throw new Error(`${requestId} ended without an answer and without a failure.`);
  const told = failure.posted;
  const errorType = told?.errorType ?? failure.errorType;
  const payload =
    told?.payload ?? Buffer.from(JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${failure.text}` }));
  const status = failure.kind === 'timeout' ? 'timeout' : told === undefined ? 'crash' : 'error';
  return { requestId, status, payload, errorType, clientLatencyMs: durationMs, busyMs };
}

function exitErrorType(instance: RuntimeInstance | undefined): string {
  return instance?.isOutOfMemory === true ? 'Runtime.OutOfMemory' : 'Runtime.ExitError';
}

function exitText({ exitCode, signal }: ProcessExit): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNAL_TEXTS[signal] ?? signal}`;
  return exitCode === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${exitCode}`;
}

/** As Go prints them, in which the platform is written. */
const SIGNAL_TEXTS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGABRT: 'aborted',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

/** The platform lets through only types of its own kinds. */
function platformErrorType(errorType: string): string {
  return /^(Runtime|Function|Extension|Sandbox)\./.test(errorType) ? errorType : 'Runtime.Unknown';
}

const timedOutText = (timeoutMs: number): string => `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
const rounded = (ms: number): number => Math.round(ms * 100) / 100;

async function within(ms: number, instance: RuntimeInstance, holds: () => boolean): Promise<void> {
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    instance.changed();
  }, ms);
  await instance.until(() => isOver || holds());
  clearTimeout(timer);
}
