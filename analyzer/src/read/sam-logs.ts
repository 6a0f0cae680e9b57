/**
 * What `sam logs` prints: `<stream> <time without zone, UTC> <message>`, the stream first, other than `aws logs tail`.
 *
 * A JSON message is laid out over several lines. Source: aws/aws-sam-cli,
 * samcli/lib/observability/cw_logs/cw_log_formatters.py.
 */
import type { EventSink, FileContext, OpenReader } from './event-sink.ts';
import { IsoTime } from './iso-time.ts';
import { type EventPrefix, readPrefixedEvents } from './prefixed-events.ts';
import { StreamHandles } from './stream-handles.ts';

export const openSamLogs: OpenReader = (sink, file) => readPrefixedEvents(sink, new SamLogsPrefix(sink, file));

/** @returns index after the stream's name when the line begins as `sam logs` prints it (the time is then read), or -1 */
export function endOfSamStream(bytes: Buffer, from: number, to: number, time: IsoTime): number {
  const limit = Math.min(to, from + LONGEST_STREAM_NAME + 1);
  let at = from;
  let isStreamLike = false;
  while (at < limit && bytes[at] !== SPACE) {
    // Every stream of Lambda has both; asking for one keeps ordinary words before a time from being a stream.
    if (bytes[at] === 0x2f || bytes[at] === 0x5d) isStreamLike = true;
    at++;
  }
  if (!isStreamLike || at >= limit || Number.isNaN(time.read(bytes, at + 1, to)) || bytes[at + 11] !== 0x54) return -1;
  return time.zone === 'none' && (time.end === to || bytes[time.end] === SPACE) ? at : -1;
}

/** "PutLogEvents", Amazon CloudWatch Logs API Reference: at most 512 characters, each up to four bytes. */
const LONGEST_STREAM_NAME = 2048;
const SPACE = 0x20;

class SamLogsPrefix implements EventPrefix {
  stream = 0;
  atMs = 0;
  messageFrom = 0;
  readonly #streams: StreamHandles;
  readonly #time = new IsoTime();

  constructor(sink: EventSink, file: FileContext) {
    this.#streams = new StreamHandles(sink, file);
  }

  read(bytes: Buffer, from: number, to: number): boolean {
    const end = endOfSamStream(bytes, from, to, this.#time);
    if (end < 0) return false;
    this.atMs = this.#time.read(bytes, end + 1, to);
    this.stream = this.#streams.named(bytes, from, end);
    this.messageFrom = Math.min(to, this.#time.end + 1);
    return true;
  }
}
