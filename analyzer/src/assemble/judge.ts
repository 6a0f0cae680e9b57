/**
 * Says how one attempt ended and what kind of start it waited for, from all the lines that spoke of it.
 *
 * The order of the questions matters: a process killed for memory is often reported as a mere timeout, and a
 * handler's error as a success of the runtime.
 */
import type { InitRecord } from '@nightlight/agent/record';
import type { Anomaly } from '../parse/anomaly.ts';
import type { InitKind, Invocation } from './invocation.ts';

interface AnomalyLedger {
  anomaly(kind: Anomaly, file: number, place: number, atMs: number): void;
}

export function judge(invocation: Invocation, ledger: AnomalyLedger): void {
  judgeStatus(invocation);
  judgeInit(invocation);
  if (invocation.hasReport) {
    if (!keepsBilledInvariant(invocation)) ledger.anomaly('billed-invariant', invocation.file, invocation.place, invocation.endMs);
    if (invocation.maxMemoryMb > invocation.memorySizeMb * 1.02)
      ledger.anomaly('memory-above-size', invocation.file, invocation.place, invocation.endMs);
  }
}

function judgeStatus(invocation: Invocation): void {
  const { errorType, reportedStatus } = invocation;
  if (invocation.outOfMemory || errorType === 'Runtime.OutOfMemory' || wasKilledForMemory(invocation)) invocation.status = 'oom';
  else if (invocation.timedOut || reportedStatus === 'timeout' || initRanOut(invocation)) invocation.status = 'timeout';
  else if (
    invocation.suppressedInit &&
    (invocation.thrownKind >= 0 || reportedStatus === 'error' || invocation.processDied || invocation.init?.status === 'error')
  )
    invocation.status = 'init-error';
  else if (errorType !== undefined && INIT_ERRORS.has(errorType)) invocation.status = 'init-error';
  else if (reportedStatus === 'error' || reportedStatus === 'failure' || invocation.thrownKind >= 0 || invocation.processDied)
    invocation.status = 'error';
  else if (!invocation.hasReport) invocation.status = 'unfinished';
  else invocation.status = 'success';

  if (invocation.status === 'success' || invocation.status === 'unfinished') {
    if (invocation.firstKind >= 0) invocation.loggedKinds.push(invocation.firstKind);
  } else {
    invocation.failureKind = invocation.thrownKind >= 0 ? invocation.thrownKind : invocation.firstKind;
  }
  if (invocation.status === 'timeout' && Number.isNaN(invocation.timeoutMs) && invocation.durationMs % 1000 === 0) {
    // `Status: timeout` reports exactly the configured limit.
    invocation.timeoutMs = invocation.durationMs;
  }
}

/**
 * The platform kills at the memory size, and its line names nothing but the signal. Whoever was killed with room to spare was
 * killed by somebody else: by its own code, by a debugger, by the host.
 */
function wasKilledForMemory({ wasKilled, maxMemoryMb, memorySizeMb }: Invocation): boolean {
  return wasKilled && !(maxMemoryMb < FULL_SHARE * memorySizeMb);
}

/** Kills at the limit report 98 to 100 % of Memory Size; the rest is for what is measured between two looks. */
const FULL_SHARE = 0.9;

/** A repeated init that used the whole time of its invocation: some REPORT lines behind it name no status of their own. */
function initRanOut({ suppressedInit, init, reportedStatus }: Invocation): boolean {
  return suppressedInit && init?.phase === 'invoke' && init.status === 'timeout' && reportedStatus === undefined;
}

function judgeInit(invocation: Invocation): void {
  const { init } = invocation;
  const kind = initKindOf(invocation);
  invocation.initKind = kind;
  if (kind === undefined) return;
  invocation.initAtMs = init?.atMs ?? invocation.startMs - (invocation.initMs || 0);
  if (init?.status === 'error' || init?.status === 'timeout') invocation.initStatus = init.status;
  else if (invocation.status === 'init-error') invocation.initStatus = 'error';
  else invocation.initStatus = 'success';
  if (Number.isNaN(invocation.initMs) && init !== undefined && kind !== 'suppressed') invocation.initMs = init.durationMs;
  if (Number.isNaN(invocation.restoreMs) && init !== undefined) invocation.restoreMs = init.restoreMs;
  invocation.initBilledMs = billedInit(invocation);
}

