/**
 * Counts failures by function, outcome, type, masked message and where they were thrown: finer than what a person calls the
 * same failure, so that the grouping, which sees all of them, has something to group. Errors that were printed and did not
 * decide how their attempt ended are counted apart.
 */
import type { Invocation } from '../assemble/index.ts';
import type { FailureKind } from '../parse/failure-kinds.ts';
import type { AttemptValues } from './attempt-rules.ts';
import { emptyFailure } from './empty-summary.ts';
import { keepEarliest } from './evidence-list.ts';
import { noteRequest, noteTold } from './failure-fate.ts';
import type { Lane } from './lane.ts';
import { requestKeyOf } from './request-keys.ts';
import type { Evidence, FailureSummary, Status, Summary } from './summary.ts';
import { OTHER_FAILURES } from './summary-limits.ts';
import type { TimelineKeeper } from './timeline-keeper.ts';

export const FAILED: Readonly<Record<Status, boolean>> = {
  success: false,
  error: true,
  timeout: true,
  oom: true,
  'init-error': true,
  unfinished: false,
  unknown: false,
};

/**
 * @param kinds  of the parser, by the numbers that attempts carry
 * @param most   failures that are told apart; beyond, those of a function are one
 */
export function noteFailures(
  summary: Summary,
  timelines: TimelineKeeper,
  lane: Lane,
  invocation: Invocation,
  kinds: readonly FailureKind[],
  values: AttemptValues,
  most: number,
): void {
  if (FAILED[invocation.status]) {
    const kind = invocation.failureKind < 0 ? undefined : kinds[invocation.failureKind];
    const key = knownKeyOf(lane, kind, invocation, invocation.status);
    const failure = failureOf(summary, lane, key, kind, invocation, invocation.status, most);
    failure.count++;
    if (failure.fate !== undefined) noteRequest(failure.fate, requestKeyOf(invocation));
    timelines.of(key)?.add({ atMs: invocation.startMs, values, ordinal: ordinalOf(lane, invocation) });
    noteOne(failure, lane, kind, invocation);
    const death = deathOf(invocation);
    const sandbox = lane.sandbox!;
    if (death !== undefined)
      sandbox.death = { by: death, n: sandbox.invocationCount, atMs: invocation.endMs, evidence: evidenceOf(invocation) };
  }
  for (const number of invocation.loggedKinds) {
    const kind = kinds[number];
    if (kind === undefined) continue;
    const key = knownKeyOf(lane, kind, invocation, 'logged');
    const failure = failureOf(summary, lane, key, kind, invocation, 'logged', most);
    failure.loggedOnlyCount++;
    noteOne(failure, lane, kind, invocation);
  }
}

export interface LooseError {
  readonly functionName: string;
  readonly version: string;
  readonly kind: FailureKind;
  readonly evidence: Evidence;
}

/** An error line of a service that names no request: counted as logged, with an unknown end. */
export function noteLooseError({ failures }: Summary, { functionName, version, kind, evidence }: LooseError, most: number): void {
  const { type, maskedMessage, origin = '' } = kind;
  const key = `${functionName}\u0000loose\u0000${type}\u0000${maskedMessage}\u0000${origin}`;
  let failure = failures.get(key);
  if (failure === undefined && failures.size >= most) failure = otherOf(failures, functionName, 'logged', 'unknown');
  if (failure === undefined) {
    failure = emptyFailure(functionName, type, maskedMessage, maskedMessage, 'unknown');
    failures.set(key, failure);
  }
  failure.loggedOnlyCount++;
  noteMoment(failure, version, evidence.atMs);
  if (keepEarliest(failure.evidence, evidence)) noteWords(failure, kind, version);
}

export function evidenceOf(invocation: Invocation): Evidence {
  const { startMs, endMs } = invocation;
  return { file: invocation.file, place: invocation.place, atMs: !Number.isNaN(endMs) ? endMs : startMs };
}

const PLATFORM_TEXT: Partial<Record<Status, string>> = {
  timeout: 'Task timed out',
  oom: 'the process ran out of memory',
};
const MOST_SANDBOXES = 1000;

function failureOf(
  { failures }: Summary,
  lane: Lane,
  key: string,
  kind: FailureKind | undefined,
  invocation: Invocation,
  group: Status | 'logged',
  most: number,
): FailureSummary {
  let failure = failures.get(key);
  if (failure === undefined && failures.size >= most) return otherOf(failures, lane.configuration!.functionName, group, invocation.status);
  if (failure === undefined) {
    const masked = maskedOf(kind, invocation, group);
    failure = emptyFailure(lane.configuration!.functionName, typeOf(kind, invocation, group), masked, masked, invocation.status);
    failures.set(key, failure);
  }
  return failure;
}

