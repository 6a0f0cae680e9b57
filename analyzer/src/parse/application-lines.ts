/**
 * What the program printed: errors become facts, warnings are counted, the rest is passed over.
 *
 * A line that names a request other than the open one is noted too, because it may be work after the response.
 */

import type { InvocationRecord } from '@nightlight/agent/record';
import type { FactWriter } from './fact-writer.ts';
import { FACT, type FactExtra } from './facts.ts';
import type { FailureKinds } from './failure-kinds.ts';
import type { JsonLineScanner } from './json-line-scanner.ts';
import type { ParseLedger } from './parse-ledger.ts';
import { readRecordLine } from './record-line.ts';
import { UUID_LENGTH } from './request-id.ts';
import type { StreamScan } from './stream-scan.ts';
import { ShapeCounts } from './unknown-shapes.ts';
import { isWord } from './word.ts';

export class ApplicationLines {
  count = 0;
  /** Our agent's own lines. */
  recordCount = 0;
  readonly unknownShapes = new ShapeCounts();
  /** Beginnings of this file's first lines without structure, to say what the file may be. Never shown. */
  readonly samples: string[] = [];
  readonly #writer: FactWriter;
  readonly #facts: FactWriter['facts'];
  readonly #ids: FactWriter['ids'];
  readonly #ledger: ParseLedger;
  readonly #failureKinds: FailureKinds;
  readonly #json: JsonLineScanner;
  readonly #nameStream: (scan: StreamScan, functionName: string) => void;
  readonly #streamOf: (scan: StreamScan, sandboxId: string) => StreamScan;
  readonly #isAsked: (scan: StreamScan, atMs: number) => boolean;
  /** Envelope -> what the process calls itself that spoke last there. */
  readonly #speakers = new WeakMap<StreamScan, string>();

  /**
   * @param streamOf  the stream of a process that names itself, where the envelope names none
   * @param isAsked  whether a record is among those asked for, where only the record itself tells its time or its function
   */
  constructor(
    writer: FactWriter,
    ledger: ParseLedger,
    failureKinds: FailureKinds,
    json: JsonLineScanner,
    nameStream: (scan: StreamScan, functionName: string) => void,
    streamOf: (scan: StreamScan, sandboxId: string) => StreamScan,
    isAsked: (scan: StreamScan, atMs: number) => boolean,
  ) {
    this.#writer = writer;
    this.#facts = writer.facts;
    this.#ids = writer.ids;
    this.#ledger = ledger;
    this.#failureKinds = failureKinds;
    this.#json = json;
    this.#nameStream = nameStream;
    this.#streamOf = streamOf;
    this.#isAsked = isAsked;
  }

  /** Node's text format: `ISO\trequestId\tLEVEL\tmessage`. */
  node(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.count++;
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
      if (isOpen) this.#writer.openId(scan);
      else if (duringInit || this.#ids.read(bytes, idFrom, to) < 0) this.#writer.noId();
      this.#error(scan, atMs, this.#failureKinds.numberOf(bytes, from, at, to), place, duringInit ? { duringInit } : undefined);
      return;
    }
    if (level === 0x57) scan.warnCount++;
    if (!isOpen) this.#stray(scan, atMs, bytes, idFrom, tab, place);
  }

  /** Python: `[ERROR]\tISO\tid\tmessage`, or `[ERROR] ValueError: …` with a traceback when nobody caught it. */
  bracket(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.count++;
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
    this.#writer.impliedId(scan, atMs);
    if (bytes[at] === 0x09) {
      const idFrom = bytes.indexOf(0x09, at + 1) + 1;
      if (idFrom > 0 && idFrom < to) {
        const after = this.#ids.read(bytes, idFrom, to);
        at = after < 0 ? idFrom : after;
      }
    }
    this.#error(scan, atMs, this.#failureKinds.numberOf(bytes, from, at, to), place);
  }

  /** V8's last words and other lines that tell of an error without time or id. */
  bareError(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.count++;
    scan.fatalCount++;
    this.#writer.impliedId(scan, atMs);
    const kind = this.#failureKinds.numberOf(bytes, from, from, to);
    const outOfMemory = this.#failureKinds.kinds[kind]!.outOfMemory;
    this.#error(scan, atMs, kind, place, outOfMemory ? { processDied: true } : undefined);
  }

