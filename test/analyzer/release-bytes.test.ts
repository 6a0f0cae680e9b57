/** Memory that is given back at once is only ever memory that nobody else uses. */
import { afterAll, expect, test } from 'vitest';
import { releaseBytes, releaseLastPiece } from '../../analyzer/src/read/release-bytes.ts';

const { poolSize } = Buffer;
afterAll(() => {
  Buffer.poolSize = poolSize;
});

test('a large buffer is gone at once', () => {
  const bytes = Buffer.alloc(1_000_000);
  releaseBytes(bytes);
  expect(bytes.buffer.byteLength).toBe(0);
});

test('a stream that hands its buffer out in pieces keeps it until the last of them', () => {
  const { buffer } = Buffer.alloc(200_000);
  releaseLastPiece(Buffer.from(buffer, 0, 150_000));
  expect(buffer.byteLength).toBe(200_000);
  releaseLastPiece(Buffer.from(buffer, 150_000));
  expect(buffer.byteLength).toBe(0);
});

// Node 24 made the pool as large as what was thought too large for it: every small file failed to be read.
test.each([poolSize, 4 * poolSize])('a piece of a pool of %d bytes is left alone, and so are its neighbours', (size) => {
  Buffer.poolSize = size;
  // The pool of the size before has to be used up first.
  const pieces = Array.from({ length: 2000 }, () => Buffer.from('a piece of the pool, one of many, '.repeat(8)));
  expect(Math.max(...pieces.map((piece) => piece.buffer.byteLength))).toBeGreaterThanOrEqual(size);
  for (const piece of pieces) releaseBytes(piece);
  expect(pieces.every((piece) => piece.toString().startsWith('a piece of the pool, one of many, '))).toBe(true);
});
