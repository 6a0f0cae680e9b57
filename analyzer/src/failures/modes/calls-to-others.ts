/** Failure modes that come from asking another service: pools, retries, limits, breakers, fallbacks, outages, names. */

import { shareInterval } from '../../diagnose/share-interval.ts';
import { above, anyOf, both, cannotTell, either, errorSays, errorsThatSay, notSeen, seen, shown } from '../clauses.ts';
import type { CallObservation } from '../component-observations.ts';
import { failingPeer } from '../failing-peer.ts';
import type { Clause, FailureMode } from '../failure-mode.ts';
import { loopStandsStill } from '../late-loop.ts';

/** Attempts for each call that was meant; Google's SRE book ("Handling Overload") gives a client a retry budget of 10 %. */
const RETRY_BUDGET = 1.1;
/** Share of calls in the last fifth of their limit, with 95 % confidence. An ordinary tail stays below it; the same bound as in `diagnose`. */
const NEAR_LIMIT_SHARE = 0.01;
const FEWEST_NEAR_LIMIT = 5;
/** Slow, not down: above this share of errors the peer simply fails. Our own choice. */
const STILL_UP_ERROR_SHARE = 0.05;
/**
 * Of the time limit of the function, waited for one answer: whatever limit such a call may have is none that helps. What is left
 * is for the work before it. Our own choice.
 */
const NEARLY_ALL_THE_TIME = 0.8;
/** Figures of "now over before": what counts as risen, and what still counts as flat. Our own choice. */
const RISEN = 1.5;
const FLAT = 1.25;

/** As pg-pool, tarn (Knex), generic-pool, mysql2, Prisma, MongoDB's driver, undici and the servers themselves word it. */
const POOL_WORDS =
  /connection pool|pool is (probably )?(full|closed)|pool (exhaust|timed? ?out|wait)|acquiring a (new )?connection|acquire connection|ResourceRequest timed out|WaitQueueTimeout|timeout exceeded when trying to connect|P2024|too many (clients|connections)|remaining connection slots|no free connections|ER_CON_COUNT_ERROR/i;

const AGENT_CALLS = "the agent's lines of outbound calls";
const AGENT_POOL = "waits for a connection: spans of the driver's pool";

function someCall(asks: string, what: string, look: (call: CallObservation) => ReturnType<Clause['look']>): Clause {
  return { asks, look: ({ calls }) => anyOf(calls, what, AGENT_CALLS, look) };
}

const waitsForPool = someCall('callers wait longer for a connection while the pool is full', 'wait for a connection', (call) => {
  if (call.acquireWaitRatio === undefined || call.poolLimit === undefined || call.highestSocketCount === undefined) {
    return cannotTell(AGENT_POOL);
  }
  if (call.highestSocketCount < call.poolLimit) {
    return notSeen(`${shown(call.highestSocketCount)} of ${shown(call.poolLimit)} connections to ${call.peer} in use`);
  }
  return above(
    call.acquireWaitRatio,
    RISEN,
    `wait for one of ${shown(call.poolLimit)} connections to ${call.peer}, times before`,
    AGENT_POOL,
  );
});

const dependencyError =
  /ECONN(REFUSED|RESET)|ETIMEDOUT|EHOSTUNREACH|socket hang up|fetch failed|\b50[234]\b|unavailable|Bad Gateway|timed? ?out/i;
const nameError = /ENOTFOUND|EAI_AGAIN|getaddrinfo|NXDOMAIN/;