  /** A JSON line that is neither the platform's nor our agent's. */
  json(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const json = this.#json;
    this.count++;
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
    this.unknownShapes.json(bytes, from, to, this.#writer.file, place, atMs);
  }

  record(envelope: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    this.recordCount++;
    const read = readRecordLine(bytes.toString('utf8', from, to));
    if (read.kind === 'newer-version')
      return this.#ledger.skipped(this.#writer.file, 'newer-version', 0, place, `record version ${read.major}`);
    if (read.kind !== 'record') return this.unknownShapes.json(bytes, from, to, this.#writer.file, place, atMs);
    let scan = envelope;
    if (!envelope.named && read.sandboxId !== undefined) {
      scan = this.#streamOf(envelope, read.sandboxId);
      scan.logBytes += to - from;
      envelope.logBytes -= to - from;
      // A dead process is spoken of by its successor, which has another id and the same name.
      const speaker = this.#speakers.get(envelope);
      if (read.record.kind === 'death' && scan.functionName === undefined && speaker !== undefined) this.#nameStream(scan, speaker);
      if (read.functionName !== undefined) this.#speakers.set(envelope, read.functionName);
    }
    // What was measured of the open request must find it in the table.
    else if (scan.open) this.#writer.flush(scan);
    if (read.functionName !== undefined && scan.functionName === undefined) this.#nameStream(scan, read.functionName);
    if (read.functionVersion !== undefined && scan.version === undefined) this.#writer.setVersion(scan, read.functionVersion);
    const toldMs = !Number.isNaN(atMs) ? atMs : (read.atMs ?? Number.NaN);
    // The names above were learned all the same: a process tells its own at its start only, which may lie before what was asked for.
    if (scan !== envelope || Number.isNaN(atMs)) {
      if (!this.#isAsked(scan, toldMs)) {
        this.recordCount--;
        return;
      }
    }
    if (read.requestId === undefined) this.#writer.noId();
    else this.#ids.set(read.requestId);
    const row = this.#writer.row(FACT.record, scan, toldMs, place);
    this.#facts.durationMs[row] = read.durationMs ?? Number.NaN;
    this.#facts.extra[row] = { record: read.record };
  }

  /** A record that came without a line. */
  told(scan: StreamScan, atMs: number, record: InvocationRecord, id: readonly [number, number, number, number], place: number): void {
    this.recordCount++;
    const ids = this.#ids;
    ids.id0 = id[0];
    ids.id1 = id[1];
    ids.id2 = id[2];
    ids.id3 = id[3];
    const row = this.#writer.row(FACT.record, scan, atMs, place);
    this.#facts.durationMs[row] = record.durationMs ?? Number.NaN;
    this.#facts.extra[row] = { record };
  }

  /** A line that nobody understood. */
  unknown(bytes: Buffer, from: number, to: number, place: number, atMs: number): void {
    this.count++;
    this.#unknownLine(bytes, from, to, place, atMs);
  }

  /** A line that names a request other than the open one: late output, or a line out of order. */
  #stray(scan: StreamScan, atMs: number, bytes: Buffer, idFrom: number, idTo: number, place: number): void {
    if (this.#ids.read(bytes, idFrom, idTo) < 0) return;
    if (this.#ids.id0 === scan.stray0 && this.#ids.id1 === scan.stray1) return;
    scan.stray0 = this.#ids.id0;
    scan.stray1 = this.#ids.id1;
    this.#writer.row(FACT.strayLine, scan, atMs, place);
  }

  /** Notes an error row; `ids` holds the request it names (all zero when it names none). */
  #error(scan: StreamScan, atMs: number, failureKind: number, place: number, more?: FactExtra): void {
    if (scan.open) this.#writer.flush(scan);
    const row = this.#writer.row(FACT.errorLine, scan, atMs, place);
    const kind = this.#failureKinds.kinds[failureKind]!;
    this.#facts.extra[row] = {
      failureKind,
      thrownToRuntime: kind.thrownToRuntime,
      ...(kind.outOfMemory && { outOfMemory: true }),
      ...more,
    };
  }

  #jsonError(scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    scan.errorCount++;
    const idFrom = this.#json.requestId(bytes, from, to);
    if (idFrom > 0) {
      if (this.#ids.read(bytes, idFrom, to) < 0) this.#writer.noId();
    } else this.#writer.impliedId(scan, atMs);
    const { id0, id1, id2, id3 } = this.#ids;
    const kind = this.#failureKinds.numberOf(bytes, from, from, to);
    Object.assign(this.#ids, { id0, id1, id2, id3 });
    this.#error(scan, atMs, kind, place);
  }

  #embeddedMetric(_scan: StreamScan, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const points = this.#json.metrics(bytes.toString('utf8', from, to), atMs);
    if (points === undefined) return this.unknownShapes.json(bytes, from, to, this.#writer.file, place, atMs);
    for (const point of points) this.#ledger.metric(point, this.#writer.file, place);
  }

  #unknownLine(bytes: Buffer, from: number, to: number, place: number, atMs: number): void {
    if (this.samples.length < MOST_SAMPLES) this.samples.push(bytes.toString('utf8', from, Math.min(to, from + SAMPLE_BYTES)));
    this.unknownShapes.bare(bytes, from, to, this.#writer.file, place, atMs);
  }
}

/** First two letters of CRITICAL, DEBUG, ERROR, FATAL, INFO, WARNING: enough to leave `[Container]` out. */
const PYTHON_LEVELS = new Set(['CR', 'DE', 'ER', 'FA', 'IN', 'WA'].map((word) => (word.charCodeAt(0) << 8) | word.charCodeAt(1)));
const MOST_SAMPLES = 50;
const SAMPLE_BYTES = 300;
const UNDEFINED = Buffer.from('undefined');
