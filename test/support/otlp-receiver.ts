/**
 * An OTLP/HTTP receiver that believes nothing: every request is decoded with the official protobuf definitions, whether
 * it came as JSON or as protobuf, and what does not fit them is refused as a collector would refuse it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  /** By name; integers as decimal strings behind `int:`, so that 1 and 1.0 are told apart. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: string;
  readonly flags: number;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string;
}

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** The decoded message as the official definitions print it. */
  // biome-ignore lint/suspicious/noExplicitAny: the generated definitions are untyped for our purpose
  readonly message: any;
  readonly atMs: number;
}

/** How to answer the next requests: a status, or `hang` for no answer at all, or `reset` for a broken connection. */
export interface Behaviour {
  readonly status?: number | 'hang' | 'reset';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly delayMs?: number;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Spans of requests that were accepted. */
  readonly spans: readonly ReceivedSpan[];
  /** Bodies of accepted log records. */
  readonly logBodies: readonly string[];
  /** Why requests were refused as malformed. */
  readonly refusals: readonly string[];
  readonly connectionCount: number;
  /** From now on, one for each request; the last one stays. */
  behave(...behaviours: Behaviour[]): void;
  /** Ends idle connections, as a peer does while its client is frozen. */
  dropConnections(): void;
  close(): Promise<void>;
}

