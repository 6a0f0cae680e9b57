/**
 * The hand-written walk over OTLP's protobuf, held against the official definitions: what these encode must come out as the same
 * events as the same data in JSON, and bytes that they did not encode must neither crash nor hang it.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OtlpFault, type OtlpSignal } from '../../analyzer/src/read/otlp-request.ts';
import { OTLP_MESSAGES } from '../support/otlp-receiver.ts';
import { toldByOtlp } from '../support/told-by-otlp.ts';

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 80 }).map((odd) => Buffer.from(odd).toString()),
);
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const count = fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })).map(String);
const nanos = fc.oneof(
  fc.constant('0'),
  fc.bigInt({ min: 1_760_000_000_000_000_000n, max: 1_760_000_600_000_000_000n }).map(String),
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
);
/** JSON writes -0 as 0, so it is no number that both encodings carry. */
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: long }),
    fc.record({ doubleValue: real }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 }) }) }),
  ),
}));
const NAMES = [
  ...['faas.invocation_id', 'faas.execution', 'faas.name', 'faas.instance', 'faas.max_memory', 'service.name', 'service.instance.id'],
  ...['http.request.method', 'http.route', 'http.response.status_code', 'peer.service', 'server.address', 'error.type', 'exception.type'],
  ...['exception.message', 'exception.stacktrace', 'messaging.operation.type', 'cloud.platform', 'rpc.system', 'rpc.service', 'x'],
];
const attribute = fc.record({ key: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: text }), value });
const attributes = fc.array(attribute, { maxLength: 8 });
const id = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => Buffer.from(array).toString('hex'));
const traceId = fc.oneof(fc.constant('0af7651916cd43dd8448eb211c80319c'), id(16));
const span = fc.record({
  traceId,
  spanId: id(8),
  parentSpanId: fc.oneof(fc.constant(undefined), id(8)),
  name: text,
  kind: fc.nat({ max: 5 }),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  events: fc.array(fc.record({ timeUnixNano: nanos, name: fc.constantFrom('exception', 'log'), attributes }), { maxLength: 2 }),
  status: fc.oneof(fc.constant(undefined), fc.record({ message: text, code: fc.nat({ max: 2 }) })),
  flags: fc.constantFrom(0, 0x100, 0x101, 0x300, 0x301),
});
const logRecord = fc.record({
  timeUnixNano: nanos,
  observedTimeUnixNano: nanos,
  severityNumber: fc.nat({ max: 24 }),
  severityText: text,
  body: fc.oneof(fc.constant(undefined), value),
  attributes,
  traceId,
  spanId: id(8),
});
const point = { timeUnixNano: nanos, startTimeUnixNano: nanos, attributes };
const counted = { ...point, count, sum: real };
const metric = fc
  .record({
    name: text,
    unit: text,
    data: fc.oneof(
      ...['gauge', 'sum'].map((kind) =>
        fc
          .array(fc.oneof(fc.record({ ...point, asInt: long }), fc.record({ ...point, asDouble: real })))
          .map((dataPoints) => ({ [kind]: { dataPoints } })),
      ),
      fc.array(fc.record({ ...counted, min: real, bucketCounts: fc.array(count) })).map((dataPoints) => ({ histogram: { dataPoints } })),
      fc
        .array(fc.record({ ...counted, scale: fc.integer({ min: -9, max: 9 }), max: real }))
        .map((dataPoints) => ({ exponentialHistogram: { dataPoints } })),
      fc.array(fc.record(counted)).map((dataPoints) => ({ summary: { dataPoints } })),
    ),
  })
  .map(({ data, ...rest }) => ({ ...rest, ...data }));

const requestOf = (resources: string, scopes: string, records: string, record: fc.Arbitrary<unknown>) =>
  fc
    .array(
      fc
        .record({ resource: fc.record({ attributes }), scopes: fc.array(fc.array(record, { maxLength: 4 }), { maxLength: 2 }) })
        .map(({ resource, scopes: lists }) => ({ resource, [scopes]: lists.map((list) => ({ scope: { name: 's' }, [records]: list })) })),
      { maxLength: 3 },
    )
    .map((list) => ({ [resources]: list }));

const REQUESTS: Readonly<Record<OtlpSignal, fc.Arbitrary<Record<string, unknown>>>> = {
  traces: requestOf('resourceSpans', 'scopeSpans', 'spans', span),
  logs: requestOf('resourceLogs', 'scopeLogs', 'logRecords', logRecord),
  metrics: requestOf('resourceMetrics', 'scopeMetrics', 'metrics', metric),
};
const SIGNALS = Object.keys(REQUESTS) as OtlpSignal[];

