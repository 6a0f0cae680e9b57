/** Failure modes that count as successes: no error, no alarm, and an answer that is wrong. */
import { above, anyOf, either, notSeen, seen, shown } from '../clauses.ts';
import type { FailureMode } from '../failure-mode.ts';
import { AGENT_CALLS, someCall } from '../some-call.ts';

export const WRONG_SUCCESS_MODES: readonly FailureMode[] = [
  {
    id: 'hidden-by-fallback',
    number: 6,
    name: 'Fallback hides a failure',
    archetypes: ['request-response'],
    what: 'A peer fails, a fallback answers with a default, and the request counts as a success. Users get stale or empty answers and no alarm rings.',
    signature: {
      requires: [
        {
          asks: 'answers by a fallback count as successes',
          look: ({ hiddenFallbackCount }) =>
            above(hiddenFallbackCount, 0, 'answers by a fallback that count as successes', "the agent's fallback counts"),
        },
        either(
          'the peer behind it fails',
          someCall('calls to a peer fail', 'failed calls', (call) =>
            above(call.errorCount, 0, `calls to ${call.peer} that failed`, AGENT_CALLS),
          ),
          {
            asks: 'a breaker is open',
            look: ({ breakers }) =>
              anyOf(breakers, 'open breaker', "the agent's lines of breakers", ({ name, rejectedCount }) =>
                above(rejectedCount, 0, `calls that ${name} refused`, AGENT_CALLS),
              ),
          },
        ),
      ],
      supports: [],
      excludes: [],
      isProof: true,
    },
    defaultClass: 'systemic',
    classBecause: 'the fallback answers every time the peer fails',
    isSilent: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'nothing alerts: somebody notices wrong answers, days later',
    drill: {
      fault: 'block the peer, fallback on',
      precondition: 'the peer cannot be reached',
      payload: 'ordinary',
      concurrency: 10,
      warmUp: 'one request that succeeds, so that there is something to fall back to',
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'count answers by a fallback, and alert on their share as on errors',
      'mark such answers for whoever gets them',
      'decide for each fallback whether no answer would be better',
    ],
    notToBeTakenFor: 'a fallback that reports: the request counts as failed or degraded, and the alarm rings',
  },
  {
    id: 'wrong-body',
    number: 7,
    name: 'Status 200 with a wrong or partial body',
    archetypes: ['request-response', 'event-driven'],
    what: 'The answer says success and holds the wrong thing: cut off, empty, of another customer, of an older form.',
    signature: {
      requires: [
        either(
          'an answer of status 200 breaks a check',
          {
            asks: "the program's own check fails in answers that count as successes",
            look: ({ checks }) =>
              anyOf(checks, 'broken check', 'a check of the answers in the program', ({ name, failedInSuccessCount }) =>
                above(failedInSuccessCount, 0, `successes that broke the check "${name}"`, 'the outcome of the requests that broke it'),
              ),
          },
          {
            asks: 'size, form or hash of answers lies outside of what is usual',
            look: ({ unusualSuccessCount }) =>
              above(unusualSuccessCount, 0, 'successes of unusual size, form or hash', 'sizes or hashes of answers'),
          },
        ),
      ],
      supports: [],
      excludes: [
        {
          asks: 'every such answer came from a fallback',
          look: ({ hiddenFallbackCount, checks }) => {
            const broken = (checks ?? []).reduce((most, { failedInSuccessCount = 0 }) => Math.max(most, failedInSuccessCount), 0);
            return hiddenFallbackCount !== undefined && broken > 0 && hiddenFallbackCount >= broken
              ? seen(`${shown(hiddenFallbackCount)} answers came from a fallback`)
              : notSeen('they did not come from a fallback');
          },
        },
      ],
    },
    defaultClass: 'by its cause',
    classBecause: 'the rate decides: every answer of one code path, or one in a million',
    isSilent: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'nothing fails; whoever reads the answer later does, far away',
    drill: {
      fault: 'wrong body in every Nth answer of the peer',
      precondition: 'the peer answers 200 with a body cut in half',
      payload: '10 KB over the average',
      concurrency: 10,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 0.1,
    },
    runbook: [
      'check the invariant where the answer is made, and where it is used',
      'find the first wrong answer, then what was deployed or cached before it',
      'list what was written from wrong answers: it has to be repaired too',
    ],
    notToBeTakenFor: 'a check that fails in requests that failed anyway: loud, and counted as an error already',
  },
];
