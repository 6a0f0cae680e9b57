/**
 * Moments as they are typed at night: `2026-11-21T02:01Z`, `02:01`, `-15m`, `now-2h`, epoch ms.
 *
 * A moment that can be read in two ways is not guessed: half an hour of the wrong day looks just as convincing.
 */
import { parseDuration } from './duration-argument.ts';

export type TimeReading =
  | { readonly kind: 'moment'; readonly epochMs: number }
  /** Both readings, each with the text that would say it plainly. */
  | { readonly kind: 'ambiguous'; readonly readings: readonly [Reading, Reading] }
  | { readonly kind: 'unreadable'; readonly because: string };

interface Reading {
  readonly epochMs: number;
  readonly meaning: string;
}

export interface TimeContext {
  readonly nowMs: number;
  /** IANA zone in which a time without its own is read. */
  readonly timeZone: string;
}

export function readTime(text: string, context: TimeContext): TimeReading {
  const asked = text.trim();
  return (
    relativeTime(asked, context) ??
    epochTime(asked) ??
    clockTime(asked, context) ??
    calendarTime(asked, context) ??
    slashedDate(asked) ??
    unreadable()
  );
}

/** Whether `Intl` knows the zone. */
export function isTimeZone(name: string): boolean {
  // Asking the internationalisation library costs ten milliseconds of every start.
  if (name === 'UTC') return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const DAY_MS = 86_400_000;

function unreadable(): TimeReading {
  return { kind: 'unreadable', because: 'it is no time of a known form' };
}

function relativeTime(text: string, { nowMs }: TimeContext): TimeReading | undefined {
  if (text === 'now') return { kind: 'moment', epochMs: nowMs };
  const found = /^(?:now)?-(.+)$/.exec(text);
  const spanMs = found === null ? undefined : parseDuration(found[1]!);
  return spanMs === undefined ? undefined : { kind: 'moment', epochMs: nowMs - spanMs };
}

function epochTime(text: string): TimeReading | undefined {
  if (!/^\d{9,16}$/.test(text)) return undefined;
  const value = Number(text);
  if (text.length >= 12 && text.length <= 14) return { kind: 'moment', epochMs: value };
  if (text.length <= 11) {
    return {
      kind: 'ambiguous',
      readings: [
        { epochMs: value * 1000, meaning: 'as seconds' },
        { epochMs: value, meaning: 'as milliseconds' },
      ],
    };
  }
  return { kind: 'unreadable', because: 'epoch times are given in milliseconds (13 digits)' };
}

/** `02:01` is today's, unless that is still to come: then it may be meant for yesterday. */
function clockTime(text: string, context: TimeContext): TimeReading | undefined {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (found === null) return undefined;
  const today = wallClock(context.nowMs, context.timeZone);
  const reading = inZone(
    { ...today, hour: Number(found[1]), minute: Number(found[2]), second: Number(found[3] ?? 0), ms: 0 },
    context.timeZone,
  );
  if (reading.kind !== 'moment' || reading.epochMs <= context.nowMs) return reading;
  return {
    kind: 'ambiguous',
    readings: [
      { epochMs: reading.epochMs - DAY_MS, meaning: 'yesterday' },
      { epochMs: reading.epochMs, meaning: 'today, still to come' },
    ],
  };
}

function calendarTime(text: string, { timeZone }: TimeContext): TimeReading | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = found;
  const clock: WallClock = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ms: Math.floor(Number(`0.${fraction || '0'}`) * 1000),
  };
  if (zone === undefined) return inZone(clock, timeZone);
  const asUtc = utcOf(clock);
  if (asUtc === undefined) return noSuchTime();
  return { kind: 'moment', epochMs: asUtc - offsetMs(zone) };
}

/** `03/04/2026` is a day in March here and in April there. */
function slashedDate(text: string): TimeReading | undefined {
  const found = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text);
  if (found === null) return undefined;
  const [first, second, year] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const monthFirst = utcOf({ year, month: first, day: second, hour: 0, minute: 0, second: 0, ms: 0 });
  const dayFirst = utcOf({ year, month: second, day: first, hour: 0, minute: 0, second: 0, ms: 0 });
  if (monthFirst === undefined || dayFirst === undefined || monthFirst === dayFirst) {
    return { kind: 'unreadable', because: 'dates are written year first: 2026-11-21' };
  }
  return {
    kind: 'ambiguous',
    readings: [
      { epochMs: monthFirst, meaning: 'month first' },
      { epochMs: dayFirst, meaning: 'day first' },
    ],
  };
}

interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

function noSuchTime(): TimeReading {
  return { kind: 'unreadable', because: 'there is no such date or time' };
}

/** undefined for the 30th of February and the like, which Date would silently carry over. */
function utcOf(clock: WallClock): number | undefined {
  const epochMs = Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute, clock.second, clock.ms);
  const back = new Date(epochMs);
  const same =
    back.getUTCMonth() === clock.month - 1 &&
    back.getUTCDate() === clock.day &&
    back.getUTCHours() === clock.hour &&
    back.getUTCMinutes() === clock.minute &&
    back.getUTCSeconds() === clock.second;
  return same ? epochMs : undefined;
}

function offsetMs(zone: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (found === null) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 3_600_000 + Number(found[3]) * 60_000);
}

/** The hour that a zone repeats in autumn has two readings, the one it skips in spring has none. */
function inZone(clock: WallClock, timeZone: string): TimeReading {
  const asUtc = utcOf(clock);
  if (asUtc === undefined) return noSuchTime();
  const candidates = new Set<number>();
  // Every offset that holds within a day of it is tried; zones shift at most once in that time.
  for (const around of [-DAY_MS, 0, DAY_MS]) candidates.add(asUtc - zoneOffsetMs(asUtc + around, timeZone));
  const readings = [...candidates].filter((epochMs) => epochMs + zoneOffsetMs(epochMs, timeZone) === asUtc).sort((a, b) => a - b);
  const [first, second] = readings;
  if (first === undefined) return { kind: 'unreadable', because: `clocks in ${timeZone} skip that hour` };
  if (second === undefined) return { kind: 'moment', epochMs: first };
  return {
    kind: 'ambiguous',
    readings: [
      { epochMs: first, meaning: `before clocks in ${timeZone} go back` },
      { epochMs: second, meaning: 'after they went back' },
    ],
  };
}

function zoneOffsetMs(epochMs: number, timeZone: string): number {
  const clock = wallClock(epochMs, timeZone);
  const wholeSecond = Math.floor(epochMs / 1000) * 1000;
  return Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute, clock.second) - wholeSecond;
}

function wallClock(epochMs: number, timeZone: string): WallClock {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(epochMs);
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
    ms: 0,
  };
}
