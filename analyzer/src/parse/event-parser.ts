/**
 * Understands events: the one place where message bytes become facts, whichever envelope they came in.
 *
 * The first byte of a message decides what it can be, so an ordinary application line costs a few comparisons and
 * no allocation. Whatever is not of the ordinary form goes to a slower reader (`platform-line`, `platform-record`,
 * `application-line`), never to the floor: what nobody understands is counted by its form.
 */
import type { InvocationRecord } from '@nightlight/agent/record';
import type { EventSink, MetricPoint, QuietTest, ReportFields, SkipReason, StreamOrigin } from '../read/event-sink.ts';
import { readLambdaStreamName } from '../read/lambda-stream-name.ts';
import { ApplicationLines } from './application-lines.ts';
import { EventMinutes } from './event-minutes.ts';
import { FactWriter } from './fact-writer.ts';
import { FACT, type FactTable } from './facts.ts';
import { FailureKinds } from './failure-kinds.ts';
import { JsonLineScanner } from './json-line-scanner.ts';
import type { ParseLedger } from './parse-ledger.ts';
import { PlatformLines } from './platform-lines.ts';
import { QuietLines } from './quiet-lines.ts';
import type { RequestIds } from './request-id.ts';
import { StreamScan } from './stream-scan.ts';
import type { ShapeCounts } from './unknown-shapes.ts';
import { isWord } from './word.ts';

export type { ParseLedger } from './parse-ledger.ts';

export interface ParseSettings {
  readonly functionName?: string;
  /** Says whether a function is wanted; all when absent. */
  readonly wants?: (functionName: string) => boolean;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Keep what only a single record needs (trace ids, dialects): slower, for `explain` and tests. */
  readonly detailed?: boolean;
  /** Kinds of errors that are told apart, and texts of request ids that are remembered. */
  readonly mostFailureKinds?: number;
  readonly mostIdTexts?: number;
}

export class EventParser implements EventSink {
  readonly failureKinds: FailureKinds;
  readonly eventMinutes = new EventMinutes();
  readonly streams: StreamScan[] = [];
  eventCount = 0;
  /** Left out by `--from`, `--to` or `--fn`. */
  filteredCount = 0;

  readonly #settings: ParseSettings;
  readonly #ledger: ParseLedger;
  readonly #byName = new Map<string, number>();
  readonly #freeHandles: number[] = [];
  readonly #json = new JsonLineScanner();
  readonly #writer: FactWriter;
  readonly #platform: PlatformLines;
  readonly #application: ApplicationLines;
  readonly #ranged: boolean;
  #filePath = '';

