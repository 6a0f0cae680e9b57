/**
 * Stands in for the native half of the runtime client (`rapid-client.node`), which needs cmake and autotools to build.
 *
 * The runtime client loads it by the name of a folder that `ensure-runtime-client.ts` puts beside it, so that nothing is
 * preloaded and no loader is changed: the program under test is the published one, bit for bit.
 *
 * Like the native one (aws/aws-lambda-nodejs-runtime-interface-client, `rapid-client.cc`):
 * - `done` and `error` return when the platform has taken the answer, the thread standing still meanwhile;
 * - `next` keeps the event loop alive while it waits, and only then;
 * - neither goes through `node:http`, so that an observer of outbound calls sees nothing.
 * HTTP is spoken over two inherited descriptors per thread. Unlike the native one, `process.exit` while `next` waits is at once.
 */
'use strict';
const { closeSync, readSync, writeSync } = require('node:fs');
const { Socket } = require('node:net');
const { threadId } = require('node:worker_threads');

const FIRST_DESCRIPTOR = 3;
const POST_FD = FIRST_DESCRIPTOR + 2 * threadId;
const NEXT_FD = POST_FD + 1;
const PATH = '/2018-06-01/runtime/invocation';
const HEAD_END = '\r\n\r\n';

let poll;

exports.next = () => {
  poll ??= openPoll();
  return poll();
};

exports.done = (requestId, body) => postSync(`${PATH}/${requestId}/response`, body, []);

exports.error = (requestId, body, xrayCause) => {
  const fits = xrayCause !== '' && xrayCause.length < 1024 * 1024 && !/[^\x20-\x7e]/.test(xrayCause);
  postSync(`${PATH}/${requestId}/error`, body, fits ? [`Lambda-Runtime-Function-XRay-Error-Cause: ${xrayCause}`] : []);
};

function postSync(path, body, headers) {
  const bytes = Buffer.from(body);
  const head = [`POST ${path} HTTP/1.1`, 'Host: runtime', 'Content-Type: application/json', `Content-Length: ${bytes.length}`, ...headers];
  const request = Buffer.concat([Buffer.from(head.join('\r\n') + HEAD_END), bytes]);
  for (let written = 0; written < request.length; ) written += writeSync(POST_FD, request, written);
  let answer = Buffer.alloc(0);
  const chunk = Buffer.alloc(4096);
  while (parseMessage(answer) === undefined) {
    const count = readSync(POST_FD, chunk);
    if (count === 0) return closeSync(POST_FD);
    answer = Buffer.concat([answer, chunk.subarray(0, count)]);
  }
}

function openPoll() {
  const socket = new Socket({ fd: NEXT_FD, readable: true, writable: true });
  let received = Buffer.alloc(0);
  let waiting;
  socket.unref();
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    const message = parseMessage(received);
    if (message === undefined) return;
    received = Buffer.alloc(0);
    socket.unref();
    const { resolve, reject } = waiting;
    if (message.status === 200) resolve({ bodyJson: message.body.toString(), headers: asNative(message.headers) });
    else reject(new Error(`Failed to get next invocation, error ${message.status}`));
  });
  // The platform is gone: nobody will ever end this process otherwise.
  socket.on('close', () => process.exit(1));
  return () =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      socket.ref();
      socket.write(`GET ${PATH}/next HTTP/1.1\r\nHost: runtime${HEAD_END}`);
    });
}

/** @returns undefined until the whole message is there */
function parseMessage(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const [statusLine, ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = bytes.subarray(headEnd + HEAD_END.length);
  if (body.length < Number(headers['content-length'] ?? 0)) return undefined;
  return { status: Number(statusLine.split(' ')[1]), headers, body };
}

/** The native client hands over these headers only, the deadline as a number, and leaves out the optional ones when empty. */
function asNative(headers) {
  const native = {
    'lambda-runtime-deadline-ms': Number(headers['lambda-runtime-deadline-ms']),
    'lambda-runtime-aws-request-id': headers['lambda-runtime-aws-request-id'] ?? '',
    'lambda-runtime-trace-id': headers['lambda-runtime-trace-id'] ?? '',
    'lambda-runtime-invoked-function-arn': headers['lambda-runtime-invoked-function-arn'] ?? '',
  };
  for (const name of ['lambda-runtime-client-context', 'lambda-runtime-cognito-identity', 'lambda-runtime-aws-tenant-id']) {
    if (headers[name]) native[name] = headers[name];
  }
  return native;
}
