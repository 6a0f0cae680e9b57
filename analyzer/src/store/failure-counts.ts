/**
 * Counts failures by function, outcome, type, masked message and where they were thrown: finer than what a person calls the
 * same failure, so that the grouping, which sees all of them, has something to group. Errors that were printed and did not
 * decide how their attempt ended are counted apart.
 */
import type { Invocation } from '../assemble/index.ts';
import type { FailureKind } from '../parse/failure-kinds.ts';
import { emptyFailure } from './empty-summary.ts';
import { keepEarliest } from './evidence-list.ts';
import type { Lane } from './lane.ts';
import type { Evidence, FailureSummary, Status, Summary } from './summary.ts';

export const FAILED: Readonly<Record<Status, boolean>> = {
  success: false,
  error: true,
  timeout: true,
  oom: true,
  'init-error': true,
  unfinished: false,
  unknown: false,
};

/** @param kinds  of the parser, by the numbers that attempts carry */
export function noteFailures(summary: Summary, lane: Lane, invocation: Invocation, kinds: readonly FailureKind[]): void {
  if (FAILED[invocation.status]) {
    const kind = invocation.failureKind < 0 ? undefined : kinds[invocation.failureKind];
    const failure = failureOf(summary, lane, kind, invocation, invocation.status);
    failure.count++;
    noteOne(failure, lane, kind, invocation);
    const death = deathOf(invocation);
    const sandbox = lane.sandbox!;
    if (death !== undefined)
      sandbox.death = { by: death, n: sandbox.invocationCount, atMs: invocation.endMs, evidence: evidenceOf(invocation) };
  }
  for (const number of invocation.loggedKinds) {
    const kind = kinds[number];
    if (kind === undefined) continue;
    const failure = failureOf(summary, lane, kind, invocation, 'logged');
    failure.loggedOnlyCount++;
    noteOne(failure, lane, kind, invocation);
  }
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
  kind: FailureKind | undefined,
  invocation: Invocation,
  group: Status | 'logged',
): FailureSummary {
  const { status } = invocation;
  const { functionName } = lane.configuration!;
  const errorType = group === 'logged' ? undefined : invocation.errorType;
  // What the platform says of the end outranks what the application printed on its way there.
  const type = (status === 'timeout' && 'timeout') || (status === 'oom' && 'Runtime.OutOfMemory') || kind?.type || errorType || status;
  const masked = tellsMore(kind, status) ? kind.maskedMessage : (PLATFORM_TEXT[status] ?? errorType ?? '');
  const origin = tellsMore(kind, status) ? (kind.origin ?? '') : '';
  const key = `${functionName}\u0000${group}\u0000${type}\u0000${masked}\u0000${origin}`;
  let failure = failures.get(key);
  if (failure === undefined) {
    failure = emptyFailure(functionName, type, masked, masked, status);
    failures.set(key, failure);
  }
  return failure;
}

function noteOne(failure: FailureSummary, lane: Lane, kind: FailureKind | undefined, invocation: Invocation): void {
  const { version } = lane.configuration!;
  const { startMs: atMs, status, sandbox } = invocation;
  if (invocation.initKind !== undefined) failure.coldCount++;
  if (atMs < failure.firstMs) failure.firstMs = atMs;
  if (atMs > failure.lastMs) failure.lastMs = atMs;
  if (!Number.isNaN(atMs)) {
    const minute = Math.floor(atMs / 60_000);
    failure.perMinute.set(minute, (failure.perMinute.get(minute) ?? 0) + 1);
  }
  failure.versions.set(version, (failure.versions.get(version) ?? 0) + 1);
  if (failure.sandboxes.size < MOST_SANDBOXES) failure.sandboxes.add(sandbox.logStream);
  // The earliest one is the sample, so that it does not depend on which thread came first.
  if (keepEarliest(failure.evidence, evidenceOf(invocation)) && tellsMore(kind, status)) {
    Object.assign(failure, {
      sampleMessage: kind.message,
      code: kind.code,
      stack: kind.stack,
      causes: kind.causes,
      errors: kind.errors,
      build: version,
    });
  }
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
