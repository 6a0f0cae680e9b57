/** Failure modes of what was built for bad times: it carries a short failure on, or makes it larger. */
import { above, anyOf, both, cannotTell, notSeen, seen, shown } from '../clauses.ts';
import type { FailureMode } from '../failure-mode.ts';
import { AGENT_CALLS, someCall } from '../some-call.ts';

/** Attempts for each call that was meant; Google's SRE book ("Handling Overload") gives a client a retry budget of 10 %. */
const RETRY_BUDGET = 1.1;

export const SAFEGUARD_MODES: readonly FailureMode[] = [
  {
    id: 'retry-storm',
    number: 2,
    name: 'Retry storm',
    archetypes: ['request-response', 'event-driven'],
    what: 'Failed calls are tried again at once and by every layer, so that a peer in trouble gets the load of its own failures on top.',
    signature: {
      requires: [
        someCall('attempts for each call that was meant go beyond 1.1', 'retries', (call) => {
          if (call.retryCount === undefined) return cannotTell(`retries of calls to ${call.peer}`);
          const attempts = call.callCount / Math.max(1, call.callCount - call.retryCount);
          return both(
            above(attempts, RETRY_BUDGET, `attempts for each call to ${call.peer}`, AGENT_CALLS),
            above(call.errorCount, 0, `calls to ${call.peer} that failed`, AGENT_CALLS),
          );
        }),
      ],
      supports: [
        someCall('calls to the peer rise while what comes in does not', 'call rate', (call) => {
          if (call.callRateRatio === undefined || call.inboundRateRatio === undefined) return cannotTell('calls a minute before and now');
          const ratio = call.callRateRatio / call.inboundRateRatio;
          const told = `calls to ${call.peer} ${shown(call.callRateRatio)} times before, requests ${shown(call.inboundRateRatio)} times`;
          return ratio > RETRY_BUDGET ? seen(told) : notSeen(told);
        }),
      ],
      excludes: [],
    },
    defaultClass: 'systemic',
    classBecause: 'the retry policy runs on every failure',
    isSilent: false,
    hurtsLater: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'the callee alerts, while the cause sits in its callers',
    drill: {
      fault: 'error 30 % for 30 s, retries on',
      precondition: 'the peer fails three calls in ten',
      payload: 'ordinary',
      concurrency: 50,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 0.3,
    },
    runbook: [
      'switch retries off at the outermost caller, or cap them at a tenth of the calls',
      'retry at one layer only, with growing and random waits',
      'open the circuit breaker by hand while the peer recovers',
    ],
    notToBeTakenFor: 'more traffic: calls rise together with the requests that came in, and attempts for each call stay at 1',
  },
  {
    id: 'open-breaker',
    number: 5,
    name: 'Open circuit breaker',
    archetypes: ['request-response'],
    what: 'After an outage the breaker still refuses calls. Errors are instant, and the peer may long be well.',
    signature: {
      requires: [
        {
          asks: 'a breaker opened and refuses calls',
          look: ({ breakers }) =>
            anyOf(breakers, 'open breaker', "the agent's lines of breakers", ({ name, openedCount, rejectedCount, seenOpenCount }) =>
              (openedCount > 0 || seenOpenCount > 0) && rejectedCount > 0
                ? seen(`${name} opened ${shown(openedCount)} times and refused ${shown(rejectedCount)} calls`)
                : notSeen(`${name} opened ${shown(openedCount)} times and refused ${shown(rejectedCount)} calls`),
            ),
        },
      ],
      supports: [],
      excludes: [],
      isProof: true,
    },
    defaultClass: 'rare',
    classBecause: 'it follows an outage, and ends after it',
    isSilent: false,
    broughtBy: ['dependency-outage', 'dns-failure'],
    defaultDifficulty: 'moderate',
    difficultyBecause: 'the errors name the breaker; what opened it has to be found before it',
    drill: {
      fault: 'outage of the peer for 30 s',
      precondition: 'the breaker guards that peer',
      payload: 'ordinary',
      concurrency: 20,
      warmUp: 'enough requests to fill the window of the breaker',
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'look at what failed just before it opened: that is the failure',
      'check that half-open probes happen, and what they meet',
      'close it by hand only when the peer answers',
    ],
    notToBeTakenFor: 'a peer that refuses: the calls leave the process and are answered with an error',
  },
];