export async function startOtlpReceiver(port = 0): Promise<OtlpReceiver> {
  const requests: ReceivedRequest[] = [];
  const spans: ReceivedSpan[] = [];
  const logBodies: string[] = [];
  const refusals: string[] = [];
  let behaviours: Behaviour[] = [{}];
  let connectionCount = 0;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const behaviour = behaviours.length > 1 ? behaviours.shift()! : behaviours[0]!;
      setTimeout(() => answer(request, response, Buffer.concat(chunks), behaviour), behaviour.delayMs ?? 0);
    });
  });
  server.on('connection', () => connectionCount++);

  function answer(request: IncomingMessage, response: ServerResponse, raw: Buffer, behaviour: Behaviour): void {
    if (behaviour.status === 'hang') return;
    if (behaviour.status === 'reset') return void request.socket.resetAndDestroy();
    let status = behaviour.status ?? 200;
    try {
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const message = decodeRequest(request.url ?? '', request.headers['content-type'] ?? '', body);
      requests.push({ path: request.url ?? '', headers: request.headers, message, atMs: Date.now() });
      if (status === 200) {
        spans.push(...spansIn(message));
        logBodies.push(...logsIn(message));
      }
    } catch (error) {
      refusals.push(String(error));
      status = 400;
    }
    response.writeHead(status, { 'content-type': 'application/json', ...behaviour.headers });
    response.end(behaviour.body ?? '{}');
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    requests,
    spans,
    logBodies,
    refusals,
    get connectionCount() {
      return connectionCount;
    },
    behave(...next) {
      behaviours = next;
    },
    dropConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @throws what the definitions do not know, or know otherwise */
// biome-ignore lint/suspicious/noExplicitAny: as above
function decodeRequest(path: string, contentType: string, body: Buffer): any {
  const type = OTLP_MESSAGES[path.replace(/\?.*$/, '').match(/\/v1\/(traces|logs|metrics)$/)?.[1] ?? ''];
  if (!type) throw new Error(`unknown path ${path}`);
  let message: unknown;
  if (contentType.startsWith('application/x-protobuf')) message = type.decode(body);
  else {
    const json = JSON.parse(body.toString());
    expectForms(json, '');
    message = type.fromObject(json);
    const problem = type.verify(message);
    if (problem) throw new Error(problem);
    // What survives the wire is what was understood: an unknown name vanishes here, and is missed.
    message = type.decode(type.encode(message).finish());
    expectNothingLost(json, type.toObject(message, { longs: String }), '');
  }
  return type.toObject(message, { longs: String, enums: String, defaults: true });
}

/** The official decoder is lenient about types; a collector is not. Ids are hexadecimal in OTLP/JSON, numbers of 64 bits strings or integers. */
function expectForms(value: unknown, path: string): void {
  if (Array.isArray(value)) for (const [at, entry] of value.entries()) expectForms(entry, `${path}[${at}]`);
  else if (value && typeof value === 'object') {
    const record = value as Record<string, unknown>;
    for (const [name, entry] of Object.entries(record)) {
      const at = `${path}.${name}`;
      const bad = FORMS.find(([names, form]) => names.test(name) && !form.test(typeof entry === 'object' ? '' : String(entry)));
      if (bad) throw new Error(`${at}: ${JSON.stringify(entry)} does not have the form ${bad[1]}`);
      if (/^(traceId|spanId|parentSpanId)$/.test(name)) record[name] = Buffer.from(String(entry), 'hex').toString('base64');
      else expectForms(entry, at);
    }
  }
}

const FORMS: readonly (readonly [RegExp, RegExp])[] = [
  [/^traceId$/, /^(?!0+$)[0-9a-f]{32}$/i],
  [/^(spanId|parentSpanId)$/, /^(?!0+$)[0-9a-f]{16}$/i],
  [/UnixNano$/, /^\d{1,20}$/],
  [/^(intValue|count|zeroCount)$/, /^-?\d+$/],
  [/^(kind|code|flags|severityNumber|aggregationTemporality|scale|offset)$/, /^-?\d+$/],
  [/^(name|key|stringValue)$/, /^/],
];

function expectNothingLost(sent: unknown, understood: unknown, path: string): void {
  if (sent === null || typeof sent !== 'object' || understood === null || typeof understood !== 'object') return;
  for (const [name, entry] of Object.entries(sent as Record<string, unknown>)) {
    const kept = (understood as Record<string, unknown>)[name];
    if (kept === undefined && !(Array.isArray(entry) && entry.length === 0)) throw new Error(`${path}.${name} is no field of the message`);
    expectNothingLost(entry, kept, `${path}.${name}`);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function spansIn(message: any): ReceivedSpan[] {
  const found: ReceivedSpan[] = [];
  for (const { resource, scopeSpans } of message.resourceSpans ?? []) {
    for (const { scope, spans } of scopeSpans) {
      for (const span of spans) {
        found.push({
          traceId: hexOf(span.traceId),
          spanId: hexOf(span.spanId),
          parentSpanId: hexOf(span.parentSpanId ?? []),
          name: span.name,
          kind: span.kind,
          startTimeUnixNano: span.startTimeUnixNano,
          endTimeUnixNano: span.endTimeUnixNano,
          attributes: attributesOf(span.attributes),
          status: `${span.status?.code ?? 'STATUS_CODE_UNSET'} ${span.status?.message ?? ''}`.trim(),
          flags: span.flags,
          resource: attributesOf(resource.attributes),
          scope: `${scope.name}@${scope.version}`,
        });
      }
    }
  }
  return found;
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function logsIn(message: any): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return (message.resourceLogs ?? []).flatMap((one: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above
    one.scopeLogs.flatMap((scope: any) => scope.logRecords.map((record: any) => record.body.stringValue)),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export function attributesOf(pairs: any[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function plain(value: any): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(plain);
  if (value.intValue !== undefined && value.intValue !== null) return `int:${value.intValue}`;
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}

function hexOf(bytes: Uint8Array | readonly number[]): string {
  return Buffer.from(bytes).toString('hex');
}

const load = createRequire(import.meta.url);
const { opentelemetry } = load(
  `${load.resolve('otlp-protobuf/package.json').replace(/package\.json$/, '')}build/src/generated/root.js`,
) as { opentelemetry: { proto: { collector: Record<string, { v1: Record<string, ProtobufType> }> } } };

export interface ProtobufType {
  fromObject(json: unknown): unknown;
  verify(message: unknown): string | null;
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  toObject(message: unknown, options: object): any;
}

export const OTLP_MESSAGES: Readonly<Record<string, ProtobufType>> = {
  traces: opentelemetry.proto.collector.trace!.v1.ExportTraceServiceRequest!,
  logs: opentelemetry.proto.collector.logs!.v1.ExportLogsServiceRequest!,
  metrics: opentelemetry.proto.collector.metrics!.v1.ExportMetricsServiceRequest!,
};

/** What a receiver answers. */
export const OTLP_RESPONSES: Readonly<Record<string, ProtobufType>> = {
  traces: opentelemetry.proto.collector.trace!.v1.ExportTraceServiceResponse!,
  logs: opentelemetry.proto.collector.logs!.v1.ExportLogsServiceResponse!,
  metrics: opentelemetry.proto.collector.metrics!.v1.ExportMetricsServiceResponse!,
};
