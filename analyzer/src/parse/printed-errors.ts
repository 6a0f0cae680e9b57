/**
 * Finds errors in text that was printed for people: stacks of Node, Java and Python with their causes.
 *
 * Node prints `TypeError [CODE]: message`, indented frames, then own properties in braces, among them `[cause]: …` and
 * `[errors]: [ … ]`, each cause two columns deeper. Java and pino print `Caused by: …` after the frames. Python prints
 * the chain the other way round, and the failing frame last; here every chain starts with the outermost error and every
 * stack with the frame that threw.
 */
import type { ErrorFacts } from './application-line.ts';

/** @param text  redacted text with its newlines */
export function readPrintedErrors(text: string): ErrorFacts[] {
  if (text.includes(PYTHON_TRACEBACK)) return readTracebacks(text);
  return FRAME.test(text) ? readStacks(text) : [];
}

/** `TypeError: cannot …`, without any stack. */
export function readErrorHead(line: string): ErrorFacts | undefined {
  const head = HEAD_AT_START.exec(line);
  if (head === null) return undefined;
  const code = head[2];
  return { type: head[1]!, message: line.slice(head[0].length), ...(code !== undefined && { code }), stack: [] };
}

/** Frames of a stack text, without the head and without "at ". */
export function readFrames(stack: string): string[] {
  const frames: string[] = [];
  for (const line of stack.split('\n')) {
    const frame = FRAME_LINE.exec(line);
    if (frame !== null) frames.push(frame[1]!);
    if (frames.length === MOST_FRAMES) break;
  }
  return frames;
}

interface Reading {
  type: string;
  message: string;
  code: string | undefined;
  stack: string[];
  /** Column at which this error's own properties are printed. */
  readonly propertyColumn: number;
}

function readStacks(text: string): ErrorFacts[] {
  const errors: Reading[] = [];
  let current: Reading | undefined;
  // Lines since the last frame: a message may take several.
  let head: string[] = [];

  const begin = (lines: readonly string[], column: number) => {
    current = { ...splitHead(lines), stack: [], propertyColumn: column };
    if (errors.length < MOST_ERRORS) errors.push(current);
  };

  for (const line of text.split('\n', MOST_LINES)) {
    const frame = FRAME_LINE.exec(line);
    if (frame !== null) {
      // Frames after other text belong to a new error, unless that text was only what ended the last one.
      if (current === undefined || head.length > 0) begin(head, 2 + columnOf(head[0] ?? ''));
      head = [];
      if (current!.stack.length < MOST_FRAMES) current!.stack.push(frame[1]!);
      continue;
    }
    const cause = CAUSE_LINE.exec(line);
    if (cause !== null && errors.length > 0) {
      const rest = line.slice(cause[0].length);
      if (rest.startsWith('[') || rest.startsWith('{')) continue;
      // A cause without a stack of its own is printed whole on this line.
      begin([rest], columnOf(line) + 2);
      head = [];
      continue;
    }
    if (current !== undefined) {
      const code = CODE_LINE.exec(line);
      if (code !== null) {
        const owner = errors.findLast((error) => error.propertyColumn === columnOf(line)) ?? current;
        owner.code ??= code[1] ?? code[2];
        continue;
      }
      if (PROPERTY_OR_BRACKET.test(line) && !HEAD_AT_START.test(line.trimStart())) continue;
      // A message of several lines directly after "[cause]: …" goes on until its first frame.
      if (current.stack.length === 0) {
        current.message += `\n${line}`;
        continue;
      }
    }
    head.push(line);
  }
  return errors.map(finish);
}

/** The first line that names a type begins the error; what follows it is its message, which may take several lines. */
function splitHead(lines: readonly string[]): { type: string; message: string; code: string | undefined } {
  for (const pattern of [HEAD_ANYWHERE, NAME_AT_START]) {
    for (let i = 0; i < lines.length; i++) {
      const head = pattern.exec(lines[i]!);
      if (head === null) continue;
      const message = [lines[i]!.slice(head.index + head[0].length), ...lines.slice(i + 1)].join('\n');
      return { type: head[1] ?? head[3]!, message: message.trim(), code: head[2] ?? head[4] };
    }
  }
  // Only the last line: what stands before it was printed by somebody else.
  return { type: 'Error', message: (lines.at(-1) ?? '').trim(), code: undefined };
}

