/** What is written down of every attempt, so that a failure can be held against it, is read off its stream here. */
import type { Invocation } from '../assemble/index.ts';
import { AGES, ATTEMPT_RULES, type AttemptValues, ageGroupOf, hourOf } from './attempt-rules.ts';
import type { Lane } from './lane.ts';
import { ageOf } from './sandbox-ages.ts';

/** @returns what is known of it, valid until the next attempt */
export function noteAttempt(
  lane: Lane,
  startMs: number,
  cold: boolean,
  failed: boolean,
  invocation: Invocation | undefined,
): AttemptValues {
  const { sandbox, configuration } = lane;
  lane.run.end();
  VALUES[0] = cold ? 'yes' : 'no';
  VALUES[1] = configuration!.version;
  VALUES[2] = hourOf(startMs);
  const age = cold ? 0 : ageOf(sandbox!);
  VALUES[3] = age < 0 ? undefined : AGES[ageGroupOf(sandbox!.invocationCount - 1)];
  VALUES[4] = lane.isAfterFailure ? 'failed' : 'went well';
  VALUES[5] = invocation?.record?.eventSource;
  lane.attempts!.add(startMs, VALUES);
  lane.isAfterFailure = failed;
  return VALUES;
}

/** What is known of one that a process counts by stretches of time. */
export function servedValues(version: string, startMs: number): AttemptValues {
  VALUES[0] = undefined;
  VALUES[1] = version;
  VALUES[2] = hourOf(startMs);
  VALUES[3] = undefined;
  VALUES[4] = undefined;
  VALUES[5] = undefined;
  return VALUES;
}

/** Used again for each attempt: a series and a timeline keep copies of what they need. */
const VALUES: AttemptValues = ATTEMPT_RULES.map(() => undefined);
