/** `--from`, `--to` and `--window` become one absolute range [from, to). */
import { parseDuration } from './duration-argument.ts';
import { isTimeZone, readTime, type TimeContext } from './time-argument.ts';

export interface RangeArguments {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly window?: string | undefined;
}

export type RangeReading =
  | { readonly kind: 'range'; readonly fromMs: number | undefined; readonly toMs: number | undefined }
  | { readonly kind: 'wrong'; readonly message: string; readonly next: string };

/** A window reaches forward from `--from`, else back from `--to`, else back from now. */
export function readRange(range: RangeArguments, context: TimeContext): RangeReading {
  if (!isTimeZone(context.timeZone)) {
    return wrong(`--tz: expected a time zone such as Europe/Berlin or UTC, found ${context.timeZone}`, '--tz UTC');
  }
  const from = momentOf('--from', range.from, context);
  if (typeof from === 'object') return from;
  const to = momentOf('--to', range.to, context);
  if (typeof to === 'object') return to;
  const { window } = range;
  if (window === undefined) return checked(from, to);
  const spanMs = parseDuration(window);
  if (spanMs === undefined) return wrong(`--window: expected a span such as 90s, 15m or 2h30m, found ${window}`, '--window 15m');
  if (from !== undefined && to !== undefined)
    return wrong('--window: expected at most one of --from and --to beside it, found both', 'leave one of the three out');
  if (from !== undefined) return checked(from, from + spanMs);
  const end = to ?? context.nowMs;
  return checked(end - spanMs, end);
}

/** One moment of an option of its own. */
export function momentArgument(
  option: string,
  text: string,
  context: TimeContext,
): { readonly kind: 'moment'; readonly epochMs: number } | Extract<RangeReading, { kind: 'wrong' }> {
  if (!isTimeZone(context.timeZone)) {
    return wrong(`--tz: expected a time zone such as Europe/Berlin or UTC, found ${context.timeZone}`, '--tz UTC');
  }
  const read = momentOf(option, text, context);
  return typeof read === 'number' ? { kind: 'moment', epochMs: read } : (read as Extract<RangeReading, { kind: 'wrong' }>);
}

/** `2026-11-21T01:01:36.000Z up to 2026-11-21T02:14:07.000Z`: what the arguments came to. */
export function rangeEcho(fromMs: number | undefined, toMs: number | undefined): string | undefined {
  if (fromMs === undefined && toMs === undefined) return undefined;
  const from = fromMs === undefined ? 'the beginning' : new Date(fromMs).toISOString();
  return `${from} up to ${toMs === undefined ? 'the end' : new Date(toMs).toISOString()}`;
}

function momentOf(option: string, text: string | undefined, context: TimeContext): number | undefined | RangeReading {
  if (text === undefined) return undefined;
  const reading = readTime(text, context);
  switch (reading.kind) {
    case 'moment':
      if (Number.isFinite(reading.epochMs) && Math.abs(reading.epochMs) <= 8.64e15) return reading.epochMs;
      return wrong(`${option}: expected a time, found one outside the calendar: ${text}`, 'nightlight help time');
    case 'ambiguous': {
      const [first, second] = reading.readings.map(({ epochMs, meaning }) => ({ iso: new Date(epochMs).toISOString(), meaning }));
      return wrong(
        `${option} ${text} can be read as ${first!.iso} (${first!.meaning}) or ${second!.iso} (${second!.meaning})`,
        `${option} ${first!.iso}   or   ${option} ${second!.iso}`,
      );
    }
    case 'unreadable':
      return wrong(
        `${option}: expected a time such as 2026-11-21T02:01Z, 02:01, -15m, now-2h or epoch milliseconds, found ${text}: ${reading.because}`,
        'nightlight help time',
      );
    default:
      return reading satisfies never;
  }
}

function checked(fromMs: number | undefined, toMs: number | undefined): RangeReading {
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    return wrong(
      `expected --from before --to, found ${new Date(fromMs).toISOString()} and ${new Date(toMs).toISOString()}`,
      'swap them, or leave one out',
    );
  }
  return { kind: 'range', fromMs, toMs };
}

function wrong(message: string, next: string): Extract<RangeReading, { kind: 'wrong' }> {
  return { kind: 'wrong', message, next };
}
