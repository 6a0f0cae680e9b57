/**
 * Numbers of the report's tables, in the spelling of the findings' sentences (`diagnose/wording`): grouped, with their
 * unit, and never rounded to a claim that is not true.
 */
import { countWords, percentWords } from '../../diagnose/wording.ts';

/** `1 in 12`; above one half `7 in 10`, and `all` only when it is all. */
export function oneInText(share: number): string {
  if (share <= 0) return 'none';
  if (share === 1) return 'all';
  if (share > 0.95) return 'nearly all';
  if (share > 0.4) return `${Math.round(share * 10)} in 10`;
  return `1 in ${countWords(1 / share)}`;
}

/** `7.79 to 8.42 %`: the bounds of a share, the unit once. */
export function shareRangeText(low: number, high: number): string {
  return `${percentWords(low).slice(0, -2)} to ${percentWords(high)}`;
}

/** A plain number with about three significant digits: `2.1`, `0.042`, `1,870`. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return (value < 0 ? '-' : '') + countWords(size);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return String(Number(value.toFixed(1)));
  return String(Number(value.toPrecision(2)));
}

/** Lambda's MB, which are 1,048,576 bytes each, as Lambda prints them. */
export function memoryText(megabytes: number): string {
  return `${megabytes >= 100 ? countWords(megabytes) : numberText(megabytes)} MB`;
}

/** Sizes of files and logs, in decimal units as they are billed and listed. */
export function bytesText(byteCount: number): string {
  if (byteCount < 1000) return `${byteCount} B`;
  for (const [unit, size] of [
    ['kB', 1e3],
    ['MB', 1e6],
    ['GB', 1e9],
  ] as const) {
    if (byteCount < size * 999.5 || unit === 'GB') return `${numberText(byteCount / size)} ${unit}`;
  }
  return `${byteCount} B`;
}
