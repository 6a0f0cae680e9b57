/**
 * Which shape a text has, by what its lines begin with.
 *
 * Every line votes, since a file may begin in the middle of a stack trace. Text that nothing votes for is read as
 * bare messages: the analysis then says that no line of Lambda was in it, and what it looks like.
 */
import { IsoTime } from './iso-time.ts';
import { Lines } from './lines.ts';
import { logsTailForm } from './logs-tail.ts';
import { beginsEvent, MessageHead } from './message-head.ts';
import { isBlankLine } from './prefixed-events.ts';
import { endOfSamStream } from './sam-logs.ts';
import { readServerlessLine } from './serverless-logs.ts';
import type { Shape } from './shape.ts';

type TextShape = Extract<Shape, 's3-export' | 'logs-tail' | 'sam-logs' | 'serverless-logs' | 'plain-text'>;

/** Shapes whose every event has a prefix, in the order in which a tie goes. */
const PREFIXED = ['s3-export', 'logs-tail', 'sam-logs', 'serverless-logs'] as const;

export function sniffText(head: Buffer): { readonly shape: TextShape; readonly because: string } {
  const votes = new Map<TextShape, number>();
  const voter = new LineVoter();
  let seen = 0;
  const lines = new Lines({
    line(bytes, from, to) {
      if (seen >= ENOUGH_LINES || isBlankLine(bytes, from, to)) return;
      seen++;
      const shape = voter.vote(bytes, from, to);
      if (shape !== undefined) votes.set(shape, (votes.get(shape) ?? 0) + 1);
    },
    tooLong() {},
  });
  lines.push(head);
  lines.end();
  let best: TextShape = 'plain-text';
  let most = 0;
  for (const shape of PREFIXED) {
    const count = votes.get(shape) ?? 0;
    if (count > most) {
      best = shape;
      most = count;
    }
  }
  const bare = votes.get('plain-text') ?? 0;
  // Heads without a prefix also stand inside the messages of a prefixed file: laid-out JSON, an XRAY line.
  if (most * 2 >= bare && most > 0) return { shape: best, because: `${most} of its first ${seen} lines begin as there` };
  return { shape: 'plain-text', because: bare > 0 ? `${bare} of its first ${seen} lines begin as Lambda's messages do` : 'it is text' };
}

/** True when the file's first lines leave no doubt, so that 50,000 small files of one export are not voted on. */
export function isPlainlyS3Export(head: Buffer): boolean {
  const second = head.indexOf(0x0a) + 1;
  if (second === 0 || !isUtcPrefix(head, 0, second)) return false;
  return second === head.length || isUtcPrefix(head, second, head.length);
}

const ENOUGH_LINES = 400;
const SPACE = 0x20;
const TIMED_OUT = Buffer.from('Task timed out');
const QUICK = new IsoTime();

function isUtcPrefix(bytes: Buffer, from: number, to: number): boolean {
  if (bytes[from + 24] !== SPACE || bytes[from + 23] !== 0x5a) return false;
  return (
    !Number.isNaN(QUICK.read(bytes, from, to)) && QUICK.fractionDigits === 3 && bytes.subarray(from + 24, from + 160).indexOf(TIMED_OUT) < 0
  );
}

class LineVoter {
  readonly #time = new IsoTime();
  readonly #head = new MessageHead();

  vote(bytes: Buffer, from: number, to: number): TextShape | undefined {
    const first = bytes[from];
    if (first >= 0x30 && first <= 0x39) {
      const shape = this.#voteOfTime(bytes, from, to);
      if (shape !== undefined) return shape;
    }
    if (endOfSamStream(bytes, from, to, this.#time) >= 0) return 'sam-logs';
    if (isServerlessHead(bytes, from, to)) return 'serverless-logs';
    return this.#isBareMessage(bytes, from, to) ? 'plain-text' : undefined;
  }

  #voteOfTime(bytes: Buffer, from: number, to: number): TextShape | undefined {
    if (isEpochPrefix(bytes, from, to)) return 's3-export';
    const kind = this.#head.read(bytes, from, to);
    if (kind === 'node' || kind === 'timed-out') return 'plain-text';
    if (readServerlessLine(bytes, from, to, this.#time) !== undefined) return 'serverless-logs';
    const atMs = this.#time.read(bytes, from, to);
    if (Number.isNaN(atMs)) return undefined;
    const end = this.#time.end;
    if (isBlankLine(bytes, end, to)) return 'plain-text';
    if (this.#time.zone === 'utc' && bytes[end] === SPACE) return 's3-export';
    if (this.#time.zone === 'offset' && beginsEvent(this.#head.read(bytes, end + 1, to))) return 'plain-text';
    return logsTailForm(bytes, from, to, this.#time) === undefined ? undefined : 'logs-tail';
  }

  #isBareMessage(bytes: Buffer, from: number, to: number): boolean {
    let at = from;
    while (at < to && bytes[at] === 0x09) at++;
    return beginsEvent(this.#head.read(bytes, at, to));
  }
}

/** Some tools that write the export's form print the time in epoch milliseconds. */
function isEpochPrefix(bytes: Buffer, from: number, to: number): boolean {
  if (to - from < 14 || bytes[from + 13] !== SPACE) return false;
  for (let at = from; at < from + 13; at++) {
    if (bytes[at] < 0x30 || bytes[at] > 0x39) return false;
  }
  return true;
}

function isServerlessHead(bytes: Buffer, from: number, to: number): boolean {
  const head = bytes.toString('latin1', from, Math.min(to, from + 22));
  return /^(START|END|REPORT) - |^INIT_START Runtime - /.test(head);
}
