import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { looksLike } from '../../analyzer/src/read/looks-like.ts';
import type { Shape } from '../../analyzer/src/read/shape.ts';
import { SNIFF_BYTES, type SniffResult, sniff } from '../../analyzer/src/read/sniff.ts';
import type { ShapeName } from '../../fixtures/generator/shapes.ts';
import { writeFixture } from '../../fixtures/generator/write-fixture.ts';

const ID = '4591e223-0000-4000-8000-00000000e001';
const STREAM = '2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef';
const sniffed = (text: string | Buffer, path = 'input'): SniffResult => sniff(Buffer.from(text), path);
const shapeOf = (text: string | Buffer): string => {
  const result = sniffed(text);
  return result.kind === 'shape' ? result.shape : result.code;
};

const EXAMPLES: readonly (readonly [string, string, string])[] = [
  ['console-csv', 'a console download', 'timestamp,message\n1743521981766,"START\n"\n'],
  ['console-csv', 'a console download without its header', '1743521981766,"START RequestId: x\n"\n1743521981767,"END"\n'],
  ['logs-tail', 'detailed lines', `2026-10-08T07:30:28.235000+00:00 ${STREAM} START RequestId: ${ID} Version: 1\n`],
  ['logs-tail', 'short lines', `2026-10-08T07:30:28 START RequestId: ${ID} Version: 1\n`],
  ['logs-tail', 'laid-out JSON', `2026-10-08T07:30:28+00:00 ${STREAM} \n{\n    "level": "INFO"\n}\n`],
  ['sam-logs', 'stream before time', `${STREAM} 2026-10-08T07:30:28.719000 RESTORE_REPORT Restore Duration: 398.97 ms\n`],
  [
    'serverless-logs',
    'platform lines',
    `START - ${ID} - Version: $LATEST\nEND - ${ID}\nREPORT - ${ID}\nDuration: 1.00 ms\tBilled Duration: 2 ms\t\n`,
  ],
  ['serverless-logs', 'application lines', `2026-10-08 09:30:28.235 - ${ID} - \nINFO\thello\n`],
  ['plain-text', 'bare messages', `START RequestId: ${ID} Version: 1\nEND RequestId: ${ID}\n`],
  ['plain-text', 'messages joined with tabs', `START RequestId: ${ID} Version: 1\n\tEND RequestId: ${ID}\n`],
  ['plain-text', 'the rest of a REPORT and more', `b001\tDuration: 1.00 ms\nSTART RequestId: ${ID} Version: 1\n`],
  ['plain-text', 'Python lines', `[INFO]\t2026-10-08T07:30:28.235Z\t${ID}\thello\n`],
  ['plain-text', 'Node lines', `2026-10-08T07:30:28.235Z\t${ID}\tINFO\thello\n`],
  ['plain-text', 'a timeout line alone', `2026-10-08T07:30:28.235Z ${ID} Task timed out after 3.00 seconds\n\n`],
  ['plain-text', 'rows pasted from the console', `2026-10-08T09:30:28.235+02:00\nSTART RequestId: ${ID} Version: 1\n`],
  ['plain-text', 'rows pasted with times before', `2026-10-08T09:30:28.235+02:00 START RequestId: ${ID} Version: 1\n`],
  ['plain-text', 'JSON lines among platform lines', `{"level":"INFO"}\nSTART RequestId: ${ID} Version: 1\n`],
  ['plain-text', 'laid-out and raw JSON with times', `2026-10-08T09:30:28.235+02:00\n{\n  "a": 1\n}\n\n{"a":1}\n`],
  ['plain-text', 'a log of something else', '[Container] 2026/10/08 07:30:28 Entering phase BUILD\n'],
  [
    'log-events-json',
    'filter-log-events',
    `{"events":[{"logStreamName":"${STREAM}","timestamp":1,"message":"x"}],"searchedLogStreams":[]}`,
  ],
  [
    'log-events-json',
    'laid out as the command line prints',
    '{\n    "events": [\n        {\n            "timestamp": 1,\n            "message": "x"\n        }\n    ]\n}\n',
  ],
  ['log-events-json', 'no event in the range', '{"events":[],"searchedLogStreams":[]}'],
  ['log-events-json', 'keys in another order', '{"nextForwardToken":"f/1/s","events":[{"ingestionTime":2,"timestamp":1,"message":"x"}]}'],
  ['log-events-json', 'a list of events', '[{"timestamp":1669894355894,"message":"x"}]'],
  [
    'log-events-json',
    'an event per line',
    '{"timestamp":1669894355894,"message":"x","ingestionTime":2}\n{"timestamp":1669894355895,"message":"y","ingestionTime":2}\n',
  ],
  [
    'insights-json',
    'get-query-results',
    '{"results":[[{"field":"@timestamp","value":"2026-10-08 07:30:28.235"},{"field":"@message","value":"x"}]],"status":"Complete"}',
  ],
  ['insights-json', 'no rows', '{"results":[],"statistics":{},"status":"Complete"}'],
  ['insights-json', 'the console’s list', '[{"@timestamp":"2026-10-08 07:30:28.235","@message":{"level":"INFO"}}]'],
  ['insights-json', 'the rows alone', '[[{"field":"@message","value":"x"}]]'],
  ['insights-json', 'only the fields of a REPORT', '[{"@requestId":"r","@duration":"1.5","@ptr":"p"}]'],
  ['insights-csv', 'messages', '@timestamp,@message\n2026-10-08 07:30:28.235,x\n'],
  ['insights-csv', 'only messages', '@message\nx\n'],
  ['insights-csv', 'only the fields of a REPORT', '@requestId,@duration,@billedDuration\nr,1.5,2.0\n'],
  [
    's3-export',
    'exported lines',
    `2026-10-08T07:30:28.235Z START RequestId: ${ID} Version: 1\n2026-10-08T07:30:28.239Z END RequestId: ${ID}\n`,
  ],
  ['s3-export', 'a stack trace before the first time', `    at a\n    at b\n2026-10-08T07:30:28.235Z END RequestId: ${ID}\n`],
  ['s3-export', 'two times per line', `2026-10-08T07:30:28.235Z 2026-10-08T07:30:28.234Z\t${ID}\tINFO\tx\n    more\n`],
  ['s3-export', 'times in milliseconds', `1668100800123 START RequestId: ${ID} Version: 1\n`],
  [
    'subscription',
    'a decoded payload',
    '{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/lambda/a","logStream":"s","logEvents":[]}',
  ],
  [
    'subscription',
    'two payloads without anything between',
    '{"messageType":"CONTROL_MESSAGE","logGroup":"","logEvents":[]}{"messageType":"DATA_MESSAGE","logEvents":[]}',
  ],
  ['subscription', 'the event of a function', '{"awslogs":{"data":"H4sIAAAA"}}'],
  ['subscription', 'records of Kinesis', '{"Records":[{"kinesis":{"data":"H4sIAAAA"}}]}'],
  ['subscription', 'get-records', '{"Records":[{"SequenceNumber":"1","Data":"H4sIAAAA","PartitionKey":"p"}]}'],
  ['subscription', 'records of Firehose', '{"invocationId":"i","records":[{"recordId":"1","data":"H4sIAAAA"}]}'],
  ['agent-lines', 'our own records', '{"nl":"1.0","k":"invocation"}\n{"nl":"1.0","k":"init"}\n'],
  ['telemetry', 'platform records', '{"time":"2026-10-08T07:30:28.235Z","type":"platform.start","record":{"requestId":"r"}}\n'],
  ['telemetry', 'a batch', '[{"time":"2026-10-08T07:30:28.235Z","type":"function","record":"hello"}]'],
  [
    'json-lines',
    'the JSON log format',
    '{"time":"2026-10-08T07:30:28.235Z","type":"platform.start","record":{}}\n{"timestamp":"2026-10-08T07:30:28.235Z","level":"INFO","requestId":"r","message":"x"}\n',
  ],
  ['json-lines', 'our records among others', '{"nl":"1.0","k":"init"}\n{"level":30,"time":1,"msg":"x"}\n'],
  ['json-lines', 'Lambda Insights', '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]},"event_type":"performance","function_name":"a"}\n'],
  ['otlp-json', 'logs of the collector', '{"resourceLogs":[{"resource":{}}]}\n{"resourceSpans":[]}\n'],
  ['metrics-json', 'get-metric-data', '{"MetricDataResults":[{"Id":"m1","Label":"Throttles","Timestamps":[],"Values":[]}],"Messages":[]}'],
  ['metrics-json', 'get-metric-statistics', '{\n    "Label": "Throttles",\n    "Datapoints": []\n}\n'],
];