describe.each(SIGNALS)('%s', (signal) => {
  test('as the official definitions encode them become the same events as in JSON', () => {
    fc.assert(
      fc.property(REQUESTS[signal], (request) => {
        const json = toldByOtlp([{ signal, encoding: 'json', bytes: Buffer.from(JSON.stringify(request)) }]);
        const bytes = encoded(signal, request);
        const protobuf = toldByOtlp([{ signal, encoding: 'protobuf', bytes }]);
        expect(protobuf.told).toEqual(json.told);
        expect(protobuf.skips.toSorted()).toEqual(json.skips.toSorted());
        expect(protobuf.byteCount).toBe(bytes.length);
      }),
      { numRuns: 150 },
    );
  });

  test('with fields that are not known yet, of every wire type, become the same events as without', () => {
    fc.assert(
      fc.property(REQUESTS[signal], fc.infiniteStream(fc.nat({ max: UNKNOWN_FIELDS.length - 1 })), (request, choices) => {
        const bytes = encoded(signal, request);
        const wider = withUnknownFields(bytes, signal, choices);
        const [plain, widened] = [bytes, wider].map((each) => toldByOtlp([{ signal, encoding: 'protobuf', bytes: each }]));
        expect(widened!.told).toEqual(plain!.told);
        expect(widened!.byteCount).toBe(wider.length);
      }),
      { numRuns: 50 },
    );
  });

  test('that were cut off, or had bytes changed, are refused as a whole or account for every byte', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat({ max: 255 }) }),
      fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
    );
    fc.assert(
      fc.property(REQUESTS[signal], fc.array(change, { minLength: 1, maxLength: 3 }), (request, changes) => {
        let bytes = encoded(signal, request);
        for (const one of changes) {
          const at = one.at % (bytes.length + 1);
          if (one.kind === 'cut') bytes = bytes.subarray(0, at);
          else if (one.kind === 'insert') bytes = Buffer.concat([bytes.subarray(0, at), one.bytes, bytes.subarray(at)]);
          else if (at < bytes.length) bytes.writeUInt8(one.byte, at);
        }
        expectWhole(signal, bytes);
      }),
      { numRuns: 200 },
    );
  });

  test('made of anything are refused as a whole or account for every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectWhole(signal, Buffer.from(bytes))),
      { numRuns: 200 },
    );
  });
});

test.each([
  ['a length of four gigabytes', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ['a length of eleven bytes', [0x0a, ...new Array(10).fill(0xff), 0x01]],
  ['a field with the number 0', [0x02, 0x00]],
  ['a group that never ends', [0x0b, 0x0b, 0x0b]],
  ['groups nested a thousand deep', new Array(1000).fill(0x0b)],
  ['an end of a group that never began', [0x0c]],
  ['a wire type that does not exist', [0x0f]],
  ['text', [...Buffer.from('{"resourceSpans":[]}')]],
])('%s is refused', (_title, bytes) => {
  expect(() => toldByOtlp([{ signal: 'traces', encoding: 'protobuf', bytes: Buffer.from(bytes) }])).toThrow(OtlpFault);
});

test('a span with a fault in it is rejected alone: those beside it are taken', () => {
  const good = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    kind: 2,
    startTimeUnixNano: '1760000000000000000',
    endTimeUnixNano: '1760000000005000000',
  };
  const spans = [good, { ...good, name: 'FAULT' }, good];
  const bytes = encoded('traces', { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans }] }] });
  // The length of the name now reaches beyond the span.
  bytes.writeUInt8(0x7f, bytes.indexOf('FAULT') - 1);
  const { account, skips } = toldByOtlp([{ signal: 'traces', encoding: 'protobuf', bytes }]);
  expect(account).toEqual({ takenCount: 2, passedOverCount: 0, rejectedCount: 1 });
  expect(skips).toEqual(['broken: span with a fault in it']);
});

function expectWhole(signal: OtlpSignal, bytes: Buffer): void {
  let told: ReturnType<typeof toldByOtlp>;
  try {
    told = toldByOtlp([{ signal, encoding: 'protobuf', bytes }]);
  } catch (error) {
    expect(error).toBeInstanceOf(OtlpFault);
    return;
  }
  expect(told.byteCount).toBe(bytes.length);
}

function encoded(signal: OtlpSignal, request: object): Buffer {
  const type = OTLP_MESSAGES[signal]!;
  return Buffer.from(type.encode(type.fromObject(withBytes(request))).finish());
}

/** The definitions want ids as bytes; in OTLP's JSON they are hexadecimal. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      /^(traceId|spanId|parentSpanId)$/.test(name) && each ? Buffer.from(each, 'hex') : withBytes(each),
    ]),
  );
}

/** Field 1000 as varint, fixed64, bytes, group (with a varint in it) and fixed32. */
const UNKNOWN_FIELDS = [
  [0xc0, 0x3e, 0xff, 0x01],
  [0xc1, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8],
  [0xc2, 0x3e, 3, 1, 2, 3],
  [0xc3, 0x3e, 0x08, 0x01, 0xc4, 0x3e],
  [0xc5, 0x3e, 1, 2, 3, 4],
];

/** Puts a field behind every field of request, resource, scope and record. */
function withUnknownFields(bytes: Buffer, _signal: OtlpSignal, choices: Iterator<number>, depth = 0): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const from = at;
    const [tag, afterTag] = varint(bytes, at);
    at = afterTag;
    const isNested = (tag & 7) === 2 && (depth === 0 ? tag === 0x0a : depth < 3 && tag === 0x12);
    if ((tag & 7) === 0) at = varint(bytes, at)[1];
    else if ((tag & 7) === 1) at += 8;
    else if ((tag & 7) === 5) at += 4;
    else {
      const [length, afterLength] = varint(bytes, at);
      at = afterLength + length;
      if (isNested) {
        const inner = withUnknownFields(bytes.subarray(afterLength, at), _signal, choices, depth + 1);
        parts.push(bytes.subarray(from, afterTag), varintOf(inner.length), inner);
      }
    }
    if (!isNested) parts.push(bytes.subarray(from, at));
    parts.push(Buffer.from(UNKNOWN_FIELDS[choices.next().value]!));
  }
  return Buffer.concat(parts);
}

function varint(bytes: Buffer, from: number): [value: number, after: number] {
  let value = 0n;
  let at = from;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++]!;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [Number(value), at];
  }
}

function varintOf(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) {
      bytes.push(rest);
      return Buffer.from(bytes);
    }
    bytes.push((rest & 0x7f) | 0x80);
  }
}
