import { describe, expect, test } from 'vitest';
import { readMetricLabel } from '../../analyzer/src/read/metric-label.ts';
import { openMetricsJson } from '../../analyzer/src/read/metrics-json.ts';
import { readText } from '../support/read-text.ts';

const AT_MS = Date.UTC(2026, 9, 8, 7, 30);
const data = (result: object, messages: readonly unknown[] = []) =>
  JSON.stringify({ MetricDataResults: [result], Messages: messages }, null, 4);

describe('get-metric-data', () => {
  const throttles = {
    Id: 'm1',
    Label: 'checkout Throttles',
    Timestamps: ['2026-10-08T07:31:00+00:00', '2026-10-08T07:30:00Z'],
    Values: [3.0, 0.0],
    StatusCode: 'Complete',
  };

  test('each pair of time and value is a point, named by the label', () => {
    const told = readText(openMetricsJson, data(throttles));
    expect(told.metrics).toEqual([
      { name: 'Throttles', dimensions: { FunctionName: 'checkout' }, atMs: AT_MS + 60_000, value: 3 },
      { name: 'Throttles', dimensions: { FunctionName: 'checkout' }, atMs: AT_MS, value: 0 },
    ]);
    expect(told.skips.filter((skip) => skip.reason !== 'envelope')).toEqual([]);
  });

  test('partial data is told of, and its values are still given', () => {
    const told = readText(openMetricsJson, data({ ...throttles, StatusCode: 'PartialData' }));
    expect(told.metrics).toHaveLength(2);
    expect(told.skips).toContainEqual(
      expect.objectContaining({ reason: 'marker', found: 'metric with status PartialData: its values are not all' }),
    );
  });

  test('seconds since the epoch are times too', () => {
    expect(readText(openMetricsJson, data({ ...throttles, Timestamps: [AT_MS / 1000], Values: [1] })).metrics[0].atMs).toBe(AT_MS);
  });

  test('a metric without values is no fault', () => {
    const told = readText(openMetricsJson, data({ ...throttles, Timestamps: [], Values: [] }));
    expect(told.metrics).toEqual([]);
    expect(told.skips.every((skip) => skip.reason === 'envelope')).toBe(true);
  });

  test('--function names what a bare label leaves open', () => {
    const [point] = readText(openMetricsJson, data({ ...throttles, Label: 'Errors' }), [], { functionName: 'checkout' }).metrics;
    expect(point).toMatchObject({ name: 'Errors', dimensions: { FunctionName: 'checkout' } });
  });
});

test('get-metric-statistics gives a point per statistic, with its unit', () => {
  const text = JSON.stringify({
    Label: 'Duration',
    Datapoints: [
      { Timestamp: '2026-10-08T07:30:00Z', Average: 12.5, Maximum: 99, Unit: 'Milliseconds', ExtendedStatistics: { p99: 98.5 } },
    ],
  });
  const common = { name: 'Duration', dimensions: {}, unit: 'Milliseconds', atMs: AT_MS };
  const told = readText(openMetricsJson, text);
  expect(told.metrics).toEqual([
    { ...common, statistic: 'Average', value: 12.5 },
    { ...common, statistic: 'Maximum', value: 99 },
    { ...common, statistic: 'p99', value: 98.5 },
  ]);
  expect(told.byteCount).toBe(text.length);
});

test('other JSON is counted', () => {
  expect(readText(openMetricsJson, '{"a":1}').skips).toMatchObject([{ reason: 'not-of-this-shape' }]);
});

test.each([
  ['Throttles', { name: 'Throttles', dimensions: {} }],
  ['checkout Throttles', { name: 'Throttles', dimensions: { FunctionName: 'checkout' } }],
  ['AWS/Lambda Throttles', { name: 'Throttles', namespace: 'AWS/Lambda', dimensions: {} }],
  ['Duration p99', { name: 'Duration', statistic: 'p99', dimensions: {} }],
  [
    'AWS/Lambda checkout Throttles Sum 60s',
    { name: 'Throttles', namespace: 'AWS/Lambda', statistic: 'Sum', periodMs: 60_000, dimensions: { FunctionName: 'checkout' } },
  ],
  [
    'orders-dlq ApproximateNumberOfMessagesVisible',
    { name: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName: 'orders-dlq' } },
  ],
  ['all my errors', { name: 'all my errors', dimensions: {} }],
])('the label "%s" is read as far as it tells', (label, expected) => {
  expect(readMetricLabel(label)).toEqual(expected);
});