function knownKeyOf(lane: Lane, kind: FailureKind | undefined, invocation: Invocation, group: Status | 'logged'): string {
  // Without the words of an error, what the platform says of this end is part of the key.
  if (kind === undefined || kind.type === '') return keyOf(lane, kind, invocation, group);
  return lane.failureKeys!.of(kind, group === 'logged', invocation.status, () => keyOf(lane, kind, invocation, group));
}

function keyOf(lane: Lane, kind: FailureKind | undefined, invocation: Invocation, group: Status | 'logged'): string {
  const origin = tellsMore(kind, invocation.status) ? (kind.origin ?? '') : '';
  const said = `${typeOf(kind, invocation, group)}\u0000${maskedOf(kind, invocation, group)}`;
  return `${lane.configuration!.functionName}\u0000${group}\u0000${said}\u0000${origin}`;
}

/** What the platform says of the end outranks what the application printed on its way there. */
function typeOf(kind: FailureKind | undefined, { status, errorType }: Invocation, group: Status | 'logged'): string {
  return (
    (status === 'timeout' && 'timeout') ||
    (status === 'oom' && 'Runtime.OutOfMemory') ||
    kind?.type ||
    (group === 'logged' ? undefined : errorType) ||
    status
  );
}

function maskedOf(kind: FailureKind | undefined, { status, errorType }: Invocation, group: Status | 'logged'): string {
  if (tellsMore(kind, status)) return kind.maskedMessage;
  return PLATFORM_TEXT[status] ?? (group === 'logged' ? undefined : errorType) ?? '';
}

/**
 * The attempt's number in its sandbox, from 0: a counter in the process fails every n-th of these. A sandbox that dies of it
 * never comes to the next n-th, so that its deaths, however regular, tell of no period.
 */
function ordinalOf({ sandbox }: Lane, invocation: Invocation): number | undefined {
  return sandbox!.isolated && deathOf(invocation) === undefined ? sandbox!.invocationCount - 1 : undefined;
}

function otherOf(failures: Summary['failures'], functionName: string, group: Status | 'logged', status: Status): FailureSummary {
  const key = `${functionName}\u0000${group}\u0000${OTHER_FAILURES}`;
  let failure = failures.get(key);
  if (failure === undefined) {
    failure = emptyFailure(
      functionName,
      OTHER_FAILURES,
      'too many kinds of failure to tell apart',
      'too many kinds of failure to tell apart',
      status,
    );
    failures.set(key, failure);
  }
  return failure;
}

function noteOne(failure: FailureSummary, lane: Lane, kind: FailureKind | undefined, invocation: Invocation): void {
  const { version } = lane.configuration!;
  const { startMs: atMs, status, sandbox } = invocation;
  if (invocation.initKind !== undefined) failure.coldCount++;
  if (failure.fate !== undefined) noteTold(failure.fate, invocation.record);
  noteMoment(failure, version, atMs);
  if (failure.sandboxes.size < MOST_SANDBOXES) failure.sandboxes.add(sandbox.logStream);
  // The earliest one is the sample, so that it does not depend on which thread came first.
  if (keepEarliest(failure.evidence, evidenceOf(invocation)) && tellsMore(kind, status)) noteWords(failure, kind, version);
}

function noteMoment(failure: FailureSummary, version: string, atMs: number): void {
  if (atMs < failure.firstMs) failure.firstMs = atMs;
  if (atMs > failure.lastMs) failure.lastMs = atMs;
  if (!Number.isNaN(atMs)) {
    const minute = Math.floor(atMs / 60_000);
    failure.perMinute.set(minute, (failure.perMinute.get(minute) ?? 0) + 1);
  }
  failure.versions.set(version, (failure.versions.get(version) ?? 0) + 1);
}

function noteWords(failure: FailureSummary, kind: FailureKind, build: string): void {
  Object.assign(failure, {
    sampleMessage: kind.message,
    code: kind.code,
    stack: kind.stack,
    causes: kind.causes,
    errors: kind.errors,
    build,
  });
}

/** A timeout's or a kill's own words are always the same; what the application printed before is no part of them. */
function tellsMore(kind: FailureKind | undefined, status: Status): kind is FailureKind {
  return kind !== undefined && status !== 'timeout' && status !== 'oom';
}

function deathOf(invocation: Invocation): 'oom' | 'timeout' | 'crash' | undefined {
  if (invocation.status === 'oom') return 'oom';
  if (invocation.status === 'timeout') return 'timeout';
  return invocation.processDied || invocation.status === 'init-error' ? 'crash' : undefined;
}
