/**
 * What the stages behind the parser ask of it: its rows, its streams, and the numbers that rows carry.
 *
 * A parser is one; the other is a copy of a parser's state in the middle of its input (`copyOfParsed`), of which the
 * open requests can be closed while the parser itself goes on.
 */
import type { EventMinutes } from './event-minutes.ts';
import { FactWriter } from './fact-writer.ts';
import type { FactTable } from './facts.ts';
import type { FailureKinds } from './failure-kinds.ts';
import type { RequestIds } from './request-id.ts';
import type { StreamScan } from './stream-scan.ts';
import type { ShapeCount } from './unknown-shapes.ts';

export interface ParsedState {
  readonly facts: FactTable;
  readonly streams: StreamScan[];
  /** By the number that rows carry. */
  readonly versions: readonly string[];
  readonly ids: RequestIds;
  readonly failureKinds: FailureKinds;
  readonly eventMinutes: EventMinutes;
  readonly unknownShapes: { values(): Iterable<ShapeCount> };
  readonly eventCount: number;
  readonly platformLineCount: number;
  readonly applicationLineCount: number;
  /** Gives the rows that wait for something. */
  finish(): void;
  forgetStreams(): void;
}

/**
 * @param copy    copies streams, each once
 * @param onFull  takes rows out of the copied table when it has no room
 */
export function copyOfParsed(parsed: ParsedState, copy: <T>(value: T) => T, onFull: () => void): ParsedState {
  const writer = new FactWriter(onFull);
  writer.facts.takeFrom(parsed.facts);
  // Only the open request of a stream is closed in the copy; of all others the scan is read and left as it is.
  const streams = parsed.streams.map((scan) => (scan.open ? copy(scan) : scan));
  const { versions, ids, failureKinds, eventMinutes, unknownShapes, eventCount, platformLineCount, applicationLineCount } = parsed;
  return {
    facts: writer.facts,
    streams,
    versions,
    ids,
    failureKinds,
    eventMinutes,
    unknownShapes,
    eventCount,
    platformLineCount,
    applicationLineCount,
    finish() {
      for (const scan of streams) if (scan.open) writer.flush(scan);
    },
    forgetStreams() {
      streams.length = 0;
    },
  };
}
