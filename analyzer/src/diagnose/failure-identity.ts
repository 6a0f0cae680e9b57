/**
 * Which of the counted kinds of error are one failure: groups with a fingerprint that holds in the next build, too.
 *
 * Each group is counted as one and keeps the earliest lines of all its kinds. Only what says the same of one function and
 * ended alike is put together; how errors of one program relate is learned from all of its lines in the input.
 */
import { type FailureGroup, groupFailures, type SeenFailure } from '../failures/index.ts';
import { emptyFailure } from '../store/empty-summary.ts';
import { mergeFailure } from '../store/merge-summaries.ts';
import type { FailureSummary, Summary } from '../store/summary.ts';
import type { FailureIdentity } from './sections.ts';

export interface IdentifiedFailure {
  /** Counts of all its kinds. */
  readonly failure: FailureSummary;
  /** Absent for the rest that is counted together. */
  readonly fingerprint: string | undefined;
  readonly identity: FailureIdentity | undefined;
}

export function identifyFailures({ failures }: Summary): IdentifiedFailure[] {
  const alike = new Map<string, FailureSummary[]>();
  for (const failure of failures.values()) {
    const key = `${failure.functionName}\u0000${failure.status}\u0000${failure.count > 0}`;
    const same = alike.get(key);
    if (same === undefined) alike.set(key, [failure]);
    else same.push(failure);
  }
  return [...alike.values()].flatMap((same) => {
    const groups = groupFailures(same.map(seenFailure));
    const told = groups.slice(0, MOST_GROUPS).map(identified);
    const rest = groups.slice(MOST_GROUPS).flatMap(({ members }) => members);
    return rest.length === 0 ? told : [...told, counted(rest)];
  });
}

/** A person reads the first few; a flood of texts that have nothing in common is told as what it is. */
const MOST_GROUPS = 300;
/** `FailureSection.type` of kinds that are counted together because there are too many. */
export const OTHER_KINDS = 'other errors';

function seenFailure(failure: FailureSummary): SeenFailure<FailureSummary> {
  const { type, code, sampleMessage, stack, count, loggedOnlyCount } = failure;
  return {
    errors: failure.errors ?? [{ type, message: sampleMessage, ...(code !== undefined && { code }), stack }],
    build: failure.build,
    count: count + loggedOnlyCount,
    member: failure,
  };
}

function identified({ id, aliases, madeOf, members, looksLike }: FailureGroup<FailureSummary>): IdentifiedFailure {
  const builds = new Set(members.flatMap(({ versions }) => [...versions.keys()]));
  return {
    failure: joined(members, madeOf.template),
    fingerprint: id,
    identity: {
      functions: madeOf.functions,
      template: madeOf.template,
      basis: madeOf.basis.kind === 'function' ? 'function' : madeOf.basis.because,
      aliases,
      looksLike,
      kindCount: members.length,
      builds: [...builds].sort(),
    },
  };
}

/** @param members  most frequent first */
function joined(members: readonly FailureSummary[], template: string): FailureSummary {
  const foremost = members[0]!;
  if (members.length === 1) return foremost;
  const masked = members.every(({ maskedMessage }) => maskedMessage === foremost.maskedMessage)
    ? foremost.maskedMessage
    : template.replaceAll('<*>', '#');
  return addedUp(members, emptyFailure(foremost.functionName, foremost.type, masked, foremost.sampleMessage, foremost.status));
}

function counted(members: readonly FailureSummary[]): IdentifiedFailure {
  const { functionName, status } = members[0]!;
  const text = `${members.length.toLocaleString('en-US')} more kinds, counted together`;
  const failure = addedUp(members, emptyFailure(functionName, OTHER_KINDS, text, text, status));
  return { failure, fingerprint: undefined, identity: undefined };
}

function addedUp(members: readonly FailureSummary[], into: FailureSummary): FailureSummary {
  for (const member of members) mergeFailure(into, member);
  return into;
}
