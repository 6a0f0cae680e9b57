/**
 * The platform's own lines, in text and in JSON, as facts.
 *
 * START, END and the ordinary REPORT are read from their bytes, because every invocation has them; everything else, and
 * whatever differs from the ordinary form in one byte, goes through the key scan.
 */
import type { ApplicationLines } from './application-lines.ts';
import type { FactWriter } from './fact-writer.ts';
import { FACT } from './facts.ts';
import type { FailureKinds } from './failure-kinds.ts';
import type { ParseLedger } from './parse-ledger.ts';
import { type PlatformFact, platformFactOf } from './platform-fact.ts';
import { parsePlatformLine } from './platform-line.ts';
import { readPlatformRecord } from './platform-record.ts';
import { redactLine } from './redact.ts';
import { ReportNumbers } from './report-numbers.ts';
import type { StreamScan } from './stream-scan.ts';

export class PlatformLines {
  count = 0;
  readonly #writer: FactWriter;
  readonly #facts: FactWriter['facts'];
  readonly #ids: FactWriter['ids'];
  readonly #ledger: ParseLedger;
  readonly #failureKinds: FailureKinds;
  readonly #others: ApplicationLines;
  readonly #nameStream: (scan: StreamScan, functionName: string) => void;
  /** Keep what only a single record needs: every line then goes through the key scan. */
  readonly #detailed: boolean;
  readonly #report = new ReportNumbers();

  /** @param others  takes lines that turn out not to be the platform's */
  constructor(
    writer: FactWriter,
    ledger: ParseLedger,
    failureKinds: FailureKinds,
    others: ApplicationLines,
    nameStream: (scan: StreamScan, functionName: string) => void,
    detailed: boolean,
  ) {
    this.#writer = writer;
    this.#facts = writer.facts;
    this.#ids = writer.ids;
    this.#ledger = ledger;
    this.#failureKinds = failureKinds;
    this.#others = others;
    this.#nameStream = nameStream;
    this.#detailed = detailed;
  }

  start(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const idFrom = from + START.length;
    const after = this.#ids.read(bytes, idFrom, to);
    if (after < 0) return this.text(scan, atMs, bytes, from, to, place);
    this.count++;
    scan.platformBytes += to - from;
    this.#readVersion(scan, bytes, after, to);
    this.#writer.open(scan, atMs, place);
    scan.remember(bytes, idFrom, after - idFrom);
  }

  end(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.count++;
    scan.platformBytes += to - from;
    const idFrom = from + END.length;
    if (scan.open && !(atMs < scan.startMs) && to - idFrom >= scan.rawLength && scan.isSame(bytes, idFrom, scan.rawLength)) {
      scan.endMs = atMs;
      scan.ended = true;
      return;
    }
    if (this.#ids.read(bytes, idFrom, to) < 0) return this.#others.unknown(bytes, from, to, place, atMs);
    this.#writer.row(FACT.end, scan, atMs, place);
  }

  report(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const idFrom = from + REPORT.length;
    if (!this.#detailed) {
      const isOpen = scan.open && !(atMs < scan.startMs) && to - idFrom > scan.rawLength && scan.isSame(bytes, idFrom, scan.rawLength);
      const numbers = this.#report;
      if (isOpen && numbers.read(bytes, idFrom + scan.rawLength, to)) {
        this.count++;
        scan.platformBytes += to - from;
        this.#writer.openId(scan);
        this.#closeWithNumbers(scan, atMs, place);
        return;
      }
    }
    this.text(scan, atMs, bytes, from, to, place);
  }

  #closeWithNumbers(scan: StreamScan, atMs: number, place: number): void {
    const plain = !scan.flushed;
    const row = plain ? this.#writer.row(FACT.invocation, scan, scan.startMs, place) : this.#writer.row(FACT.report, scan, atMs, place);
    const facts = this.#facts;
    const numbers = this.#report;
    facts.endMs[row] = scan.ended ? scan.endMs : atMs;
    facts.durationMs[row] = numbers.durationMs;
    facts.billedMs[row] = numbers.billedMs;
    facts.memorySizeMb[row] = numbers.memorySizeMb;
    facts.maxMemoryMb[row] = numbers.maxMemoryMb;
    facts.initMs[row] = numbers.initMs;
    this.#writer.close(scan);
  }

  /** A platform line that is not of the ordinary form: read by key scan. */
  text(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const line = parsePlatformLine(bytes.toString('utf8', from, Math.min(to, from + LONGEST_PLATFORM_LINE)));
    if (line === undefined) return this.#others.unknown(bytes, from, to, place, atMs);
    this.count++;
    scan.platformBytes += to - from;
    if (line.extra !== undefined)
      for (const key of Object.keys(line.extra)) this.#ledger.unknownPlatform(key, this.#writer.file, place, atMs);
    this.#fact(scan, atMs, platformFactOf(line), place);
  }

