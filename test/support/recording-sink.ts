/** A sink that keeps everything it is given as plain data, each with the origin of its stream. */
import type { EventSink, StreamOrigin } from '../../analyzer/src/read/event-sink.ts';

export interface RecordingSink extends EventSink {
  /** In order: events, reports, records and metrics. */
  readonly told: unknown[];
  /** Reason and what was found, of each skip but the envelope. */
  readonly skips: string[];
  /** Bytes in all of them. */
  readonly byteCount: number;
}

export function recordingSink(): RecordingSink {
  const told: unknown[] = [];
  const skips: string[] = [];
  const origins: StreamOrigin[] = [];
  let byteCount = 0;
  return {
    told,
    skips,
    get byteCount() {
      return byteCount;
    },
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
}
