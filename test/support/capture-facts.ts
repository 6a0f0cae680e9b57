/**
 * What the parser makes of an S3 export: its rows and its counts, with or without skimming over quiet lines.
 * Two captures are equal when nobody behind the parser could tell them apart.
 */
import { EventParser, type ParseLedger } from '../../analyzer/src/parse/event-parser.ts';
import type { EventSink } from '../../analyzer/src/read/event-sink.ts';
import { openS3Export } from '../../analyzer/src/read/s3-export.ts';

export interface CapturedFacts {
  readonly rows: readonly (readonly (number | string)[])[];
  readonly eventCount: number;
  readonly applicationLineCount: number;
  readonly platformLineCount: number;
  readonly eventsByMinute: readonly (readonly [number, number])[];
  /** Of all messages, as they are billed. */
  readonly logBytes: number;
  readonly tookBytes: number;
  readonly skippedBytes: number;
}

export function captureFacts(content: Buffer, cuts: readonly number[], skims: boolean): CapturedFacts {
  let tookBytes = 0;
  let skippedBytes = 0;
  const nothing = (): void => {};
  const ledger: ParseLedger = {
    skipped: (_file, _reason, byteCount) => {
      skippedBytes += byteCount;
    },
    took: (_file, byteCount) => {
      tookBytes += byteCount;
    },
    metric: nothing,
    anomaly: nothing,
    unknownPlatform: nothing,
  };
  const parser = new EventParser(ledger, {}, () => {
    throw new Error('this text has more rows than the table');
  });
  parser.beginFile(0, 'input');
  const sink: EventSink = skims ? parser : withoutSkimming(parser);
  const reader = openS3Export(sink, { path: 'input', logStream: '2026-11-21-[7]0123456789abcdef0123456789abcdef' });
  let at = 0;
  for (const cut of [...cuts, content.length]) {
    const chunk = Buffer.from(content.subarray(at, at + cut));
    if (chunk.length > 0) reader.push(chunk);
    chunk.fill(0x21);
    at += cut;
  }
  reader.end();
  parser.finish();
  const { facts } = parser;
  const rows = Array.from({ length: facts.rows }, (_, row) => [
    facts.kind[row]!,
    facts.id0[row]!,
    facts.id3[row]!,
    facts.atMs[row]!,
    facts.endMs[row]!,
    facts.place[row]!,
    facts.durationMs[row]!,
    facts.maxMemoryMb[row]!,
    JSON.stringify(facts.extra[row] ?? {}),
  ]);
  parser.eventMinutes.settle();
  const eventsByMinute = [...parser.eventMinutes.counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  return {
    rows,
    eventCount: parser.eventCount,
    applicationLineCount: parser.applicationLineCount,
    platformLineCount: parser.platformLineCount,
    eventsByMinute,
    logBytes: parser.streams.reduce((sum, stream) => sum + stream.logBytes, 0),
    tookBytes,
    skippedBytes,
  };
}

function withoutSkimming(parser: EventParser): EventSink {
  return {
    stream: (origin) => parser.stream(origin),
    event: (stream, atMs, bytes, from, to, place) => parser.event(stream, atMs, bytes, from, to, place),
    report: (stream, atMs, fields, place) => parser.report(stream, atMs, fields, place),
    metric: (point, place) => parser.metric(point, place),
    skipped: (reason, byteCount, place, found) => parser.skipped(reason, byteCount, place, found),
    took: (byteCount) => parser.took(byteCount),
  };
}
