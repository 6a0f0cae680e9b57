import { expect, test } from 'vitest';
import { metricFindings } from '../../analyzer/src/diagnose/metrics-throttles.ts';
import { addMetric, emptySummary, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

function findingsOf(summary: ReturnType<typeof emptySummary>) {
  return metricFindings(summary, { changes: [] }, {});
}

test('throttled calls are counted against all calls, with their time and the peak of concurrency', () => {
  const summary = emptySummary();
  addMetric(summary, { name: 'Throttles' }, [0, 0, 30, 70, 0]);
  addMetric(summary, { name: 'Invocations' }, [180, 180, 180, 180, 180]);
  addMetric(summary, { name: 'ConcurrentExecutions', statistic: 'Maximum' }, [20, 40, 100, 100, 30]);

  expect(findingsOf(summary)).toMatchObject([
    {
      kind: 'throttle',
      functionName: 'checkout',
      harm: 'users',
      certainty: 'proven',
      affectedCount: 100,
      exposedCount: 1000,
      sinceMs: NOON_MS + 2 * MINUTE_MS,
      lastMs: NOON_MS + 4 * MINUTE_MS,
      next: 'aws lambda get-function-concurrency --function-name checkout',
    },
  ]);
  const [finding] = findingsOf(summary);
  expect(finding!.why).toMatch(/^100 of 1,000 calls turned away \(10 %\); at most 100 ran at once; the logs hold no line of them$/);
});

test('metrics that are all zero give no finding', () => {
  const summary = emptySummary();
  for (const name of ['Throttles', 'AsyncEventsDropped', 'DeadLetterErrors', 'AsyncEventAge', 'IteratorAge']) {
    addMetric(summary, { name }, [0, 0, 0]);
  }
  addMetric(summary, { name: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName: 'orders-dlq' } }, [0, 0, 0]);

  expect(findingsOf(summary)).toEqual([]);
});

test('a throttle is counted once though it stands in two periods, for an alias and in two files', () => {
  const summary = emptySummary();
  addMetric(summary, { name: 'Throttles' }, [0, 5, 0, 0, 0]);
  addMetric(summary, { name: 'Throttles' }, [0, 5, 0, 0, 0]);
  addMetric(summary, { name: 'Throttles', periodMs: 5 * MINUTE_MS }, [5]);
  addMetric(summary, { name: 'Throttles', dimensions: { FunctionName: 'checkout', Resource: 'checkout:live' } }, [0, 5, 0, 0, 0]);

  expect(findingsOf(summary)).toMatchObject([{ affectedCount: 5 }]);
});

test('the average of a count is no count of throttles', () => {
  const summary = emptySummary();
  addMetric(summary, { name: 'Throttles', statistic: 'Average' }, [0.5, 0.5]);

  expect(findingsOf(summary)).toEqual([]);
});

test('throttles of the whole account point to the account, and an odd name never enters an aws command', () => {
  const summary = emptySummary();
  addMetric(summary, { name: 'Throttles', dimensions: {} }, [3]);
  addMetric(summary, { name: 'Throttles', dimensions: { FunctionName: 'x; rm -rf ~' } }, [3]);

  expect(findingsOf(summary).map(({ functionName, next }) => [functionName, next])).toEqual([
    ['(account)', 'aws lambda get-account-settings'],
    ['x; rm -rf ~', 'aws lambda get-account-settings'],
  ]);
});

test('events that Lambda gave up are found', () => {
  const summary = emptySummary();
  addMetric(summary, { name: 'AsyncEventsDropped' }, [0, 4, 3]);

  expect(findingsOf(summary)).toMatchObject([{ kind: 'dropped', headline: 'EVENTS DROPPED', affectedCount: 7, harm: 'users' }]);
});

test('messages that arrive in a dead-letter queue are found though SQS does not count them as sent', () => {
  const summary = emptySummary();
  addMetric(
    summary,
    { name: 'ApproximateNumberOfMessagesVisible', statistic: 'Maximum', dimensions: { QueueName: 'orders-dlq' } },
    [2, 2, 5, 9],
  );

  expect(findingsOf(summary)).toMatchObject([
    { headline: 'DEAD LETTERS', functionName: 'orders-dlq', affectedCount: 7, harm: 'users', sinceMs: NOON_MS + 2 * MINUTE_MS },
  ]);
});

test('dead letters that lay there all along hurt nobody anew', () => {
  const summary = emptySummary();
  addMetric(
    summary,
    { name: 'ApproximateNumberOfMessagesVisible', statistic: 'Maximum', dimensions: { QueueName: 'orders-dlq' } },
    [2, 2, 2],
  );

  expect(findingsOf(summary)).toMatchObject([{ headline: 'DEAD LETTERS', affectedCount: undefined, harm: 'soon', weight: 0 }]);
});

test('messages in an ordinary queue are work, not dead letters', () => {
  const summary = emptySummary();
  addMetric(summary, { name: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName: 'orders' } }, [0, 900, 0]);

  expect(findingsOf(summary)).toEqual([]);
});

test('work that waits for ten minutes is a backlog, in the unit that each metric has', () => {
  const summary = emptySummary();
  addMetric(summary, { name: 'AsyncEventAge', statistic: 'Maximum', unit: 'Milliseconds' }, [50, 600_000, 400_000]);
  addMetric(
    summary,
    { name: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum', unit: 'Seconds', dimensions: { QueueName: 'orders' } },
    [3, 600, 10],
  );

  expect(findingsOf(summary).map(({ headline, why }) => `${headline} ${why.split(';')[0]}`)).toEqual([
    'BACKLOG asynchronous events waited up to 10 min (7 min at the end of the input)',
    'BACKLOG the oldest message waited up to 10 min (10 s at the end of the input)',
  ]);
});

test('each backlog is looked at where its settings are: a queue is no function', () => {
  const summary = emptySummary();
  addMetric(summary, { name: 'AsyncEventAge', statistic: 'Maximum' }, [0, 900_000]);
  addMetric(summary, { name: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum', dimensions: { QueueName: 'orders' } }, [0, 900]);
  expect(findingsOf(summary).map((finding) => finding.next)).toEqual([
    'aws lambda get-function-event-invoke-config --function-name checkout',
    'aws sqs get-queue-url --queue-name orders',
  ]);
});
