/**
 * For each failure mode of the catalogue one component that has it, and one that only looks like it.
 *
 * Each is laid over a healthy background by a seeded hand: counts vary over decades, texts over the wordings of real
 * drivers and platforms, and members that do not matter come and go. What a near miss changes is the one fact by which
 * a person would tell both apart; its marks are otherwise those of the mode.
 */

/** Members that every component has, all well. Those of `vary` are now and then left out: nobody looked. */
export function healthyComponent(random) {
  const requestCount = Math.round(random.logBetween(2_000, 2_000_000));
  const calls = [peer(random, 'orders-db'), peer(random, 'payments')];
  const observed = {
    component: random.pick(['checkout', 'pricing', 'mailer', 'storefront']),
    archetypes: [],
    requestCount,
    failedCount: Math.round(requestCount * random.logBetween(1e-6, 1e-4)),
    errors: [plainError(random, requestCount)],
    timeoutCount: 0,
    openCallsAtTimeout: [],
    calls,
    breakers: [{ name: 'payments', openedCount: 0, rejectedCount: 0, seenOpenCount: 0 }],
    fallbackCount: 0,
    hiddenFallbackCount: 0,
    checks: [{ name: 'total is the sum', failedCount: 0, failedInSuccessCount: 0 }],
    unusualSuccessCount: 0,
    memory: { oomCount: 0, growth: random.pick(['stable', 'growing-but-bounded']), highestShare: random.between(0.3, 0.75) },
    coldStarts: { coldCount: Math.round(requestCount * 0.003), stormVersionCount: 0, deployCount: random.pick([0, 1, 3]) },
    messages: {
      receivedCount: requestCount,
      succeededCount: requestCount,
      returnedCount: 0,
      droppedCount: 0,
      duplicateCount: 0,
      highestReceiveCount: 1,
      wholeBatchReturnCount: 0,
      partialReplyCount: 0,
      recurringItemCount: 0,
      failedItemCount: 0,
    },
    platform: {
      throttleCount: 0,
      highestConcurrency: Math.round(random.between(5, 60)),
      concurrencyLimit: 100,
      timeAtHighestConcurrency: 0.01,
      highestQueueAgeMs: random.between(1_000, 30_000),
      queueAgeRises: false,
      deadLetterArrivals: 0,
      eventsDroppedCount: 0,
      deadLetterErrorCount: 0,
    },
    loop: {
      delayP99Ms: random.between(11, 30),
      busyShare: random.between(0.05, 0.5),
      processorShare: random.between(0.05, 0.5),
      gcShare: random.between(0.001, 0.05),
    },
    edge: { hitCount: 1_000, hitsPastPurgeCount: 0, purge: 'confirmed' },
    writes: { overlapCount: 0, conflictCount: 0, lostUpdateCount: 0 },
    spread: undefined,
    silent: false,
    lowestFreeDiskShare: random.between(0.3, 0.9),
  };
  for (const member of OPTIONAL) if (random.uniform() < 0.25) delete observed[member];
  return observed;
}

/** Nobody looked: any of these may be unknown in a real input. A mode's own marks are laid on afterwards. */
const OPTIONAL = [
  'checks',
  'unusualSuccessCount',
  'memory',
  'coldStarts',
  'messages',
  'platform',
  'loop',
  'edge',
  'writes',
  'lowestFreeDiskShare',
  'breakers',
  'openCallsAtTimeout',
];

function peer(random, name) {
  const callCount = Math.round(random.logBetween(1_000, 1_000_000));
  return {
    peer: name,
    callCount,
    errorCount: Math.round(callCount * random.between(0, 0.0005)),
    retryCount: Math.round(callCount * random.between(0, 0.01)),
    sequentialCount: 0,
    timeLimit: 'set',
    nearLimitCount: Math.round(callCount * random.between(0, 0.003)),
    meanMs: random.between(3, 200),
    highestSocketCount: Math.round(random.between(1, 8)),
    poolLimit: 10,
    acquireWaitRatio: random.between(0.9, 1.1),
    peerLatencyRatio: random.between(0.9, 1.15),
    callRateRatio: random.between(0.8, 1.4),
    inboundRateRatio: 1.2,
  };
}

