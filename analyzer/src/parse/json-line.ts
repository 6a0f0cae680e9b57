/**
 * Reads a line that a JSON logger wrote: Lambda's own format, Powertools, pino, winston, bunyan and their like.
 *
 * A logger that prints through the console ends up twice in JSON when Lambda's log format is JSON, too: the outer
 * `message` is then the text of the inner line. It is unwrapped once, and the inner line's level counts, since the outer
 * one only says which console function the logger happens to use.
 */
import type { ApplicationLine, Dialect, ErrorFacts } from './application-line.ts';
import { readError, readErrorFacts } from './error-facts.ts';
import { readLevel } from './log-level.ts';
import { readPrintedErrors } from './printed-errors.ts';
import { shownMessage } from './shown-message.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** @returns undefined when the text is not one JSON object */
export function readJsonLine(text: string): ApplicationLine | undefined {
  const line = parseObject(text);
  if (line === undefined) return undefined;
  // Telemetry API records wrap what the function printed.
  if ((line.type === 'function' || line.type === 'extension') && line.record !== undefined && line.time !== undefined) {
    const inner = typeof line.record === 'string' ? parseObject(line.record) : asObject(line.record);
    if (inner !== undefined) return readObject(inner, undefined);
    return { ...readObject({ message: line.record }, undefined), printedAtMs: timeOf(line.time) };
  }
  return readObject(line, text);
}

/**
 * @param text  the line as it stood, when there is one: shown when the object has no message
 */
export function readObject(line: JsonObject, text: string | undefined): ApplicationLine {
  const outer = describe(line, text);
  const nested = typeof line.message === 'string' && line.message.startsWith('{') ? parseObject(line.message) : asObject(line.message);
  if (nested === undefined || !isLogged(nested)) return outer;
  const inner = describe(nested, typeof line.message === 'string' ? line.message : undefined);
  return {
    dialect: inner.dialect === 'json' ? outer.dialect : inner.dialect,
    level: inner.level ?? outer.level,
    requestId: outer.requestId ?? inner.requestId,
    printedAtMs: inner.printedAtMs ?? outer.printedAtMs,
    message: inner.message,
    errors: inner.errors.length > 0 ? inner.errors : outer.errors,
    thrownToRuntime: inner.thrownToRuntime || outer.thrownToRuntime,
    coldStart: inner.coldStart ?? outer.coldStart,
    functionName: inner.functionName ?? outer.functionName,
    memorySizeMb: inner.memorySizeMb ?? outer.memorySizeMb,
  };
}

export function parseObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function describe(line: JsonObject, text: string | undefined): ApplicationLine {
  const message = messageOf(line, text);
  let errors = readErrorFacts(line);
  if (errors.length === 0 && message.includes('\n')) errors = readPrintedErrors(message);
  const level =
    readLevel(line.level) ?? readLevel(line.severity) ?? readLevel(line.log_level) ?? readLevel(line.lvl) ?? readLevel(line.logLevel);
  if (errors.length === 0 && (level === 'error' || level === 'fatal')) errors = statedError(line);
  return {
    dialect: dialectOf(line),
    level: level ?? (errors.length > 0 ? 'error' : undefined),
    requestId: requestIdOf(line),
    printedAtMs: timeOf(line.timestamp ?? line.time ?? line['@timestamp'] ?? line.ts),
    message,
    errors,
    thrownToRuntime: isThrownToRuntime(line),
    coldStart: typeof line.cold_start === 'boolean' ? line.cold_start : undefined,
    functionName: firstName(line.function_name) ?? firstName(line.functionName),
    memorySizeMb: sizeOf(line.function_memory_size),
  };
}

/** An object inside `message` is a line of its own when it says what a logger or a runtime says of an event. */
function isLogged(nested: JsonObject): boolean {
  return (
    nested.level !== undefined ||
    nested.severity !== undefined ||
    typeof nested.errorType === 'string' ||
    typeof nested.message === 'string' ||
    typeof nested.msg === 'string'
  );
}

