import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openAgentLines } from '../../analyzer/src/read/agent-lines.ts';
import type { OpenReader } from '../../analyzer/src/read/event-sink.ts';
import { openInsightsCsv } from '../../analyzer/src/read/insights-csv.ts';
import { openInsightsJson } from '../../analyzer/src/read/insights-json.ts';
import { openJsonLines } from '../../analyzer/src/read/json-lines.ts';
import { openLogEventsJson } from '../../analyzer/src/read/log-events-json.ts';
import { openMetricsJson } from '../../analyzer/src/read/metrics-json.ts';
import { openOtlpJson } from '../../analyzer/src/read/otlp-json.ts';
import { ReadError } from '../../analyzer/src/read/read-error.ts';
import { openSubscription } from '../../analyzer/src/read/subscription.ts';
import { openTelemetry } from '../../analyzer/src/read/telemetry.ts';
import { readText, type Told } from '../support/read-text.ts';

const ID = 'a0000000-0000-4000-8000-000000000001';
const STREAM = '2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef';
const REPORT = `REPORT RequestId: ${ID}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 67 MB\t\n`;
const LOG_EVENTS = [
  { logStreamName: STREAM, timestamp: 1760000000000, message: REPORT, ingestionTime: 1760000000900, eventId: '1' },
  { logStreamName: STREAM, timestamp: 1760000000001, message: 'quotes " and \\ and ü€😀\n' },
];
const ENVELOPE = {
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/aws/lambda/checkout',
  logStream: STREAM,
  logEvents: LOG_EVENTS,
};
const ROW = [
  { field: '@timestamp', value: '2026-10-08 07:30:28.235' },
  { field: '@message', value: REPORT },
];

/** A whole file of each shape, from which broken ones are made. */
const SHAPES: readonly (readonly [string, OpenReader, string])[] = [
  ['log-events-json', openLogEventsJson, JSON.stringify({ events: LOG_EVENTS, searchedLogStreams: [], nextToken: 'x' }, null, 2).repeat(2)],
  ['insights-json', openInsightsJson, JSON.stringify({ results: [ROW, ROW], statistics: { recordsMatched: 2 }, status: 'Complete' })],
  ['insights-csv', openInsightsCsv, `@timestamp,@message\n2026-10-08 07:30:28.235,"${REPORT}"\n2026-10-08 07:30:28.236,"a ""b"""\n`],
  [
    'subscription',
    openSubscription,
    `${JSON.stringify(ENVELOPE)}${JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify(ENVELOPE)).toString('base64') } })}\n${gzipSync(
      JSON.stringify(ENVELOPE),
    ).toString('base64')}\n`,
  ],
  ['agent-lines', openAgentLines, `{"nl":1,"k":"inv","t":1760000000000,"r":"${ID}"}\n{"nl":2,"k":"inv"}\nplain\n`],
  [
    'telemetry',
    openTelemetry,
    `[${JSON.stringify({ time: '2026-10-08T07:30:28.235Z', type: 'platform.initStart', record: { functionName: 'f', instanceId: STREAM } })},
{"time":"2026-10-08T07:30:28.235Z","type":"function","record":"a\\tü\\n"}]`,
  ],
  [
    'json-lines',
    openJsonLines,
    `{"timestamp":"2026-10-08T07:30:28.235Z","level":"INFO","message":"a"}\n{"_aws":{"Timestamp":1760000000000}}\nplain\n`,
  ],
  [
    'otlp-json',
    openOtlpJson,
    `${JSON.stringify({ resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords: [{ timeUnixNano: '1760000000000000000', body: { stringValue: 'a' } }, {}] }] }] })}\n`.repeat(
      2,
    ),
  ],
  [
    'metrics-json',
    openMetricsJson,
    JSON.stringify({
      MetricDataResults: [{ Id: 'a', Label: 'Throttles', Timestamps: ['2026-10-08T07:30:00Z'], Values: [3], StatusCode: 'PartialData' }],
      Messages: [],
    }),
  ],
];

/** Pieces of all shapes, so that random texts get behind the first check of each reader. */
const piece = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '\\"',
    ',',
    ':',
    ' ',
    '\n',
    '\r\n',
    '\\u',
    'd83d',
    '\ufeff',
    'ü€😀',
    'null',
    '12',
    '-1e9',
    '\u001b[31m',
  ],
  ...[
    '"events":[',
    '"message":"a\\n"',
    '"timestamp":1760000000000',
    '{"results":[',
    '"field":"@message"',
    '"value":""',
    '{"nl":1,',
    '{"nl":22,',
  ],
  ...[
    '"logEvents":[',
    '"messageType":"CONTROL_MESSAGE"',
    '"data":"',
    'H4sIAAAAAAAA',
    '{"time":"2026-10-08T07:30:28Z"',
    '"type":"function"',
    '"record":',
  ],
  ...[
    '{"resourceLogs":[',
    '"scopeLogs":[',
    '{"resourceMetrics":[',
    '{"MetricDataResults":[',
    '"Timestamps":[',
    '"Values":[',
    '"Datapoints":[',
  ],
  ...LOG_EVENTS.map((event) => JSON.stringify(event)),
  JSON.stringify(ENVELOPE),
);
const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 60 });
const runs = { numRuns: 300 };

/** What a reader tells, or that it refused the whole file. */
function tell(open: OpenReader, content: Buffer, chunks: readonly number[]): Told | string {
  try {
    return readText(open, content, chunks);
  } catch (error) {
    if (error instanceof ReadError) return error.code;
    throw error;
  }
}

/** Every byte is told of once, and how the file was cut into chunks makes no difference. */
function check(open: OpenReader, content: Buffer, chunks: readonly number[]): void {
  const whole = tell(open, content, []);
  expect(tell(open, content, chunks)).toEqual(whole);
  if (typeof whole !== 'string') expect(whole.byteCount).toBe(content.length);
}

describe.each(SHAPES)('%s', (_name, open, sample) => {
  test('a whole file gives its events, and each of its bytes is told of once', () => {
    const told = tell(open, Buffer.from(sample), []) as Told;
    expect(told.events.length + told.metrics.length).toBeGreaterThan(0);
    expect(told.byteCount).toBe(Buffer.byteLength(sample));
  });

  test('any bytes are accounted for, and the same events come out however they are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (bytes, chunks) => check(open, Buffer.from(bytes), chunks)),
      runs,
    );
  });

  test('any JSON is accounted for', () => {
    fc.assert(
      fc.property(fc.array(fc.json({ maxDepth: 4 }), { maxLength: 6 }), cuts, (values, chunks) =>
        check(open, Buffer.from(values.join('\n')), chunks),
      ),
      runs,
    );
  });

  test('pieces of real files in any order are accounted for', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), cuts, (pieces, chunks) => check(open, Buffer.from(pieces.join('')), chunks)),
      runs,
    );
  });

  test('a file that was cut, or had bytes changed, loses no byte and stops no reader', () => {
    // ASCII only: two names that are no UTF-8 become the same string, and the support's sink wants names to differ.
    const change = fc.tuple(fc.nat({ max: Buffer.byteLength(sample) - 1 }), fc.integer({ min: 0, max: 127 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat({ max: Buffer.byteLength(sample) }), cuts, (changes, length, chunks) => {
        const bytes = Buffer.from(sample);
        for (const [at, byte] of changes) bytes[at] = byte;
        check(open, bytes.subarray(0, length), chunks);
        check(open, bytes, chunks);
      }),
      runs,
    );
  });
});
