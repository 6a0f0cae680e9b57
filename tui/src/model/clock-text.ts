/** Times and ages as the frame around a screen says them: short, with their unit, and never without a zone. */
import type { TimeStyle } from './screen.ts';

/** `0.4 s`, `47 s`, `12 min`, `3 h` */
export function ageText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** A running clock: `12m31s`, `1h02m31s` */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}h${two(minutes)}` : minutes}m${two(seconds % 60)}s`;
}

/** `02:14:07 UTC`, `03:14:07 +01:00`, `12 min ago` */
export function momentText(atMs: number, style: TimeStyle, nowMs: number): string {
  if (!Number.isFinite(atMs)) return 'time unknown';
  if (style === 'relative') return atMs > nowMs ? `in ${ageText(atMs - nowMs)}` : `${ageText(nowMs - atMs)} ago`;
  if (style === 'utc') return `${isoTime(atMs)} UTC`;
  const offset = -new Date(atMs).getTimezoneOffset();
  return `${isoTime(atMs + offset * 60_000)} ${offsetText(offset)}`;
}

/** UTC first, local time behind it where it differs: `02:14:07 UTC (03:14 +01:00)` */
export function wallClockText(nowMs: number): string {
  const offset = -new Date(nowMs).getTimezoneOffset();
  const utc = `${isoTime(nowMs)} UTC`;
  return offset === 0 ? utc : `${utc} (${isoTime(nowMs + offset * 60_000).slice(0, 5)} ${offsetText(offset)})`;
}

function isoTime(ms: number): string {
  // Beyond what a date can hold, a clock that jumped must not end the screen.
  return Math.abs(ms) > 8.64e15 ? '--:--:--' : new Date(ms).toISOString().slice(-13, -5);
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}