describe('a shape is recognised by its first bytes', () => {
  test.each(EXAMPLES)('%s: %s', (shape, _what, text) => {
    expect(shapeOf(text)).toBe(shape);
  });

  test.each(EXAMPLES)('%s: %s, with a byte order mark, blank lines before, CRLF and colours', (shape, _what, text) => {
    expect(shapeOf(`\ufeff\r\n  \r\n${text.replaceAll(/(?<!\r)\n/g, '\r\n')}`)).toBe(shape);
    expect(shapeOf(`\n\u001b[32m${text}`)).toBe(shape);
  });
});

describe('a generated export is recognised, also when the first 64 KiB end inside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sniff-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const shapes: readonly (readonly [ShapeName, Shape])[] = [
    ['console-csv', 'console-csv'],
    ['logs-tail', 'logs-tail'],
    ['logs-tail-short', 'logs-tail'],
    ['logs-tail-json', 'logs-tail'],
    ['sam-logs', 'sam-logs'],
    ['serverless-logs', 'serverless-logs'],
    ['plain-text', 'plain-text'],
    ['filter-log-events', 'log-events-json'],
    ['get-log-events', 'log-events-json'],
    ['insights-query-results', 'insights-json'],
    ['insights-console-json', 'insights-json'],
    ['insights-csv', 'insights-csv'],
    ['s3-export', 's3-export'],
    ['subscription', 'subscription'],
    ['subscription-json', 'subscription'],
    ['subscription-payload', 'subscription'],
    ['json-lines', 'json-lines'],
    ['agent-lines', 'agent-lines'],
    ['telemetry', 'telemetry'],
    ['otlp-json', 'otlp-json'],
    ['metric-data', 'metrics-json'],
    ['metric-statistics', 'metrics-json'],
    ['lambda-insights', 'log-events-json'],
  ];

  test.each(shapes)('%s is read as %s', (name, shape) => {
    const { dataFolder } = writeFixture({ scenario: 'incident', shape: name, seed: 7, folder: join(folder, name) });
    const files = readdirSync(dataFolder, { recursive: true })
      .map((file) => join(dataFolder, String(file)))
      .filter((path) => statSync(path).isFile() && !path.endsWith('aws-logs-write-test'));
    expect(files.length).toBeGreaterThan(0);
    for (const path of files.slice(0, 5)) {
      const stored = readFileSync(path);
      const bytes = stored[0] === 0x1f ? gunzipSync(stored) : stored;
      expect([path, shapeOf(bytes)]).toEqual([path, shape]);
      for (const length of [SNIFF_BYTES, 20_000, 5001])
        expect([path, length, shapeOf(bytes.subarray(0, length))]).toEqual([path, length, shape]);
    }
  });
});

