/**
 * Last requests of a process that is already ending: no event loop will turn for it any more.
 *
 * A worker thread of its own sends them while this thread stands still, for a bounded time. Its start costs some ten
 * milliseconds, once in the life of a process, and only when something waits; in exchange the last window before a
 * SIGTERM, the one that explains it, is not the one that is missing.
 */
import { Worker } from 'node:worker_threads';
import type { OtlpSignal } from './otlp-settings.ts';

export interface LastPost {
  readonly signal: OtlpSignal;
  readonly body: string;
}

/** @returns how many of them were accepted before `capMs` was over */
export function postWhileExiting(posts: readonly LastPost[], capMs: number): number {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const requests = posts.map(({ signal: { url, headers }, body }) => ({ url, headers, body }));
  const worker = new Worker(IN_WORKER, {
    eval: true,
    workerData: { state, requests, capMs },
    // Neither the host's preloads nor our own belong into it.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  worker.on('error', () => {});
  worker.unref();
  Atomics.wait(state, DONE, 0, capMs);
  return Atomics.load(state, ACCEPTED);
}

const DONE = 0;
const ACCEPTED = 1;
const IN_WORKER = `
const { workerData: { state, requests, capMs } } = require('node:worker_threads');
let open = requests.length;
for (const { url, headers, body } of requests) {
  const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
  const end = (accepted) => {
    if (accepted) Atomics.add(state, 1, 1);
    if (--open === 0) { Atomics.store(state, 0, 1); Atomics.notify(state, 0); }
  };
  try {
    const post = request(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }, timeout: capMs });
    let told = false;
    const once = (accepted) => { if (!told) { told = true; end(accepted); } };
    post.on('response', (response) => { once(response.statusCode >= 200 && response.statusCode < 300); response.resume(); });
    post.on('error', () => once(false));
    post.on('timeout', () => post.destroy());
    post.end(body);
  } catch { end(false); }
}
`;
