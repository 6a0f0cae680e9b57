import { describe, expect, test } from 'vitest';
import { openOtlpJson } from '../../analyzer/src/read/otlp-json.ts';
import { readText } from '../support/read-text.ts';

const ID = 'f0000000-0000-4000-8000-000000000006';
const STREAM = '2026/10/08/[7]0123456789abcdef0123456789abcdef';
const NANOS = '1760000000123456789';
const resource = {
  attributes: [
    { key: 'faas.name', value: { stringValue: 'checkout' } },
    { key: 'cloud.account.id', value: { stringValue: '123456789012' } },
    { key: 'aws.log.group.names', value: { arrayValue: { values: [{ stringValue: '/aws/lambda/checkout' }] } } },
    { key: 'faas.instance', value: { stringValue: STREAM } },
    { key: 'faas.max_memory', value: { intValue: '134217728' } },
  ],
};
const invocation = { key: 'faas.invocation_id', value: { stringValue: ID } };
const logs = (...logRecords: unknown[]) => `${JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope: {}, logRecords }] }] })}\n`;
const spans = (...list: unknown[]) => `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: list }] }] })}\n`;
const metrics = (...list: unknown[]) => `${JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics: list }] }] })}\n`;

describe('logs', () => {
  test('a body is an event with the origin of its resource', () => {
    const text = logs({ timeUnixNano: NANOS, body: { stringValue: `INIT_REPORT Initialization Type: on-demand Phase: init\n` } });
    const told = readText(openOtlpJson, text + text);
    expect(told.events).toHaveLength(2);
    expect(told.events[0]).toMatchObject({
      origin: { functionName: 'checkout', accountId: '123456789012', logGroup: '/aws/lambda/checkout', logStream: STREAM },
      message: 'INIT_REPORT Initialization Type: on-demand Phase: init\n',
    });
    expect(told.events[0].atMs).toBeCloseTo(1760000000123.457, 3);
    expect(told.byteCount).toBe(text.length * 2);
  });

  test('a line that a receiver took apart becomes a JSON log line again, with its request id', () => {
    const told = readText(
      openOtlpJson,
      logs({
        timeUnixNano: '1760000000123000000',
        severityText: 'Error',
        body: { stringValue: 'stored nothing' },
        attributes: [invocation],
      }),
    );
    expect(JSON.parse(told.events[0].message)).toEqual({
      timestamp: '2025-10-09T08:53:20.123Z',
      level: 'ERROR',
      requestId: ID,
      message: 'stored nothing',
    });
  });

  test('a platform line stays as it is, also beside an invocation id', () => {
    const line = 'REPORT RequestId: x\tDuration: 1.00 ms';
    expect(readText(openOtlpJson, logs({ body: { stringValue: line }, attributes: [invocation] })).events[0].message).toBe(line);
  });

  test('a structured body is JSON, and a record without one is counted', () => {
    const body = {
      kvlistValue: {
        values: [
          { key: 'n', value: { intValue: '12' } },
          { key: 'list', value: { arrayValue: { values: [{ boolValue: true }] } } },
        ],
      },
    };
    const told = readText(openOtlpJson, logs({ observedTimeUnixNano: '1760000000000000000', body }, { timeUnixNano: NANOS }));
    expect(told.events).toMatchObject([{ message: '{"n":12,"list":[true]}', atMs: 1760000000000 }]);
    expect(told.skips.map((skip) => skip.found)).toContain('log record without a body');
  });
});

describe('spans', () => {
  const span = {
    traceId: '0123456789abcdef0123456789abcdef',
    startTimeUnixNano: '1760000000000000000',
    endTimeUnixNano: '1760000000012500000',
  };

  test('the span of an invocation is a report with its duration', () => {
    const told = readText(openOtlpJson, spans({ ...span, attributes: [invocation] }));
    expect(told.reports.map((report) => report.fields)).toEqual([
      { requestId: ID, durationMs: 12.5, memorySizeMb: 128, traceId: span.traceId },
    ]);
  });

  test('other spans are passed over as known', () => {
    const told = readText(openOtlpJson, spans({ ...span, attributes: [] }, { ...span, attributes: [invocation] }));
    expect(told.reports).toHaveLength(1);
    expect(told.skips).toContainEqual(expect.objectContaining({ reason: 'marker', found: 'span without faas.invocation_id' }));
  });
});

test('metrics become points, a histogram its count and sum', () => {
  const text = metrics(
    { name: 'faas.invocations', unit: '1', sum: { dataPoints: [{ timeUnixNano: '1760000000000000000', asInt: '7' }] } },
    {
      name: 'heap',
      gauge: {
        dataPoints: [{ timeUnixNano: '1760000000000000000', asDouble: 0.5, attributes: [{ key: 'space', value: { stringValue: 'old' } }] }],
      },
    },
    { name: 'faas.invoke_duration', unit: 's', histogram: { dataPoints: [{ timeUnixNano: '1760000000000000000', count: '3', sum: 1.5 }] } },
  );
  const told = readText(openOtlpJson, text);
  const dimensions = { 'faas.name': 'checkout', 'faas.instance': STREAM };
  expect(told.metrics).toEqual([
    { name: 'faas.invocations', unit: '1', dimensions, atMs: 1760000000000, value: 7 },
    { name: 'heap', dimensions: { ...dimensions, space: 'old' }, atMs: 1760000000000, value: 0.5 },
    { name: 'faas.invoke_duration', unit: 's', dimensions, atMs: 1760000000000, statistic: 'SampleCount', value: 3 },
    { name: 'faas.invoke_duration', unit: 's', dimensions, atMs: 1760000000000, statistic: 'Sum', value: 1.5 },
  ]);
  expect(told.byteCount).toBe(text.length);
});

test('JSON that is no OTLP is counted', () => {
  expect(readText(openOtlpJson, '{"a":1}').skips).toMatchObject([{ reason: 'not-of-this-shape', byteCount: 7 }]);
});

test('a line that a killed collector left half written does not swallow the next one', () => {
  const line = logs({ timeUnixNano: NANOS, body: { stringValue: 'a message' } });
  const told = readText(openOtlpJson, `${line}${line.slice(0, line.indexOf('message'))}\n${line}`);
  expect(told.events).toHaveLength(2);
  expect(told.skips.map((skip) => skip.reason)).toContain('broken');
});
