import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../tui/src/model/duration-argument.ts';
import { parseSize } from '../../tui/src/model/size-argument.ts';
import { readTime } from '../../tui/src/model/time-argument.ts';
import { rangeEcho, readRange } from '../../tui/src/model/time-range.ts';

const NOON_MS = Date.UTC(2026, 10, 21, 12);
const utc = { nowMs: NOON_MS, timeZone: 'UTC' };
const berlin = { nowMs: NOON_MS, timeZone: 'Europe/Berlin' };
const iso = (reading: ReturnType<typeof readTime>) => (reading.kind === 'moment' ? new Date(reading.epochMs).toISOString() : reading);

describe('a time argument', () => {
  test.each([
    ['2026-11-21T02:01Z', '2026-11-21T02:01:00.000Z'],
    ['2026-11-21T02:01:36.250Z', '2026-11-21T02:01:36.250Z'],
    ['2026-11-21 02:01:36', '2026-11-21T02:01:36.000Z'],
    ['2026-11-21T02:01+01:00', '2026-11-21T01:01:00.000Z'],
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['02:01', '2026-11-21T02:01:00.000Z'],
    ['-15m', '2026-11-21T11:45:00.000Z'],
    ['-1h30m', '2026-11-21T10:30:00.000Z'],
    ['now-2h', '2026-11-21T10:00:00.000Z'],
    ['now', '2026-11-21T12:00:00.000Z'],
    [String(NOON_MS), '2026-11-21T12:00:00.000Z'],
  ])('%s is read as %s', (text, expected) => {
    expect(iso(readTime(text, utc))).toBe(expected);
  });

  test('without a zone of its own is read in the zone that was named', () => {
    expect(iso(readTime('2026-11-21T02:01', berlin))).toBe('2026-11-21T01:01:00.000Z');
    expect(iso(readTime('2026-07-01T02:01', berlin))).toBe('2026-07-01T00:01:00.000Z');
    expect(iso(readTime('12:30', berlin))).toBe('2026-11-21T11:30:00.000Z');
  });

  test.each([
    ['a clock time still to come', '23:00', utc, '2026-11-20T23:00:00.000Z', '2026-11-21T23:00:00.000Z'],
    ['epoch seconds', '1795226496', utc, '2026-11-21T02:01:36.000Z', '1970-01-21T18:40:26.496Z'],
    ['a date with slashes', '03/04/2026', utc, '2026-03-04T00:00:00.000Z', '2026-04-03T00:00:00.000Z'],
    ['the hour that clocks repeat', '2026-10-25T02:30', berlin, '2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'],
  ])('%s is not guessed but given back with both readings', (_, text, context, first, second) => {
    const reading = readTime(text, context);
    expect(reading.kind === 'ambiguous' && reading.readings.map(({ epochMs }) => new Date(epochMs).toISOString())).toEqual([first, second]);
  });

  test.each(['2026-02-30', '25:00', '02:61', 'yesterday', '', '-', '-15', '2026-13-01T00:00Z', '31/31/2026'])('%j is refused', (text) => {
    expect(readTime(text, utc).kind).toBe('unreadable');
  });

  test('in the hour that clocks skip is refused', () => {
    expect(readTime('2026-03-29T02:30', berlin)).toMatchObject({ kind: 'unreadable', because: expect.stringContaining('skip') });
  });

  test('as ISO text of any moment comes back as that moment', () => {
    const moments = fc.date({ min: new Date('1970-01-02'), max: new Date('2999-01-01'), noInvalidDate: true });
    fc.assert(fc.property(moments, (moment) => iso(readTime(moment.toISOString(), berlin)) === moment.toISOString()));
  });
});

describe('a range', () => {
  const range = (from?: string, to?: string, window?: string) => {
    const reading = readRange({ from, to, window }, utc);
    return reading.kind === 'range' ? rangeEcho(reading.fromMs, reading.toMs) : reading.message;
  };

  test('is absolute, also where only a span was given', () => {
    expect(range('-15m', 'now')).toBe('2026-11-21T11:45:00.000Z up to 2026-11-21T12:00:00.000Z');
    expect(range(undefined, undefined, '15m')).toBe('2026-11-21T11:45:00.000Z up to 2026-11-21T12:00:00.000Z');
    expect(range('02:00', undefined, '15m')).toBe('2026-11-21T02:00:00.000Z up to 2026-11-21T02:15:00.000Z');
    expect(range(undefined, '02:00', '15m')).toBe('2026-11-21T01:45:00.000Z up to 2026-11-21T02:00:00.000Z');
    expect(range('02:00')).toBe('2026-11-21T02:00:00.000Z up to the end');
    expect(range()).toBeUndefined();
  });

  test('is refused when it ends before it begins, or is given thrice', () => {
    expect(range('02:00', '01:00')).toContain('expected --from before --to');
    expect(range('01:00', '02:00', '15m')).toContain('at most one of --from and --to');
  });

  test('names both readings of an ambiguous end, ready to paste', () => {
    expect(readRange({ to: '23:00' }, utc)).toMatchObject({
      kind: 'wrong',
      next: '--to 2026-11-20T23:00:00.000Z   or   --to 2026-11-21T23:00:00.000Z',
    });
  });

  test('is refused in a zone that nobody knows', () => {
    expect(readRange({}, { nowMs: NOON_MS, timeZone: 'Mars/Olympus' })).toMatchObject({
      kind: 'wrong',
      message: expect.stringContaining('Mars/Olympus'),
    });
  });
});

test('spans and sizes are read with their unit, and refused without sense', () => {
  expect(['90s', '15m', '2h30m', '1.5h', '250ms', '1d'].map(parseDuration)).toEqual([
    90_000, 900_000, 9_000_000, 5_400_000, 250, 86_400_000,
  ]);
  expect(['', '15', 'm', '0s', '-5m', '5 m'].map(parseDuration)).toEqual(Array(6).fill(undefined));
  expect(['8GiB', '500MB', '1048576', '1.5 kB'].map(parseSize)).toEqual([8 * 1024 ** 3, 500_000_000, 1_048_576, 1_500]);
  expect(['', 'GB', '0', '-1', '8 parsecs', '1e9'].map(parseSize)).toEqual(Array(6).fill(undefined));
});
