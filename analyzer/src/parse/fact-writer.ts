/**
 * Writes rows of facts and keeps track of the request that is open in each stream.
 *
 * A plain invocation becomes one row when its REPORT is there; as soon as something unusual happens in it, its START
 * gets a row of its own (`flush`) and everything after it follows in order.
 */
import { FACT, type FactKind, FactTable } from './facts.ts';
import { RequestIds } from './request-id.ts';
import type { StreamScan } from './stream-scan.ts';

export class FactWriter {
  readonly facts = new FactTable();
  /** Holds the request id that the next row is about. */
  readonly ids = new RequestIds();
  /** Versions by the number that rows carry; 0 is unknown. */
  readonly versions: string[] = [''];
  /** Number of the file that rows come from. */
  file = 0;
  /** Rows written so far, those that were taken out too. */
  rowCount = 0;
  readonly #onFull: () => void;

  /** @param onFull  called when the table has no room: it must take rows out before it returns */
  constructor(onFull: () => void) {
    this.#onFull = onFull;
  }

  row(kind: FactKind, scan: StreamScan, atMs: number, place: number): number {
    const facts = this.facts;
    if (facts.rows === facts.capacity) this.#onFull();
    const row = facts.rows++;
    scan.lastRow = ++this.rowCount;
    facts.kind[row] = kind;
    facts.stream[row] = scan.handle;
    facts.file[row] = this.file;
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

  noId(): void {
    this.ids.id0 = 0;
    this.ids.id1 = 0;
    this.ids.id2 = 0;
    this.ids.id3 = 0;
  }

  /**
   * A line that names no request is the open one's. In a stream of one sandbox the assembler finds it, in order of time;
   * where several are mixed, the order of lines is all there is, unless the line is older than that request.
   */
  impliedId(scan: StreamScan, atMs: number): void {
    if (scan.open && !scan.named && !(atMs < scan.startMs)) this.openId(scan);
    else this.noId();
  }

  openId(scan: StreamScan): void {
    this.ids.id0 = scan.id0;
    this.ids.id1 = scan.id1;
    this.ids.id2 = scan.id2;
    this.ids.id3 = scan.id3;
  }

  /** Writes the START row of the open request: from here on it is not a plain invocation. */
  flush(scan: StreamScan): void {
    if (scan.flushed) return;
    scan.flushed = true;
    const { id0, id1, id2, id3 } = this.ids;
    this.openId(scan);
    const file = this.file;
    this.file = scan.startFile;
    this.row(FACT.start, scan, scan.startMs, scan.startPlace);
    if (scan.ended) this.row(FACT.end, scan, scan.endMs, scan.startPlace);
    this.file = file;
    this.ids.id0 = id0;
    this.ids.id1 = id1;
    this.ids.id2 = id2;
    this.ids.id3 = id3;
  }

  open(scan: StreamScan, atMs: number, place: number): void {
    if (scan.open) this.flush(scan);
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
    scan.startFile = this.file;
  }

  close(scan: StreamScan): void {
    scan.open = false;
    scan.stray0 = 0;
    scan.stray1 = 0;
  }

  setVersion(scan: StreamScan, version: string): void {
    scan.version = version;
    let number = this.versions.indexOf(version);
    if (number < 0 && this.versions.length < MOST_VERSIONS) number = this.versions.push(version) - 1;
    scan.versionNumber = Math.max(0, number);
  }
}

/** A row's version is a 16-bit number. */
const MOST_VERSIONS = 65_536;
