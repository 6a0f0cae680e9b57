import { describe, expect, test } from 'vitest';
import { openInsightsCsv } from '../../analyzer/src/read/insights-csv.ts';
import { openInsightsJson } from '../../analyzer/src/read/insights-json.ts';
import { ReadError } from '../../analyzer/src/read/read-error.ts';
import { readText } from '../support/read-text.ts';

const ID = 'b0000000-0000-4000-8000-000000000002';
const STREAM = '2026/10/08/[7]0123456789abcdef0123456789abcdef';
const AT = '2026-10-08 07:30:28.235';
const AT_MS = Date.UTC(2026, 9, 8, 7, 30, 28, 235);
const REPORT_FIELDS = {
  '@timestamp': AT,
  '@type': 'REPORT',
  '@requestId': ID,
  '@duration': '14.97',
  '@billedDuration': '15.0',
  '@maxMemoryUsed': '6.7E7',
  '@memorySize': '1.28E8',
};

type Fields = Readonly<Record<string, unknown>>;

/** As `get-query-results` prints them. */
const pairs = (rows: readonly Fields[], status = 'Complete', recordsMatched = rows.length) =>
  JSON.stringify({
    queryLanguage: 'CWLI',
    results: rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))),
    statistics: { recordsMatched, recordsScanned: 100 },
    status,
  });
/** As the console saves them. */
const flat = (rows: readonly Fields[]) => JSON.stringify(rows, null, 2);
const csv = (rows: readonly Fields[]) => {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const quote = (value: unknown) => (value === undefined ? '' : `"${String(value).replaceAll('"', '""')}"`);
  return [names.join(','), ...rows.map((row) => names.map((name) => quote(row[name])).join(','))].join('\n');
};
const FORMS = [
  ['field and value pairs', openInsightsJson, (rows: readonly Fields[]) => pairs(rows)],
  ['flat objects', openInsightsJson, flat],
  ['CSV', openInsightsCsv, csv],
  ['CSV behind a byte order mark', openInsightsCsv, (rows: readonly Fields[]) => `\ufeff${csv(rows)}\r\n`],
] as const;

describe.each(FORMS)('rows of Logs Insights as %s', (_form, open, write) => {
  test('a row with its message is that event, in UTC, with group, account and stream', () => {
    const row = {
      '@timestamp': AT,
      '@message': `START RequestId: ${ID}, "x" ü\n`,
      '@logStream': STREAM,
      '@log': '123456789012:/aws/lambda/checkout',
    };
    const told = readText(open, write([row]));
    expect(told.events).toMatchObject([
      {
        origin: { logGroup: '/aws/lambda/checkout', accountId: '123456789012', logStream: STREAM },
        atMs: AT_MS,
        message: `START RequestId: ${ID}, "x" ü\n`,
      },
    ]);
    expect(told.skips.filter((skip) => skip.reason !== 'envelope')).toEqual([]);
  });

  test('a REPORT row without its message gives its fields, memory in the megabytes of the log line', () => {
    const { reports, events } = readText(open, write([REPORT_FIELDS]));
    expect(events).toEqual([]);
    expect(reports.map((report) => report.fields)).toEqual([
      { requestId: ID, durationMs: 14.97, billedMs: 15, memorySizeMb: 128, maxMemoryUsedMb: 67 },
    ]);
  });

  test('a REPORT row with its message is the message and no second report', () => {
    const told = readText(open, write([{ ...REPORT_FIELDS, '@message': `REPORT RequestId: ${ID}\tDuration: 14.97 ms` }]));
    expect(told.events).toHaveLength(1);
    expect(told.reports).toEqual([]);
    expect(told.skips.filter((skip) => skip.reason !== 'envelope')).toEqual([]);
  });

  test('report fields on a line that is no REPORT are ignored and counted', () => {
    const told = readText(open, write([{ '@timestamp': AT, '@message': 'INFO stored', '@initDuration': '162.61' }]));
    expect(told.events).toHaveLength(1);
    expect(told.reports).toEqual([]);
    expect(told.skips.map((skip) => skip.found)).toContain('REPORT fields on a row that is not of @type REPORT');
  });

  test('fields alone are not trusted without @type = REPORT', () => {
    const { '@type': _, ...untyped } = REPORT_FIELDS;
    const told = readText(open, write([untyped]));
    expect(told.reports).toEqual([]);
    expect(told.skips.map((skip) => skip.found)).toContain('row without @message that is not of @type REPORT');
  });

  test('an aggregated result is refused with the query to run instead', () => {
    const aggregated = write([{ 'bin(5m)': '2026-10-08 07:30:00.000', 'count(*)': '12' }]);
    let error: unknown;
    try {
      readText(open, aggregated);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ReadError);
    expect(error).toMatchObject({ code: 'READ_AGGREGATED_QUERY', path: 'input' });
    expect((error as ReadError).next).toContain('fields @timestamp, @message, @logStream, @log | sort @timestamp asc | limit 10000');
  });
});

describe('only in JSON', () => {
  test('a message that the console parsed is handed over as JSON again', () => {
    const record = { time: '2026-10-08T07:30:28.235Z', type: 'platform.start', record: { requestId: ID } };
    expect(readText(openInsightsJson, flat([{ '@timestamp': AT, '@message': record }])).events[0].message).toBe(JSON.stringify(record));
  });

  test('a message nested a hundred thousand deep stops nothing', () => {
    const deep = `{"@timestamp":"${AT}","@message":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const text = `[${deep},{"@timestamp":"${AT}","@message":"a"}]`;
    const told = readText(openInsightsJson, text);
    expect(told.events.at(-1)?.message).toBe('a');
    expect(told.byteCount).toBe(text.length);
  });

  test('a query that had not finished is told of, a complete one is not', () => {
    const row = { '@timestamp': AT, '@message': 'a' };
    const found = (status: string) => readText(openInsightsJson, pairs([row], status)).skips.flatMap((skip) => skip.found ?? []);
    expect(found('Running')).toEqual(['query with status Running: its rows are not all']);
    expect(found('Complete')).toEqual([]);
  });

  test('a query that matched more than it returned is told of', () => {
    const text = pairs([{ '@timestamp': AT, '@message': 'a' }], 'Complete', 25_000);
    const told = readText(openInsightsJson, text);
    expect(told.skips.map((skip) => skip.found)).toContain('query that matched 25000 events and returned 1');
    expect(told.byteCount).toBe(Buffer.byteLength(text));
  });
});

describe('only in CSV', () => {
  test('a row with too few columns is counted', () => {
    const told = readText(openInsightsCsv, '@timestamp,@message\n2026-10-08 07:30:28.235\n');
    expect(told.skips.map((skip) => skip.found)).toContain('row with 1 column under a header with 2');
  });
});
