/** Which shape a file has that begins with JSON, by the names of its members. */
import { readJsonStart } from './json-start.ts';
import type { ReadErrorCode } from './read-error.ts';
import type { Shape } from './shape.ts';

export type SniffResult =
  | { readonly kind: 'shape'; readonly shape: Shape; readonly because: string }
  | {
      readonly kind: 'refused';
      readonly code: ReadErrorCode;
      readonly expected: string;
      readonly found: string;
      /** A sentence or a command that helps. */
      readonly next: string;
    };

export const EXPECTED = 'a log export of Lambda (see docs/formats.md)';

/**
 * @param text  begins with the first bracket
 * @param path  for the commands that are offered
 * @returns undefined when it is no JSON, or JSON only on some of its lines
 */
export function sniffJson(text: string, path: string): SniffResult | undefined {
  const values: unknown[] = [];
  let isLineByLine = true;
  let at = 0;
  while (values.length < ENOUGH_VALUES) {
    const start = readJsonStart(text, at);
    if (start === undefined) {
      // Something else between JSON lines; what is inside one object's brackets and breaks is the reader's to tell.
      if (values.length === 0 || at < text.length) return undefined;
      break;
    }
    // A value that the sample cuts off tells something only when it is the first.
    if (start.isWhole || values.length === 0) values.push(start.value);
    if (text.slice(at, start.end).includes('\n')) isLineByLine = false;
    if (!start.isWhole) break;
    at = start.end;
    // Commas between objects come from lists that somebody cut out by hand.
    while (at < text.length && ' \n\r\t,'.includes(text[at])) at++;
    if (at >= text.length) break;
  }
  const [first] = values;
  return Array.isArray(first) ? sniffArray(first, path) : sniffObjects(values.filter(isObject), isLineByLine, path);
}

/** One line may be of another kind than the rest; so many tell. */
const ENOUGH_VALUES = 50;

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sniffObjects(objects: readonly JsonObject[], isLineByLine: boolean, path: string): SniffResult {
  const [first] = objects;
  if (objects.every((object) => Object.keys(object)[0] === 'nl')) return shape('agent-lines', 'its lines begin with {"nl":');
  const known = sniffObject(first, path);
  if (known !== undefined) return known;
  if (objects.every(isTelemetry)) return shape('telemetry', 'its objects have time, type and record');
  if (isLogEvent(first)) return shape('log-events-json', 'its objects are events with timestamp and message');
  if (isLineByLine || objects.length > 1) return shape('json-lines', `its objects have ${namesOf(first)}`);
  return refused('READ_UNKNOWN_SHAPE', `one JSON object with ${namesOf(first)}`, nextForObject(first, path));
}

/** What one object tells alone, without the ones after it. */
function sniffObject(object: JsonObject, path: string): SniffResult | undefined {
  for (const name of ['resourceLogs', 'resourceSpans', 'resourceMetrics']) {
    if (name in object) return shape('otlp-json', `it has "${name}"`);
  }
  if ('MetricDataResults' in object || Array.isArray(object.Datapoints)) return shape('metrics-json', 'it has metric values of CloudWatch');
  if (isSubscription(object)) return shape('subscription', 'it has the envelope of a subscription filter');
  if (Array.isArray(object.results)) return sniffInsightsRows(object.results, path);
  if (Array.isArray(object.events) && (object.events.length === 0 || object.events.some(isAnyLogEvent))) {
    return shape('log-events-json', 'it has an "events" list');
  }
  if (isInsightsRow(object)) return sniffInsightsRows([object], path);
  return undefined;
}

function sniffArray(items: readonly unknown[], path: string): SniffResult {
  if (items.length === 0) {
    return refused('READ_EMPTY', 'an empty JSON list', 'Widen the time range of the query, or check the name of the log group.');
  }
  const first = items.find((item) => item !== undefined);
  if (Array.isArray(first)) return sniffInsightsRows(items, path);
  if (typeof first === 'string') {
    return refused(
      'READ_UNKNOWN_SHAPE',
      'a JSON list of texts',
      `To read them as lines: jq -r '.[]' ${quoted(path)} | nightlight analyze -`,
    );
  }
  if (!isObject(first)) return refused('READ_UNKNOWN_SHAPE', 'a JSON list', NEXT_UNKNOWN);
  const known = sniffObject(first, path);
  if (known !== undefined) return known;
  const objects = items.filter(isObject);
  if (objects.every(isTelemetry)) return shape('telemetry', 'its objects have time, type and record');
  if (isAnyLogEvent(first) && typeof first.level !== 'string') return shape('log-events-json', 'it is a list of events');
  if (Object.keys(first).some(isAggregate)) return aggregated(Object.keys(first));
  return refused(
    'READ_UNKNOWN_SHAPE',
    `a JSON list of objects with ${namesOf(first)}`,
    `To read them as lines: jq -c '.[]' ${quoted(path)} | nightlight analyze -`,
  );
}