function plainError(random, requestCount) {
  const text = random.pick([
    'TypeError cannot read properties of undefined (reading #)',
    'ValidationError order # has no lines',
    'NotFoundError order # not found',
    'AssertionError expected # to be #',
    'ForbiddenError passwords did not match',
  ]);
  return {
    text,
    count: Math.max(1, Math.round(requestCount * random.logBetween(1e-6, 1e-4))),
    exposedCount: requestCount,
    seenBy: 'server',
    episodeCount: 40,
    longestEpisodeMs: 60_000,
    shareInEpisode: 0.001,
    isOverBeforeEnd: false,
  };
}

/** Adds an error. @param {object} observed */
function addError(observed, random, texts, told = {}) {
  const count = told.count ?? Math.max(8, Math.round(observed.requestCount * random.logBetween(1e-4, 0.1)));
  observed.errors = [
    { text: random.pick(texts), count, exposedCount: observed.requestCount, seenBy: 'server', ...told },
    ...(observed.errors ?? []),
  ];
  observed.failedCount = (observed.failedCount ?? 0) + count;
}

function changeCall(observed, at, change) {
  observed.calls = observed.calls.map((call, i) => (i === at ? { ...call, ...change(call) } : call));
}

const set = (observed, member, told) => {
  observed[member] = { ...observed[member], ...told };
};

/** Share of the calls, at least `fewest`. */
const part = (call, share, fewest = 1) => Math.max(fewest, Math.round(call.callCount * share));

const POOL_TEXTS = [
  'KnexTimeoutError Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?',
  'Error timeout exceeded when trying to connect',
  'TimeoutError ResourceRequest timed out',
  'PrismaClientKnownRequestError P2024 Timed out fetching a new connection from the connection pool',
  'MongoWaitQueueTimeoutError Timed out while checking out a connection from connection pool',
  'Error ER_CON_COUNT_ERROR: Too many connections',
  'error sorry, too many clients already',
];
const DOWN_TEXTS = (name) => [
  `Error connect ECONNREFUSED ${name}:5432`,
  `Error connect ETIMEDOUT ${name}:443`,
  `FetchError request to https://${name}/v1 failed, socket hang up`,
  `Error ${name} answered 503 Service Unavailable`,
];
const SCHEMA_TEXTS = [
  'error 42703 column "loyalty_tier" does not exist',
  "Error ER_BAD_FIELD_ERROR: Unknown column 'o.tier' in 'field list'",
  'SqliteError no such column: tier',
  "ValidationError must have required property 'tier'",
];
const HYDRATION_TEXTS = [
  "Error Hydration failed because the server rendered HTML didn't match the client",
  'Warning: Text content did not match. Server: "#" Client: "#"',
  'Error Minified React error #418; visit https://react.dev/errors/418',
  'Hydration completed but contains mismatches.',
];

/** @param computing  share of the busy time in which it had the processor */
const lateWindows = (random, busyShareWhenLate, computing) => ({
  lateWindowCount: Math.round(random.logBetween(3, 600)),
  busyShareWhenLate,
  processorShareWhenLate: busyShareWhenLate * computing,
  usualLatenessMs: random.logBetween(110, 900),
  // What others take of the processor is never the same.
  usualLatenessShare: computing < 0.5 ? random.between(0.05, 0.4) : random.between(0.1, 1),
});