function initKindOf(invocation: Invocation): InitKind | undefined {
  const { init, initRecord } = invocation;
  const restored = !Number.isNaN(invocation.restoreMs) || (init !== undefined && !Number.isNaN(init.restoreMs));
  if (restored && invocation.diedBefore === undefined) return 'snapstart-restore';
  if (invocation.suppressedInit) return 'suppressed';
  if (!Number.isNaN(invocation.initMs)) {
    const type = init?.initializationType ?? initRecord?.initializationType;
    if (type === 'provisioned-concurrency' || initRecord?.proactive === true) return 'provisioned';
    // Initialised long before its first request: ahead of demand. Source: the same bound in DataDog/datadog-lambda-js.
    if (init !== undefined && invocation.startMs - init.atMs - invocation.initMs > PROACTIVE_GAP_MS) return 'provisioned';
    return 'on-demand';
  }
  if (invocation.diedBefore === 'oom' || invocation.diedBefore === 'timeout') return 'restart';
  if (invocation.diedBefore === 'crash') return 'suppressed';
  // Traces of a process before it in the same sandbox: however the lines look, nobody waited for a new sandbox.
  const isLambda = !invocation.fromRecord || initRecord?.initializationType !== undefined;
  if (isLambda && (initRecord?.predecessor === 'idle' || initRecord?.predecessor === 'died')) return 'restart';
  if (init === undefined) return invocation.fromRecord ? kindOfRecord(initRecord) : undefined;
  if (init.initializationType === 'provisioned-concurrency') return 'provisioned';
  if (init.initializationType === 'snap-start') return 'snapstart-restore';
  if (init.status === 'error' || init.status === 'timeout' || init.errorCount > 0) return 'suppressed';
  if (!invocation.hasReport) return 'unknown';
  // INIT_START, then a REPORT without Init Duration: init did not end in time and ran again inside.
  return !Number.isNaN(init.durationMs) ? 'unknown' : 'suppressed';
}

/** Without a line of the platform the agent's word is all there is; a process outside Lambda names no type and has no cold starts. */
function kindOfRecord(record: InitRecord | undefined): InitKind | undefined {
  const type = record?.initializationType;
  if (type === undefined) return undefined;
  if (type === 'provisioned-concurrency' || record?.proactive === true) return 'provisioned';
  return type === 'snap-start' ? 'snapstart-restore' : 'on-demand';
}

/** Errors that can only happen before a handler exists. Source: aws/aws-lambda-nodejs-runtime-interface-client, Errors. */
const INIT_ERRORS = new Set([
  'Runtime.ImportModuleError',
  'Runtime.UserCodeSyntaxError',
  'Runtime.HandlerNotFound',
  'Runtime.MalformedHandlerName',
  'Runtime.InvalidEntrypoint',
]);
const PROACTIVE_GAP_MS = 10_000;

/** The part of Billed Duration that is init or restore; 0 where init was free. */
function billedInit(invocation: Invocation): number {
  const { billedMs, durationMs } = invocation;
  if (Number.isNaN(billedMs) || Number.isNaN(durationMs)) return Number.NaN;
  if (!Number.isNaN(invocation.billedRestoreMs)) return invocation.billedRestoreMs;
  const part = !Number.isNaN(invocation.initMs) ? invocation.initMs : 0;
  const rest = billedMs - Math.ceil(durationMs);
  // Before December 2020 the step was 100 ms, so a rest below 100 ms may be rounding.
  if (part === 0 || rest <= 0) return 0;
  return near(billedMs, durationMs + part) ? rest : 0;
}

/**
 * Billed Duration is the duration, with init or billed restore added or not, rounded up to the millisecond; the platform
 * rounds unprinted microseconds, so one more is allowed. Before December 2020 it was rounded up to 100 ms; a timeout may
 * bill its limit.
 */
function keepsBilledInvariant(invocation: Invocation): boolean {
  const { billedMs, durationMs, initMs, billedRestoreMs, restoreMs } = invocation;
  if (Number.isNaN(billedMs) || Number.isNaN(durationMs)) return true;
  if (near(billedMs, durationMs)) return true;
  if (near(billedMs, durationMs + initMs)) return true;
  if (near(billedMs, durationMs + billedRestoreMs)) return true;
  // The restore's billed part is not always printed: anything up to the whole restore fits.
  if (!Number.isNaN(restoreMs) && billedMs >= durationMs && billedMs <= durationMs + restoreMs + 2) return true;
  if (billedMs % 100 === 0 && billedMs >= durationMs && billedMs < durationMs + 101) return true;
  return invocation.status === 'timeout' && (billedMs % 1000 === 0 || billedMs >= durationMs);
}

function near(billedMs: number, partsMs: number): boolean {
  const ceiling = Math.ceil(partsMs - 1e-9);
  return billedMs === ceiling || billedMs === ceiling + 1;
}
