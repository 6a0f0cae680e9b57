/** Times of OTLP: nanoseconds since 1970 in eight bytes, read without a BigInt. */
import type { ProtobufBytes } from './protobuf-bytes.ts';

/** Epoch ms of a time in ns; NaN when there is none. */
export function unixMs(cursor: ProtobufBytes, end: number): number {
  unixMsInto(cursor, end, TOLD, 0);
  return TOLD[0]!;
}

/** The same, put where no object is made of it. */
export function unixMsInto(cursor: ProtobufBytes, end: number, times: Float64Array, place: number): void {
  const { bytes, at } = cursor;
  // Cut off: the cursor's own way says so.
  if (at + 8 > end) cursor.fixed64(end);
  cursor.at = at + 8;
  const high = (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)) >>> 0;
  const low = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  // A double of this size is exact to a quarter of a microsecond.
  const nanoseconds = high * 4_294_967_296 + low;
  times[place] = nanoseconds > 0 ? Math.round(nanoseconds / 1e3) / 1e3 : Number.NaN;
}

const TOLD = new Float64Array(1);
