/**
 * Reads errors out of JSON, however a logger or runtime client wrote them down.
 *
 * The same error is `{errorType, errorMessage, stackTrace}` from Lambda, `{type, message, stack}` from pino,
 * `{name, message, stack, location}` from Powertools and Python's `{exception_name, exception}`; causes hang below
 * `cause` or `reason`, several at once below `errors`. The chain that comes back is redacted, outermost first.
 */
import type { ErrorFacts } from './application-line.ts';
import { readErrorHead, readFrames, readPrintedErrors } from './printed-errors.ts';
import { redact, redactLine } from './redact.ts';

/** @returns the errors that a logged object holds, empty when it tells of none */
export function readErrorFacts(line: Readonly<Record<string, unknown>>): ErrorFacts[] {
  if (isText(line.errorType) || isText(line.errorMessage)) return readError(line);
  for (const key of ERROR_KEYS) {
    const value = line[key];
    if (isObject(value)) {
      const errors = readError(value);
      if (errors.length > 0) return errors;
    } else if (typeof value === 'string' && (value.includes('\n') || key.startsWith('exception'))) {
      const errors = readPrintedErrors(redact(value));
      if (errors.length > 0) return withName(errors, line.exception_name);
    }
  }
  if (isText(line['error.type']) || isText(line['error.stack_trace'])) return readError(dotted(line));
  // winston's errors format and bunyan-like loggers lay the error out flat.
  if (isText(line.stack) || isText(line.stack_trace) || Array.isArray(line.stackTrace)) return readError(line);
  return [];
}

/** @param error  an object that stands for one error, with its causes inside */
export function readError(error: Readonly<Record<string, unknown>>): ErrorFacts[] {
  const chain: ErrorFacts[] = [];
  follow(error, chain);
  return chain;
}

function follow(error: unknown, chain: ErrorFacts[]): void {
  if (chain.length >= MOST_ERRORS) return;
  if (typeof error === 'string') {
    if (error !== '') chain.push(readErrorHead(redactLine(error)) ?? { type: 'Error', message: cut(redact(error)), stack: [] });
    return;
  }
  if (!isObject(error)) return;

  const stackText = stackOf(error);
  const printed = stackText === undefined ? [] : readPrintedErrors(stackText);
  const [head] = printed;
  const type =
    firstText(error, TYPE_KEYS) ?? head?.type ?? (stackText === undefined ? undefined : readErrorHead(firstLine(stackText))?.type);
  const message = firstText(error, MESSAGE_KEYS) ?? head?.message;
  if (type === undefined && message === undefined && stackText === undefined) return;

  const code = codeOf(error.code) ?? codeOf(error.Code) ?? head?.code;
  chain.push({
    // A bare constructor name is less than what the stack's first line says: `Error` against `Error [ERR_X]` never differ.
    type: type === undefined ? 'Error' : cut(redactLine(type), MOST_NAME),
    message: cut(redact(message ?? '')),
    ...(code !== undefined && { code }),
    stack: head?.stack ?? (stackText === undefined ? [] : readFrames(stackText)),
  });

  const before = chain.length;
  follow(error.cause ?? error.reason, chain);
  for (const key of SEVERAL_KEYS) {
    const several = error[key];
    if (Array.isArray(several)) for (const one of several.slice(0, MOST_ERRORS)) if (isObject(one)) follow(one, chain);
  }
  // pino prints causes into the stack instead of keeping them as objects.
  if (chain.length === before) chain.push(...printed.slice(1, 1 + MOST_ERRORS - chain.length));
}

/** The stack as redacted text; a list of frames (Lambda) or of Python's traceback lines is joined. */
function stackOf(error: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of STACK_KEYS) {
    const stack = error[key];
    if (isText(stack)) return redact(stack.slice(0, MOST_STACK));
    if (Array.isArray(stack) && stack.length > 0) {
      const lines = stack.slice(0, MOST_STACK_LINES).map((line) => (typeof line === 'string' ? line.trimEnd() : frameText(line)));
      const text = redact(lines.join('\n').slice(0, MOST_STACK));
      // Lambda's Python client lists frames alone; the words that announce them make them readable as a traceback.
      return PYTHON_FRAMES.test(text) && !text.includes('Traceback') ? `Traceback (most recent call last):\n${text}` : text;
    }
  }
  return undefined;
}

/** Powertools for Python: `{file, line, function}`. */
function frameText(frame: unknown): string {
  if (!isObject(frame)) return '';
  const { file, line, function: name } = frame;
  return isText(file)
    ? `    at ${isText(name) ? name : '<anonymous>'} (${file}:${typeof line === 'number' || isText(line) ? line : '?'})`
    : '';
}

function withName(errors: ErrorFacts[], name: unknown): ErrorFacts[] {
  const [first, ...causes] = errors;
  return isText(name) && first !== undefined ? [{ ...first, type: cut(redactLine(name), MOST_NAME) }, ...causes] : errors;
}

/** Elastic Common Schema, flat. */
function dotted(line: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { type: line['error.type'], message: line['error.message'], stack: line['error.stack_trace'], code: line['error.code'] };
}

function codeOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return isText(value) ? cut(redactLine(value), MOST_NAME) : undefined;
}

function firstText(from: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = from[key];
    if (isText(value)) return value;
  }
  return undefined;
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

function cut(text: string, most = MOST_MESSAGE): string {
  return text.length > most ? text.slice(0, most) : text;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MOST_ERRORS = 8;
const MOST_MESSAGE = 4096;
const MOST_NAME = 200;
const MOST_STACK = 65_536;
const MOST_STACK_LINES = 200;

const ERROR_KEYS = ['err', 'error', 'exception', 'e', 'ex', 'exc_info'] as const;
const TYPE_KEYS = ['errorType', 'name', 'type', 'exception_name', 'kind', 'Code', '__type'] as const;
const MESSAGE_KEYS = ['errorMessage', 'message', 'msg', 'Message'] as const;
const STACK_KEYS = ['stackTrace', 'stack', 'stack_trace', 'trace'] as const;
const SEVERAL_KEYS = ['errors', 'aggregateErrors'] as const;
const PYTHON_FRAMES = /^\s{1,40}File "/m;
