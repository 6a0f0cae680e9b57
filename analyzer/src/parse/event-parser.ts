/**
 * Understands events: the one place where message bytes become facts, whichever envelope they came in.
 *
 * The first byte of a message decides what it can be, so an ordinary application line costs a few comparisons and
 * no allocation. Whatever is not of the ordinary form goes to a slower reader (`platform-line`, `platform-record`,
 * `application-line`), never to the floor: what nobody understands is counted by its form.
 */
import type { EventSink, MetricPoint, QuietTest, ReportFields, SkipReason, StreamOrigin } from '../read/event-sink.ts';
import type { Anomaly } from './anomaly.ts';
import { EventMinutes } from './event-minutes.ts';
import { FACT, type FactExtra, type FactKind, FactTable } from './facts.ts';
import { FailureKinds } from './failure-kinds.ts';
import { JsonLineScanner } from './json-line-scanner.ts';
import { type PlatformFact, platformFactOf } from './platform-fact.ts';
import { parsePlatformLine } from './platform-line.ts';
import { readPlatformRecord } from './platform-record.ts';
import { QuietLines } from './quiet-lines.ts';
import { readRecordLine } from './record-line.ts';
import { ReportNumbers } from './report-numbers.ts';
import { RequestIds, UUID_LENGTH } from './request-id.ts';
import { StreamScan } from './stream-scan.ts';
import { ShapeCounts } from './unknown-shapes.ts';

/** Where skipped bytes and odd events are counted; the store implements it. */
export interface ParseLedger {
  skipped(file: number, reason: SkipReason, byteCount: number, place: number, found: string | undefined): void;
  took(file: number, byteCount: number): void;
  metric(point: MetricPoint): void;
  anomaly(kind: Anomaly, file: number, place: number, atMs: number): void;
  unknownPlatform(what: string, file: number, place: number, atMs: number): void;
}

export interface ParseSettings {
  readonly functionName?: string;
  /** Says whether a function is wanted; all when absent. */
  readonly wants?: (functionName: string) => boolean;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Keep what only a single record needs (trace ids, dialects): slower, for `explain` and tests. */
  readonly detailed?: boolean;
}

export class EventParser implements EventSink {
  readonly facts = new FactTable();
  readonly ids = new RequestIds();
  readonly failureKinds = new FailureKinds();
  readonly unknownShapes = new ShapeCounts();
  readonly eventMinutes = new EventMinutes();
  readonly streams: StreamScan[] = [];
  /** Versions by the number that rows carry; 0 is unknown. */
  readonly versions: string[] = [''];
  eventCount = 0;
  platformLineCount = 0;
  applicationLineCount = 0;
  /** Our agent's own lines. */
  recordCount = 0;
  /** Left out by `--from`, `--to` or `--fn`. */
  filteredCount = 0;

  readonly #settings: ParseSettings;
  readonly #ledger: ParseLedger;
  readonly #onFull: () => void;
  readonly #byName = new Map<string, number>();
  readonly #report = new ReportNumbers();
  readonly #json = new JsonLineScanner();
  readonly #ranged: boolean;
  readonly #detailed: boolean;
  /** Beginnings of this file's first lines without structure, to say what the file may be. Never shown. */
  readonly samples: string[] = [];
  #file = 0;
  #filePath = '';

