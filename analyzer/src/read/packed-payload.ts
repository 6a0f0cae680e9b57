/**
 * Unpacks what Lambda, Kinesis and Firehose events carry: base64 of gzip, or base64 of JSON that was unpacked before.
 */
import { gunzipSync } from 'node:zlib';

export type UnpackedPayload =
  | { readonly kind: 'json'; readonly bytes: Buffer }
  | { readonly kind: 'unreadable'; readonly reason: 'broken' | 'over-cap' | 'not-of-this-shape'; readonly found: string };

/** The largest record that any of them takes has 10 MB; log text packed to that has at most some ten times as much. */
const PAYLOAD_CAP_BYTES = 128 * 1024 * 1024;

export function unpackPayload(text: string): UnpackedPayload {
  const start = text.trimStart().charAt(0);
  // A string that holds JSON as it is, without base64.
  if (start === '{' || start === '[') return { kind: 'json', bytes: Buffer.from(text, 'latin1') };
  if (!BASE64_START.test(text)) return { kind: 'unreadable', reason: 'not-of-this-shape', found: 'text that is neither base64 nor JSON' };
  const bytes = Buffer.from(text, 'base64');
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return inflate(bytes);
  let at = 0;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  if (bytes[at] === 0x7b || bytes[at] === 0x5b) return { kind: 'json', bytes };
  return { kind: 'unreadable', reason: 'not-of-this-shape', found: 'a payload that is neither gzip nor JSON' };
}

const BASE64_START = /^[A-Za-z0-9+/_-]{8}/;

function inflate(packed: Buffer): UnpackedPayload {
  // The trailer's size is a hint that saves output chunks; it may lie, so it is bounded both ways.
  const hint = packed.length >= 18 ? packed.readUInt32LE(packed.length - 4) : 0;
  const chunkSize = Math.min(Math.max(hint + 1, 16 * 1024), 4 * 1024 * 1024);
  try {
    return { kind: 'json', bytes: gunzipSync(packed, { maxOutputLength: PAYLOAD_CAP_BYTES, chunkSize }) };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? { kind: 'unreadable', reason: 'over-cap', found: `a payload that unpacks to more than ${PAYLOAD_CAP_BYTES} bytes` }
      : { kind: 'unreadable', reason: 'broken', found: 'a gzip payload that is damaged or ends in the middle' };
  }
}
