/**
 * Which of the counted kinds of error are one failure: groups with a fingerprint that holds in the next build, too.
 *
 * Each group is counted as one and keeps the earliest lines of all its kinds. Only what says the same of one function and
 * ended alike is put together; how errors of one program relate is learned from all of its lines in the input.
 */
import { type FailureGroup, FailureTimeline, groupFailures, type SeenFailure } from '../failures/index.ts';
import { mapInSteps, type Steps } from '../steps.ts';
import { ATTEMPT_RULES } from '../store/attempt-rules.ts';
import { emptyFailure } from '../store/empty-summary.ts';
import { mergeFailure } from '../store/merge-summaries.ts';
import type { FailureSummary, Summary } from '../store/summary.ts';
import type { FailureIdentity } from './sections.ts';
import { countWords } from './wording.ts';

export interface IdentifiedFailure {
  /** Counts of all its kinds. */
  readonly failure: FailureSummary;
  /** Of all its kinds; undefined where one of them was not followed. */
  readonly timeline: FailureTimeline | undefined;
  /** Absent for the rest that is counted together. */
  readonly fingerprint: string | undefined;
  readonly identity: FailureIdentity | undefined;
}

export function* identifySteps({ failures, timelines }: Summary): Steps<IdentifiedFailure[]> {
  const alike = new Map<string, Counted[]>();
  for (const [name, failure] of failures) {
    const counted = { failure, timeline: timelines.get(name) };
    const key = `${failure.functionName}\u0000${failure.status}\u0000${failure.count > 0}`;
    const same = alike.get(key);
    if (same === undefined) alike.set(key, [counted]);
    else same.push(counted);
  }
  const identifiedOf = yield* mapInSteps([...alike.values()], FUNCTIONS_A_STEP, (same) => {
    const groups = groupFailures(same.map(seenFailure));
    const told = groups.slice(0, MOST_GROUPS).map(identified);
    const rest = groups.slice(MOST_GROUPS).flatMap(({ members }) => members);
    return rest.length === 0 ? told : [...told, counted(rest)];
  });
  return identifiedOf.flat();
}

const FUNCTIONS_A_STEP = 4;

/** A person reads the first few; a flood of texts that have nothing in common is told as what it is. */
const MOST_GROUPS = 300;
/** `FailureSection.type` of kinds that are counted together because there are too many. */
const OTHER_KINDS = 'other errors';

interface Counted {
  readonly failure: FailureSummary;
  readonly timeline: FailureTimeline | undefined;
}

function seenFailure(member: Counted): SeenFailure<Counted> {
  const { failure } = member;
  const { type, code, sampleMessage, stack, count, loggedOnlyCount } = failure;
  return {
    errors: failure.errors ?? [{ type, message: sampleMessage, ...(code !== undefined && { code }), stack }],
    build: failure.build,
    count: count + loggedOnlyCount,
    member,
  };
}

function identified({ id, aliases, madeOf, members, looksLike }: FailureGroup<Counted>): IdentifiedFailure {
  const builds = new Set(members.flatMap(({ failure }) => [...failure.versions.keys()]));
  return {
    failure: joined(
      members.map(({ failure }) => failure),
      madeOf.template,
    ),
    timeline: timelineOf(members),
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

function timelineOf(members: readonly Counted[]): FailureTimeline | undefined {
  if (members.length === 1) return members[0]!.timeline;
  const sum = new FailureTimeline(ATTEMPT_RULES.length);
  for (const { timeline } of members) {
    if (timeline === undefined) return undefined;
    sum.merge(timeline);
  }
  return sum;
}

function counted(members: readonly Counted[]): IdentifiedFailure {
  const { functionName, status } = members[0]!.failure;
  const text = `${countWords(members.length)} more kinds, counted together`;
  const whole = emptyFailure(functionName, OTHER_KINDS, text, text, status);
  const failure = addedUp(
    members.map((member) => member.failure),
    whole,
  );
  return { failure, timeline: undefined, fingerprint: undefined, identity: undefined };
}

function addedUp(members: readonly FailureSummary[], into: FailureSummary): FailureSummary {
  for (const member of members) mergeFailure(into, member);
  return into;
}