  /** @param onFull  called when the fact table has no room: it must take rows out before it returns */
  constructor(ledger: ParseLedger, settings: ParseSettings, onFull: () => void) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.#onFull = onFull;
    this.#ranged = settings.fromMs !== undefined || settings.toMs !== undefined;
    this.#detailed = settings.detailed === true;
  }

  /** Names the file that the next calls speak of. */
  beginFile(file: number, path: string): void {
    this.#file = file;
    this.#filePath = path;
    this.samples.length = 0;
  }

  /** Forgets all streams: the next file starts with new ones. Call when the assembler has closed them. */
  forgetStreams(): void {
    this.streams.length = 0;
    this.#byName.clear();
  }

  stream(origin: StreamOrigin): number {
    const stream = origin.logStream?.replace(/^(\d{4})-(\d\d)-(\d\d)-/, '$1/$2/$3/');
    const unnamedAs = origin.logGroup ?? this.#filePath;
    const key = `${origin.accountId ?? ''}\u0000${origin.logGroup ?? ''}\u0000${stream ?? `\u0000${this.#file}`}\u0000${origin.functionName ?? ''}`;
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    const scan = new StreamScan(this.streams.length, stream === undefined ? origin : { ...origin, logStream: stream }, unnamedAs);
    scan.functionName ??= this.#settings.functionName;
    if (scan.functionName !== undefined) this.#name(scan, scan.functionName);
    if (scan.version !== undefined) this.#setVersion(scan, scan.version);
    this.streams.push(scan);
    this.#byName.set(key, scan.handle);
    return scan.handle;
  }

  skim(stream: number): QuietTest | undefined {
    const scan = this.streams[stream]!;
    // With `--from` or `--to` the exact time of each event matters, with `--fn` whether its function is wanted.
    return this.#ranged || this.#settings.wants !== undefined || this.#detailed ? undefined : new QuietLines(scan, this.#json);
  }

  skimmed(stream: number, minuteMs: number, eventCount: number, byteCount: number): void {
    const scan = this.streams[stream]!;
    scan.eventCount += eventCount;
    scan.logBytes += byteCount;
    this.eventCount += eventCount;
    this.applicationLineCount += eventCount;
    this.eventMinutes.addMany(minuteMs, eventCount);
  }

  took(byteCount: number): void {
    this.#ledger.took(this.#file, byteCount);
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    this.#ledger.skipped(this.#file, reason, byteCount, place, found);
  }

  metric(point: MetricPoint, _place: number): void {
    if (this.#ranged && !this.#inRange(point.atMs)) {
      this.filteredCount++;
      return;
    }
    this.#ledger.metric(point);
  }

  report(stream: number, atMs: number, fields: ReportFields, place: number): void {
    const scan = this.streams[stream]!;
    if (!this.#takes(scan, atMs)) return;
    this.platformLineCount++;
    this.ids.set(fields.requestId);
    const row = this.#row(FACT.report, scan, atMs, place);
    this.facts.durationMs[row] = fields.durationMs;
    this.facts.billedMs[row] = fields.billedMs ?? Number.NaN;
    this.facts.memorySizeMb[row] = fields.memorySizeMb ?? Number.NaN;
    this.facts.maxMemoryMb[row] = fields.maxMemoryUsedMb ?? Number.NaN;
    this.facts.initMs[row] = fields.initDurationMs ?? Number.NaN;
    this.facts.endMs[row] = atMs;
    if (fields.traceId !== undefined) this.facts.extra[row] = { traceId: fields.traceId };
  }

  event(stream: number, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const scan = this.streams[stream]!;
    if (!this.#takes(scan, atMs)) return;
    scan.logBytes += to - from;
    // Platform words are told by four bytes at their distances; what follows must still be an id.
    switch (bytes[from]) {
      case 0x53: // S
        if (bytes[from + 5] === 0x20 && bytes[from + 6] === 0x52 && bytes[from + 15] === 0x3a && bytes[from + 4] === 0x54)
          return this.#start(scan, atMs, bytes, from, to, place);
        break;
      case 0x45: // E
        if (bytes[from + 3] === 0x20 && bytes[from + 4] === 0x52 && bytes[from + 13] === 0x3a && bytes[from + 1] === 0x4e)
          return this.#end(scan, atMs, bytes, from, to, place);
        if (isWord(bytes, from, to, EXTENSION)) return this.#platformText(scan, atMs, bytes, from, to, place);
        break;
      case 0x52: // R
        if (bytes[from + 6] === 0x20 && bytes[from + 7] === 0x52 && bytes[from + 16] === 0x3a && bytes[from + 5] === 0x54)
          return this.#reportLine(scan, atMs, bytes, from, to, place);
        if (isWord(bytes, from, to, RESTORE)) return this.#platformText(scan, atMs, bytes, from, to, place);
        if (isWord(bytes, from, to, REQUEST_ID)) return this.#runtimeExit(scan, atMs, bytes, from, to, place);
        break;
      case 0x49: // I
        if (isWord(bytes, from, to, INIT)) return this.#platformText(scan, atMs, bytes, from, to, place);
        break;
      case 0x54: // T
        if (isWord(bytes, from, to, TELEMETRY)) return this.#platformText(scan, atMs, bytes, from, to, place);
        break;
      case 0x4c: // L
        if (isWord(bytes, from, to, LOGS)) return this.#platformText(scan, atMs, bytes, from, to, place);
        if (isWord(bytes, from, to, LAMBDA_WARNING)) return this.#bareError(scan, atMs, bytes, from, to, place);
        break;
      case 0x55: // U
        if (isWord(bytes, from, to, UNKNOWN_APPLICATION)) return this.#unknownApplicationError(scan, atMs, bytes, from, to, place);
        break;
      case 0x46: // F
        if (isWord(bytes, from, to, FATAL_ERROR)) return this.#bareError(scan, atMs, bytes, from, to, place);
        break;
      case 0x7b: // {
        return this.#jsonLine(scan, atMs, bytes, from, to, place);
      case 0x5b: // [
        return this.#bracketLine(scan, atMs, bytes, from, to, place);
      case 0x32: // 2, a year
        if (bytes[from + 24] === 0x09 && bytes[from + 23] === 0x5a) return this.#nodeLine(scan, atMs, bytes, from, to, place);
        if (bytes[from + 24] === 0x20 && bytes[from + 23] === 0x5a) {
          if (this.#timedOut(scan, atMs, bytes, from, to, place)) return;
        }
        break;
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d: {
        let start = from;
        while (start < to && bytes[start]! <= 0x20) start++;
        if (start < to && start > from) {
          scan.logBytes -= to - from;
          this.eventCount--;
          scan.eventCount--;
          this.eventMinutes.take(atMs);
          return this.event(stream, atMs, bytes, start, to, place);
        }
        break;
      }
      default:
        break;
    }
    this.#bareLine(scan, bytes, from, to, place, atMs);
  }

  /** Gives the rows that wait for something: call when no more events will come. */
  finish(): void {
    for (const scan of this.streams) if (scan.open) this.#flush(scan);
  }

  // Counting, ordering and filtering that every event goes through.
  #takes(scan: StreamScan, atMs: number): boolean {
    if (this.#ranged && !this.#inRange(atMs)) {
      this.filteredCount++;
      return false;
    }
    if (scan.wanted === false) {
      this.filteredCount++;
      return false;
    }
    this.eventCount++;
    scan.eventCount++;
    this.eventMinutes.add(atMs);
    if (atMs >= scan.newestMs) scan.newestMs = atMs;
    else if (atMs < scan.newestMs) this.#disorder(scan, atMs);
    if (scan.eventCount === 1 && !Number.isNaN(atMs)) scan.firstMs = atMs;
    return true;
  }

  #disorder(scan: StreamScan, atMs: number): void {
    this.facts.disordered = true;
    if (atMs < scan.firstMs) scan.firstMs = atMs;
  }

  #inRange(atMs: number): boolean {
    // Without a time nobody can say that the event is outside.
    if (Number.isNaN(atMs)) return true;
    const { fromMs, toMs } = this.#settings;
    return (fromMs === undefined || atMs >= fromMs) && (toMs === undefined || atMs < toMs);
  }

  #name(scan: StreamScan, functionName: string): void {
    scan.functionName = functionName;
    scan.wanted = this.#settings.wants?.(functionName) ?? true;
  }

  #row(kind: FactKind, scan: StreamScan, atMs: number, place: number): number {
    const facts = this.facts;
    if (facts.rows === facts.capacity) this.#onFull();
    const row = facts.rows++;
    facts.kind[row] = kind;
    facts.stream[row] = scan.handle;
    facts.file[row] = this.#file;
    facts.version[row] = scan.versionNumber;
    facts.atMs[row] = atMs;
    facts.endMs[row] = Number.NaN;
    facts.place[row] = place;
    facts.id0[row] = this.ids.id0;
    facts.id1[row] = this.ids.id1;
    facts.id2[row] = this.ids.id2;
    facts.id3[row] = this.ids.id3;
    facts.durationMs[row] = Number.NaN;
    facts.billedMs[row] = Number.NaN;
    facts.memorySizeMb[row] = Number.NaN;
    facts.maxMemoryMb[row] = Number.NaN;
    facts.initMs[row] = Number.NaN;
    return row;
  }

  #noId(): void {
    this.ids.id0 = 0;
    this.ids.id1 = 0;
    this.ids.id2 = 0;
    this.ids.id3 = 0;
  }

  /** A line that names no request is the open one's, unless it is older than that: a file may run backwards. */
  #impliedId(scan: StreamScan, atMs: number): void {
    if (scan.open && !(atMs < scan.startMs)) this.#openId(scan);
    else this.#noId();
  }

  #openId(scan: StreamScan): void {
    this.ids.id0 = scan.id0;
    this.ids.id1 = scan.id1;
    this.ids.id2 = scan.id2;
    this.ids.id3 = scan.id3;
  }

  /** Writes the START row of the open request: from here on it is not a plain invocation. */
  #flush(scan: StreamScan): void {
    if (scan.flushed) return;
    scan.flushed = true;
    const { id0, id1, id2, id3 } = this.ids;
    this.#openId(scan);
    this.#row(FACT.start, scan, scan.startMs, scan.startPlace);
    this.ids.id0 = id0;
    this.ids.id1 = id1;
    this.ids.id2 = id2;
    this.ids.id3 = id3;
  }

  #start(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const idFrom = from + START.length;
    const after = this.ids.read(bytes, idFrom, to);
    if (after < 0) return this.#platformText(scan, atMs, bytes, from, to, place);
    this.platformLineCount++;
    scan.platformBytes += to - from;
    this.#readVersion(scan, bytes, after, to);
    this.#open(scan, atMs, place);
    scan.remember(bytes, idFrom, after - idFrom);
  }

  #open(scan: StreamScan, atMs: number, place: number): void {
    if (scan.open) this.#flush(scan);
    scan.open = true;
    scan.flushed = false;
    scan.ended = false;
    scan.id0 = this.ids.id0;
    scan.id1 = this.ids.id1;
    scan.id2 = this.ids.id2;
    scan.id3 = this.ids.id3;
    scan.startMs = atMs;
    scan.endMs = Number.NaN;
    scan.startPlace = place;
  }

  #readVersion(scan: StreamScan, bytes: Buffer, after: number, to: number): void {
    const from = after + VERSION.length;
    if (from >= to || bytes[after + 1] !== 0x56 || bytes[after + 8] !== 0x3a) return;
    const known = scan.versionBytes;
    // Only `$LATEST` begins so.
    if (known[0] === DOLLAR && bytes[from] === DOLLAR) return;
    const length = known.length;
    if (length > 0 && from + length <= to) {
      let i = 0;
      while (i < length && bytes[from + i] === known[i]) i++;
      if (i === length && (from + i === to || bytes[from + i]! <= 0x20 || bytes[from + i] === 0x5c)) return;
    }
    let end = from;
    while (end < to && bytes[end]! > 0x20 && bytes[end] !== 0x5c) end++;
    if (end === from) return;
    scan.versionBytes = Uint8Array.prototype.slice.call(bytes, from, end);
    const version = bytes.toString('latin1', from, end);
    // The rows before this START belong to the version before it.
    if (scan.version !== undefined && scan.version !== version && scan.open) this.#flush(scan);
    this.#setVersion(scan, version);
  }

  #setVersion(scan: StreamScan, version: string): void {
    scan.version = version;
    let number = this.versions.indexOf(version);
    if (number < 0 && this.versions.length < MOST_VERSIONS) number = this.versions.push(version) - 1;
    scan.versionNumber = Math.max(0, number);
  }

  #end(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.platformLineCount++;
    scan.platformBytes += to - from;
    const idFrom = from + END.length;
    if (scan.open && !(atMs < scan.startMs) && to - idFrom >= scan.rawLength && scan.isSame(bytes, idFrom, scan.rawLength)) {
      scan.endMs = atMs;
      scan.ended = true;
      return;
    }
    if (this.ids.read(bytes, idFrom, to) < 0) return this.#unknownText(scan, bytes, from, to, place, atMs);
    this.#row(FACT.end, scan, atMs, place);
  }

  #reportLine(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const idFrom = from + REPORT.length;
    if (!this.#detailed) {
      const isOpen = scan.open && !(atMs < scan.startMs) && to - idFrom > scan.rawLength && scan.isSame(bytes, idFrom, scan.rawLength);
      const numbers = this.#report;
      if (isOpen && numbers.read(bytes, idFrom + scan.rawLength, to)) {
        this.platformLineCount++;
        scan.platformBytes += to - from;
        this.#openId(scan);
        this.#closeWithNumbers(scan, atMs, place);
        return;
      }
    }
    this.#platformText(scan, atMs, bytes, from, to, place);
  }

  #closeWithNumbers(scan: StreamScan, atMs: number, place: number): void {
    const plain = !scan.flushed;
    const row = plain ? this.#row(FACT.invocation, scan, scan.startMs, place) : this.#row(FACT.report, scan, atMs, place);
    const facts = this.facts;
    const numbers = this.#report;
    facts.endMs[row] = scan.ended ? scan.endMs : atMs;
    facts.durationMs[row] = numbers.durationMs;
    facts.billedMs[row] = numbers.billedMs;
    facts.memorySizeMb[row] = numbers.memorySizeMb;
    facts.maxMemoryMb[row] = numbers.maxMemoryMb;
    facts.initMs[row] = numbers.initMs;
    this.#close(scan);
  }

  #close(scan: StreamScan): void {
    scan.open = false;
    scan.stray0 = 0;
    scan.stray1 = 0;
  }

  /** A platform line that is not of the ordinary form: read by key scan. */
  #platformText(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const line = parsePlatformLine(bytes.toString('utf8', from, Math.min(to, from + LONGEST_PLATFORM_LINE)));
    if (line === undefined) return this.#unknownText(scan, bytes, from, to, place, atMs);
    this.platformLineCount++;
    scan.platformBytes += to - from;
    if (line.extra !== undefined) for (const key of Object.keys(line.extra)) this.#ledger.unknownPlatform(key, this.#file, place, atMs);
    this.#platformFact(scan, atMs, platformFactOf(line), place);
  }

  #platformFact(scan: StreamScan, atMs: number, fact: PlatformFact, place: number): void {
    if (fact.functionName !== undefined && scan.functionName === undefined) this.#name(scan, fact.functionName);
    if (fact.requestId === undefined) this.#noId();
    else this.ids.set(fact.requestId);
    if (fact.kind === FACT.start) {
      if (fact.version !== undefined) {
        if (scan.version !== fact.version && scan.open) this.#flush(scan);
        this.#setVersion(scan, fact.version);
        scan.versionBytes = Buffer.from(fact.version, 'latin1');
      }
      this.#open(scan, atMs, place);
      const id = Buffer.from(fact.requestId ?? '', 'latin1');
      scan.remember(id, 0, id.length);
      return;
    }
    const isOpen =
      scan.open && !(atMs < scan.startMs) && this.ids.id0 === scan.id0 && this.ids.id1 === scan.id1 && this.ids.id3 === scan.id3;
    if (scan.open) this.#flush(scan);
    const row = this.#row(fact.kind, scan, atMs, place);
    const facts = this.facts;
    facts.durationMs[row] = fact.durationMs ?? Number.NaN;
    facts.billedMs[row] = fact.billedMs ?? Number.NaN;
    facts.memorySizeMb[row] = fact.memorySizeMb ?? Number.NaN;
    facts.maxMemoryMb[row] = fact.maxMemoryMb ?? Number.NaN;
    facts.initMs[row] = fact.initMs ?? Number.NaN;
    facts.endMs[row] = isOpen && scan.ended ? scan.endMs : atMs;
    facts.extra[row] = fact.extra;
    if (fact.kind === FACT.report && isOpen) this.#close(scan);
  }

  /** Node's text format: `ISO\trequestId\tLEVEL\tmessage`. */
  #nodeLine(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.applicationLineCount++;
    const idFrom = from + 25;
    let tab = idFrom + UUID_LENGTH;
    if (bytes[tab] !== 0x09) {
      tab = bytes.indexOf(0x09, idFrom);
      if (tab < 0 || tab > idFrom + 128 || tab >= to) return;
    }
    const isOpen = scan.open && scan.isLikely(bytes, idFrom, tab - idFrom);
    const level = bytes[tab + 1];
    if (level === 0x45 || level === 0x46) {
      // ERROR, FATAL
      if (level === 0x45) scan.errorCount++;
      else scan.fatalCount++;
      let at = tab + 1;
      while (at < to && bytes[at] !== 0x09) at++;
      const duringInit = tab - idFrom === UNDEFINED.length && isWord(bytes, idFrom, to, UNDEFINED);
      if (isOpen) this.#openId(scan);
      else if (duringInit || this.ids.read(bytes, idFrom, to) < 0) this.#noId();
      this.#error(scan, atMs, this.failureKinds.numberOf(bytes, from, at, to), place, duringInit ? { duringInit } : undefined);
      return;
    }
    if (level === 0x57) scan.warnCount++;
    if (!isOpen) this.#stray(scan, atMs, bytes, idFrom, tab, place);
  }

  /** A line that names a request other than the open one: late output, or a line out of order. */
  #stray(scan: StreamScan, atMs: number, bytes: Buffer, idFrom: number, idTo: number, place: number): void {
    if (this.ids.read(bytes, idFrom, idTo) < 0) return;
    if (this.ids.id0 === scan.stray0 && this.ids.id1 === scan.stray1) return;
    scan.stray0 = this.ids.id0;
    scan.stray1 = this.ids.id1;
    this.#row(FACT.strayLine, scan, atMs, place);
  }

  /** Notes an error row; `ids` holds the request it names (all zero when it names none). */
  #error(scan: StreamScan, atMs: number, failureKind: number, place: number, more?: FactExtra): void {
    if (scan.open) this.#flush(scan);
    const row = this.#row(FACT.errorLine, scan, atMs, place);
    const kind = this.failureKinds.kinds[failureKind]!;
    this.facts.extra[row] = {
      failureKind,
      thrownToRuntime: kind.thrownToRuntime,
      ...(kind.outOfMemory && { outOfMemory: true }),
      ...more,
    };
  }

  /** `2026-… <id> Task timed out after 3.00 seconds`, with spaces. */
  #timedOut(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): boolean {
    const text = bytes.toString('latin1', from + 25, Math.min(to, from + 160));
    const match = /^([\w-]+) Task timed out after (\d+(?:\.\d+)?) seconds/.exec(text);
    if (match === null) return false;
    this.platformLineCount++;
    scan.platformBytes += to - from;
    this.ids.set(match[1]!);
    if (scan.open) this.#flush(scan);
    const row = this.#row(FACT.timedOut, scan, atMs, place);
    this.facts.durationMs[row] = Number(match[2]) * 1000;
    return true;
  }

  /** `RequestId: <id> Error: Runtime exited with error: signal: killed\nRuntime.ExitError`. */
  #runtimeExit(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const text = bytes.toString('utf8', from, Math.min(to, from + 2048));
    const match = /^RequestId: ([\w-]+) (?:Process exited|Error: ([^\n]*))\s*(?:\n\s*([A-Z][\w.]+))?/.exec(text);
    if (match === null) return this.#unknownText(scan, bytes, from, to, place, atMs);
    this.platformLineCount++;
    scan.platformBytes += to - from;
    this.ids.set(match[1]!);
    const { id0, id1, id2, id3 } = this.ids;
    const message = match[2] ?? 'Process exited before completing request';
    const errorType = match[3] ?? 'Runtime.ExitError';
    const failureKind = this.failureKinds.intern({
      type: errorType,
      code: undefined,
      message,
      maskedMessage: message.slice(0, 200),
      stack: [],
      causes: [],
      thrownToRuntime: true,
      outOfMemory: false,
    });
    if (scan.open) this.#flush(scan);
    Object.assign(this.ids, { id0, id1, id2, id3 });
    const row = this.#row(FACT.runtimeExit, scan, atMs, place);
    this.facts.extra[row] = { errorType, failureKind, processDied: true, ...(/signal: killed/.test(message) && { outOfMemory: true }) };
  }

  #unknownApplicationError(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.platformLineCount++;
    scan.platformBytes += to - from;
    const errorType = /\n\s*([\w.]+)/.exec(bytes.toString('utf8', from, Math.min(to, from + 512)))?.[1];
    this.#noId();
    if (scan.open) this.#flush(scan);
    const row = this.#row(FACT.runtimeExit, scan, atMs, place);
    this.facts.extra[row] = { processDied: true, ...(errorType !== undefined && { errorType }) };
  }

  /** V8's last words and other lines that tell of an error without time or id. */
  #bareError(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.applicationLineCount++;
    scan.fatalCount++;
    this.#impliedId(scan, atMs);
    const kind = this.failureKinds.numberOf(bytes, from, from, to);
    const outOfMemory = this.failureKinds.kinds[kind]!.outOfMemory;
    this.#error(scan, atMs, kind, place, outOfMemory ? { processDied: true } : undefined);
  }

  /** Python: `[ERROR]\tISO\tid\tmessage`, or `[ERROR] ValueError: …` with a traceback when nobody caught it. */
  #bracketLine(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.applicationLineCount++;
    const level = bytes[from + 1];
    const isLevel = PYTHON_LEVELS.has(((level ?? 0) << 8) | (bytes[from + 2] ?? 0));
    if (!isLevel) return this.#unknownLine(bytes, from, to, place, atMs);
    if (level === 0x57) scan.warnCount++;
    if (level !== 0x45 && level !== 0x43 && level !== 0x46) return;
    if (level === 0x45) scan.errorCount++;
    else scan.fatalCount++;
    let at = from;
    while (at < to && bytes[at] !== 0x5d) at++;
    at++;
    this.#impliedId(scan, atMs);
    if (bytes[at] === 0x09) {
      const idFrom = bytes.indexOf(0x09, at + 1) + 1;
      if (idFrom > 0 && idFrom < to) {
        const after = this.ids.read(bytes, idFrom, to);
        at = after < 0 ? idFrom : after;
      }
    }
    this.#error(scan, atMs, this.failureKinds.numberOf(bytes, from, at, to), place);
  }

  #jsonLine(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const json = this.#json;
    if (json.isRecord(bytes, from, to)) return this.#recordLine(scan, atMs, bytes, from, to, place);
    if (json.isPlatform(bytes, from, to)) {
      const record = readPlatformRecord(bytes.toString('utf8', from, to));
      if (record.kind === 'fact') {
        this.platformLineCount++;
        scan.platformBytes += to - from;
        if (record.fact.unknown !== undefined) this.#ledger.unknownPlatform(record.fact.unknown, this.#file, place, atMs);
        const eventMs = !Number.isNaN(atMs) ? atMs : (record.fact.timeMs ?? Number.NaN);
        return this.#platformFact(scan, eventMs, record.fact, place);
      }
      if (record.kind === 'other') {
        this.platformLineCount++;
        scan.platformBytes += to - from;
        if (record.unknownType !== undefined) this.#ledger.unknownPlatform(record.unknownType, this.#file, place, atMs);
        return;
      }
      return this.#unknownText(scan, bytes, from, to, place, atMs);
    }
    this.applicationLineCount++;
    const level = json.level(bytes, from, to);
    if (level === 'quiet') {
      const idFrom = json.requestId(bytes, from, to);
      if (idFrom > 0) {
        const idTo = idFrom + UUID_LENGTH;
        if (idTo < to && bytes[idTo] === 0x22 && !(scan.open && scan.isLikely(bytes, idFrom, UUID_LENGTH))) {
          this.#stray(scan, atMs, bytes, idFrom, idTo, place);
        }
      }
      return;
    }
    if (level === 'warn') {
      scan.warnCount++;
      return;
    }
    if (level === 'error') return this.#jsonError(scan, atMs, bytes, from, to, place);
    if (level === 'metric') return this.#embeddedMetric(scan, atMs, bytes, from, to, place);
    this.unknownShapes.json(bytes, from, to, this.#file, place, atMs);
  }

  #jsonError(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    scan.errorCount++;
    const idFrom = this.#json.requestId(bytes, from, to);
    if (idFrom > 0) {
      if (this.ids.read(bytes, idFrom, to) < 0) this.#noId();
    } else this.#impliedId(scan, atMs);
    const { id0, id1, id2, id3 } = this.ids;
    const kind = this.failureKinds.numberOf(bytes, from, from, to);
    Object.assign(this.ids, { id0, id1, id2, id3 });
    this.#error(scan, atMs, kind, place);
  }

  #embeddedMetric(_scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const points = this.#json.metrics(bytes.toString('utf8', from, to), atMs);
    if (points === undefined) return this.unknownShapes.json(bytes, from, to, this.#file, place, atMs);
    for (const point of points) this.#ledger.metric(point);
  }

  #recordLine(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.recordCount++;
    const read = readRecordLine(bytes.toString('utf8', from, to));
    if (read.kind === 'newer-version') return this.#ledger.skipped(this.#file, 'newer-version', 0, place, `record version ${read.major}`);
    if (read.kind !== 'record') return this.unknownShapes.json(bytes, from, to, this.#file, place, atMs);
    if (read.functionName !== undefined && scan.functionName === undefined) this.#name(scan, read.functionName);
    if (read.requestId === undefined) this.#noId();
    else this.ids.set(read.requestId);
    const row = this.#row(FACT.record, scan, !Number.isNaN(atMs) ? atMs : (read.atMs ?? Number.NaN), place);
    this.facts.durationMs[row] = read.durationMs ?? Number.NaN;
    this.facts.extra[row] = { record: read.record };
  }

  #bareLine(scan: StreamScan, bytes: Buffer, from: number, to: number, place: number, atMs: number): void {
    // Serverless prints `REPORT - id`; people paste lines with other blanks: give the key scan a chance.
    if (isCapital(bytes[from]) && PLATFORM_WORD.test(bytes.toString('latin1', from, Math.min(to, from + 16)))) {
      return this.#platformText(scan, atMs, bytes, from, to, place);
    }
    this.#unknownText(scan, bytes, from, to, place, atMs);
  }

  #unknownText(_scan: StreamScan, bytes: Buffer, from: number, to: number, place: number, atMs: number): void {
    this.applicationLineCount++;
    this.#unknownLine(bytes, from, to, place, atMs);
  }

  #unknownLine(bytes: Buffer, from: number, to: number, place: number, atMs: number): void {
    if (this.samples.length < MOST_SAMPLES) this.samples.push(bytes.toString('utf8', from, Math.min(to, from + SAMPLE_BYTES)));
    this.unknownShapes.bare(bytes, from, to, this.#file, place, atMs);
  }
}

