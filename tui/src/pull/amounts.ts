/** Sizes, counts and spans in the sentences of a pull. */

/** `812 B`, `1.2 MB`: decimal units, as they are billed. */
export function sizeWords(byteCount: number): string {
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const) {
    if (byteCount >= size)
      return `${Number((byteCount / size).toPrecision(byteCount / size >= 100 ? 3 : 2)).toLocaleString('en-US')} ${unit}`;
  }
  return `${Math.round(byteCount)} B`;
}

/** `1 call`, `1,204 calls` */
export function countOf(count: number, one: string): string {
  return `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;
}

/** `90 s`, `15 min`, `2 h`, `3 d` */
export function spanWords(ms: number): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const) {
    if (ms >= 2 * size || ms === size) return `${Number((ms / size).toFixed(1))} ${unit}`;
  }
  return `${Number((ms / 1000).toFixed(1))} s`;
}

/** `2026-11-21 01:01:36 UTC` */
export function momentWords(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