function isSubscription(object: JsonObject): boolean {
  if ('messageType' in object && ('logEvents' in object || 'logGroup' in object || 'owner' in object)) return true;
  if (isObject(object.awslogs) && 'data' in object.awslogs) return true;
  for (const list of [object.Records, object.records]) {
    if (!Array.isArray(list) || !isObject(list[0])) continue;
    const [record] = list;
    if (isObject(record.kinesis) || typeof record.data === 'string' || typeof record.Data === 'string') return true;
  }
  // A single record, and Firehose's envelope of one that failed. `H4sI` is how gzip begins in base64.
  return [object.data, object.Data, object.rawData].some((data) => typeof data === 'string' && data.startsWith('H4sI'));
}

function isTelemetry(object: JsonObject): boolean {
  return typeof object.time === 'string' && typeof object.type === 'string' && 'record' in object;
}

/** As CloudWatch Logs gives it; an application's own line has its time as text, or a level. */
function isLogEvent(object: JsonObject): boolean {
  return (
    typeof object.message === 'string' &&
    typeof object.timestamp === 'number' &&
    ('ingestionTime' in object || 'eventId' in object || 'logStreamName' in object || 'id' in object)
  );
}

/** `--query` leaves what it was told to, often only time and message. */
function isAnyLogEvent(value: unknown): boolean {
  return isObject(value) && ('message' in value || 'timestamp' in value);
}

function isInsightsRow(object: JsonObject): boolean {
  return '@message' in object || '@timestamp' in object || '@ptr' in object;
}

function sniffInsightsRows(rows: readonly unknown[], path: string): SniffResult {
  const row = rows.find((candidate) => candidate !== undefined);
  if (row === undefined) return shape('insights-json', 'it has a "results" list');
  const names = Array.isArray(row) ? row.filter(isObject).map((cell) => String(cell.field)) : isObject(row) ? Object.keys(row) : undefined;
  if (names === undefined || (Array.isArray(row) && row.length > 0 && names.every((name) => name === 'undefined'))) {
    return refused(
      'READ_UNKNOWN_SHAPE',
      `JSON with "results" that are no rows of Logs Insights`,
      `Look at its start: head -c 400 ${quoted(path)}`,
    );
  }
  return isReadableQuery(names) || names.length === 0 ? shape('insights-json', 'it has rows of Logs Insights') : aggregated(names);
}

/** True when each row is one event, or at least one REPORT. */
export function isReadableQuery(names: readonly string[]): boolean {
  return names.includes('@message') || (names.includes('@requestId') && names.includes('@duration'));
}

/** True for the columns that `stats` makes: `count(*)`, `bin(5m)`, `pct(@duration, 99)`. */
export function isAggregate(name: string): boolean {
  return /^(bin|datefloor|count|count_distinct|sum|avg|min|max|pct|stddev|median|earliest|latest|sortsFirst|sortsLast)\s*\(.*\)$/i.test(
    name,
  );
}

export function aggregated(names: readonly string[]): SniffResult {
  return {
    kind: 'refused',
    code: 'READ_AGGREGATED_QUERY',
    expected: 'rows of Logs Insights with @message, one per event',
    found: `rows with ${listed(names)}`,
    next: 'Run this query instead and download its result: fields @timestamp, @message, @logStream, @log | sort @timestamp asc | limit 10000',
  };
}

function nextForObject(object: JsonObject, path: string): string {
  if (typeof object.queryId === 'string')
    return 'The query was only started; fetch its rows: aws logs get-query-results --query-id ID > rows.json';
  if (typeof object.LogResult === 'string')
    return `To read the log in it: jq -r .LogResult ${quoted(path)} | base64 -d | nightlight analyze -`;
  if ('logStreams' in object || 'logGroups' in object)
    return 'That names the logs; fetch one: aws logs filter-log-events --log-group-name NAME > events.json';
  return NEXT_UNKNOWN;
}

export const NEXT_UNKNOWN = 'If it is a log that should be read, name its shape: --format-in SHAPE (nightlight analyze --help lists them)';

function shape(name: Shape, because: string): SniffResult {
  return { kind: 'shape', shape: name, because };
}

export function refused(code: ReadErrorCode, found: string, next: string): SniffResult {
  return { kind: 'refused', code, expected: EXPECTED, found, next };
}

/** Single quotes for a shell. */
export function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function namesOf(object: JsonObject): string {
  return listed(Object.keys(object));
}

/** A few names for the user; a file that is no log may have any text in their place. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no member';
  const shown = names.slice(0, 5).map((name) => `"${name.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, '?')}"`);
  return names.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ');
}
