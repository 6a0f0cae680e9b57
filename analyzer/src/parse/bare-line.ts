/**
 * Reads a line that no logger dressed: written straight to standard output or error, or by V8 or the C library as the
 * process went down. Without a level of its own, it is only called an error when it shows one.
 */
import type { ApplicationLine, ErrorFacts, LogLevel } from './application-line.ts';
import { readErrorHead, readPrintedErrors } from './printed-errors.ts';
import { shownMessage } from './shown-message.ts';

export function readBareLine(text: string): ApplicationLine {
  const message = shownMessage(text);
  const crash = crashIn(message);
  const printed = crash === undefined && message.includes('\n') ? readPrintedErrors(message) : [];
  const head = crash === undefined && printed.length === 0 ? readErrorHead(message) : undefined;
  const errors = crash !== undefined ? [crash] : head !== undefined ? [head] : printed;
  return {
    dialect: 'bare',
    level: crash !== undefined ? 'fatal' : errors.length > 0 ? 'error' : levelWord(message),
    requestId: REQUEST_ID.exec(message)?.[1],
    printedAtMs: undefined,
    message,
    errors,
    thrownToRuntime: false,
    coldStart: undefined,
    functionName: undefined,
    memorySizeMb: undefined,
  };
}

/** The last words of a process that did not end by its own code. */
function crashIn(message: string): ErrorFacts | undefined {
  const found = CRASH.exec(message);
  if (found === null) return undefined;
  const end = message.indexOf('\n', found.index);
  return { type: 'FatalError', message: (end < 0 ? message.slice(found.index) : message.slice(found.index, end)).trim(), stack: [] };
}

function levelWord(message: string): LogLevel | undefined {
  const word = LEVEL_WORD.exec(message);
  return word === null ? undefined : LEVELS[word[1]!.toUpperCase()];
}

const CRASH =
  /FATAL ERROR: |JavaScript heap out of memory|Segmentation fault|double free or corruption|(?:malloc|free)\(\): |terminate called (?:after|without)|Assertion [`'].{1,300} failed|^panic: |^fatal error: /m;
/** Levels at the very start, as many small loggers print them: `ERROR …`, `[warn] …`, `level=error`. */
const LEVEL_WORD = /^(?:\[|level=)?(error|fatal|warn|warning|critical|info|debug|trace)(?=[\]\s:|])/i;
const LEVELS: Readonly<Record<string, LogLevel>> = {
  ERROR: 'error',
  FATAL: 'fatal',
  CRITICAL: 'fatal',
  WARN: 'warn',
  WARNING: 'warn',
  INFO: 'info',
  DEBUG: 'debug',
  TRACE: 'trace',
};
const REQUEST_ID = /\b(?:RequestId|requestId|request_id|request id)["']?[:= ]{1,3}["']?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b/;