function dialectOf(line: JsonObject): Dialect {
  if (line.function_request_id !== undefined || (line.cold_start !== undefined && line.service !== undefined)) return 'powertools';
  if (typeof line.level === 'number') {
    if (line.v === 0 && typeof line.name === 'string') return 'bunyan';
    return line.msg !== undefined || line.pid !== undefined || typeof line.time === 'number' ? 'pino' : 'json';
  }
  if (typeof line.level === 'string') {
    if (line.level === line.level.toUpperCase()) return line.timestamp !== undefined && line.message !== undefined ? 'lambda-json' : 'json';
    return typeof line.message === 'string' ? 'winston' : 'json';
  }
  if (line.log_level !== undefined || (typeof line.errorType === 'string' && line.timestamp !== undefined)) return 'lambda-json';
  return 'json';
}

function messageOf(line: JsonObject, text: string | undefined): string {
  const message = line.message ?? line.msg ?? line.errorMessage ?? line.event;
  if (typeof message === 'string') return shownMessage(message);
  if (message === undefined || message === null) return shownMessage(text ?? printed(line));
  const error = asObject(message);
  if (error !== undefined && typeof error.errorMessage === 'string') return shownMessage(error.errorMessage);
  return shownMessage(printed(message));
}

function printed(value: unknown): string {
  try {
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  } catch {
    // Nesting too deep for the engine.
    return '[object]';
  }
}

/** `"error": "connection refused"`: a failure told in words only. */
function statedError(line: JsonObject): ErrorFacts[] {
  const stated = line.error ?? line.err ?? line.exception;
  return typeof stated === 'string' && stated !== '' ? readError({ message: stated, code: line.code }) : [];
}

/** Lambda's Python client prints what left the handler with `log_level`; the Node client names its own types. */
function isThrownToRuntime(line: JsonObject): boolean {
  if (typeof line.errorType !== 'string') return false;
  return line.log_level !== undefined || RUNTIME_TYPE.test(line.errorType);
}

function requestIdOf(line: JsonObject): string | undefined {
  for (const key of ID_KEYS) {
    const value = line[key];
    if (typeof value === 'string' && REQUEST_ID.test(value)) return value;
  }
  return undefined;
}

function firstName(value: unknown): string | undefined {
  return typeof value === 'string' && FUNCTION_NAME.test(value) ? value : undefined;
}

function sizeOf(value: unknown): number | undefined {
  const megabytes = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof megabytes === 'number' && megabytes > 0 && megabytes <= 1_000_000 ? megabytes : undefined;
}

/** ISO text, epoch seconds or epoch milliseconds. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') {
    // 1e11 s lie in the year 5138, 1e11 ms in 1973: no log line comes from either.
    const atMs = value < 1e11 ? value * 1000 : value;
    return value > 1e8 && atMs < 8.64e15 ? atMs : undefined;
  }
  if (typeof value !== 'string' || !ISO_DAY.test(value)) return undefined;
  // Python writes "2026-10-08 12:00:00,123+0000".
  const atMs = Date.parse(value.length <= 40 ? value.replace(',', '.') : '');
  return Number.isNaN(atMs) ? undefined : atMs;
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

const ID_KEYS = [
  'requestId',
  'awsRequestId',
  'function_request_id',
  'x-request-id',
  'AWSRequestId',
  'aws_request_id',
  'request_id',
] as const;
/** UUIDs, and the letter-and-digit ids of Lambda Web Functions; `undefined` is what the Node client prints during init. */
const REQUEST_ID = /^(?!undefined$)[\w-]{8,128}$/;
const FUNCTION_NAME = /^[\w$:.-]{1,170}$/;
const RUNTIME_TYPE = /^(?:Runtime|Extension|Sandbox|Function)\./;
const ISO_DAY = /^\d{4}-\d\d-\d\d/;
