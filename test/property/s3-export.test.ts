import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openS3Export } from '../../analyzer/src/read/s3-export.ts';
import { captureFacts } from '../support/capture-facts.ts';
import { readText } from '../support/read-text.ts';

const ids = ['6f1d2c3b-0a1e-4f5d-8c7b-9a0b1c2d3e4f', '6f1d2c3b-0a1e-4f5d-8c7b-9a0b1c2d3e50', '12345678-0a1e-4f5d-8c7b-9a0b1c2d3e4f'];
const id = fc.constantFrom(...ids);
const time = fc
  .tuple(fc.constantFrom('2026-11-21T12:00', '2026-11-21T12:01', '2027-01-01T00:00'), fc.integer({ min: 0, max: 59_999 }))
  .map(([minute, ms]) => `${minute}:${String(Math.floor(ms / 1000)).padStart(2, '0')}.${String(ms % 1000).padStart(3, '0')}Z`);

/** Messages as functions print them, quiet and loud. */
const message = fc.oneof(
  id.map((one) => `START RequestId: ${one} Version: 7`),
  id.map((one) => `END RequestId: ${one}`),
  id.map((one) => `REPORT RequestId: ${one}\tDuration: 9.50 ms\tBilled Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t`),
  fc
    .tuple(id, fc.constantFrom('INFO', 'DEBUG', 'WARN', 'ERROR'), fc.constantFrom('hello', '{"a":1}', 'Error: x\n    at a (b.js:1:1)', 'é'))
    .map(([one, level, text]) => `2026-11-21T12:00:01.000Z\t${one}\t${level}\t${text}`),
  fc
    .tuple(id, fc.constantFrom('INFO', 'WARN', 'ERROR'), fc.constantFrom('ordinary', '{\\"level\\":50,\\"msg\\":\\"no\\"}', 'a\\n'))
    .map(([one, level, text]) => `{"timestamp":"2026-11-21T12:00:01.000Z","level":"${level}","requestId":"${one}","message":"${text}"}`),
  fc.constantFrom('', 'a bare line', 'two\nlines', '  indented', 'INIT_START Runtime Version: nodejs:22.v1', '2026-11-21T12:00:01.000Z'),
);
const prefix = fc.oneof({ weight: 6, arbitrary: time }, { weight: 1, arbitrary: fc.constantFrom('1795262400123', '2026-11-21T12:00:01Z') });
const line = fc.tuple(prefix, message, fc.constantFrom('\n', '\n', '\r\n', '\n\n')).map(([at, text, end]) => `${at} ${text}${end}`);
const exported = fc
  .tuple(fc.constantFrom('', '', '\ufeff', 'no time\n'), fc.array(line, { maxLength: 40 }))
  .map(([head, lines]) => Buffer.from(head + lines.join('')));

const damaged = fc
  .tuple(exported, fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 6 }), fc.nat(4000))
  .map(([bytes, changes, length]) => {
    for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
    return length % 3 === 0 ? bytes.subarray(0, length) : bytes;
  });
const content = fc.oneof(
  exported,
  damaged,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
const cuts = fc.array(fc.nat(120), { maxLength: 60 });

describe('s3-export', () => {
  test('every byte is told of once, and where a file is cut makes no difference', () => {
    fc.assert(
      fc.property(content, cuts, (bytes, lengths) => {
        const whole = readText(openS3Export, bytes);
        expect(whole.byteCount).toBe(bytes.length);
        expect(readText(openS3Export, bytes, lengths)).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });

  test('an event for each time that a writer wrote, with its message', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(time, fc.constantFrom('a', 'b\nc', 'ü€😀', 'x\n\ny')), { maxLength: 30 }), cuts, (events, lengths) => {
        const told = readText(openS3Export, events.map(([at, text]) => `${at} ${text}\n`).join(''), lengths);
        expect(told.events.map((event) => [event.atMs, event.message])).toEqual(events.map(([at, text]) => [Date.parse(at), text]));
      }),
      { numRuns: 200 },
    );
  });

  test('skimming over quiet lines changes nothing that anybody could see', () => {
    fc.assert(
      fc.property(content, cuts, (bytes, lengths) => {
        const seen = captureFacts(bytes, [], false);
        expect(captureFacts(bytes, lengths, true)).toEqual(seen);
        expect(seen.tookBytes + seen.skippedBytes).toBe(bytes.length);
      }),
      { numRuns: 400 },
    );
  });
});
