/**
 * Numbers as they stand in a finding's sentence: thousands apart, a unit behind, no more digits than are known.
 * Fixed to UTC and to one spelling, so that the same summary gives the same sentence on every machine.
 */
import type { ShareInterval } from './sections.ts';

/** 12044 -> `12,044`. */
export function countWords(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 invocation`, `12 invocations`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countWords(count)} ${count === 1 ? one : many}`;
}

/** 0.034 -> `3.4 %`; two significant digits below one percent, so that a rare failure is not shown as `0.0 %`. */
export function percentWords(share: number): string {
  return `${percentNumber(share)} %`;
}

/** `41 of 1,204 (3.4 %, 95 % interval 2.5 to 4.6 %)`. */
export function shareWords(share: ShareInterval): string {
  return `${countWords(share.count)} of ${countWords(share.of)} (${percentWords(share.share)}, 95 % interval ${percentNumber(share.low)} to ${percentWords(share.high)})`;
}

/** 5 of 60 -> `1 in 12`; `all` where every one did. */
export function oneInWords(count: number, of: number): string {
  if (count >= of) return of === 1 ? 'the only one' : `all ${countWords(of)}`;
  const oneIn = of / count;
  return oneIn < 2 ? `${countWords(count)} in ${countWords(of)}` : `1 in ${oneIn < 9.5 ? trimmed(oneIn.toFixed(1)) : countWords(oneIn)}`;
}

/** ` of version 42`, ` of versions 41, 42`: which attempts are counted; nothing where no version was told. */
export function versionWords(versions: readonly string[]): string {
  const named = versions.filter((version) => version !== '?');
  if (named.length === 0) return '';
  if (named.length > 3) return ` of ${named.length} versions`;
  return ` of ${named.length === 1 ? 'version' : 'versions'} ${named.join(', ')}`;
}

/** `about 40 invocations (36 to 44)`; no range where every one was the same. */
export function aboutWords(middle: number, low: number, high: number, one: string): string {
  const range = low === high ? '' : ` (${countWords(low)} to ${countWords(high)})`;
  return `${low === high ? '' : 'about '}${plural(middle, one)}${range}`;
}

/** `2026-11-21 12:04 UTC`. */
export function timeWords(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** 1500 -> `1.5 s`, 900000 -> `15 min`. */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${trimmed(ms < 10 ? ms.toFixed(2) : ms.toFixed(0))} ms`;
  if (ms < 120_000) return `${trimmed((ms / 1000).toFixed(1))} s`;
  if (ms < 2 * 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${trimmed((ms / 3_600_000).toFixed(1))} h`;
}

function percentNumber(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0';
  if (percent < 1) return trimmed(percent.toFixed(Math.min(6, 1 - Math.floor(Math.log10(percent)))));
  // 99.96 rounded up to 100 would claim that all of them did.
  if (percent > 99.9 && percent < 100) return '99.9';
  return trimmed(percent.toFixed(1));
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
