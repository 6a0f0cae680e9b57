/**
 * Collects the body of one request within the receiver's limits, and unpacks it.
 *
 * The room that a body needs is taken before it is there, from its `content-length`; a body that does not tell its length takes
 * room as it comes. So the sum over all senders is bounded, however many there are.
 */
import type { IncomingMessage } from 'node:http';
import { gunzipSync, inflateSync } from 'node:zlib';
import type { OtlpLimits } from './otlp-limits.ts';

export type OtlpBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large'; readonly found: string }
  | { readonly kind: 'no-room' }
  /** The sender went away, or was cut off. */
  | { readonly kind: 'broken-off' };

export class InFlight {
  byteCount = 0;
  readonly #limits: OtlpLimits;

  constructor(limits: OtlpLimits) {
    this.#limits = limits;
  }

  /** @returns whether there was room; what was taken is given back by `give` */
  take(byteCount: number): boolean {
    if (this.byteCount + byteCount > this.#limits.inFlightBytes) return false;
    this.byteCount += byteCount;
    return true;
  }

  give(byteCount: number): void {
    this.byteCount -= byteCount;
  }

  /** Settles when the body is there, or when it is clear that it will not be taken; `release` gives its room back. */
  collect(request: IncomingMessage): Promise<OtlpBody> & { release(): void } {
    const { requestBytes, inFlightBytes } = this.#limits;
    const told = Number(request.headers['content-length'] ?? Number.NaN);
    let reserved = 0;
    const release = (): void => {
      this.byteCount -= reserved;
      reserved = 0;
    };
    const body = new Promise<OtlpBody>((resolve) => {
      const giveUp = (outcome: OtlpBody): void => {
        release();
        chunks.length = 0;
        isGivenUp = true;
        // What still comes is read and dropped, so that the sender can read the answer.
        request.resume();
        resolve(outcome);
      };
      let isGivenUp = false;
      const chunks: Buffer[] = [];
      let length = 0;
      if (told > requestBytes) return giveUp({ kind: 'too-large', found: `${told} bytes` });
      if (this.byteCount + (told || 0) > inFlightBytes) return giveUp({ kind: 'no-room' });
      reserved = told || 0;
      this.byteCount += reserved;
      request.on('data', (chunk: Buffer) => {
        if (isGivenUp) return;
        length += chunk.length;
        if (length > requestBytes) return giveUp({ kind: 'too-large', found: `more than ${requestBytes} bytes` });
        if (length > reserved) {
          if (this.byteCount + length - reserved > inFlightBytes) return giveUp({ kind: 'no-room' });
          this.byteCount += length - reserved;
          reserved = length;
        }
        chunks.push(chunk);
      });
      request.on('end', () => {
        if (!isGivenUp) resolve({ kind: 'whole', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length) });
      });
      request.on('error', () => resolve({ kind: 'broken-off' }));
      request.on('close', () => {
        if (!request.complete) resolve({ kind: 'broken-off' });
      });
    });
    return Object.assign(body, { release });
  }
}

export type Unpacked =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'broken'; readonly found: string }
  | { readonly kind: 'unknown'; readonly found: string };

/** @param contentEncoding  the header; compressed twice is not spoken */
export function unpacked(bytes: Buffer, contentEncoding: string | undefined, limits: OtlpLimits): Unpacked {
  const encoding = contentEncoding?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return { kind: 'whole', bytes };
  if (encoding !== 'gzip' && encoding !== 'x-gzip' && encoding !== 'deflate') return { kind: 'unknown', found: encoding };
  try {
    const inflate = encoding === 'deflate' ? inflateSync : gunzipSync;
    return { kind: 'whole', bytes: inflate(bytes, { maxOutputLength: limits.inflatedBytes, chunkSize: chunkSizeFor(bytes.length) }) };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE' ? { kind: 'too-large' } : { kind: 'broken', found: `${encoding} with a fault in it (${code})` };
  }
}

/** Telemetry packs about ten to one; a piece that holds all of it saves putting pieces together. */
function chunkSizeFor(packedBytes: number): number {
  return Math.min(MOST_CHUNK_BYTES, Math.max(LEAST_CHUNK_BYTES, packedBytes * 12));
}

const LEAST_CHUNK_BYTES = 16_384;
const MOST_CHUNK_BYTES = 1_048_576;
