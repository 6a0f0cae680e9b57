/**
 * The physical limit that an analysis is measured against: read and inflate every file below a folder, in two threads,
 * and do nothing with the bytes. Files are handed out through one counter, largest first, and inflated in one call with
 * the size that gzip's trailer hints at, which is the fastest way Node has.
 *
 *   node test/bench/inflate-only.mjs DIR [threads]
 */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, MessageChannel, parentPort, Worker, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';

if (isMainThread) {
  const [folder, threads = '2'] = process.argv.slice(2);
  const files = readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => file.endsWith('.gz'))
    .map((file) => ({ file, size: statSync(file).size }))
    .sort((a, b) => b.size - a.size)
    .map(({ file }) => file);
  const cursor = new Int32Array(new SharedArrayBuffer(4));
  const sizes = await Promise.all(
    Array.from(
      { length: Number(threads) },
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: { files, cursor } });
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
  console.log(sizes.reduce((sum, size) => sum + size, 0));
} else {
  const { files, cursor } = workerData;
  const { port1: nowhere, port2 } = new MessageChannel();
  nowhere.close();
  port2.close();
  let bytes = 0;
  for (let at = Atomics.add(cursor, 0, 1); at < files.length; at = Atomics.add(cursor, 0, 1)) {
    const stored = readFileSync(files[at]);
    const inflated = gunzipSync(stored, { chunkSize: hintOf(files[at]) + 64 });
    bytes += inflated.length;
    // Given back at once, as the product does: left to the collector, the same work takes longer.
    nowhere.postMessage(undefined, [stored.buffer, inflated.buffer]);
  }
  parentPort.postMessage(bytes);
}

/** Uncompressed size modulo 2^32, as the last member of a gzip file says it. */
function hintOf(file) {
  const descriptor = openSync(file, 'r');
  try {
    const trailer = Buffer.alloc(4);
    readSync(descriptor, trailer, 0, 4, fstatSync(descriptor).size - 4);
    return Math.min(Math.max(trailer.readUInt32LE(), 65_536), 64 * 1_048_576);
  } finally {
    closeSync(descriptor);
  }
}
