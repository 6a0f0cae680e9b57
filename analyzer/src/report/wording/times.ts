/** Spans and moments in words. UTC comes first; the reader's own zone follows in brackets with its offset. */

/** `3.8 ms`, `482 ms`, `4.9 s`, `72 min 31 s`, `3 h 12 min`, `2 d 4 h` */
export function durationText(ms: number): string {
  if (ms < 0) return `-${durationText(-ms)}`;
  if (ms < 10) return `${Number(ms.toPrecision(2))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 119_500) return `${Math.round(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  // Up to two hours in minutes, because incidents are told in minutes.
  if (seconds < 7_200) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 2_880) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** `2026-11-21 01:12:09 UTC`, with a zone `2026-11-21 01:12:09 UTC (02:12 +01:00)` */
export function momentText(epochMs: number, timeZone?: string): string {
  const text = `${isoText(epochMs).slice(0, 19).replace('T', ' ')} UTC`;
  return timeZone === undefined ? text : `${text} (${localClock(epochMs, timeZone)})`;
}

/** `01:12:09` in UTC: for a table whose heading says UTC. */
export function clockText(epochMs: number): string {
  return isoText(epochMs).slice(11, 19);
}

/** `2026-11-21 01:01:36 to 02:14:07 UTC (72 min 31 s)`; the second date only where it differs. */
export function rangeText(fromMs: number, toMs: number, timeZone?: string): string {
  const from = isoText(fromMs).slice(0, 19).replace('T', ' ');
  const sameDay = isoText(fromMs).slice(0, 10) === isoText(toMs).slice(0, 10);
  const to = isoText(toMs)
    .slice(sameDay ? 11 : 0, 19)
    .replace('T', ' ');
  const local = timeZone === undefined ? '' : `; ${localClock(fromMs, timeZone)} to ${localClock(toMs, timeZone)}`;
  return `${from} to ${to} UTC (${durationText(toMs - fromMs)}${local})`;
}

/** `2026-11-21 01:01 to 02:14 UTC` */
export function minuteRangeText(fromMs: number, toMs: number): string {
  const [from, to] = [isoText(fromMs).slice(0, 16).replace('T', ' '), isoText(toMs).slice(0, 16).replace('T', ' ')];
  return `${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to} UTC`;
}

/** ISO UTC; a time outside what a date can say reads `?`. */
export function isoText(epochMs: number): string {
  return Number.isFinite(epochMs) && Math.abs(epochMs) <= 8.64e15 ? new Date(epochMs).toISOString() : '????-??-??T??:??:??.???Z';
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function localClock(epochMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  }).formatToParts(epochMs);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('hour')}:${part('minute')} ${part('timeZoneName').replace('GMT', '') || '+00:00'}`;
}
