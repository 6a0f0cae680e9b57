/**
 * Requests of spans as an instrumented service sends them: 10 attributes of the HTTP and database conventions each, and ids that
 * are new with every sending.
 */
import { gzipSync } from 'node:zlib';
import { traceRequest } from './messages.mjs';

export const SPANS_PER_REQUEST = 100;

/** How the spans of one trace follow each other: kinds, the server's span last as it ends last. */
export const MIXES = {
  /** A request that asks a database twice and another service once, and passes a middleware. */
  service: ['client', 'client', 'internal', 'client', 'server'],
  requests: ['server'],
};

/** Replaced at every sending. */
const MARK = Buffer.from([0xde, 0xca, 0xfb, 0xad]);

/** @returns bodies to be sent in turns, each with the places of what has to be new */
export function bodiesOf(mix, { count, encoding = 'protobuf', gzip = false }) {
  const bodies = [];
  let byteCount = 0;
  for (let number = 0; number < count; number++) {
    const message = requestOf(mix, number);
    const bytes =
      encoding === 'json'
        ? Buffer.from(JSON.stringify(message, (key, value) => (IDS.has(key) ? Buffer.from(value).toString('hex') : value)))
        : Buffer.from(traceRequest.encode(traceRequest.fromObject(message)).finish());
    byteCount += bytes.length;
    // Packed ids cannot be replaced; they come again with the next turn.
    bodies.push({ bytes: gzip ? gzipSync(bytes) : bytes, marks: gzip ? [] : marksIn(bytes, encoding) });
  }
  return Object.assign(bodies, {
    bytesPerSpan: byteCount / count / SPANS_PER_REQUEST,
    encoding,
    headers: {
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      ...(gzip && { 'content-encoding': 'gzip' }),
    },
  });
}

/** New ids for a body that is sent again. */
export function renew({ bytes, marks }, encoding, turn) {
  const mark = encoding === 'json' ? Buffer.from(turn.toString(16).padStart(8, '0')) : undefined;
  for (const at of marks) {
    if (mark === undefined) bytes.writeUInt32BE(turn, at);
    else mark.copy(bytes, at);
  }
}

const IDS = new Set(['traceId', 'spanId', 'parentSpanId']);

function marksIn(bytes, encoding) {
  const mark = encoding === 'json' ? Buffer.from(MARK.toString('hex')) : MARK;
  const marks = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) marks.push(at);
  return marks;
}

function requestOf(mix, number) {
  const spans = [];
  for (let index = 0; index < SPANS_PER_REQUEST; index++) {
    const trace = Math.floor(index / mix.length);
    const kind = mix[index % mix.length];
    spans.push(spanOf(kind, number, trace, index, trace * mix.length + mix.length - 1));
  }
  return {
    resourceSpans: [
      {
        resource: {
          attributes: attributesOf({
            'service.name': 'checkout',
            'service.version': '1.42.0',
            'service.instance.id': `checkout-7d9f8b6c5-${number % 4}`,
            'telemetry.sdk.language': 'nodejs',
            'telemetry.sdk.name': 'opentelemetry',
            'telemetry.sdk.version': '2.6.0',
            'host.name': 'ip-10-0-3-17',
            'process.pid': 4711,
          }),
        },
        scopeSpans: [{ scope: { name: '@opentelemetry/instrumentation-http', version: '0.223.0' }, spans }],
      },
    ],
  };
}

function spanOf(kind, number, trace, index, parent) {
  const startMs = 1_795_224_000_000 + (number * SPANS_PER_REQUEST + index) * 7;
  const isServer = kind === 'server';
  return {
    traceId: Buffer.concat([Buffer.alloc(4, 0x11), MARK, wordOf(number), wordOf(trace)]),
    spanId: Buffer.concat([MARK, wordOf(number * SPANS_PER_REQUEST + index)]),
    parentSpanId: isServer ? Buffer.alloc(0) : Buffer.concat([MARK, wordOf(number * SPANS_PER_REQUEST + parent)]),
    name: isServer ? 'POST /orders/:id' : kind === 'internal' ? 'middleware - session' : 'pg.query:SELECT shop',
    kind: { internal: 1, server: 2, client: 3 }[kind],
    startTimeUnixNano: `${isServer ? startMs - 60 : startMs}000000`,
    endTimeUnixNano: `${startMs + 12}345678`,
    attributes: attributesOf(isServer ? SERVER : kind === 'internal' ? INTERNAL : CLIENT),
    status: { code: 0 },
    flags: isServer ? 0x301 : 0x101,
  };
}

const SERVER = {
  'http.request.method': 'POST',
  'http.route': '/orders/:id',
  'http.response.status_code': 201,
  'url.scheme': 'https',
  'url.path': '/orders/18446744',
  'server.address': 'shop.example',
  'server.port': 443,
  'client.address': '203.0.113.7',
  'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64)',
  'network.protocol.version': '1.1',
};
const CLIENT = {
  'db.system.name': 'postgresql',
  'db.namespace': 'shop',
  'db.query.text': 'SELECT id, total FROM orders WHERE id = $1',
  'db.operation.name': 'SELECT',
  'db.collection.name': 'orders',
  'server.address': 'orders-db.internal',
  'server.port': 5432,
  'network.peer.address': '10.0.7.21',
  'db.response.returned_rows': 1,
  'thread.id': 0,
};
const INTERNAL = {
  'express.name': 'session',
  'express.type': 'middleware',
  'http.route': '/orders/:id',
  'code.function.name': 'session',
  'code.file.path': '/srv/app/node_modules/express-session/index.js',
  'code.line.number': 190,
  'app.tenant': 'tenant-0042',
  'app.feature': 'basket-v2',
  'app.sampled': true,
  'app.queue.depth': 3,
};

function attributesOf(attributes) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: value } : typeof value === 'boolean' ? { boolValue: value } : { stringValue: value },
  }));
}

function wordOf(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
