/**
 * Gives a large buffer's memory back at once instead of leaving it to the collector.
 *
 * Inflating an export makes a gigabyte of short-lived buffers. The collector counts them as pressure and walks the whole
 * heap every 64 MB of them: thirty times for 1 GB, a seventh of all processor time. A buffer that is transferred to a
 * closed port is detached and freed on the spot; its pages are warm when the next one is allocated.
 */
import { MessageChannel } from 'node:worker_threads';

/** Nobody may look at the bytes, nor at others of the same memory, after the call. A small buffer is left alone. */
export function releaseBytes(bytes: Buffer): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < LEAST_BYTES) return;
  // It may be a piece of Node's pool, which other buffers live in too and which may not be handed over. It has 8 KiB on
  // Node 20, 64 KiB on 24 and a little more than it says on 26, hence twice of it.
  if (buffer.byteLength < 2 * Buffer.poolSize) return;
  nowhere.postMessage(undefined, [buffer]);
}

/** A stream hands its output buffer out in pieces: only the last piece says that it is done with it. */
export function releaseLastPiece(chunk: Buffer): void {
  if (chunk.byteOffset + chunk.length === chunk.buffer.byteLength) releaseBytes(chunk);
}

/** Less is not worth the handing over. */
const LEAST_BYTES = 65_536;

const { port1: nowhere, port2 } = new MessageChannel();
nowhere.close();
port2.close();
