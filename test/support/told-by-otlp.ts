/** Everything that a request hands to the sink, as plain data: what is equal here is equal to all that comes behind. */

import type { EventSink } from '../../analyzer/src/read/event-sink.ts';
import { type OtlpEncoding, OtlpRequests, type OtlpSignal } from '../../analyzer/src/read/otlp-request.ts';

export interface ToldByOtlp {
  /** In order: events, reports, records and metrics, each with the origin of its stream. */
  readonly told: unknown[];
  /** Reason and what was found, of each skip but the envelope. */
  readonly skips: string[];
  readonly account: { readonly takenCount: number; readonly passedOverCount: number; readonly rejectedCount: number } | undefined;
  /** Bytes in all of them: has to be the length of the requests. */
  readonly byteCount: number;
}

export function toldByOtlp(requests: readonly { signal: OtlpSignal; encoding: OtlpEncoding; bytes: Buffer }[]): ToldByOtlp {
  const told: unknown[] = [];
  const skips: string[] = [];
  const origins: unknown[] = [];
  let byteCount = 0;
  const sink: EventSink = {
    stream: (origin) => origins.push(origin) - 1,
    event: (stream, atMs, bytes, from, to) => {
      told.push({ event: bytes.toString('utf8', from, to), atMs, origin: origins[stream] });
    },
    report: (stream, atMs, fields) => {
      told.push({ report: fields, atMs, origin: origins[stream] });
    },
    record: (stream, startMs, record, id) => {
      told.push({ record, startMs, id, origin: origins[stream] });
    },
    metric: (metric) => {
      told.push({ metric });
    },
    skipped: (reason, count, _place, found) => {
      byteCount += count;
      if (reason !== 'envelope') skips.push(`${reason}: ${found}`);
    },
    took: (count) => {
      byteCount += count;
    },
  };
  const reader = new OtlpRequests(sink, { path: 'test' });
  let account: ToldByOtlp['account'];
  for (const { signal, encoding, bytes } of requests) {
    const { takenCount, passedOverCount, rejectedCount } = reader.read(signal, encoding, bytes, 0);
    account = {
      takenCount: takenCount + (account?.takenCount ?? 0),
      passedOverCount: passedOverCount + (account?.passedOverCount ?? 0),
      rejectedCount: rejectedCount + (account?.rejectedCount ?? 0),
    };
  }
  reader.end();
  return { told, skips, account, byteCount };
}
