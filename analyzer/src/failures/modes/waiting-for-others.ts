/** Failure modes in which requests wait for somebody: for a connection of their own, for a peer that is late, for one that never answers. */
import { shareInterval } from '../../diagnose/share-interval.ts';
import { above, anyOf, both, cannotTell, either, errorSays, notSeen, seen, shown } from '../clauses.ts';
import type { FailureMode } from '../failure-mode.ts';
import { loopStandsStill } from '../late-loop.ts';
import { AGENT_CALLS, someCall } from '../some-call.ts';

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

const AGENT_POOL = "waits for a connection: spans of the driver's pool";

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

export const WAITING_MODES: readonly FailureMode[] = [
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
];
