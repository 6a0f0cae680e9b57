/**
 * What a sender of OTLP is answered, in the encoding in which it asked.
 *
 * Source: OpenTelemetry specification, "OTLP/HTTP Response"; opentelemetry-proto `*_service.proto`; google.rpc `status.proto`
 * and `code.proto`.
 */
import type { OtlpEncoding, OtlpSignal } from '../read/otlp-request.ts';

export interface OtlpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** A request that was taken; where records of it were rejected, how many and why. */
export function taken(signal: OtlpSignal, encoding: OtlpEncoding, rejectedCount: number, why: string): OtlpAnswer {
  if (rejectedCount === 0) return encoding === 'json' ? TAKEN_JSON : TAKEN_PROTOBUF;
  if (encoding === 'json') {
    const partialSuccess = { [REJECTED[signal]]: String(rejectedCount), errorMessage: why };
    return answer(200, encoding, Buffer.from(JSON.stringify({ partialSuccess })));
  }
  const text = Buffer.from(why);
  const partial = Buffer.concat([Buffer.from([0x08]), varint(rejectedCount), Buffer.from([0x12]), varint(text.length), text]);
  return answer(200, encoding, Buffer.concat([Buffer.from([0x0a]), varint(partial.length), partial]));
}

/** A request that was not taken: a Status message. */
export function refused(status: number, encoding: OtlpEncoding, code: RpcCode, message: string): OtlpAnswer {
  if (encoding === 'json') return answer(status, encoding, Buffer.from(JSON.stringify({ code: RPC_CODE[code], message })));
  const text = Buffer.from(message);
  return answer(status, encoding, Buffer.concat([Buffer.from([0x08, RPC_CODE[code], 0x12]), varint(text.length), text]));
}

const RPC_CODE = { invalidArgument: 3, notFound: 5, resourceExhausted: 8, unimplemented: 12, internal: 13, unavailable: 14 } as const;
export type RpcCode = keyof typeof RPC_CODE;

const REJECTED: Readonly<Record<OtlpSignal, string>> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
};

const CONTENT_TYPE: Readonly<Record<OtlpEncoding, string>> = { json: 'application/json', protobuf: 'application/x-protobuf' };
const TAKEN_JSON = answer(200, 'json', Buffer.from('{}'));
/** A message without a field has no bytes. */
const TAKEN_PROTOBUF = answer(200, 'protobuf', Buffer.alloc(0));

function answer(status: number, encoding: OtlpEncoding, body: Buffer): OtlpAnswer {
  return { status, contentType: CONTENT_TYPE[encoding], body };
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
