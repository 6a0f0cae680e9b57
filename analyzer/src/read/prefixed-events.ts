/**
 * Reads text in which every event begins with a prefix, and a line without one continues the event before.
 * What the prefix looks like is all that `aws logs tail` and `sam logs` differ in.
 */
import type { EventSink, ShapeReader } from './event-sink.ts';
import { HeldEvent } from './held-event.ts';
import { type LineListener, Lines } from './lines.ts';

export interface EventPrefix {
  /** Handle of the stream in the prefix read last. */
  stream: number;
  atMs: number;
  messageFrom: number;
  /** @returns true, with the members above set, when the line begins an event */
  read(bytes: Buffer, from: number, to: number): boolean;
}

export function readPrefixedEvents(sink: EventSink, prefix: EventPrefix): ShapeReader {
  const held = new HeldEvent(sink);
  const listener: LineListener = {
    line(bytes, from, to, place, byteCount) {
      if (prefix.read(bytes, from, to)) held.begin(prefix.stream, prefix.atMs, bytes, prefix.messageFrom, to, place, byteCount);
      else if (isBlankLine(bytes, from, to)) {
        if (held.isOpen) held.continueBlank(byteCount);
        else sink.skipped('envelope', byteCount, place);
      } else if (held.isOpen) held.continueWith(bytes, from, to, byteCount);
      else held.beginSkipping('not-of-this-shape', 'line before the first event', place, byteCount);
    },
    tooLong(byteCount, place) {
      held.beginSkipping('too-long', 'line of more than 16 MiB', place, byteCount);
    },
  };
  const lines = new Lines(listener);
  return {
    push: (chunk) => lines.push(chunk),
    rest: () => held.give(),
    end() {
      lines.end();
      held.give();
    },
  };
}

export function isBlankLine(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] !== 0x20 && bytes[at] !== 0x09 && bytes[at] !== 0x0d) return false;
  }
  return true;
}