/** First two letters of CRITICAL, DEBUG, ERROR, FATAL, INFO, WARNING: enough to leave `[Container]` out. */
const PYTHON_LEVELS = new Set(['CR', 'DE', 'ER', 'FA', 'IN', 'WA'].map((word) => (word.charCodeAt(0) << 8) | word.charCodeAt(1)));
const MOST_SAMPLES = 50;
const SAMPLE_BYTES = 300;
/** A row's version is a 16-bit number. */
const MOST_VERSIONS = 65_536;
const START = Buffer.from('START RequestId: ');
const END = Buffer.from('END RequestId: ');
const REPORT = Buffer.from('REPORT RequestId: ');
const REQUEST_ID = Buffer.from('RequestId: ');
const RESTORE = Buffer.from('RESTORE_');
const INIT = Buffer.from('INIT_');
const EXTENSION = Buffer.from('EXTENSION\t');
const TELEMETRY = Buffer.from('TELEMETRY\t');
const LOGS = Buffer.from('LOGS\t');
const LAMBDA_WARNING = Buffer.from('LAMBDA_WARNING: ');
const UNKNOWN_APPLICATION = Buffer.from('Unknown application error occurred');
const FATAL_ERROR = Buffer.from('FATAL ERROR: ');
const VERSION = Buffer.from(' Version: ');
const DOLLAR = 0x24;
const UNDEFINED = Buffer.from('undefined');
const PLATFORM_WORD = /^(START|END|REPORT|EXTENSION|TELEMETRY|LOGS)[\s\\]/;
/** A platform line of AWS is below 1 KB; what is longer is somebody's text that begins with such a word. */
const LONGEST_PLATFORM_LINE = 4096;

function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  if (from + word.length > to) return false;
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false;
  return true;
}

function isCapital(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}
