/** Failure modes of one process: its start, its memory, its time, its loop and its disk. */
import { above, cannotTell, either, errorSays, notSeen, seen, shown } from '../clauses.ts';
import type { FailureMode } from '../failure-mode.ts';
import { computesMeanwhile, loopStandsStill } from '../late-loop.ts';

/** Deploys after which a storm must have been seen before it is called a habit of deploying. */
const FEWEST_STORMS = 2;
/** Work that is taken up at once is seconds old: the same five minutes as for a backlog in `diagnose`. */
const OLD_QUEUE_MS = 5 * 60_000;
/** A memory kill happens at the size of the memory; platforms round what they report. Our own choice. */
const AT_THE_LIMIT = 0.98;
/** With more of its time than this in collections, the loop is late because of memory. Our own choice. */
const COLLECTING = 0.2;
const LITTLE_DISK = 0.02;

export const PROCESS_MODES: readonly FailureMode[] = [
  {
    id: 'cold-start-storm',
    number: 8,
    name: 'Cold-start storm after a deploy',
    archetypes: ['queue-worker', 'request-response'],
    what: 'A new version throws away all warm sandboxes at once; starts pile up, and the queue grows behind them, after every deploy.',
    signature: {
      requires: [
        {
          asks: 'the first minutes of two versions or more are a storm of cold starts',
          look: ({ coldStarts }) =>
            above(coldStarts?.stormVersionCount, FEWEST_STORMS - 1, 'versions that began with a storm of cold starts', 'lines of starts'),
        },
      ],
      supports: [
        {
          asks: 'queued work grows old meanwhile',
          look: ({ platform }) =>
            above(platform?.highestQueueAgeMs, OLD_QUEUE_MS, 'age of the oldest queued work, ms', 'metrics of the queue'),
        },
      ],
      excludes: [],
    },
    defaultClass: 'systemic',
    classBecause: 'a deploy is part of normal operation',
    isSilent: false,
    defaultDifficulty: 'moderate',
    difficultyBecause: 'it is over before somebody looks, and comes again with the next deploy',
    drill: {
      fault: 'deploy the same code again at steady load',
      precondition: 'a new version takes all traffic at once',
      payload: 'ordinary',
      concurrency: 50,
      warmUp: 'steady load for ten minutes, so that sandboxes are warm',
      from: 'outside',
      expectedShare: 0.3,
    },
    runbook: [
      'shift traffic to the new version in steps',
      'load less at the start: the slowest modules are in the report',
      'provisioned concurrency for the first minutes, when the arithmetic pays',
    ],
    notToBeTakenFor: 'cold starts because of more traffic, or one deploy that was slow for another reason',
  },
  {
    id: 'heap-leak',
    number: 9,
    name: 'Memory leak',
    archetypes: ['long-running', 'request-response', 'queue-worker'],
    what: 'Each request leaves something behind in the same process. p50 stays flat, p99 grows with the age of the sandbox, and then it dies.',
    signature: {
      requires: [
        {
          asks: 'memory grows without a bound in the same process',
          look: ({ memory }) => {
            if (memory?.growth === undefined || memory.growth === 'insufficient-data') return cannotTell('100 invocations of 8 sandboxes');
            if (memory.growth !== 'leaking') return notSeen(`memory is ${memory.growth}`);
            // An extension or a child process that grows needs another drill and another runbook.
            if (memory.owner === 'another-process') return notSeen('what grows is not the memory of the process that serves requests');
            return seen(`${OWNED[memory.owner ?? 'unknown']} grows, and no bound was seen so far`);
          },
        },
      ],
      supports: [
        {
          // The running maximum of a heap that grows lazily rises as that of a leak does.
          asks: 'somebody saw what the process keeps: the agent inside of it, or kills at the limit after lives alike',
          look: ({ memory }) => {
            if (memory?.growthToldBy === 'inside') return seen('the agent inside the process saw what it keeps rise');
            if (memory?.growthToldBy === 'kills') return seen('it went up to its limit and was killed there');
            return cannotTell(
              'what the process keeps: the platform prints a running maximum only; our agent inside, or kills at the limit',
            );
          },
        },
      ],
      excludes: [],
    },
    defaultClass: 'systemic',
    classBecause: 'every request adds to it',
    isSilent: false,
    hurtsLater: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'what alerts is a timeout or a kill, hours after and far from the line that keeps',
    drill: {
      fault: 'leak 2 MB a request',
      precondition: 'the same process serves all requests',
      payload: 'ordinary',
      concurrency: 1,
      warmUp: '100 requests, so that caches are full',
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'let the agent force a collection: what is left after it is kept',
      'name the allocation site, then what holds it: a cache without a bound, a listener, a closure in a list',
      'until it is mended: recycle sandboxes before the predicted invocation',
    ],
    notToBeTakenFor: 'a cache that fills and stays: growth that ends, with the same maximum in all sandboxes',
  },
  {
    id: 'oom-kill',
    number: 10,
    name: 'Killed for memory',
    archetypes: ['request-response', 'queue-worker', 'event-driven', 'long-running', 'edge'],
    what: 'The process reached its memory limit and was ended. The request is lost, and the next one pays for a start.',
    signature: {
      requires: [
        either(
          'the platform or the runtime says that memory ran out',
          { asks: 'kills by memory', look: ({ memory }) => above(memory?.oomCount, 0, 'processes killed for memory', 'platform lines') },
          errorSays(/signal: killed|heap out of memory|Runtime\.OutOfMemory|OOMKilled|Cannot allocate memory/, 'want of memory', {}),
        ),
      ],
      supports: [
        {
          asks: 'memory was full',
          look: ({ memory }) => above(memory?.highestShare, AT_THE_LIMIT, 'highest use of the memory size, share', 'REPORT lines'),
        },
      ],
      excludes: [
        {
          asks: 'memory was far from full',
          look: ({ memory }) =>
            memory?.highestShare !== undefined && memory.highestShare < FAR_FROM_FULL && memory.oomCount === 0
              ? seen(`highest use ${shown(memory.highestShare * 100)} %`)
              : notSeen('memory was not seen to be free'),
        },
      ],
      isProof: true,
    },
    defaultClass: 'by its cause',
    classBecause: 'a leak kills again and again; one huge payload kills once',
    isSilent: false,
    broughtBy: ['heap-leak'],
    defaultDifficulty: 'instant',
    difficultyBecause: 'the platform says so, where its lines are kept',
    drill: {
      fault: 'allocate up to the limit',
      precondition: 'the process keeps what it allocates',
      payload: '10 KB over the average',
      concurrency: 1,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'was it one request (payload) or the age of the process (leak)?',
      'raise the memory size for now: it also buys processor',
      'bound what a request may load at once',
    ],
    notToBeTakenFor: 'a crash or a kill by something else while memory is free',
  },
  {
    id: 'function-timeout',
    number: 11,
    name: 'Function timed out',
    archetypes: ['request-response', 'queue-worker'],
    what: 'The platform ended the invocation at its limit. No END error, no stack: only what was under way tells why.',
    signature: {
      requires: [
        either(
          'the platform says that the invocation reached its limit',
          {
            asks: 'timeouts',
            look: ({ timeoutCount }) => above(timeoutCount, 0, 'invocations that ended at their limit', 'platform lines'),
          },
          errorSays(/Task timed out after|Sandbox\.Timedout/, "the platform's own timeout"),
        ),
      ],
      supports: [],
      excludes: [],
      isProof: true,
    },
    defaultClass: 'by its cause',
    classBecause: 'a limit is only where a slow peer, a block or a large input shows',
    isSilent: false,
    broughtBy: ['missing-timeout'],
    defaultDifficulty: 'moderate',
    difficultyBecause: 'the line names the function, and not what it waited for',
    drill: {
      fault: 'black hole on the peer that is called most',
      precondition: 'the peer is silent',
      payload: 'ordinary',
      concurrency: 1,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'see which call was under way in the line of the death',
      'compare with the durations just below the limit: a cliff or a tail?',
      'set the limits of calls below that of the function, so that the next one has a name',
    ],
    notToBeTakenFor: "a client's timeout inside the program: the invocation ends with an error and goes on living",
  },
  {
    id: 'event-loop-block',
    number: 21,
    name: 'Blocked event loop',
    archetypes: ['long-running'],
    what: 'One piece of synchronous work holds the only thread; all routes become slow together, also those that have nothing to do with it.',
    signature: {
      requires: [loopStandsStill],
      supports: [computesMeanwhile],
      excludes: [
        {
          asks: 'collections of garbage take that time',
          look: ({ loop }) => above(loop?.gcShare, COLLECTING, 'share of time in collections', "the agent's windows"),
        },
      ],
    },
    defaultClass: 'by its cause',
    classBecause: 'a payload or a route brings it; on a common route it is systemic',
    isSilent: false,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'the routes that alert are the victims',
    drill: {
      fault: 'block the loop for 300 ms in every third request',
      precondition: 'one route does synchronous work',
      payload: '10 KB over the average',
      concurrency: 20,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 0.33,
    },
    runbook: [
      'take a CPU profile for ten seconds: the widest frame is it',
      'look for JSON of megabytes, regular expressions, synchronous crypto or file access, loops over whole tables',
      'move it to a worker thread, or cut it into pieces',
    ],
    notToBeTakenFor:
      'a slow peer: requests wait and the loop is idle; memory: the time goes into collections; or a machine that is short of processors: late, and not busy',
  },
  {
    id: 'disk-full',
    number: 25,
    name: 'Disk or /tmp full',
    archetypes: ['long-running', 'request-response', 'queue-worker'],
    what: 'Nothing can be written any more. On Lambda /tmp outlives the invocation, so that files of former ones fill it.',
    signature: {
      requires: [
        either('space ran out', errorSays(/ENOSPC|no space left on device|SQLITE_FULL|disk (is )?full/i, 'a full disk'), {
          asks: 'free space went to zero',
          look: ({ lowestFreeDiskShare }) =>
            lowestFreeDiskShare === undefined
              ? cannotTell('free space of the disk')
              : lowestFreeDiskShare < LITTLE_DISK
                ? seen(`${shown(lowestFreeDiskShare * 100)} % of the disk free`)
                : notSeen(`${shown(lowestFreeDiskShare * 100)} % of the disk free`),
        }),
      ],
      supports: [],
      excludes: [],
      isProof: true,
    },
    defaultClass: 'systemic',
    classBecause: 'what fills it is written by every request',
    isSilent: false,
    defaultDifficulty: 'moderate',
    difficultyBecause: 'the one that fails to write is seldom the one that filled it',
    drill: {
      fault: 'fill the disk to 95 %',
      precondition: 'a twentieth of the space is left',
      payload: '10 KB over the average',
      concurrency: 1,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'list the largest and the newest files',
      'delete what a request made in the same request',
      'raise the size of /tmp only after that',
    ],
    notToBeTakenFor: 'too many open files (EMFILE), or a quota of a remote store',
  },
];

/** Below this share of use a kill had another reason. Our own choice. */
const FAR_FROM_FULL = 0.8;

const OWNED = { heap: 'the heap', external: 'memory of buffers', native: 'memory outside of the heap', unknown: 'memory' } as const;