describe('what cannot be read is refused with what to do', () => {
  test.each([
    ['READ_EMPTY', 'without a byte', ''],
    ['READ_EMPTY', 'blank', '\ufeff \r\n\n'],
    ['READ_EMPTY', 'empty JSON list', '[]'],
    ['READ_BINARY', 'binary', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 1, 2, 3, 0, 0])],
    ['READ_BINARY', 'UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('START RequestId', 'utf16le')])],
    ['READ_BINARY', 'UTF-16', Buffer.from('START RequestId', 'utf16le')],
    ['READ_BINARY', 'zip', Buffer.from('PK\x03\x04........')],
    ['READ_BINARY', 'gzip inside gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0])],
    ['READ_HTML', 'HTML', '\n<!DOCTYPE html>\n<html><body>Sign in</body></html>'],
    ['READ_HTML', 'XML', '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>'],
    [
      'READ_AGGREGATED_QUERY',
      'bin(5m)',
      '{"results":[[{"field":"bin(5m)","value":"2026-10-08 07:30:00.000"},{"field":"count(*)","value":"3"}]],"status":"Complete"}',
    ],
    ['READ_AGGREGATED_QUERY', 'pct(@duration, 99)', '[{"bin(5m)":"2026-10-08 07:30:00.000","pct(@duration, 99)":"3"}]'],
    ['READ_AGGREGATED_QUERY', 'bin(5m)', 'bin(5m),count(*)\n2026-10-08 07:30:00.000,3\n'],
    ['READ_AGGREGATED_QUERY', '@timestamp', '@timestamp,orderId\n2026-10-08 07:30:00.000,3\n'],
    ['READ_UNKNOWN_SHAPE', '"city", "population"', 'city,population\nUlm,130000\n'],
    ['READ_UNKNOWN_SHAPE', '"name"', '{\n  "name": "package",\n  "version": "1.0.0"\n}\n'],
    ['READ_UNKNOWN_SHAPE', 'list of texts', '["START RequestId: x","END RequestId: x"]'],
    ['READ_UNKNOWN_SHAPE', 'base64', Buffer.from(`END RequestId: ${ID}\nREPORT RequestId: ${ID}\tDuration: 1.00 ms\n`).toString('base64')],
  ] as const)('%s: %s', (code, found, content) => {
    const result = sniffed(Buffer.from(content as string), "it's here.log");
    expect(result).toMatchObject({ kind: 'refused', code });
    if (result.kind !== 'refused') return;
    expect(result.found).toContain(found);
    expect(result.expected).not.toBe('');
    expect(result.next).not.toBe('');
  });

  test('a command that names the file quotes it for the shell', () => {
    expect(sniffed('["a"]', "it's.json")).toMatchObject({
      next: "To read them as lines: jq -r '.[]' 'it'\\''s.json' | nightlight analyze -",
    });
  });

  test('a few raw bytes and Latin-1 letters do not make a log binary', () => {
    expect(
      shapeOf(
        Buffer.concat([
          Buffer.from(`START RequestId: ${ID} Version: 1\nbestellt: Br`),
          Buffer.from([0xf6, 0x74, 0x63, 0x68, 0x65, 0x6e, 0, 1, 0x0a]),
        ]),
      ),
    ).toBe('plain-text');
  });

  test('a member’s name that holds control characters is not repeated raw', () => {
    expect(sniffed('{\n"\\u001b[31mred": 1\n}')).toMatchObject({ found: 'one JSON object with "?[31mred"' });
  });
});

