import { describe, expect, test } from 'vitest';
import { openLogEventsJson } from '../../analyzer/src/read/log-events-json.ts';
import { readText } from '../support/read-text.ts';

const STREAM = '2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef';
const OTHER = '2026/10/08/[$LATEST]fedcba9876543210fedcba9876543210';
const START = 'START RequestId: a0000000-0000-4000-8000-000000000001 Version: $LATEST\n';
const REPORT = 'REPORT RequestId: a0000000-0000-4000-8000-000000000001\tDuration: 46.84 ms\tBilled Duration: 47 ms \t\n';

describe('events of filter-log-events', () => {
  const page = {
    events: [
      { logStreamName: STREAM, timestamp: 1760000000123, message: START, ingestionTime: 1760000000900, eventId: '3462' },
      {
        logStreamName: OTHER,
        timestamp: 1760000000124,
        message: '{"level":"INFO","message":"a \\"b\\" ü"}\n',
        ingestionTime: 1760000000900,
      },
      { logStreamName: STREAM, timestamp: 1760000000456, message: REPORT, ingestionTime: 1760000000900 },
    ],
    searchedLogStreams: [{ logStreamName: STREAM, searchedCompletely: true }],
    nextToken: null,
  };

  test.each([
    ['compact', JSON.stringify(page)],
    ['printed for people', JSON.stringify(page, null, 4)],
    ['only the array', JSON.stringify(page.events)],
    ['one event a line', page.events.map((event) => JSON.stringify(event)).join('\n')],
  ])('%s: each comes with its stream, its time and its message', (_how, text) => {
    const told = readText(openLogEventsJson, text);
    expect(told.events.map(({ origin, atMs, message }) => [origin.logStream, atMs, message])).toEqual(
      page.events.map((event) => [event.logStreamName, event.timestamp, event.message]),
    );
    expect(told.skips.filter((skip) => skip.reason !== 'envelope')).toEqual([]);
    expect(told.byteCount).toBe(Buffer.byteLength(text));
  });

  test('pages that follow each other are read as one', () => {
    expect(readText(openLogEventsJson, JSON.stringify(page) + JSON.stringify(page)).events).toHaveLength(6);
    expect(readText(openLogEventsJson, JSON.stringify([page, page], null, 2)).events).toHaveLength(6);
  });

  test('the place of an event is where its object begins', () => {
    const bytes = Buffer.from(JSON.stringify(page));
    const { events } = readText(openLogEventsJson, bytes);
    expect(events[2].place).toBe(bytes.lastIndexOf('{"logStreamName":', bytes.indexOf('REPORT')));
  });

  test('a page cut off in the middle gives the events before the break and counts the rest', () => {
    const text = JSON.stringify(page);
    const told = readText(openLogEventsJson, text.slice(0, text.indexOf('REPORT') + 10));
    expect(told.events).toHaveLength(2);
    expect(told.skips.map((skip) => skip.reason)).toContain('broken');
  });

  test('a log group that the page names goes to its events', () => {
    const told = readText(openLogEventsJson, JSON.stringify({ logGroupName: '/aws/lambda/checkout', ...page }), [], {
      functionName: 'other',
    });
    expect(told.events[0].origin).toEqual({ logGroup: '/aws/lambda/checkout', logStream: STREAM });
  });

  test('a group identifier of live tail gives the account too', () => {
    const event = {
      logStreamName: STREAM,
      logGroupIdentifier: '123456789012:/aws/lambda/checkout',
      message: START,
      timestamp: 1760000000123,
    };
    expect(readText(openLogEventsJson, JSON.stringify([event])).events[0].origin).toEqual({
      logGroup: '/aws/lambda/checkout',
      logStream: STREAM,
      accountId: '123456789012',
    });
  });
});

describe('events of get-log-events', () => {
  test('they name no stream, so only --function tells where they are from', () => {
    const text = JSON.stringify({
      events: [{ timestamp: 1669894355894, message: REPORT, ingestionTime: 1669894364193 }],
      nextForwardToken: 'f/1/s',
    });
    const [event] = readText(openLogEventsJson, text, [], { functionName: 'checkout' }).events;
    expect(event).toMatchObject({ origin: { functionName: 'checkout' }, atMs: 1669894355894, message: REPORT });
    expect(event.origin.logStream).toBeUndefined();
  });
});

describe('what scripts make of them', () => {
  test('bare messages are events without a time', () => {
    const told = readText(openLogEventsJson, JSON.stringify([START, REPORT]));
    expect(told.events.map((event) => event.message)).toEqual([START, REPORT]);
    expect(told.events[0].atMs).toBeNaN();
  });

  test('a message that was parsed is handed over as the JSON that it was', () => {
    const told = readText(openLogEventsJson, JSON.stringify([{ timestamp: 1, message: { level: 'ERROR', message: 'a: b' } }], null, 2));
    expect(told.events[0].message).toBe('{"level":"ERROR","message":"a: b"}');
  });

  test('names in Pascal case and ISO times are read', () => {
    const told = readText(
      openLogEventsJson,
      JSON.stringify({ Events: [{ LogStreamName: STREAM, Timestamp: '2026-10-08T07:30:28.235Z', Message: START }] }),
    );
    expect(told.events[0]).toMatchObject({ atMs: Date.UTC(2026, 9, 8, 7, 30, 28, 235), origin: { logStream: STREAM } });
  });

  test('an object without a message is counted by its form, never by its content', () => {
    const told = readText(openLogEventsJson, '[{"secret":"s"},{"message":null}]');
    expect(told.events).toEqual([]);
    expect(told.skips.filter((skip) => skip.reason === 'not-of-this-shape').map((skip) => skip.found)).toEqual([
      'object without a message',
      'object without a message',
    ]);
  });
});
