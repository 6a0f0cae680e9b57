/**
 * The line that was logged, as far as a log record or an exception event still tells.
 *
 * Where a receiver has taken a JSON log line of Lambda apart into body and attributes, the line is put together again, or its
 * request id would be lost; platform lines are passed in the receiver's wording. A record whose level stands only beside its body
 * gets a line that names it.
 * Source: opentelemetry-proto `logs.proto`, SeverityNumber; open-telemetry/opentelemetry-lambda
 * `collector/receiver/telemetryapireceiver/receiver.go`.
 */
import { type Attributes, type OtlpValue, plainValue, textOf } from './otlp-attributes.ts';
import type { SpanException } from './otlp-span.ts';

export interface OtlpLogRecord {
  readonly timeUnixNano?: unknown;
  readonly observedTimeUnixNano?: unknown;
  readonly severityNumber?: unknown;
  readonly severityText?: unknown;
  readonly body?: OtlpValue | null;
  readonly attributes?: unknown;
}

/** The attributes of a log record that are read. */
export const LOG_NAMES: ReadonlySet<string> = new Set([
  'faas.invocation_id',
  'faas.execution',
  'exception.type',
  'error.type',
  'exception.message',
  'exception.stacktrace',
]);

/**
 * @param atMs  the time that the record itself tells; NaN when it tells none
 * @returns undefined when the record has no body and tells of no error
 */
export function lineOf(record: OtlpLogRecord | null | undefined, attributes: Attributes, atMs: number): string | undefined {
  const body = plainValue(record?.body);
  const requestId = textOf(attributes, 'faas.invocation_id', 'faas.execution');
  const errorType = textOf(attributes, 'exception.type', 'error.type');
  if (body === undefined && errorType === undefined) return undefined;
  const level = levelOf(record);
  const isWhole = typeof body === 'string' && WHOLE_LINE.test(body);
  const isAlone = errorType === undefined && (requestId === undefined || (typeof body === 'string' && body.includes(requestId)));
  const tellsLevel = level === undefined || requestId !== undefined || (isObject(body) && 'level' in body);
  if (isWhole || (isAlone && tellsLevel)) return typeof body === 'string' ? body : JSON.stringify(body);
  // The members of Lambda's JSON log format.
  return JSON.stringify({
    timestamp: atMs < LAST_DATE_MS ? new Date(atMs).toISOString() : undefined,
    level:
      level ?? (typeof record?.severityText === 'string' && record.severityText !== '' ? record.severityText.toUpperCase() : undefined),
    requestId,
    message: body,
    errorType,
    errorMessage: textOf(attributes, 'exception.message'),
    stackTrace: textOf(attributes, 'exception.stacktrace')?.split('\n'),
  });
}

/** An error that a span recorded, as the runtime would log it. */
export function exceptionLine(atMs: number, requestId: string, { type, message, stack }: SpanException): string {
  return JSON.stringify({
    timestamp: atMs < LAST_DATE_MS ? new Date(atMs).toISOString() : undefined,
    level: 'ERROR',
    requestId,
    errorType: type,
    errorMessage: message,
    stackTrace: stack?.split('\n'),
  });
}

/** Begins like a line that says all of itself: the platform's, JSON, or what a runtime prints in front of a message. */
const WHOLE_LINE =
  /^(\{|(START|END|REPORT|INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION|TELEMETRY|LOGS)\b|\d{4}-\d\d-\d\dT[\d:.]+Z\t|\[[A-Z]+\]\s)/;
/** The largest time a Date can hold. */
const LAST_DATE_MS = 8.64e15;

/** Only what is worth a look at night: an ordinary line stays the text that it is. */
function levelOf(record: OtlpLogRecord | null | undefined): 'WARN' | 'ERROR' | 'FATAL' | undefined {
  const number = Number(record?.severityNumber);
  if (number >= SEVERITY_FATAL) return 'FATAL';
  if (number >= SEVERITY_ERROR) return 'ERROR';
  return number >= SEVERITY_WARN ? 'WARN' : undefined;
}

const SEVERITY_WARN = 13;
const SEVERITY_ERROR = 17;
const SEVERITY_FATAL = 21;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
