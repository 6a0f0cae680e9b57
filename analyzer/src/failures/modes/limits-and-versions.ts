/** Failure modes of where and when code runs: limits of the platform, versions that disagree, a part that is down. */
import { above, anyOf, both, cannotTell, either, errorSays, errorsThatSay, notSeen, seen, shown } from '../clauses.ts';
import type { Clause, FailureMode } from '../failure-mode.ts';
import { keepsToOnePart } from '../one-part.ts';

/** Points of the concurrency metric at its highest level: a plateau is a ceiling, a peak is traffic. Our own choice. */
const PLATEAU = 0.1;
/** As PostgreSQL, MySQL, SQLite and document validators word a column or field that is not there. */
const SCHEMA_WORDS =
  /\b42703\b|\b42P01\b|column .{1,60}does not exist|relation .{1,60}does not exist|no such (column|table)|Unknown column|ER_BAD_FIELD_ERROR|unrecognized (field|key)|missing (required )?(field|column|property)|must have required property/i;
/** Of one version's requests: drift hits all that touch the field, so nearly all failures are of one version. */
const ONE_VERSION_SHARE = 0.95;
const throttledError = errorSays(
  /TooManyRequestsException|Rate exceeded|ConcurrentInvocationLimitExceeded|ReservedFunctionConcurrentInvocationLimit/i,
  'a throttled call',
);

const atConcurrencyLimit: Clause = {
  asks: 'as many ran at once as may run',
  look: ({ platform }) => {
    const { highestConcurrency, concurrencyLimit, timeAtHighestConcurrency } = platform ?? {};
    if (highestConcurrency === undefined) return cannotTell('how many ran at once: the metric ConcurrentExecutions');
    if (concurrencyLimit !== undefined) {
      const told = `${shown(highestConcurrency)} of ${shown(concurrencyLimit)} ran at once`;
      return highestConcurrency >= concurrencyLimit ? seen(told) : notSeen(told);
    }
    const what = `share of the time at ${shown(highestConcurrency)} at once`;
    return above(timeAtHighestConcurrency, PLATEAU, what, 'ConcurrentExecutions by the minute');
  },
};

