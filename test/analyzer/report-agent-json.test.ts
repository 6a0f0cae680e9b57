/** The report of an input with lines of our agent keeps to the published schema and survives the way through JSON. */

import { bytes, milliseconds } from '@nightlight/agent/record';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { type JsonValue, reportFromJson, reportToJson, writeJson } from '../../analyzer/src/report/json.ts';
import { reportSchema } from '../../analyzer/src/report/schema/report-schema.ts';
import { renderText } from '../../analyzer/src/report/text.ts';
import { calls, initLine, invLine, leakLine, noteLine, winLine } from '../support/agent-lines.ts';
import { requestId } from '../support/assemble-lines.ts';
import { NIGHT_MS, nightOf, reportOfLines } from '../support/lambda-night.ts';

const validate = new Ajv2020({
  strict: true,
  strictTypes: false,
  allErrors: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
}).compile(reportSchema());

const attempts = [
  {
    agent: initLine({
      requestId: requestId(1),
      untilAgentMs: milliseconds(50),
      agentMs: milliseconds(1),
      untilHandlerMs: milliseconds(90),
    }),
  },
  {
    agent: invLine({
      requestId: requestId(2),
      durationMs: milliseconds(18),
      failed: true,
      eventSource: 'sqs',
      eventItemCount: 10,
      droppedCount: 1,
      itemKeys: ['a', 'a'],
      outboundCalls: [calls('payments', 2, 9, { timeout: 'set', nearTimeoutCount: 1 })],
      liveSockets: [{ service: 'payments', liveCount: 2 }],
      invariantChecks: [{ name: 'total', passedCount: 0, failedCount: 1 }],
      breakerEvents: [{ name: 'payments', event: 'open', eventCount: 1 }],
    }),
  },
  { agent: noteLine('off', 'three errors of our own: measuring has stopped') },
  {
    agent: leakLine(NIGHT_MS, {
      verdict: 'leaking',
      slopeBytes: 5000,
      allocationSites: [{ functionName: 'f', file: 'a.js', line: 1, liveBytes: bytes(2048) }],
    }),
  },
];
const windows = [
  winLine(1, NIGHT_MS, {
    sandboxId: 'host:1',
    serviceName: 'api',
    requestCount: 3,
    routes: [{ route: 'GET /', requestCount: 3, failedCount: 0 }],
  }),
];

test('every chapter that the agent fills is promised by the schema', () => {
  for (const report of [
    reportOfLines(nightOf([attempts])),
    reportOfLines(
      windows.map((text) => ({ atMs: Number.NaN, text })),
      {},
    ),
  ]) {
    validate(JSON.parse(writeJson(reportToJson(report))));
    expect(validate.errors ?? []).toEqual([]);
  }
});

test('a report that was read back from JSON is laid out alike', () => {
  const report = reportOfLines(nightOf([attempts]));
  const again = reportFromJson(JSON.parse(writeJson(reportToJson(report))) as JsonValue);
  expect(renderText(again, { width: 120, all: true })).toBe(renderText(report, { width: 120, all: true }));
});
