/** Sizes as they are typed: `8GiB`, `500MB`, `1048576`. */

/** @returns whole bytes above 0, or undefined when it is no size */
export function parseSize(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/.exec(text.trim());
  if (found === null) return undefined;
  const byteCount = Math.round(Number(found[1]) * UNIT_BYTES[found[2] ?? 'B']!);
  return byteCount > 0 && Number.isSafeInteger(byteCount) ? byteCount : undefined;
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};