export const LIMIT_MODES: readonly FailureMode[] = [
  {
    id: 'concurrency-limit',
    number: 15,
    name: 'Concurrency limit reached',
    archetypes: ['request-response', 'queue-worker'],
    what: 'As many run as may run; the rest is turned away before it leaves a line.',
    signature: {
      requires: [
        either(
          'calls were turned away by the platform',
          { asks: 'throttles', look: ({ platform }) => above(platform?.throttleCount, 0, 'calls turned away', 'the metric Throttles') },
          {
            asks: 'an error names a throttled call, and as many ran as may run',
            look: (observed) => both(throttledError.look(observed), atConcurrencyLimit.look(observed)),
          },
        ),
      ],
      supports: [atConcurrencyLimit],
      excludes: [],
    },
    defaultClass: 'systemic',
    classBecause: 'at that load it happens every time',
    isSilent: false,
    defaultDifficulty: 'moderate',
    difficultyBecause: 'instant with the metric; without it the function looks healthy and its callers fail',
    drill: {
      fault: 'load above the reserved limit',
      precondition: 'reserved concurrency of 5',
      payload: 'ordinary',
      concurrency: 50,
      warmUp: undefined,
      from: 'outside',
      expectedShare: 0.9,
    },
    runbook: [
      'whose limit is it: the function’s own, or the account’s that another function used up?',
      'shorten what holds a slot: a slow peer doubles the concurrency for the same traffic',
      'put a queue in front, or raise the limit',
    ],
    notToBeTakenFor: 'status 429 of somebody else’s service: few of ours run, and the peer turns us away',
  },
  {
    id: 'version-drift',
    number: 18,
    name: 'Versions that do not fit together',
    archetypes: ['queue-worker', 'event-driven'],
    what: 'A worker of one version meets a schema or a message of another: a column, a field or a state that it does not know.',
    signature: {
      requires: [
        errorSays(SCHEMA_WORDS, 'a missing column or field'),
        {
          asks: 'only one of several versions fails so',
          look: (observed) =>
            anyOf(
              errorsThatSay(observed, SCHEMA_WORDS),
              'error by version',
              'versions of the failures',
              ({ versions, liveVersionCount }) => {
                if (versions === undefined || versions.length === 0 || liveVersionCount === undefined)
                  return cannotTell('versions of the failures');
                if (liveVersionCount < 2) return cannotTell('a second version to compare with: only one was live');
                const all = versions.reduce((sum, { count }) => sum + count, 0);
                const most = versions.reduce((a, b) => (b.count > a.count ? b : a));
                const told = `${shown(most.count)} of ${shown(all)} in version ${most.version}, of ${shown(liveVersionCount)} versions live`;
                return most.count >= ONE_VERSION_SHARE * all ? seen(told) : notSeen(told);
              },
            ),
        },
      ],
      supports: [],
      excludes: [],
    },
    defaultClass: 'systemic',
    classBecause: 'every request of that version fails',
    isSilent: false,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'instant where the version stands in the log; otherwise half of the workers fail for no reason',
    drill: {
      fault: 'the old worker against the new schema',
      precondition: 'two versions are live',
      payload: 'one that uses the new field',
      concurrency: 5,
      warmUp: undefined,
      from: 'outside',
      expectedShare: 0.5,
    },
    runbook: [
      'end the old version, or put the old column back',
      'change schemas in two steps: add, deploy all, remove',
      'write the version into messages and refuse what is newer',
    ],
    notToBeTakenFor: 'a wrong query in every version: all of them fail alike',
  },
  {
    id: 'partial-outage',
    number: 19,
    name: 'One part is down',
    archetypes: ['request-response', 'queue-worker', 'event-driven', 'long-running', 'edge'],
    what: 'Failures keep to one instance, zone, tenant or shard, while the rest serves well.',
    signature: {
      requires: [keepsToOnePart],
      supports: [],
      excludes: [],
    },
    defaultClass: 'rare',
    classBecause: 'it comes in episodes and to a part',
    isSilent: false,
    defaultDifficulty: 'moderate',
    difficultyBecause: 'averages hide it: the part has to be guessed before it can be seen',
    drill: {
      fault: 'take one node offline amid a deploy',
      precondition: 'several instances share the traffic',
      payload: 'ordinary',
      concurrency: 20,
      warmUp: 'one request on each instance',
      from: 'outside',
      expectedShare: 0.2,
    },
    runbook: [
      'take the part out of rotation, then look',
      'compare it with a healthy one: version, age, memory, peers',
      'split every alarm by zone and tenant',
    ],
    notToBeTakenFor: 'a part that also has most of the traffic: failures follow the requests',
  },
  {
    id: 'stale-cache',
    number: 16,
    name: 'Stale cache',
    archetypes: ['edge'],
    what: 'The cache still serves what should be gone: the purge never came, or was turned away.',
    signature: {
      requires: [
        {
          asks: 'hits older than their time to live, after a purge',
          look: ({ edge }) =>
            both(
              above(
                edge?.hitsPastPurgeCount,
                0,
                'hits past their time to live and after a purge',
                'cache status and age in the lines of the edge',
              ),
              edge?.purge === undefined
                ? cannotTell('what the purge was answered')
                : edge.purge === 'confirmed'
                  ? notSeen('the purge was confirmed')
                  : seen(`the purge was ${edge.purge}`),
            ),
        },
      ],
      supports: [],
      excludes: [],
    },
    defaultClass: 'systemic',
    classBecause: 'everybody who is served from that cache gets it',
    isSilent: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'status 200, fast, and wrong; the origin is healthy and sees nothing',
    drill: {
      fault: 'suppress the purge',
      precondition: 'the content changes after it was cached',
      payload: 'ordinary',
      concurrency: 1,
      warmUp: 'one request, so that it is cached',
      from: 'outside',
      expectedShare: 1,
    },
    runbook: [
      'compare the age header with the time of the last change',
      'check the answer of the purge, and try it again on 429',
      'name content by its hash, so that nothing has to be purged',
    ],
    notToBeTakenFor: 'a hit within its time to live, or one served while a fresh copy is fetched, as configured',
  },
  {
    id: 'hydration-mismatch',
    number: 17,
    name: 'Hydration mismatch',
    archetypes: ['edge'],
    what: 'Server and browser render different pages from the same data: a clock, a locale, a random number, a flag.',
    signature: {
      requires: [
        errorSays(
          /hydrat|server[- ]rendered HTML|did not match\. Server|Text content (does not|doesn't|did not) match|Minified React error #(418|419|421|422|423|425)/i,
          'a page that did not match',
          { by: 'client' },
        ),
      ],
      supports: [
        {
          asks: 'the server answered well',
          look: ({ requestCount, failedCount }) =>
            failedCount === undefined
              ? cannotTell("the server's own errors")
              : failedCount <= requestCount * FEW_SERVER_ERRORS
                ? seen(`${shown(failedCount)} of ${shown(requestCount)} requests failed on the server`)
                : notSeen(`${shown(failedCount)} of ${shown(requestCount)} requests failed on the server`),
        },
      ],
      excludes: [],
    },
    defaultClass: 'systemic',
    classBecause: 'every load of that route renders the same way',
    isSilent: false,
    defaultDifficulty: 'moderate',
    difficultyBecause: 'only the browser knows, and only if it reports',
    drill: {
      fault: 'skew the clock of the server',
      precondition: 'the page shows a time',
      payload: 'ordinary',
      concurrency: 1,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'render the route twice with the same data, and compare',
      'look for Date.now, random, locale and window in what both sides render',
      'pass such values down with the data',
    ],
    notToBeTakenFor: 'passwords or hashes that did not match: an error of the server, about content',
  },
  {
    id: 'lost-update',
    number: 23,
    name: 'Lost update',
    archetypes: ['request-response', 'event-driven'],
    what: 'Two writers read the same state and both write; the second wins and the first is gone. No error anywhere.',
    signature: {
      requires: [
        {
          asks: 'writes to one key overlap, no conflict is reported, and an update is missing',
          look: ({ writes }) =>
            both(
              above(writes?.overlapCount, 0, 'writes to one key that overlap', 'keys and times of writes'),
              writes?.conflictCount === undefined
                ? cannotTell('version conflicts that the store reports')
                : writes.conflictCount === 0
                  ? seen('no conflict reported')
                  : notSeen(`${shown(writes.conflictCount)} conflicts reported: the store does notice`),
              above(writes?.lostUpdateCount, 0, 'updates that are gone', 'a check that adds up what was written'),
            ),
        },
      ],
      supports: [],
      excludes: [],
    },
    defaultClass: 'systemic',
    classBecause: 'the rate grows with how many write at once',
    isSilent: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'both writers succeeded',
    drill: {
      fault: 'two writers on one key',
      precondition: 'both read before either writes',
      payload: 'the same key',
      concurrency: 2,
      warmUp: 'one write, so that the key exists',
      from: 'inside',
      expectedShare: 0.5,
    },
    runbook: [
      'write with a condition on the version that was read',
      'add up: the sum of all changes has to be the state',
      'rebuild the lost ones from the log of requests',
    ],
    notToBeTakenFor: 'writes that overlap and are told so: the loser gets a conflict and tries again',
  },
];

/** Above that the server has troubles of its own. Our own choice. */
const FEW_SERVER_ERRORS = 0.01;
