/**
 * How a line of a bare message begins: which of the heads that Lambda, its runtimes or a JSON logger write.
 *
 * Where no envelope tells where an event begins (pasted text, `--output text`, Serverless), the heads have to.
 */
import { IsoTime } from './iso-time.ts';

export type MessageHeadKind =
  /** START, END, INIT_*, RESTORE_*, EXTENSION …: events of one line. */
  | 'platform'
  /** REPORT: may go on with an XRAY line, or with its own values when a tool broke it. */
  | 'report'
  /** `Duration: …`, `XRAY TraceId: …` at the start of a line: rest of a REPORT. */
  | 'report-part'
  | 'json'
  /** `ISO<tab>id<tab>…` of the Node runtime. */
  | 'node'
  /** `[LEVEL]<tab>ISO<tab>id<tab>…` of the Python runtime, and its `[ERROR] Type: message`. */
  | 'python'
  /** `ISO id Task timed out after …` */
  | 'timed-out'
  /** `RequestId: … Error: …`, `Unknown application error occurred`: the reason may stand on the next line. */
  | 'runtime-error'
  /** V8's last words: `<--- Last few GCs --->`, `FATAL ERROR: …` */
  | 'crash'
  | 'indented'
  /** A closing bracket in the first column. */
  | 'closing'
  | 'blank'
  | 'other';

/** True for heads with which only a new event can begin. */
export function beginsEvent(kind: MessageHeadKind): boolean {
  switch (kind) {
    case 'platform':
    case 'report':
    case 'json':
    case 'node':
    case 'python':
    case 'timed-out':
    case 'runtime-error':
    case 'crash':
      return true;
    case 'report-part':
    case 'indented':
    case 'closing':
    case 'blank':
    case 'other':
      return false;
    default:
      return kind satisfies never;
  }
}

export class MessageHead {
  /** The time that the line read last prints of itself, UTC epoch ms; NaN when it prints none. */
  atMs = Number.NaN;
  readonly #time = new IsoTime();

  read(bytes: Buffer, from: number, to: number): MessageHeadKind {
    this.atMs = Number.NaN;
    if (from >= to) return 'blank';
    const first = bytes[from];
    switch (first) {
      case SPACE:
      case TAB:
      case CR:
        for (let at = from + 1; at < to; at++) {
          if (bytes[at] !== SPACE && bytes[at] !== TAB && bytes[at] !== CR) return 'indented';
        }
        return 'blank';
      case 0x7d:
      case 0x5d:
      case 0x29:
        return 'closing';
      case 0x7b:
        this.atMs = this.#timeOfJson(bytes, from, to);
        return 'json';
      case 0x5b:
        return this.#python(bytes, from, to);
      case 0x3c:
        return startsWith(bytes, from, to, LAST_GCS) ? 'crash' : 'other';
      default:
        if (first >= 0x30 && first <= 0x39) return this.#timed(bytes, from, to);
        if (first >= 0x41 && first <= 0x5a) return word(bytes, from, to);
        return 'other';
    }
  }

  #timed(bytes: Buffer, from: number, to: number): MessageHeadKind {
    const atMs = this.#time.read(bytes, from, to);
    if (Number.isNaN(atMs) || bytes[from + 10] !== 0x54) return 'other';
    const end = this.#time.end;
    if (bytes[end] === TAB && endOfToken(bytes, end + 1, to) > 0) {
      this.atMs = atMs;
      return 'node';
    }
    if (bytes[end] === SPACE) {
      let at = end + 1;
      while (at < to && bytes[at] !== SPACE) at++;
      if (startsWith(bytes, at, to, TIMED_OUT)) {
        this.atMs = atMs;
        return 'timed-out';
      }
    }
    return 'other';
  }

  #python(bytes: Buffer, from: number, to: number): MessageHeadKind {
    let at = from + 1;
    while (at < to && bytes[at] >= 0x41 && bytes[at] <= 0x5a) at++;
    if (at - from < 4 || bytes[at] !== 0x5d) return 'other';
    if (bytes[at + 1] === TAB) this.atMs = this.#time.read(bytes, at + 2, to);
    else if (bytes[at + 1] !== SPACE) return 'other';
    return 'python';
  }

  /** Lambda puts the time first in its JSON lines; elsewhere it is the parser's to find. */
  #timeOfJson(bytes: Buffer, from: number, to: number): number {
    if (startsWith(bytes, from, to, JSON_TIME)) return this.#time.read(bytes, from + JSON_TIME.length, to);
    if (startsWith(bytes, from, to, JSON_TIMESTAMP)) return this.#time.read(bytes, from + JSON_TIMESTAMP.length, to);
    return Number.NaN;
  }
}

function startsWith(bytes: Buffer, from: number, to: number, head: Buffer): boolean {
  if (to - from < head.length) return false;
  for (let at = 0; at < head.length; at++) {
    if (bytes[from + at] !== head[at]) return false;
  }
  return true;
}

const SPACE = 0x20;
const TAB = 0x09;
const CR = 0x0d;

const LAST_GCS = Buffer.from('<--- Last few GCs');
const TIMED_OUT = Buffer.from(' Task timed out');
const JSON_TIME = Buffer.from('{"time":"');
const JSON_TIMESTAMP = Buffer.from('{"timestamp":"');

/** By first letter, so that a line is compared with a few heads only. */
const WORDS = new Map<number, { readonly head: Buffer; readonly kind: MessageHeadKind }[]>();
for (const [kind, heads] of [
  [
    'platform',
    ['START RequestId:', 'START - ', 'END RequestId:', 'END - ', 'INIT_START ', 'INIT_REPORT ', 'RESTORE_START ', 'RESTORE_REPORT '],
  ],
  ['platform', ['EXTENSION\t', 'TELEMETRY\t', 'LOGS\t', 'LAMBDA_WARNING:']],
  ['report', ['REPORT RequestId:', 'REPORT - ']],
  ['report-part', ['Duration: ', 'Billed Duration: ', 'Memory Size: ', 'Max Memory Used: ', 'Init Duration: ', 'Restore Duration: ']],
  ['report-part', ['Billed Restore Duration: ', 'XRAY TraceId: ', 'Status: ', 'Error Type: ']],
  ['runtime-error', ['RequestId: ', 'Unknown application error occurred']],
  ['crash', ['FATAL ERROR: ']],
] as const) {
  for (const head of heads) {
    const first = head.charCodeAt(0);
    if (!WORDS.has(first)) WORDS.set(first, []);
    WORDS.get(first)!.push({ head: Buffer.from(head), kind });
  }
}

function word(bytes: Buffer, from: number, to: number): MessageHeadKind {
  const candidates = WORDS.get(bytes[from]);
  if (candidates === undefined) return 'other';
  for (const { head, kind } of candidates) {
    if (startsWith(bytes, from, to, head)) return kind;
  }
  return 'other';
}

/** Index of the tab after a token without spaces, or -1. */
function endOfToken(bytes: Buffer, from: number, to: number): number {
  const limit = Math.min(to, from + 130);
  for (let at = from; at < limit; at++) {
    if (bytes[at] === TAB) return at > from ? at : -1;
    if (bytes[at] === SPACE) return -1;
  }
  return -1;
}
