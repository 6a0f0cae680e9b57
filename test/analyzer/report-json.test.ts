import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { type JsonObject, reportFromJson, reportToJson, writeJson } from '../../analyzer/src/report/json.ts';
import { renderJsonLines } from '../../analyzer/src/report/json-lines.ts';
import { reportSchema } from '../../analyzer/src/report/schema/report-schema.ts';
import { emptyReport, healthyReport, leakingReport, NIGHT_MS, thinReport, unreadReport } from '../support/sample-report.ts';

const SAMPLES = { leaking: leakingReport, healthy: healthyReport, thin: thinReport, unread: unreadReport, empty: emptyReport };
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  allErrors: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
});
const validate = ajv.compile(reportSchema());

describe('the published schema', () => {
  test.each(Object.entries(SAMPLES))('accepts the report (%s)', (_, sample) => {
    for (const raw of [false, true]) {
      validate(JSON.parse(writeJson(reportToJson(sample(), { raw }))));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  test('lets members pass that a later version added', () => {
    expect(validate({ ...reportToJson(leakingReport()), somethingNew: { a: 1 } })).toBe(true);
  });

  test('refuses a report that misses a promised key, an unknown kind of finding, or a time as a number', () => {
    const { cost: _, ...withoutCost } = reportToJson(leakingReport());
    expect(validate(withoutCost)).toBe(false);
    const json = reportToJson(leakingReport()) as JsonObject & { findings: readonly JsonObject[] };
    expect(validate({ ...json, findings: [{ ...json.findings[0], kind: 'gremlin' }] })).toBe(false);
    expect(validate({ ...json, findings: [{ ...json.findings[0], since: NIGHT_MS }] })).toBe(false);
  });

  test('promises the keys that scripts rely on', () => {
    const promised = [
      'schema',
      'input',
      'dataQuality',
      'functions',
      'coldStarts',
      'latency',
      'memory',
      'failures',
      'cost',
      'limits',
      'findings',
      'gate',
      'exit',
    ];
    expect(reportSchema().required).toEqual(expect.arrayContaining(promised));
  });
});

describe('JSON of a report', () => {
  test('gives moments as ISO UTC and leaves no epoch number behind', () => {
    const json = reportToJson(leakingReport(), { raw: true });
    expect(json.input).toMatchObject({ from: '2026-11-21T01:01:36.000Z' });
    const epochs: string[] = [];
    JSON.stringify(json, (key, value) => {
      if (typeof value === 'number' && value > 1e12) epochs.push(key);
      return value;
    });
    expect(epochs).toEqual([]);
  });

  test('says null for what nobody knows, and never leaves it out', () => {
    const json = reportToJson(unreadReport()) as { input: JsonObject };
    expect(json.input.from).toBeNull();
  });

  test('gives the first message of a failure only when raw lines are asked for', () => {
    expect(writeJson(reportToJson(leakingReport()))).not.toContain('Task timed out after 2.00');
    expect(writeJson(reportToJson(leakingReport(), { raw: true }))).toContain('Task timed out after 2.00');
  });

  test.each(Object.entries(SAMPLES))('reads back as the same report (%s)', (_, sample) => {
    expect(reportFromJson(JSON.parse(writeJson(reportToJson(sample(), { raw: true }))))).toEqual(sample());
  });

  test('keeps dimensions and names that look like members of ours', () => {
    const report = leakingReport();
    const metrics = report.metrics.map((metric) => ({ ...metric, dimensions: { at: 'front', fromMs: 'x', ['__proto__']: 'y' } }));
    const back = reportFromJson(JSON.parse(writeJson(reportToJson({ ...report, metrics }))));
    expect(Object.entries(back.metrics[0]!.dimensions)).toEqual(Object.entries(metrics[0]!.dimensions));
  });

  test('is refused when it comes from another schema', () => {
    expect(() => reportFromJson({ schema: 'report-9' })).toThrow('expected a report with "schema": "report-1", found "report-9"');
    expect(() => reportFromJson([])).toThrow('found no schema');
  });

  test('holds no byte that a terminal obeys', () => {
    const text = writeJson({ name: 'a\u009b31m\u007f\u202e\u001b[2J' });
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(JSON.parse(text)).toEqual({ name: 'a\u009b31m\u007f\u202e\u001b[2J' });
  });
});

describe('JSON lines', () => {
  test('are one finding per line, worst first, and then one summary', () => {
    const lines = renderJsonLines(leakingReport())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.id ?? line.line)).toEqual(['F-1', 'F-2', 'F-3', 'F-4', 'summary']);
    expect(lines.at(-1)).toMatchObject({ findingCount: 4, invocationCount: 62_250, exit: 0 });
  });

  test('are the summary alone when nothing was found', () => {
    expect(renderJsonLines(healthyReport()).trimEnd().split('\n')).toHaveLength(1);
  });
});
