import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openSubscription } from '../../analyzer/src/read/subscription.ts';
import { readText } from '../support/read-text.ts';

const STREAM = '2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef';
const ORIGIN = { accountId: '123456789012', logGroup: '/aws/lambda/checkout', logStream: STREAM };
const MESSAGES = [
  'START RequestId: c0000000-0000-4000-8000-000000000003 Version: $LATEST\n',
  'ü "quoted" \\ \t 😀\n',
  // A message that was escaped twice keeps its literal backslashes: the parser knows them.
  'REPORT RequestId: c0000000-0000-4000-8000-000000000003\\tDuration: 1.76 ms\\tBilled Duration: 100 ms\\t\\n',
];
const envelope = (messages: readonly string[] = MESSAGES, type = 'DATA_MESSAGE') => ({
  messageType: type,
  owner: '123456789012',
  logGroup: '/aws/lambda/checkout',
  logStream: STREAM,
  subscriptionFilters: ['all'],
  logEvents: messages.map((message, index) => ({ id: `346223160996978847065409760${index}`, timestamp: 1760000000000 + index, message })),
});
const JSON_TEXT = JSON.stringify(envelope());
const packed = (text: string) => gzipSync(text).toString('base64');

describe('envelopes of a subscription filter', () => {
  test.each([
    ['one behind the other without anything between', JSON_TEXT + JSON_TEXT],
    ['a line each', `${JSON_TEXT}\n${JSON_TEXT}\n`],
    ['printed for people', `${JSON.stringify(envelope(), null, '\t')}\n${JSON.stringify(envelope(), null, 2)}`],
    ['in an array', `[${JSON_TEXT},${JSON_TEXT}]`],
    ['in the event of a Lambda function', JSON.stringify({ awslogs: { data: packed(JSON_TEXT + JSON_TEXT) } })],
    [
      'in Kinesis records',
      JSON.stringify({
        Records: [1, 2].map((n) => ({ kinesis: { partitionKey: `${n}`, data: packed(JSON_TEXT) }, eventSource: 'aws:kinesis' })),
      }),
    ],
    ['in records of get-records', JSON.stringify({ Records: [1, 2].map((n) => ({ SequenceNumber: `${n}`, Data: packed(JSON_TEXT) })) })],
    [
      'in Firehose records',
      JSON.stringify({ deliveryStreamArn: 'arn', records: [1, 2].map((n) => ({ recordId: `${n}`, data: packed(JSON_TEXT) })) }),
    ],
    [
      'in Firehose records that were unpacked before',
      JSON.stringify({ records: [{ recordId: '1', data: Buffer.from(`${JSON_TEXT}\n${JSON_TEXT}`).toString('base64') }] }),
    ],
    ['in base64, a line each', `${packed(JSON_TEXT)}\n${packed(JSON_TEXT)}\n`],
    ['in gzip members behind each other', Buffer.concat([gzipSync(JSON_TEXT), gzipSync(JSON_TEXT)]).toString('base64')],
    ['in what Firehose failed to deliver', `${JSON.stringify({ errorCode: 'S3.AccessDenied', rawData: packed(JSON_TEXT) })}\n`.repeat(2)],
  ])('%s: every event comes with its origin, time and message', (_how, text) => {
    const told = readText(openSubscription, text);
    expect(told.events.map(({ origin, atMs, message }) => ({ origin, atMs, message }))).toEqual(
      [...MESSAGES, ...MESSAGES].map((message, index) => ({ origin: ORIGIN, atMs: 1760000000000 + (index % 3), message })),
    );
    expect(told.skips.filter((skip) => skip.reason !== 'envelope')).toEqual([]);
    expect(told.byteCount).toBe(Buffer.byteLength(text));
  });

  test('members in any order are read: an envelope may name its stream last', () => {
    const { logEvents, ...rest } = envelope();
    expect(readText(openSubscription, JSON.stringify({ logEvents, ...rest })).events[0].origin).toEqual(ORIGIN);
  });

  test('the place is the event in plain JSON, and the payload when it is packed', () => {
    const plain = readText(openSubscription, ` ${JSON_TEXT}`).events[1].place;
    expect(` ${JSON_TEXT}`.slice(plain)).toMatch(/^\{"id":"3462231609969788470654097601"/);
    const [first, second] = readText(openSubscription, `${packed(JSON_TEXT)}\n`).events;
    expect([first.place, second.place]).toEqual([0, 0]);
  });

  test('a control message is passed over as known', () => {
    const control = JSON.stringify(envelope(['CWL CONTROL MESSAGE: Checking health of destination Firehose.'], 'CONTROL_MESSAGE'));
    for (const text of [control, packed(control)]) {
      const told = readText(openSubscription, text);
      expect(told.events).toEqual([]);
      expect(told.skips).toMatchObject([{ reason: 'marker', byteCount: Buffer.byteLength(text), found: 'control message' }]);
    }
  });

  test('an envelope cut off in the middle gives the events before the break', () => {
    const told = readText(openSubscription, JSON_TEXT + JSON_TEXT.slice(0, JSON_TEXT.indexOf('REPORT')));
    expect(told.events).toHaveLength(5);
    expect(told.skips.at(-1)).toMatchObject({ reason: 'broken', found: 'envelope that ends in the middle' });
  });
});

describe('payloads that cannot be read', () => {
  test.each([
    ['a gzip payload that ends in the middle', gzipSync(JSON_TEXT).subarray(0, 60).toString('base64'), 'broken'],
    ['text that is no gzip', Buffer.from('only a plain message of some length').toString('base64'), 'not-of-this-shape'],
    ['a payload inside a payload', packed(JSON.stringify({ awslogs: { data: packed(JSON_TEXT) } })), 'not-of-this-shape'],
  ])('%s is counted with all its bytes, and the next one is read', (_what, data, reason) => {
    const record = JSON.stringify({ awslogs: { data } });
    const told = readText(openSubscription, `${record}\n${JSON_TEXT}`);
    expect(told.events).toHaveLength(3);
    expect(told.skips).toContainEqual(expect.objectContaining({ reason, byteCount: record.length }));
  });

  test('a payload that unfolds without measure is given up', () => {
    const bomb = gzipSync(Buffer.alloc(160 * 1024 * 1024, 0x20)).toString('base64');
    const told = readText(openSubscription, JSON.stringify({ awslogs: { data: bomb } }));
    expect(told.events).toEqual([]);
    expect(told.skips[0]).toMatchObject({ reason: 'over-cap' });
  });

  test('what Firehose failed to deliver and nobody can read is counted under its error code', () => {
    const text = JSON.stringify({
      attemptsMade: 4,
      errorCode: 'Lambda.InvocationTimeout',
      rawData: Buffer.from('no json, no gzip at all').toString('base64'),
    });
    expect(readText(openSubscription, text).skips[0].found).toBe(
      'failed delivery: Lambda.InvocationTimeout with a payload that is neither gzip nor JSON',
    );
  });
});