describe('a log that is not Lambda’s is named', () => {
  test.each([
    ['CodeBuild', '[Container] 2026/10/08 07:30:28 Entering phase BUILD'],
    ['VPC flow logs', '2 123456789012 eni-0416a1c81c87ab9c9 10.0.0.1 10.0.0.2 443 1024 6 10 840 1 2 ACCEPT OK'],
    ['nginx or Apache access logs', '10.0.0.1 - - [08/Oct/2026:07:30:28 +0000] "GET / HTTP/1.1" 200 12'],
    ['nginx error logs', '2026/10/08 07:30:28 [error] 7#7: *1 open() failed'],
    ['API Gateway execution logs', `(${ID}) Method request path: {}`],
    ['API Gateway access logs', '{"requestId":"r","ip":"10.0.0.1","httpMethod":"GET"}'],
    ['SageMaker', '2026-10-08 07:30:28,235 sagemaker-training-toolkit INFO Imported framework'],
    ['CloudTrail', '{"eventVersion":"1.08","userIdentity":{}}'],
    ['a container (ECS or similar)', 'Server listening on port 8080'],
  ])('%s', (name, message) => {
    expect(looksLike([message, 'another line', `${message}\n`])).toBe(name);
  });

  test('Lambda’s own messages look like nothing else, nor does text that nobody knows', () => {
    expect(
      looksLike([`START RequestId: ${ID} Version: 1`, `2026-10-08T07:30:28.235Z\t${ID}\tINFO\tcharged`, '{"level":"INFO","message":"x"}']),
    ).toBeUndefined();
    expect(looksLike([...Array(30).fill('hello'), '[Container] 2026/10/08 07:30:28 x'])).toBeUndefined();
    expect(looksLike([])).toBeUndefined();
  });
});
