import { describe, expect, test } from 'vitest';
import { readHttpAnswer } from '../../agent/src/emit/http-answer.ts';

const answer = (...lines: string[]) => lines.join('\r\n');
const complete = (raw: string, ended = false) => {
  const read = readHttpAnswer(raw, ended);
  return read.kind === 'complete' ? { status: read.head.status, text: read.text, staysOpen: read.staysOpen } : read.kind;
};

const ANSWERS = {
  'with a length': answer('HTTP/1.1 200 OK', 'Content-Length: 5', '', 'hello'),
  'in chunks': answer('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '3', 'hel', '2;x=y', 'lo', '0', '', ''),
  'in chunks with trailers': answer('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '5', 'hello', '0', 'x-sum: 1', '', ''),
  'after one that only tells of it': answer('HTTP/1.1 100 Continue', '', 'HTTP/1.1 200 OK', 'content-length: 5', '', 'hello'),
};

describe.each(Object.entries(ANSWERS))('an answer %s', (_how, raw) => {
  test('is complete with its last byte and not before', () => {
    for (let length = 0; length < raw.length; length++) expect(complete(raw.slice(0, length))).toBe('incomplete');
    expect(complete(raw)).toEqual({ status: 200, text: 'hello', staysOpen: true });
  });

  test('that is cut off is none', () => {
    for (let length = 0; length < raw.length; length++) expect(complete(raw.slice(0, length), true)).toBe('malformed');
  });

  test('which more follows than belongs to it ends the connection', () => {
    expect(complete(`${raw}HTTP/1.1 408 Request Timeout`)).toMatchObject({ status: 200, text: 'hello', staysOpen: false });
  });
});

test('an answer without a length is complete when the connection ends', () => {
  const raw = answer('HTTP/1.0 200 OK', '', 'hello');
  expect(complete(raw)).toBe('incomplete');
  expect(complete(raw, true)).toEqual({ status: 200, text: 'hello', staysOpen: false });
});

test.each([204, 304])('%i has no body', (status) => {
  expect(complete(answer(`HTTP/1.1 ${status} Nothing`, '', ''))).toEqual({ status, text: '', staysOpen: true });
});

test.each([
  ['the receiver says so', answer('HTTP/1.1 200 OK', 'Connection: Close', 'content-length: 0', '', '')],
  ['the receiver speaks HTTP/1.0', answer('HTTP/1.0 200 OK', 'content-length: 0', '', '')],
])('the connection does not stay open when %s', (_why, raw) => {
  expect(complete(raw)).toMatchObject({ staysOpen: false });
});

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['a length that is no number', answer('HTTP/1.1 200 OK', 'content-length: five', '', 'hello')],
  ['a chunk without a size', answer('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'hello', '')],
])('%s is malformed', (_what, raw) => {
  expect(complete(raw)).toBe('malformed');
});

test('status and headers are known before the body is complete', () => {
  const read = readHttpAnswer(answer('HTTP/1.1 429 Slow down', 'Retry-After: 3', 'content-length: 100000', '', 'because'), false);
  expect(read).toMatchObject({
    kind: 'incomplete',
    head: {
      status: 429,
      headers: new Map([
        ['retry-after', '3'],
        ['content-length', '100000'],
      ]),
    },
  });
});
