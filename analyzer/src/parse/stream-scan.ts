/** What the scanner remembers of one log stream while its lines go by. */
import type { StreamOrigin } from '../read/event-sink.ts';
import { readLambdaStreamName } from '../read/lambda-stream-name.ts';
import { UUID_LENGTH } from './request-id.ts';

export class StreamScan {
  readonly handle: number;
  /** `unnamed` streams may mix several sandboxes: nobody said where one ends. */
  readonly named: boolean;
  readonly logGroup: string | undefined;
  readonly logStream: string;
  readonly accountId: string | undefined;
  /** A long-running process, of which no platform's lines tell. */
  readonly isProcess: boolean;
  functionName: string | undefined;
  version: string | undefined;
  /** False when `--fn` leaves this function out; undefined until its name is known. */
  wanted: boolean | undefined;

  /** Time of the newest event so far. */
  newestMs = Number.NEGATIVE_INFINITY;
  firstMs = Number.POSITIVE_INFINITY;
  /** Time of the last event that was older than the newest. */
  lateMs = Number.POSITIVE_INFINITY;
  logBytes = 0;
  platformBytes = 0;
  warnCount = 0;
  errorCount = 0;
  fatalCount = 0;
  eventCount = 0;
  /** Under which the parser finds it again. */
  key = '';
  /** Forgotten: the place waits for another stream. */
  isFree = false;
  /** Number of the last row that was written for it, over all streams: who has been silent longest has the lowest. */
  lastRow = 0;

  /** The request whose START was seen and whose REPORT was not. */
  open = false;
  /** The open request's START row is in the table already, because something unusual happened in it. */
  flushed = false;
  ended = false;
  id0 = 0;
  id1 = 0;
  id2 = 0;
  id3 = 0;
  startMs = Number.NaN;
  endMs = Number.NaN;
  startPlace = 0;
  startFile = 0;
  /** Raw bytes of the open (or last) request id, enough to tell it from another without parsing it. */
  raw0 = 0;
  raw1 = 0;
  raw2 = 0;
  raw3 = 0;
  rawLength = 0;
  /** The request whose stray line was noted last, so that a hundred of its lines make one row. */
  stray0 = 0;
  stray1 = 0;
  versionBytes: Uint8Array = NOTHING;
  /** Number of `version` in the parser's list. */
  versionNumber = 0;

  constructor(handle: number, origin: StreamOrigin, unnamedAs: string) {
    this.handle = handle;
    this.named = origin.logStream !== undefined;
    this.logGroup = origin.logGroup;
    this.logStream = origin.logStream ?? unnamedAs;
    this.accountId = origin.accountId;
    this.isProcess = origin.isProcess === true;
    const told = origin.logStream === undefined ? undefined : readLambdaStreamName(origin.logStream);
    this.functionName = origin.functionName ?? functionOfGroup(origin.logGroup) ?? told?.functionName;
    this.version = told?.version;
  }

  /** Remembers the request id at `bytes[from, from + length)` as the open one. */
  remember(bytes: Uint8Array, from: number, length: number): void {
    this.rawLength = length;
    this.raw0 = raw(bytes, from);
    this.raw1 = raw(bytes, from + 4);
    this.raw2 = raw(bytes, from + 9);
    this.raw3 = raw(bytes, from + length - 4);
  }

  /** Eight characters agree: enough to leave out an ordinary line from the search for late output. */
  isLikely(bytes: Uint8Array, from: number, length: number): boolean {
    return length === this.rawLength && raw(bytes, from) === this.raw0 && raw(bytes, from + 4) === this.raw1;
  }

  /** The same for an id that is a UUID by its place. */
  isLikelyUuid(words: DataView, from: number): boolean {
    return this.rawLength === UUID_LENGTH && words.getInt32(from, true) === this.raw0 && words.getInt32(from + 4, true) === this.raw1;
  }

  /** Twenty characters and the length agree: for two ids of one stream that is the same id. */
  isSame(bytes: Uint8Array, from: number, length: number): boolean {
    return (
      length === this.rawLength &&
      raw(bytes, from) === this.raw0 &&
      raw(bytes, from + length - 4) === this.raw3 &&
      raw(bytes, from + 4) === this.raw1 &&
      raw(bytes, from + 9) === this.raw2
    );
  }
}

const NOTHING = new Uint8Array(0);

function raw(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** `/aws/lambda/checkout` names its function; other groups do not. */
function functionOfGroup(group: string | undefined): string | undefined {
  const match = group === undefined ? null : /^\/aws\/lambda\/(?:[a-z]{2}-[a-z]+-\d\.)?([\w-]+)$/.exec(group);
  return match?.[1];
}
