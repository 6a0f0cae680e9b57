/** Failure modes of queues and those who empty them: delivered twice, lost, poisoned, and workers that die in silence. */
import { above, both, cannotTell, either, notSeen, seen, shown } from '../clauses.ts';
import { failingPeer } from '../failing-peer.ts';
import type { FailureMode } from '../failure-mode.ts';
import { keepsToOnePart } from '../one-part.ts';

/** Receives of one message after which it is no longer bad luck; SQS's own advice for a redrive policy is more than 5. */
const MANY_RECEIVES = 3;
/** Up to this share of failed calls a peer is up; the same bound as for one that is slow. Our own choice. */
const USUAL_ERROR_SHARE = 0.05;
const AGENT_ITEMS = "the agent's counts of items";

export const MESSAGE_MODES: readonly FailureMode[] = [
  {
    id: 'duplicate-delivery',
    number: 12,
    name: 'Handled twice',
    archetypes: ['queue-worker', 'event-driven'],
    what: 'The same message is handled with success more than once. Queues deliver at least once; the program has to notice.',
    signature: {
      requires: [
        {
          asks: 'one key was handled with success twice',
          look: ({ messages }) => above(messages?.duplicateCount, 0, 'items handled with success beyond the first time', AGENT_ITEMS),
        },
      ],
      supports: [],
      excludes: [],
      isProof: true,
    },
    defaultClass: 'systemic',
    classBecause: 'every late acknowledgement delivers again',
    isSilent: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'each delivery looks like a success; the harm is in the books',
    drill: {
      fault: 'withhold every tenth acknowledgement',
      precondition: 'messages become visible again after their handling',
      payload: 'ordinary',
      concurrency: 10,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 0.1,
    },
    runbook: [
      'make the side effect conditional on a key that the sender gives',
      'set the visibility timeout to six times the limit of the function',
      'list the keys handled twice and repair what they did',
    ],
    notToBeTakenFor: 'a delivery after a failure: several receives, one success',
  },
  {
    id: 'dropped-message',
    number: 13,
    name: 'Message lost',
    archetypes: ['queue-worker', 'event-driven'],
    what: 'A message was received and neither handled, nor given back, nor put aside: there is no dead-letter queue, or it was not reached.',
    signature: {
      requires: [
        either(
          'messages ended nowhere',
          { asks: 'dropped by the program', look: ({ messages }) => above(messages?.droppedCount, 0, 'messages dropped', AGENT_ITEMS) },
          {
            asks: 'events given up by the platform, and none put aside',
            look: ({ platform }) =>
              above(platform?.eventsDroppedCount, 0, 'events given up by the platform', 'the metric AsyncEventsDropped'),
          },
          {
            asks: 'failed events that could not be put aside',
            look: ({ platform }) => above(platform?.deadLetterErrorCount, 0, 'dead letters lost', 'the metric DeadLetterErrors'),
          },
        ),
      ],
      supports: [],
      excludes: [
        {
          asks: 'all of them lie in a dead-letter queue',
          look: ({ platform, messages }) => {
            const lost = Math.max(messages?.droppedCount ?? 0, platform?.eventsDroppedCount ?? 0);
            const kept = platform?.deadLetterArrivals;
            return kept !== undefined && lost > 0 && kept >= lost && (platform?.deadLetterErrorCount ?? 0) === 0
              ? seen(`${shown(kept)} dead letters for ${shown(lost)} messages given up`)
              : notSeen('they are in no dead-letter queue that was seen');
          },
        },
      ],
      isProof: true,
    },
    defaultClass: 'systemic',
    classBecause: 'every message that fails often enough goes the same way',
    isSilent: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'nobody misses it until somebody asks for it',
    drill: {
      fault: 'a message that always fails, dead-letter queue off',
      precondition: 'retries are used up',
      payload: 'one that cannot be parsed',
      concurrency: 1,
      warmUp: undefined,
      from: 'outside',
      expectedShare: 1,
    },
    runbook: [
      'give every queue and every asynchronous invocation a dead-letter queue, and an alarm on its first message',
      'count: received = succeeded + returned + put aside + in flight + dropped',
      'send again what can be found at its source',
    ],
    notToBeTakenFor: 'messages that were put aside: they wait in the dead-letter queue and can be sent again',
  },
  {
    id: 'poison-batch',
    number: 14,
    name: 'One bad item fails the batch',
    archetypes: ['queue-worker'],
    what: 'A batch holds one item that can never succeed; the whole batch is given back, and its good items are handled again and again.',
    signature: {
      requires: [
        {
          asks: 'whole batches are given back, again and again, without naming items',
          look: ({ messages }) =>
            both(
              above(messages?.wholeBatchReturnCount, 0, 'whole batches given back', AGENT_ITEMS),
              above(messages?.highestReceiveCount, MANY_RECEIVES - 1, 'receives of one message', "the agent's receive counts"),
              messages?.partialReplyCount === undefined
                ? cannotTell('whether replies name single items')
                : messages.partialReplyCount === 0
                  ? seen('no reply names single items')
                  : notSeen(`${shown(messages.partialReplyCount)} replies name single items`),
            ),
        },
        {
          asks: 'the same items come back',
          look: ({ messages }) => {
            if (messages?.recurringItemCount === undefined || messages.failedItemCount === undefined) {
              return cannotTell('keys of the items that failed');
            }
            const told = `${shown(messages.recurringItemCount)} of ${shown(messages.failedItemCount)} failed items failed three times or more`;
            return messages.recurringItemCount > 0 ? seen(told) : notSeen(told);
          },
        },
      ],
      supports: [],
      excludes: [
        {
          asks: 'a peer fails, as often as batches are given back',
          look: (observed) => {
            const peer = failingPeer(observed, observed.messages?.wholeBatchReturnCount ?? Number.POSITIVE_INFINITY);
            const call = observed.calls?.find((each) => each.peer === peer);
            // A few errors in a hundred calls are what every peer has.
            return call === undefined || call.errorCount! / Math.max(1, call.callCount) <= USUAL_ERROR_SHARE
              ? notSeen('no peer fails as often')
              : seen(`calls to ${call.peer} fail: items come back because of it`);
          },
        },
        // A bad item fails wherever it is delivered.
        keepsToOnePart,
      ],
    },
    defaultClass: 'rare',
    classBecause: 'it needs the item',
    isSilent: false,
    defaultDifficulty: 'moderate',
    difficultyBecause: 'the error is clear, which of the items it was is not',
    drill: {
      fault: 'one bad item in a batch of ten',
      precondition: 'the function answers for the batch as a whole',
      payload: 'one item without its required field',
      concurrency: 1,
      warmUp: undefined,
      from: 'outside',
      expectedShare: 1,
    },
    runbook: [
      'report failures item by item (ReportBatchItemFailures)',
      'let a batch be split in two on error, for streams',
      'put the bad item aside and look at it',
    ],
    notToBeTakenFor: 'a peer that fails for a while: other items each time, and few receives of each',
  },
  {
    id: 'silent-worker-death',
    number: 24,
    name: 'Worker died without a word',
    archetypes: ['queue-worker', 'long-running'],
    what: 'No process takes work any more and none says so: a disabled trigger, a crash at the start, a consumer that waits for ever.',
    signature: {
      requires: [
        {
          asks: 'the worker fell silent while others went on',
          look: ({ silent }) =>
            silent === undefined
              ? cannotTell('lines that reach beyond its end')
              : silent
                ? seen('no line while others went on')
                : notSeen('it goes on'),
        },
        {
          asks: 'work piles up',
          look: ({ platform }) =>
            platform?.queueAgeRises === undefined
              ? cannotTell('age of the queued work: metrics of the queue')
              : platform.queueAgeRises
                ? seen(
                    `queued work grows older${platform.highestQueueAgeMs === undefined ? '' : `, up to ${shown(platform.highestQueueAgeMs)} ms`}`,
                  )
                : notSeen('queued work does not grow older'),
        },
      ],
      supports: [],
      excludes: [],
    },
    defaultClass: 'rare',
    classBecause: 'it happens to a process, not to a request',
    isSilent: true,
    defaultDifficulty: 'nightmare',
    difficultyBecause: 'instant with a heartbeat; without one, nothing is written by what is not there',
    drill: {
      fault: 'kill the worker',
      precondition: 'nothing starts it again',
      payload: 'ordinary',
      concurrency: 1,
      warmUp: 'one message, so that it lives',
      from: 'outside',
      expectedShare: 1,
    },
    runbook: [
      'alarm on the age of the oldest message, not on errors',
      'is the trigger enabled, and may it still call the function?',
      'let the worker write a heartbeat, and alarm on its absence',
    ],
    notToBeTakenFor: 'a queue that is empty: silence, and nothing waits',
  },
];