  /** @param onFull  called when the fact table has no room: it must take rows out before it returns */
  constructor(ledger: ParseLedger, settings: ParseSettings, onFull: () => void) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.failureKinds = new FailureKinds(settings.mostFailureKinds);
    this.#ranged = settings.fromMs !== undefined || settings.toMs !== undefined;
    const nameStream = (scan: StreamScan, functionName: string) => this.#name(scan, functionName);
    this.#writer = new FactWriter(onFull);
    this.ids.mostTexts = settings.mostIdTexts ?? Number.POSITIVE_INFINITY;
    this.#application = new ApplicationLines(
      this.#writer,
      ledger,
      this.failureKinds,
      this.#json,
      nameStream,
      (scan, sandboxId) => this.#streamOfProcess(scan, sandboxId),
      (scan, atMs) => this.#isAsked(scan, atMs),
    );
    this.#platform = new PlatformLines(this.#writer, ledger, this.failureKinds, this.#application, nameStream, settings.detailed === true);
  }

  get facts(): FactTable {
    return this.#writer.facts;
  }

  get ids(): RequestIds {
    return this.#writer.ids;
  }

  /** Versions by the number that rows carry. */
  get versions(): readonly string[] {
    return this.#writer.versions;
  }

  get platformLineCount(): number {
    return this.#platform.count;
  }

  get applicationLineCount(): number {
    return this.#application.count;
  }

  /** Our agent's own lines. */
  get recordCount(): number {
    return this.#application.recordCount;
  }

  get unknownShapes(): ShapeCounts {
    return this.#application.unknownShapes;
  }

  /** Beginnings of this file's first lines without structure. */
  get samples(): readonly string[] {
    return this.#application.samples;
  }

  /** Names the file that the next calls speak of. */
  beginFile(file: number, path: string): void {
    this.#writer.file = file;
    this.#filePath = path;
    this.#application.samples.length = 0;
  }

  /** Forgets all streams: the next file starts with new ones. Call when the assembler has closed them. */
  forgetStreams(): void {
    this.streams.length = 0;
    this.#byName.clear();
    this.#freeHandles.length = 0;
  }

  get openStreamCount(): number {
    return this.streams.length - this.#freeHandles.length;
  }

  /** Gives the rows of one stream that wait for something. */
  finishStream(scan: StreamScan): void {
    if (scan.open) this.#writer.flush(scan);
    scan.open = false;
  }

  /** Forgets one stream, closed like all: its handle is given to another. */
  forgetStream({ handle, key }: StreamScan): void {
    this.#byName.delete(key);
    const empty = new StreamScan(handle, {}, '');
    empty.isFree = true;
    this.streams[handle] = empty;
    this.#freeHandles.push(handle);
  }

  stream(origin: StreamOrigin): number {
    const told = origin.logStream === undefined ? undefined : readLambdaStreamName(origin.logStream);
    const stream = told?.logStream ?? origin.logStream;
    const unnamedAs = origin.logGroup ?? this.#filePath;
    const key = `${origin.accountId ?? ''}\u0000${origin.logGroup ?? ''}\u0000${stream ?? `\u0000${this.#writer.file}`}\u0000${origin.functionName ?? ''}\u0000${origin.version ?? ''}`;
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    const handle = this.#freeHandles.pop() ?? this.streams.length;
    const scan = new StreamScan(handle, stream === undefined ? origin : { ...origin, logStream: stream }, unnamedAs);
    scan.key = key;
    scan.lastRow = this.#writer.rowCount;
    scan.functionName ??= this.#settings.functionName;
    if (scan.functionName !== undefined) this.#name(scan, scan.functionName);
    scan.version ??= origin.version;
    if (scan.version !== undefined) this.#writer.setVersion(scan, scan.version);
    this.streams[handle] = scan;
    this.#byName.set(key, handle);
    return scan.handle;
  }

  skim(stream: number): QuietTest | undefined {
    const scan = this.streams[stream]!;
    // With `--from` or `--to` the exact time of each event matters, with `--fn` whether its function is wanted.
    return this.#ranged || this.#settings.wants !== undefined || this.#settings.detailed === true
      ? undefined
      : new QuietLines(scan, this.#json);
  }

  skimmed(stream: number, minuteMs: number, eventCount: number, byteCount: number): void {
    const scan = this.streams[stream]!;
    scan.eventCount += eventCount;
    scan.logBytes += byteCount;
    this.eventCount += eventCount;
    this.#application.count += eventCount;
    this.eventMinutes.addMany(minuteMs, eventCount);
  }

  took(byteCount: number): void {
    this.#ledger.took(this.#writer.file, byteCount);
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    this.#ledger.skipped(this.#writer.file, reason, byteCount, place, found);
  }

  metric(point: MetricPoint, place: number): void {
    if (this.#ranged && !this.#inRange(point.atMs)) {
      this.filteredCount++;
      return;
    }
    this.#ledger.metric(point, this.#writer.file, place);
  }

  report(stream: number, atMs: number, fields: ReportFields, place: number): void {
    const scan = this.streams[stream]!;
    if (!this.#takes(scan, atMs)) return;
    this.#platform.count++;
    this.ids.set(fields.requestId);
    const row = this.#writer.row(FACT.report, scan, atMs, place);
    this.facts.durationMs[row] = fields.durationMs;
    this.facts.billedMs[row] = fields.billedMs ?? Number.NaN;
    this.facts.memorySizeMb[row] = fields.memorySizeMb ?? Number.NaN;
    this.facts.maxMemoryMb[row] = fields.maxMemoryUsedMb ?? Number.NaN;
    this.facts.initMs[row] = fields.initDurationMs ?? Number.NaN;
    this.facts.endMs[row] = atMs;
    if (fields.traceId === undefined && fields.failed === undefined) return;
    this.facts.extra[row] = {
      ...(fields.traceId !== undefined && { traceId: fields.traceId }),
      ...(fields.failed && { status: 'error' }),
      ...(fields.errorType !== undefined && { errorType: fields.errorType }),
    };
  }

  record(stream: number, startMs: number, record: InvocationRecord, id: readonly [number, number, number, number], place: number): void {
    const scan = this.streams[stream]!;
    if (!this.#takes(scan, startMs)) return;
    this.#application.told(scan, startMs, record, id, place);
  }

  event(stream: number, atMs: number, bytes: Buffer, begin: number, to: number, place: number): void {
    const scan = this.streams[stream]!;
    if (!this.#takes(scan, atMs)) return;
    let from = begin;
    while (from < to && bytes[from]! <= 0x20) from++;
    // Nothing but blanks is a line, too.
    if (from === to) from = begin;
    scan.logBytes += to - from;
    // Platform words are told by four bytes at their distances; what follows must still be an id.
    switch (bytes[from]) {
      case 0x53: // S
        if (bytes[from + 5] === 0x20 && bytes[from + 6] === 0x52 && bytes[from + 15] === 0x3a && bytes[from + 4] === 0x54)
          return this.#platform.start(scan, atMs, bytes, from, to, place);
        break;
      case 0x45: // E
        if (bytes[from + 3] === 0x20 && bytes[from + 4] === 0x52 && bytes[from + 13] === 0x3a && bytes[from + 1] === 0x4e)
          return this.#platform.end(scan, atMs, bytes, from, to, place);
        if (isWord(bytes, from, to, EXTENSION)) return this.#platform.text(scan, atMs, bytes, from, to, place);
        break;
      case 0x52: // R
        if (bytes[from + 6] === 0x20 && bytes[from + 7] === 0x52 && bytes[from + 16] === 0x3a && bytes[from + 5] === 0x54)
          return this.#platform.report(scan, atMs, bytes, from, to, place);
        if (isWord(bytes, from, to, RESTORE)) return this.#platform.text(scan, atMs, bytes, from, to, place);
        if (isWord(bytes, from, to, REQUEST_ID)) return this.#platform.runtimeExit(scan, atMs, bytes, from, to, place);
        break;
      case 0x49: // I
        if (isWord(bytes, from, to, INIT)) return this.#platform.text(scan, atMs, bytes, from, to, place);
        break;
      case 0x54: // T
        if (isWord(bytes, from, to, TELEMETRY)) return this.#platform.text(scan, atMs, bytes, from, to, place);
        break;
      case 0x4c: // L
        if (isWord(bytes, from, to, LOGS)) return this.#platform.text(scan, atMs, bytes, from, to, place);
        if (isWord(bytes, from, to, LAMBDA_WARNING)) return this.#application.bareError(scan, atMs, bytes, from, to, place);
        break;
      case 0x55: // U
        if (isWord(bytes, from, to, UNKNOWN_APPLICATION)) return this.#platform.unknownApplicationError(scan, atMs, bytes, from, to, place);
        break;
      case 0x46: // F
        if (isWord(bytes, from, to, FATAL_ERROR)) return this.#application.bareError(scan, atMs, bytes, from, to, place);
        break;
      case 0x7b: // {
        if (this.#json.isRecord(bytes, from, to)) return this.#application.record(scan, atMs, bytes, from, to, place);
        if (this.#json.isPlatform(bytes, from, to)) return this.#platform.record(scan, atMs, bytes, from, to, place);
        return this.#application.json(scan, atMs, bytes, from, to, place);
      case 0x5b: // [
        return this.#application.bracket(scan, atMs, bytes, from, to, place);
      case 0x32: // 2, a year
        if (bytes[from + 24] === 0x09 && bytes[from + 23] === 0x5a) return this.#application.node(scan, atMs, bytes, from, to, place);
        if (bytes[from + 24] === 0x20 && bytes[from + 23] === 0x5a) {
          if (this.#platform.timedOut(scan, atMs, bytes, from, to, place)) return;
        }
        break;
      default:
        break;
    }
    // Serverless prints `REPORT - id`; people paste lines with other blanks: give the key scan a chance.
    if (isCapital(bytes[from]) && PLATFORM_WORD.test(bytes.toString('latin1', from, Math.min(to, from + 16)))) {
      return this.#platform.text(scan, atMs, bytes, from, to, place);
    }
    this.#application.unknown(bytes, from, to, place, atMs);
  }

  /** Gives the rows that wait for something: call when no more events will come. */
  finish(): void {
    for (const scan of this.streams) if (scan.open) this.#writer.flush(scan);
  }

  #streamOfProcess({ accountId, logGroup, functionName }: StreamScan, sandboxId: string): StreamScan {
    const handle = this.stream({
      logStream: sandboxId,
      ...(accountId !== undefined && { accountId }),
      ...(logGroup !== undefined && { logGroup }),
      ...(functionName !== undefined && { functionName }),
    });
    return this.streams[handle]!;
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
    const { facts } = this;
    facts.disordered = true;
    if (scan.newestMs - atMs > facts.mostLateMs) facts.mostLateMs = scan.newestMs - atMs;
    if (atMs < scan.lateMs) this.facts.backwardSteps++;
    else if (atMs > scan.lateMs) this.facts.forwardSteps++;
    scan.lateMs = atMs;
    if (atMs < scan.firstMs) scan.firstMs = atMs;
  }

  /** The same question for a line that was counted before anybody could tell. */
  #isAsked(scan: StreamScan, atMs: number): boolean {
    if (scan.wanted !== false && (!this.#ranged || this.#inRange(atMs))) return true;
    this.eventCount--;
    this.filteredCount++;
    return false;
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
}

const REQUEST_ID = Buffer.from('RequestId: ');
const RESTORE = Buffer.from('RESTORE_');
const INIT = Buffer.from('INIT_');
const EXTENSION = Buffer.from('EXTENSION\t');
const TELEMETRY = Buffer.from('TELEMETRY\t');
const LOGS = Buffer.from('LOGS\t');
const LAMBDA_WARNING = Buffer.from('LAMBDA_WARNING: ');
const UNKNOWN_APPLICATION = Buffer.from('Unknown application error occurred');
const FATAL_ERROR = Buffer.from('FATAL ERROR: ');
const PLATFORM_WORD = /^(START|END|REPORT|EXTENSION|TELEMETRY|LOGS)[\s\\]/;

function isCapital(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}