/** Mode -> what it does to a healthy component, and what its near miss does. */
export const CASES = {
  'pool-exhaustion': [
    (o, r) => {
      if (r.uniform() < 0.6) addError(o, r, POOL_TEXTS);
      else changeCall(o, 0, () => ({ highestSocketCount: 10, acquireWaitRatio: r.logBetween(2, 200) }));
    },
    // The database is slow: the pool is full because answers come late.
    (o, r) => {
      if (r.uniform() < 0.5)
        addError(o, r, ['error canceling statement due to statement timeout', 'SequelizeDatabaseError lock wait timeout exceeded']);
      changeCall(o, 0, () => ({ highestSocketCount: 10, acquireWaitRatio: r.logBetween(2, 20), peerLatencyRatio: r.logBetween(2, 30) }));
    },
  ],
  'retry-storm': [
    (o, r) =>
      changeCall(o, 1, (call) => ({
        retryCount: part(call, r.between(0.15, 0.7)),
        errorCount: part(call, r.between(0.1, 0.6)),
        callRateRatio: r.between(2, 5),
      })),
    // More traffic: calls rise with the requests, and retries stay inside the budget.
    (o, r) =>
      changeCall(o, 1, (call) => ({
        retryCount: part(call, r.between(0.01, 0.08)),
        errorCount: part(call, r.between(0.01, 0.08)),
        callRateRatio: 3,
        inboundRateRatio: 3,
      })),
  ],
  'slow-not-down': [
    (o, r) => changeCall(o, 0, (call) => ({ nearLimitCount: part(call, r.between(0.03, 1)), errorCount: part(call, r.between(0, 0.02)) })),
    // Down: what ends near the limit has failed.
    (o, r) =>
      changeCall(o, 0, (call) => ({ nearLimitCount: part(call, r.between(0.2, 0.9)), errorCount: part(call, r.between(0.2, 0.9)) })),
  ],
  'missing-timeout': [
    (o, r) => {
      const count = Math.round(r.logBetween(1, 500));
      const isSeen = r.uniform() < 0.6;
      changeCall(o, 1, () => ({ timeLimit: isSeen ? r.pick(['none', 'sometimes']) : 'unknown' }));
      const open = { peer: 'payments', count, ...(isSeen ? {} : { waitedShare: r.between(0.82, 1) }) };
      Object.assign(o, { timeoutCount: count, openCallsAtTimeout: [open] });
    },
    // Time ran out during calls that have a limit, or during one that had only begun: the sum of several was too long.
    (o, r) => {
      const count = Math.round(r.logBetween(1, 500));
      changeCall(o, 0, () => ({ timeLimit: 'none' }));
      const isShort = r.uniform() < 0.5;
      if (isShort) changeCall(o, 1, () => ({ timeLimit: 'unknown' }));
      const open = { peer: 'payments', count, waitedShare: isShort ? r.between(0.05, 0.6) : r.between(0.2, 1) };
      Object.assign(o, { timeoutCount: count, openCallsAtTimeout: [open] });
    },
  ],
  'open-breaker': [
    (o, r) =>
      (o.breakers = [
        {
          name: 'payments',
          openedCount: Math.round(r.between(1, 9)),
          rejectedCount: Math.round(r.logBetween(10, 1e5)),
          seenOpenCount: Math.round(r.between(0, 50)),
        },
      ]),
    // The peer refuses by itself, and the breaker has not opened yet.
    (o, r) => {
      o.breakers = [{ name: 'payments', openedCount: 0, rejectedCount: 0, seenOpenCount: 0 }];
      addError(o, r, ['HttpError payments answered 429', 'Error circuit for order # is closed by the customer'], {
        count: 40,
        episodeCount: 12,
        isOverBeforeEnd: false,
      });
    },
  ],
  'hidden-by-fallback': [
    (o, r) => {
      const count = Math.round(r.logBetween(5, 5_000));
      Object.assign(o, { fallbackCount: count, hiddenFallbackCount: count });
      changeCall(o, 1, (call) => ({ errorCount: part(call, 0.02, count) }));
    },
    // It falls back and says so: such requests count as failed.
    (o, r) => {
      const count = Math.round(r.logBetween(5, 5_000));
      Object.assign(o, { fallbackCount: count, hiddenFallbackCount: 0 });
      changeCall(o, 1, (call) => ({ errorCount: part(call, 0.02, count) }));
    },
  ],
  'wrong-body': [
    (o, r) => {
      const count = Math.round(r.logBetween(1, 2_000));
      if (r.uniform() < 0.7) o.checks = [{ name: 'total is the sum', failedCount: count, failedInSuccessCount: count }];
      else o.unusualSuccessCount = count;
    },
    // The check fails in requests that failed anyway.
    (o, r) => {
      o.checks = [{ name: 'total is the sum', failedCount: Math.round(r.logBetween(1, 2_000)), failedInSuccessCount: 0 }];
      o.unusualSuccessCount = 0;
    },
  ],
  'cold-start-storm': [
    (o, r) => {
      o.coldStarts = { coldCount: 900, stormVersionCount: r.pick([2, 3, 5]), deployCount: 5 };
      set(o, 'platform', { highestQueueAgeMs: r.logBetween(310_000, 3e6) });
    },
    // One deploy was slow; the others were not.
    (o, r) => {
      o.coldStarts = { coldCount: 900, stormVersionCount: r.pick([0, 1]), deployCount: 5 };
      set(o, 'platform', { highestQueueAgeMs: r.logBetween(310_000, 3e6) });
    },
  ],
  'heap-leak': [
    (o, r) =>
      (o.memory = {
        oomCount: 0,
        growth: 'leaking',
        growthToldBy: r.pick(['inside', 'kills', 'running-maximum']),
        owner: r.pick([undefined, 'heap', 'external', 'native']),
        highestShare: r.between(0.6, 0.97),
      }),
    // A cache that fills and stays, close below the limit; or an extension that leaks beside a process that does not.
    (o, r) =>
      (o.memory = {
        oomCount: 0,
        ...(r.uniform() < 0.5 ? { growth: 'growing-but-bounded' } : { growth: 'leaking', owner: 'another-process' }),
        highestShare: r.between(0.6, 0.97),
      }),
  ],
  'oom-kill': [
    (o, r) => {
      if (r.uniform() < 0.6) o.memory = { oomCount: Math.round(r.logBetween(1, 300)), growth: 'stable', highestShare: r.between(0.985, 1) };
      else {
        set(o, 'memory', { oomCount: 0, growth: 'stable', highestShare: 1 });
        addError(o, r, [
          'Runtime.ExitError RequestId: # Error: Runtime exited with error: signal: killed',
          'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
        ]);
      }
    },
    // A crash of its own, with memory to spare.
    (o, r) => {
      o.memory = { oomCount: 0, growth: 'stable', highestShare: r.between(0.3, 0.7) };
      addError(o, r, [
        'Runtime.ExitError RequestId: # Error: Runtime exited with error: exit status 1',
        'Runtime.ExitError RequestId: # Error: Runtime exited with error: signal: killed',
      ]);
    },
  ],
  'function-timeout': [
    (o, r) => {
      o.timeoutCount = Math.round(r.logBetween(1, 3_000));
      if (r.uniform() < 0.5)
        addError(
          o,
          r,
          ['timeout # Task timed out after 3.00 seconds', 'Sandbox.Timedout RequestId: # Error: Task timed out after 29.00 seconds'],
          { count: o.timeoutCount, episodeCount: 20, isOverBeforeEnd: false },
        );
    },
    // A client inside gave up in time; the invocation ended with an error of its own.
    (o, r) =>
      addError(
        o,
        r,
        [
          'AxiosError timeout of 3000ms exceeded',
          'TimeoutError The operation was aborted due to timeout',
          'GatewayTimeoutError order # took too long',
        ],
        { episodeCount: 20, isOverBeforeEnd: false },
      ),
  ],
  'duplicate-delivery': [
    (o, r) =>
      (o.messages = {
        receivedCount: o.requestCount,
        succeededCount: o.requestCount,
        returnedCount: 0,
        duplicateCount: Math.round(r.logBetween(1, 900)),
        droppedCount: 0,
        highestReceiveCount: 2,
      }),
    // Delivered again because the first time failed: one success each.
    (o, r) =>
      (o.messages = {
        receivedCount: o.requestCount,
        succeededCount: o.requestCount - 40,
        returnedCount: 40,
        duplicateCount: 0,
        droppedCount: 0,
        highestReceiveCount: r.pick([2, 3]),
      }),
  ],
  'dropped-message': [
    (o, r) => {
      const count = Math.round(r.logBetween(1, 900));
      if (r.uniform() < 0.5) {
        set(o, 'messages', { receivedCount: o.requestCount, droppedCount: count, duplicateCount: 0, highestReceiveCount: 5 });
        set(o, 'platform', { deadLetterArrivals: 0, eventsDroppedCount: 0 });
      } else set(o, 'platform', { eventsDroppedCount: count, deadLetterArrivals: Math.floor(count / 3) });
    },
    // Given up by the platform, and every one lies in the dead-letter queue.
    (o, r) => {
      const count = Math.round(r.logBetween(1, 900));
      set(o, 'messages', { receivedCount: o.requestCount, droppedCount: 0, duplicateCount: 0, highestReceiveCount: 5 });
      set(o, 'platform', { eventsDroppedCount: count, deadLetterArrivals: count, deadLetterErrorCount: 0 });
    },
  ],
  'poison-batch': [
    (o, r) =>
      (o.messages = {
        receivedCount: o.requestCount,
        duplicateCount: 0,
        droppedCount: 0,
        highestReceiveCount: r.pick([3, 5, 9]),
        wholeBatchReturnCount: Math.round(r.between(3, 60)),
        partialReplyCount: 0,
        recurringItemCount: r.pick([1, 2, 10]),
        failedItemCount: 10,
      }),
    // A peer failed for a while: whole batches came back, other items each time.
    (o, r) =>
      (o.messages = {
        receivedCount: o.requestCount,
        duplicateCount: 0,
        droppedCount: 0,
        highestReceiveCount: r.pick([2, 3]),
        wholeBatchReturnCount: Math.round(r.between(3, 60)),
        partialReplyCount: 0,
        recurringItemCount: 0,
        failedItemCount: 400,
      }),
  ],
  'concurrency-limit': [
    (o, r) => {
      const limit = r.pick([5, 50, 1000]);
      o.platform = {
        throttleCount: Math.round(r.logBetween(1, 1e5)),
        highestConcurrency: limit,
        ...(r.uniform() < 0.5 ? { concurrencyLimit: limit } : { timeAtHighestConcurrency: r.between(0.15, 0.8) }),
      };
    },
    // Somebody else's limit: few of ours run, and the peer says 429.
    (o, r) => {
      o.platform = { throttleCount: 0, highestConcurrency: 12, concurrencyLimit: 100 };
      addError(o, r, ['TooManyRequestsException Rate exceeded', 'HttpError payments answered 429 Too Many Requests'], {
        episodeCount: 12,
        isOverBeforeEnd: false,
      });
    },
  ],
  'stale-cache': [
    (o, r) =>
      (o.edge = { hitCount: 10_000, hitsPastPurgeCount: Math.round(r.logBetween(1, 9_000)), purge: r.pick(['missing', 'rejected']) }),
    // Old, and within its time; or past it for as long as the purge takes to spread.
    (o, r) =>
      (o.edge =
        r.uniform() < 0.5
          ? { hitCount: 10_000, hitsPastPurgeCount: 0, purge: 'missing' }
          : { hitCount: 10_000, hitsPastPurgeCount: 3, purge: 'confirmed' }),
  ],
  'hydration-mismatch': [
    (o, r) => {
      const failed = o.failedCount;
      addError(o, r, HYDRATION_TEXTS, { seenBy: 'client' });
      o.failedCount = failed;
    },
    (o, r) =>
      addError(
        o,
        r,
        [
          'ForbiddenError password hashes did not match',
          'Error rehydrate store failed on start: snapshot # missing',
          'ConflictError etag did not match',
        ],
        { episodeCount: 20, isOverBeforeEnd: false },
      ),
  ],
  'version-drift': [
    (o, r) => {
      const count = Math.round(r.logBetween(7, 3_000));
      addError(o, r, SCHEMA_TEXTS, { count, versions: [{ version: '41', count }], liveVersionCount: r.pick([2, 3]) });
    },
    // A wrong query in every version.
    (o, r) => {
      const count = Math.round(r.logBetween(20, 3_000));
      const half = Math.round(count * r.between(0.3, 0.7));
      addError(o, r, SCHEMA_TEXTS, {
        count,
        versions: [
          { version: '41', count: half },
          { version: '42', count: count - half },
        ],
        liveVersionCount: 2,
      });
    },
  ],
  'partial-outage': [
    (o, r) =>
      (o.spread = {
        by: r.pick(['sandbox', 'zone', 'tenant', 'shard']),
        groupCount: r.pick([3, 8, 40]),
        topFailureShare: r.between(0.92, 1),
        topRequestShare: r.between(0.02, 0.35),
        failureCount: Math.round(r.logBetween(8, 4_000)),
      }),
    // Failures follow the requests: the largest tenant has both.
    (o, r) =>
      (o.spread = {
        by: 'tenant',
        groupCount: 8,
        topFailureShare: r.between(0.85, 0.99),
        topRequestShare: r.between(0.8, 0.95),
        failureCount: Math.round(r.logBetween(8, 4_000)),
      }),
  ],
  'dependency-outage': [
    (o, r) => {
      const course = {
        episodeCount: 1,
        longestEpisodeMs: r.between(30_000, 1_200_000),
        shareInEpisode: r.between(0.6, 1),
        isOverBeforeEnd: true,
      };
      if (r.uniform() < 0.6) return addError(o, r, DOWN_TEXTS('orders.internal'), { dependency: 'orders.internal', ...course });
      // Answers of status 500 that say nothing, and one peer whose calls fail as often.
      addError(o, r, ['error answer'], { isWordless: true, ...course });
      const { count } = o.errors[0];
      changeCall(o, 0, (call) => ({ callCount: call.callCount + 3 * count, errorCount: count * r.pick([1, 3]) + 10_000 }));
    },
    // The peer fails now and again, or only part of the calls fail, or it still does at the end, or two of them fail alike.
    (o, r) => {
      const course = r.pick([
        { episodeCount: 7, longestEpisodeMs: 120_000, shareInEpisode: 0.7, isOverBeforeEnd: true },
        { episodeCount: 1, longestEpisodeMs: 600_000, shareInEpisode: r.between(0.01, 0.3), isOverBeforeEnd: true },
        { episodeCount: 1, longestEpisodeMs: 600_000, shareInEpisode: 0.9, isOverBeforeEnd: false },
        undefined,
      ]);
      if (course !== undefined) return addError(o, r, DOWN_TEXTS('orders.internal'), { dependency: 'orders.internal', ...course });
      const over = { episodeCount: 1, longestEpisodeMs: 60_000, shareInEpisode: 0.9, isOverBeforeEnd: true };
      addError(o, r, ['error answer'], { isWordless: true, ...over });
      const { count } = o.errors[0];
      for (const at of [0, 1]) changeCall(o, at, (call) => ({ callCount: call.callCount + 3 * count, errorCount: count + 10_000 }));
    },
  ],
  'event-loop-block': [
    (o, r) =>
      (o.loop =
        r.uniform() < 0.5
          ? {
              delayP99Ms: r.logBetween(130, 5_000),
              busyShare: r.between(0.75, 1),
              processorShare: r.between(0.75, 1.1),
              gcShare: r.between(0.001, 0.1),
            }
          : // Ten minutes of a day: over all of it the loop is idle.
            {
              delayP99Ms: r.logBetween(130, 5_000),
              busyShare: r.between(0.05, 0.4),
              processorShare: r.between(0.05, 0.4),
              gcShare: r.between(0.001, 0.1),
              ...lateWindows(r, r.between(0.6, 1), r.between(0.6, 1)),
            }),
    // Late because of collections, or late because the host gave no processor.
    (o, r) =>
      (o.loop =
        r.uniform() < 0.5
          ? {
              ...{ delayP99Ms: r.logBetween(130, 900), busyShare: 0.9, processorShare: 0.95, gcShare: r.between(0.3, 0.7) },
              ...lateWindows(r, 0.9, 1),
            }
          : {
              ...{ delayP99Ms: r.logBetween(130, 900), busyShare: 0.9, processorShare: r.between(0.05, 0.4), gcShare: 0.02 },
              ...lateWindows(r, 0.95, r.between(0.05, 0.4)),
            }),
  ],
  'dns-failure': [
    (o, r) =>
      addError(
        o,
        r,
        [
          'Error getaddrinfo ENOTFOUND payments.internal',
          'FetchError request to https://payments.internal/ failed, reason: getaddrinfo EAI_AGAIN payments.internal',
        ],
        { dependency: r.pick([undefined, 'payments.internal']), episodeCount: 3, isOverBeforeEnd: false },
      ),
    // The name resolves and nobody listens.
    (o, r) =>
      addError(o, r, ['Error connect ECONNREFUSED 10.0.3.7:443', 'NotFoundError host # not found in inventory'], {
        dependency: '10.0.3.7:443',
        episodeCount: 9,
        isOverBeforeEnd: false,
      }),
  ],
  'lost-update': [
    (o, r) =>
      (o.writes = {
        overlapCount: Math.round(r.logBetween(2, 5_000)),
        conflictCount: 0,
        lostUpdateCount: Math.round(r.logBetween(1, 300)),
      }),
    // They overlap, the store notices, the loser tries again.
    (o, r) =>
      (o.writes = {
        overlapCount: Math.round(r.logBetween(2, 5_000)),
        conflictCount: Math.round(r.logBetween(1, 900)),
        lostUpdateCount: 0,
      }),
  ],
  'silent-worker-death': [
    (o, r) => {
      o.silent = true;
      set(o, 'platform', { queueAgeRises: true, highestQueueAgeMs: r.logBetween(400_000, 9e6) });
    },
    // Nothing to do: it is silent, and nothing waits.
    (o, r) => {
      o.silent = true;
      set(o, 'platform', { queueAgeRises: false, highestQueueAgeMs: r.between(0, 20_000) });
    },
  ],
  'disk-full': [
    (o, r) => {
      if (r.uniform() < 0.7)
        addError(o, r, [
          'Error ENOSPC: no space left on device, write',
          'SqliteError database or disk is full',
          "Error ENOSPC: no space left on device, open '/tmp/#.pdf'",
        ]);
      else o.lowestFreeDiskShare = r.between(0, 0.015);
    },
    (o, r) => {
      addError(o, r, [
        "Error EMFILE: too many open files, open '/tmp/#'",
        'LimitExceededException table size quota exceeded',
        'QuotaExceededError bucket is full',
      ]);
      o.lowestFreeDiskShare = r.between(0.05, 0.5);
    },
  ],
};

/** @returns {[positive: object, nearMiss: object]} of one mode, drawn by `random` */
export function drawCase(modeId, random) {
  return CASES[modeId].map((mark) => {
    const observed = healthyComponent(random);
    mark(observed, random);
    return observed;
  });
}