function readTracebacks(text: string): ErrorFacts[] {
  const blocks: { joined: boolean; lines: string[] }[] = [];
  let joined = false;
  let before = '';
  for (const line of text.split('\n', MOST_LINES)) {
    if (line.includes(PYTHON_TRACEBACK)) {
      blocks.push({ joined, lines: blocks.length === 0 ? [before, line] : [line] });
      joined = false;
    } else if (blocks.length === 0) {
      before = line;
    } else if (line.startsWith('The above exception was') || line.startsWith('During handling of the above')) {
      joined = true;
    } else {
      blocks.at(-1)!.lines.push(line);
    }
  }
  const errors = blocks.slice(-MOST_ERRORS).map((block) => readTraceback(block.lines));
  // The last one printed is the one that left the program.
  return errors.reverse();
}

function readTraceback(lines: readonly string[]): ErrorFacts {
  const frames: string[] = [];
  let named: string | undefined;
  for (const line of lines) {
    const frame = PYTHON_FRAME.exec(line);
    if (frame !== null) frames.push(`${frame[3] ?? '<module>'} (${frame[1]}:${frame[2]})`);
    else if (PYTHON_NAME.test(line) && !line.includes(PYTHON_TRACEBACK)) named = line;
  }
  const head = named ?? lines[0] ?? '';
  const match = PYTHON_NAME.exec(head) ?? HEAD_ANYWHERE.exec(head);
  const type = match?.[1] ?? match?.[3] ?? 'Error';
  const message = match === null ? head.trim() : head.slice(match.index + match[0].length).trim();
  return { type, message, stack: frames.reverse().slice(0, MOST_FRAMES) };
}

function finish(reading: Reading): ErrorFacts {
  const { type, code, stack } = reading;
  // `{` opens the properties, `[` the list of an AggregateError.
  const message = reading.message.replace(/\s*[{[]?$/, '').slice(0, MOST_MESSAGE);
  return { type, message, ...(code !== undefined && { code }), stack: stack.map(withoutBrace) };
}

function withoutBrace(frame: string): string {
  return frame.endsWith(' {') ? frame.slice(0, -2) : frame.endsWith(',') ? frame.slice(0, -1) : frame;
}

function columnOf(line: string): number {
  let column = 0;
  while (line[column] === ' ') column++;
  return column;
}

const MOST_FRAMES = 20;
const MOST_ERRORS = 8;
/** Far more than eight errors with all their frames take. */
const MOST_LINES = 2000;
const MOST_MESSAGE = 4096;

const FRAME = /\n\s{0,40}at \S/;
const FRAME_LINE = /^\s{1,40}at (.{1,400})/;
const CAUSE_LINE = /^\s{0,40}(?:\[(?:cause|errors)\]: |[Cc]aused by: )/;
const CODE_LINE = /^\s{1,40}\[?code\]?: (?:'([^']{1,100})'|(-?\d{1,12})),?\s*\}*,?$/;
/** `errno: -111,`, `},`, `... 4 lines matching cause stack trace ...`, `\t... 12 more`. */
const PROPERTY_OR_BRACKET = /^\s*(?:[\]}]|\.\.\. |$)|^\s{1,40}(?:[A-Za-z_$][\w$]{0,60}|'[^']{1,60}'|\[[\w$]{1,60}\]): /;

const HEAD_AT_START =
  /^(?:Uncaught )?((?:[A-Za-z_$][\w$]{0,80}\.){0,8}(?:[A-Z][\w$]{0,80})?(?:Error|Exception|Failure|Fault))(?: \[([\w.-]{1,80})\])?(?:: |$)/;
/** A word that ends like an error's name; else what a minifier made of it, before `[CODE]` or the name in brackets: `t [ZodError]: `. */
const HEAD_ANYWHERE =
  /(?<![\w$.])(?:((?:[A-Za-z_$][\w$]{0,80}\.){0,8}(?:[A-Za-z_$][\w$]{0,80})?(?:Error|Exception|Failure|Fault))(?: \[([\w.-]{1,80})\])?|([A-Za-z_$][\w$]{0,80}) \[([A-Z]\w{0,80}(?:Error|Exception)|[A-Z][A-Z0-9_]{1,80})\](?=: ))(?:: |$|(?= \{$))/;
const NAME_AT_START = /^(?:Uncaught )?([A-Z][\w$]{0,80}): /;

const PYTHON_TRACEBACK = 'Traceback (most recent call last)';
const PYTHON_FRAME = /^\s{1,40}File "([^"]{1,300})", line (\d{1,9})(?:, in (\S{1,200}))?/;
/** `ValueError: …` or `botocore.errorfactory.ClientError: …` at the start of a line, Lambda's `[ERROR] ` before it or not. */
const PYTHON_NAME = /^(?:\[[A-Z]{3,9}\]\s)?((?:[A-Za-z_]\w{0,80}\.){0,8}[A-Z]\w{0,80})(?:: |$)/;