  /** A `platform.*` event in JSON. */
  record(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const record = readPlatformRecord(bytes.toString('utf8', from, to));
    if (record.kind === 'not-a-record') return this.#others.unknown(bytes, from, to, place, atMs);
    this.count++;
    scan.platformBytes += to - from;
    const unknown = record.kind === 'fact' ? record.fact.unknown : record.unknownType;
    if (unknown !== undefined) this.#ledger.unknownPlatform(unknown, this.#writer.file, place, atMs);
    if (record.kind === 'other') return;
    this.#fact(scan, Number.isNaN(atMs) ? (record.fact.timeMs ?? Number.NaN) : atMs, record.fact, place);
  }

  /** `2026-… <id> Task timed out after 3.00 seconds`, with spaces. */
  timedOut(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): boolean {
    const text = bytes.toString('latin1', from + 25, Math.min(to, from + 160));
    const match = /^([\w-]+) Task timed out after (\d+(?:\.\d+)?) seconds/.exec(text);
    if (match === null) return false;
    this.count++;
    scan.platformBytes += to - from;
    this.#ids.set(match[1]!);
    if (scan.open) this.#writer.flush(scan);
    const row = this.#writer.row(FACT.timedOut, scan, atMs, place);
    this.#facts.durationMs[row] = Number(match[2]) * 1000;
    return true;
  }

  /** `RequestId: <id> Error: Runtime exited with error: signal: killed\nRuntime.ExitError`. */
  runtimeExit(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const text = bytes.toString('utf8', from, Math.min(to, from + 2048));
    const match = /^RequestId: ([\w-]+) (?:Process exited|Error: ([^\n]*))\s*(?:\n\s*([A-Z][\w.]+))?/.exec(text);
    if (match === null) return this.#others.unknown(bytes, from, to, place, atMs);
    this.count++;
    scan.platformBytes += to - from;
    this.#ids.set(match[1]!);
    const { id0, id1, id2, id3 } = this.#ids;
    const message = redactLine(match[2] ?? 'Process exited before completing request');
    const errorType = match[3] ?? 'Runtime.ExitError';
    const failureKind = this.#failureKinds.intern({
      type: errorType,
      code: undefined,
      message,
      maskedMessage: message.slice(0, 200),
      stack: [],
      causes: [],
      thrownToRuntime: true,
      outOfMemory: false,
    });
    if (scan.open) this.#writer.flush(scan);
    Object.assign(this.#ids, { id0, id1, id2, id3 });
    const row = this.#writer.row(FACT.runtimeExit, scan, atMs, place);
    this.#facts.extra[row] = { errorType, failureKind, processDied: true, ...(/signal: killed/.test(message) && { wasKilled: true }) };
  }

  unknownApplicationError(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.count++;
    scan.platformBytes += to - from;
    const errorType = /\n\s*([\w.]+)/.exec(bytes.toString('utf8', from, Math.min(to, from + 512)))?.[1];
    this.#writer.noId();
    if (scan.open) this.#writer.flush(scan);
    const row = this.#writer.row(FACT.runtimeExit, scan, atMs, place);
    this.#facts.extra[row] = { processDied: true, ...(errorType !== undefined && { errorType }) };
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
    if (scan.version !== undefined && scan.version !== version && scan.open) this.#writer.flush(scan);
    this.#writer.setVersion(scan, version);
  }

  #fact(scan: StreamScan, atMs: number, fact: PlatformFact, place: number): void {
    if (fact.functionName !== undefined && scan.functionName === undefined) this.#nameStream(scan, fact.functionName);
    if (fact.requestId === undefined) this.#writer.noId();
    else this.#ids.set(fact.requestId);
    if (fact.kind === FACT.start) {
      if (fact.version !== undefined) {
        if (scan.version !== fact.version && scan.open) this.#writer.flush(scan);
        this.#writer.setVersion(scan, fact.version);
        scan.versionBytes = Buffer.from(fact.version, 'latin1');
      }
      this.#writer.open(scan, atMs, place);
      const id = Buffer.from(fact.requestId ?? '', 'latin1');
      scan.remember(id, 0, id.length);
      return;
    }
    const isOpen =
      scan.open && !(atMs < scan.startMs) && this.#ids.id0 === scan.id0 && this.#ids.id1 === scan.id1 && this.#ids.id3 === scan.id3;
    if (scan.open) this.#writer.flush(scan);
    const row = this.#writer.row(fact.kind, scan, atMs, place);
    const facts = this.#facts;
    facts.durationMs[row] = fact.durationMs ?? Number.NaN;
    facts.billedMs[row] = fact.billedMs ?? Number.NaN;
    facts.memorySizeMb[row] = fact.memorySizeMb ?? Number.NaN;
    facts.maxMemoryMb[row] = fact.maxMemoryMb ?? Number.NaN;
    facts.initMs[row] = fact.initMs ?? Number.NaN;
    facts.endMs[row] = isOpen && scan.ended ? scan.endMs : atMs;
    facts.extra[row] = fact.extra;
    if (fact.kind === FACT.report && isOpen) this.#writer.close(scan);
  }
}

const START = Buffer.from('START RequestId: ');
const END = Buffer.from('END RequestId: ');
const REPORT = Buffer.from('REPORT RequestId: ');
const VERSION = Buffer.from(' Version: ');
const DOLLAR = 0x24;
/** A platform line of AWS is below 1 KB; what is longer is somebody's text that begins with such a word. */
const LONGEST_PLATFORM_LINE = 4096;