export const CALL_MODES: readonly FailureMode[] = [
  {
    id: 'pool-exhaustion',
    number: 1,
    name: 'Connection pool exhausted',
    archetypes: ['request-response', 'long-running', 'queue-worker'],
    what: 'Every connection of the pool is in use and requests queue for one. The database is well; the wait is in front of it.',
    signature: {
      requires: [either('requests wait for a connection of their own pool', errorSays(POOL_WORDS, 'the connection pool'), waitsForPool)],
      supports: [
        someCall('the peer itself is as fast as before', "the peer's own latency", (call) =>
          call.peerLatencyRatio === undefined
            ? cannotTell(`how fast ${call.peer} is by its own account`)
            : call.peerLatencyRatio <= FLAT
              ? seen(`${call.peer} itself takes ${shown(call.peerLatencyRatio)} times what it took`)
              : notSeen(`${call.peer} itself takes ${shown(call.peerLatencyRatio)} times what it took`),
        ),
      ],
      excludes: [
        someCall('the peer itself became slow', "the peer's own latency", (call) =>
          above(call.peerLatencyRatio, RISEN, `latency of ${call.peer} by its own account, times before`, AGENT_CALLS),
        ),
      ],
    },
    defaultClass: 'systemic',
    classBecause: 'the pool has one size, and every peak of load above it meets the same wall',
    isSilent: false,
    defaultDifficulty: 'moderate',
    difficultyBecause: 'a nightmare where only "database timeout" alerts: the database is then looked at first, and is well',
    drill: {
      fault: 'pool size 1',
      precondition: 'the pool of the peer holds one connection',
      payload: 'ordinary',
      concurrency: 500,
      warmUp: 'one request, so that the pool exists',
      from: 'inside',
      expectedShare: 0.5,
    },
    runbook: [
      'compare connections in use with the size of the pool, in each process',
      'look for connections that are taken and not given back: an early return, a throw between acquire and release, a transaction left open',
      'count processes × pool size against what the server allows, before the pool is made larger',
      'bound the wait for a connection, so that callers fail early and loudly',
    ],
    notToBeTakenFor: 'a database that is slow itself: its own latency rises, and the pool is full because answers come late',
  },
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
    id: 'slow-not-down',
    number: 3,
    name: 'Slow, not down',
    archetypes: ['request-response'],
    what: 'A peer answers just before the limit of its callers: no error, every dashboard green, and everybody waits. A little slower, and all calls fail at once.',
    signature: {
      requires: [
        someCall('calls end in the last fifth of their time limit', 'calls near their limit', (call) => {
          if (call.nearLimitCount === undefined) return cannotTell(`time limit of calls to ${call.peer}`);
          return both(
            above(call.nearLimitCount, FEWEST_NEAR_LIMIT - 1, `calls to ${call.peer} in the last fifth of their limit`, AGENT_CALLS),
            above(
              shareInterval(call.nearLimitCount, call.callCount)?.low,
              NEAR_LIMIT_SHARE,
              `as a share of calls to ${call.peer}, the low end of its 95 % interval`,
              AGENT_CALLS,
            ),
            call.errorCount === undefined
              ? cannotTell(`errors of calls to ${call.peer}`)
              : call.errorCount / Math.max(1, call.callCount) <= STILL_UP_ERROR_SHARE
                ? seen(`${shown(call.errorCount)} of ${shown(call.callCount)} calls failed`)
                : notSeen(`${shown(call.errorCount)} of ${shown(call.callCount)} calls to ${call.peer} failed: down, not slow`),
          );
        }),
      ],
      supports: [],
      // What the calls waited for is then the process itself.
      excludes: [loopStandsStill],
    },
    defaultClass: 'systemic',
    classBecause: 'every call to that peer comes near the limit',
    isSilent: false,
    hurtsLater: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'nothing fails until everything does, and then the caller alerts',
    drill: {
      fault: 'latency of 0.95 × the time limit',
      precondition: 'the peer takes 95 % of the limit',
      payload: 'ordinary',
      concurrency: 20,
      warmUp: 'one request',
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'compare p50 and p99 of the peer with the limit of its callers, not with yesterday alone',
      'alert on the share of calls in the last fifth of the limit',
      'shed or queue load at the caller before the cliff; a longer limit only moves it',
    ],
    notToBeTakenFor: 'a peer that is down: errors dominate, and the calls that end near the limit are those that failed',
  },
  {
    id: 'missing-timeout',
    number: 4,
    name: 'Call without a time limit',
    archetypes: ['request-response', 'long-running'],
    what: 'A call may wait for ever. When the peer stops answering, the work around it hangs until the platform ends it.',
    signature: {
      requires: [
        {
          asks: 'calls to a peer have no time limit, or none that ends them before the platform does',
          look: ({ openCallsAtTimeout, calls }) =>
            anyOf(calls, 'time limit', AGENT_CALLS, (call) => {
              if (call.timeLimit === 'set') return notSeen(`calls to ${call.peer} have a limit`);
              if (call.timeLimit === 'none' || call.timeLimit === 'sometimes')
                return seen(`calls to ${call.peer} ${call.timeLimit === 'none' ? 'have no limit' : 'have a limit only sometimes'}`);
              const waited = openCallsAtTimeout?.find(({ peer }) => peer === call.peer)?.waitedShare;
              return waited !== undefined && waited >= NEARLY_ALL_THE_TIME
                ? seen(`nothing ended calls to ${call.peer} that had waited ${shown(waited * 100)} % of the time limit of the function`)
                : cannotTell(`time limit of calls to ${call.peer}`);
            }),
        },
        {
          asks: 'work was ended from outside while such a call was under way',
          look: ({ openCallsAtTimeout, calls }) =>
            anyOf(
              openCallsAtTimeout,
              'call under way when the invocation timed out',
              "the agent's line of the death",
              ({ peer, count, waitedShare }) => {
                const limit = calls?.find((call) => call.peer === peer)?.timeLimit;
                const isUnlimited =
                  limit === 'none' || limit === 'sometimes' || (limit !== 'set' && (waitedShare ?? 0) >= NEARLY_ALL_THE_TIME);
                return isUnlimited && count > 0
                  ? seen(`${shown(count)} calls to ${peer} had not come back`)
                  : notSeen(`the calls to ${peer} that had not come back have a limit`);
              },
            ),
        },
      ],
      supports: [],
      excludes: [],
    },
    defaultClass: 'systemic',
    classBecause: 'the limit is missing in the code, on every call',
    isSilent: false,
    defaultDifficulty: 'moderate',
    difficultyBecause: 'the timeout of the platform names the function, never the peer',
    drill: {
      fault: 'black hole: the peer takes the connection and never answers',
      precondition: 'the peer is silent',
      payload: 'ordinary',
      concurrency: 1,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'give every call a limit well below that of the function: connect, first byte and whole',
      'pass the time left down the chain of calls',
      'check the defaults of the client: many have none',
    ],
    notToBeTakenFor: 'a limit that works: the call ends with an error of its own before the platform steps in',
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
  {
    id: 'dependency-outage',
    number: 20,
    name: 'Short outage of a dependency',
    archetypes: ['request-response', 'queue-worker', 'event-driven', 'long-running', 'edge'],
    what: 'One peer is away for a while; nearly all that needs it fails, without a gap, and then everything is well again.',
    signature: {
      requires: [
        {
          asks: 'one peer, one unbroken stretch of failures, over before the end of the input',
          look: (observed) => {
            if (observed.errors === undefined) return cannotTell('application lines with errors');
            const candidates = (observed.errors ?? []).filter(
              ({ text, isWordless, isOnlyLogged }) => isOnlyLogged !== true && (isWordless === true || dependencyError.test(text)),
            );
            return anyOf(candidates, 'error of a dependency', 'application lines', (error) => {
              // A refused connection names an address; the calls that failed name the peer.
              const peer = failingPeer(observed, error.count) ?? (error.isWordless ? undefined : error.dependency);
              if (peer === undefined) return cannotTell(`which dependency "${(error.quote ?? error.text).slice(0, 60)}" speaks of`);
              if (error.episodeCount === undefined || error.isOverBeforeEnd === undefined) return cannotTell('failures by the minute');
              const told = `${shown(error.count)} failures for ${peer} in ${shown(error.episodeCount)} stretches`;
              if (error.episodeCount !== 1 || !error.isOverBeforeEnd) return notSeen(told);
              if (!((error.longestEpisodeMs ?? 0) <= LONGEST_OUTAGE_MS))
                return notSeen(`${told}, longer than an outage that ends by itself`);
              if (error.shareInEpisode !== undefined && error.shareInEpisode < OUTAGE_SHARE) {
                return notSeen(`${told}, of which only ${shown(error.shareInEpisode * 100)} % of the requests failed`);
              }
              return seen(told);
            });
          },
        },
      ],
      // Without the words of an error it may as well be its name, or the network in between.
      supports: [errorSays(dependencyError, 'a dependency that is away')],
      excludes: [errorSays(nameError, 'a host name that does not resolve')],
    },
    defaultClass: 'rare',
    classBecause: 'it comes in episodes, however dense it is inside one',
    isSilent: false,
    defaultDifficulty: 'instant',
    difficultyBecause: 'the error names the dependency',
    drill: {
      fault: 'block the peer for 30 s',
      precondition: 'the peer cannot be reached',
      payload: 'ordinary',
      concurrency: 20,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'look at the status page or the own alarms of the dependency for the same minutes',
      'see what the failed requests left behind: half-done work, messages given up',
      'rehearse it: a breaker, a queue or a fallback turns it into a delay',
    ],
    notToBeTakenFor: 'a dependency that fails now and again for hours: several stretches, and not all requests inside them',
  },
  {
    id: 'dns-failure',
    number: 22,
    name: 'Host name does not resolve',
    archetypes: ['request-response', 'queue-worker', 'event-driven', 'long-running', 'edge'],
    what: 'The name of one peer has no address: a private zone, a deleted record, a resolver that is over its limit. No connection is even tried.',
    signature: {
      requires: [
        errorSays(nameError, 'a host name that does not resolve'),
        {
          asks: 'it is one name',
          look: (observed) => {
            const names = new Set(errorsThatSay(observed, nameError).map(({ text, dependency }) => dependency ?? nameIn(text)));
            if (names.has(undefined)) return cannotTell('the name that does not resolve');
            return names.size === 1
              ? seen(`only ${[...names][0]}`)
              : notSeen(`${shown(names.size)} names do not resolve: the resolver, or the network of the function`);
          },
        },
      ],
      supports: [],
      excludes: [],
      isProof: true,
    },
    defaultClass: 'rare',
    classBecause: 'names resolve or they do not; it begins with a change and ends with one',
    isSilent: false,
    defaultDifficulty: 'instant',
    difficultyBecause: 'the error says the name',
    drill: {
      fault: 'deny the name of the peer',
      precondition: 'the resolver has no answer for one name',
      payload: 'ordinary',
      concurrency: 1,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'resolve the name from inside the same network',
      'compare with the last change of zones, of endpoints and of the network of the function',
      'EAI_AGAIN under load is the resolver over its limit of packets: keep connections alive, cache lookups',
    ],
    notToBeTakenFor: 'ECONNREFUSED or a timeout: the name resolved and nobody listened',
  },
];

/** A peer that is away for longer than an hour is not a blip that ends by itself. Our own choice. */
const LONGEST_OUTAGE_MS = 60 * 60_000;
/** Of the requests in the stretch; a peer that fails some of its calls is not away. Our own choice. */
const OUTAGE_SHARE = 0.5;

function nameIn(text: string): string | undefined {
  return /(?:ENOTFOUND|EAI_AGAIN|NXDOMAIN)\s+([\w.-]+)/.exec(text)?.[1];
}
