/** `reading 3 of 12 files  41 %  1.2 M events  310 MB/s  about 4 s left` */
import type { Progress } from '@nightlight/analyzer';

export function progressLine(progress: Progress, elapsedMs: number): string {
  const parts = [`reading ${progress.filesDone} of ${progress.filesTotal} file${progress.filesTotal === 1 ? '' : 's'}`];
  // Standard input has no size, so there is nothing to have a part of.
  const share = progress.bytesTotal > 0 ? Math.min(1, progress.bytesDone / progress.bytesTotal) : undefined;
  if (share !== undefined) parts.push(`${Math.floor(share * 100)} %`);
  parts.push(`${rounded(progress.events, '')} events`);
  if (elapsedMs > 0) parts.push(rounded((progress.bytesDone / elapsedMs) * 1000, 'B/s'));
  // Before the first twentieth, a forecast is a guess.
  if (share !== undefined && share >= 0.05 && share < 1)
    parts.push(`about ${Math.ceil(((elapsedMs / share) * (1 - share)) / 1000)} s left`);
  return parts.join('  ');
}

/** `812`, `1.2 M`, `310 MB/s` */
function rounded(value: number, unit: string): string {
  for (const [prefix, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (value >= size) return `${Number((value / size).toPrecision(value / size >= 100 ? 3 : 2))} ${prefix}${unit}`;
  }
  return `${Math.round(value)} ${unit}`.trimEnd();
}
