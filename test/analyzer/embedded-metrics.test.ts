import { describe, expect, test } from 'vitest';
import { readEmbeddedMetrics } from '../../analyzer/src/parse/embedded-metrics.ts';

const AT_MS = 1_795_247_214_000;
const ID = '6f1d0c52-9a3b-4e77-8c15-2b90d4a7e3f8';

describe('embedded metrics', () => {
  test('a metric comes with its unit, namespace, dimensions and own time', () => {
    const read = readEmbeddedMetrics(
      {
        _aws: {
          Timestamp: AT_MS + 5,
          CloudWatchMetrics: [{ Namespace: 'Shop', Dimensions: [['service']], Metrics: [{ Name: 'Paid', Unit: 'Count' }] }],
        },
        service: 'checkout',
        Paid: 3,
        function_request_id: ID,
      },
      AT_MS,
    );
    expect(read).toEqual({
      points: [{ name: 'Paid', namespace: 'Shop', unit: 'Count', dimensions: { service: 'checkout' }, atMs: AT_MS + 5, value: 3 }],
      requestId: ID,
      insights: undefined,
    });
  });

  test('each value of a list is a point; several dimension sets do not multiply them', () => {
    const read = readEmbeddedMetrics(
      {
        _aws: { CloudWatchMetrics: [{ Namespace: 'Shop', Dimensions: [['a'], ['a', 'b']], Metrics: [{ Name: 'Took' }] }] },
        a: 'x',
        b: 7,
        Took: [1, 2.5],
      },
      AT_MS,
    );
    expect(read?.points).toEqual([
      { name: 'Took', namespace: 'Shop', dimensions: { a: 'x', b: '7' }, atMs: AT_MS, value: 1 },
      { name: 'Took', namespace: 'Shop', dimensions: { a: 'x', b: '7' }, atMs: AT_MS, value: 2.5 },
    ]);
  });

  test('values that are missing or no numbers are left out, never counted as 0', () => {
    const metrics = {
      CloudWatchMetrics: [{ Namespace: 'Shop', Metrics: [{ Name: 'A' }, { Name: 'B' }, { Name: 'toString' }, {}, null] }, null],
    };
    expect(readEmbeddedMetrics({ _aws: metrics, A: 'many' }, AT_MS)?.points).toEqual([]);
  });

  test.each([[null], [[]], ['x'], [{}], [{ _aws: 1 }], [{ _aws: { CloudWatchMetrics: 'x' } }], [{ event_type: 'other' }]])(
    '%j carries none',
    (value) => {
      expect(readEmbeddedMetrics(value, AT_MS)).toBeUndefined();
    },
  );

  test('a dimension never carries a person’s address', () => {
    const line = {
      _aws: { CloudWatchMetrics: [{ Namespace: 'S', Dimensions: [['user']], Metrics: [{ Name: 'A' }] }] },
      user: 'jane@example.com',
      A: 1,
    };
    expect(readEmbeddedMetrics(line, AT_MS)?.points[0]?.dimensions).toEqual({ user: '[email]' });
  });
});

test('a performance event of Lambda Insights tells of its invocation, in our units', () => {
  const read = readEmbeddedMetrics(
    {
      _aws: {
        Timestamp: AT_MS,
        CloudWatchMetrics: [
          {
            Namespace: 'LambdaInsights',
            Dimensions: [['function_name'], ['function_name', 'version']],
            Metrics: [{ Name: 'used_memory_max', Unit: 'Megabytes' }],
          },
        ],
      },
      event_type: 'performance',
      function_name: 'checkout',
      version: '$LATEST',
      request_id: ID,
      trace_id: '1-6ac7d554-62c6be2f6c1bd8032dac9acf',
      duration: 45,
      billed_duration: 200,
      billed_mb_ms: 25_600,
      cold_start: true,
      init_duration: 130,
      tmp_free: 535_000_000,
      tmp_max: 551_000_000,
      threads_max: 11,
      used_memory_max: 63,
      total_memory: 128,
      memory_utilization: 49,
      cpu_total_time: 40,
      fd_use: 17,
      fd_max: 1024,
    },
    0,
  );
  expect(read?.insights).toEqual({
    requestId: ID,
    traceId: '1-6ac7d554-62c6be2f6c1bd8032dac9acf',
    functionName: 'checkout',
    version: '$LATEST',
    durationMs: 45,
    billedMs: 200,
    coldStart: true,
    initDurationMs: 130,
    freeTmpBytes: 535_000_000,
    tmpBytes: 551_000_000,
    threadCount: 11,
    maxMemoryUsedMb: 63,
    memorySizeMb: 128,
    memoryUtilizationPercent: 49,
    cpuTotalMs: 40,
    openFileCount: 17,
    openFileLimit: 1024,
  });
  expect(read?.requestId).toBe(ID);
  expect(read?.points).toEqual([
    {
      name: 'used_memory_max',
      namespace: 'LambdaInsights',
      unit: 'Megabytes',
      dimensions: { function_name: 'checkout', version: '$LATEST' },
      atMs: AT_MS,
      value: 63,
    },
  ]);
});
