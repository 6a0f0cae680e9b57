/** The JSON schema of what `nightlight check --format json` writes. Within `check-1` members are only added. */
import { CHECK_GATES, CHECK_SCHEMA } from '../check/check-result.ts';

/** @param report  schema of the report, which a check holds one of for each log */
export function checkSchema(report: object): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:nightlight:${CHECK_SCHEMA}`,
    title: `Nightlight ${CHECK_SCHEMA}`,
    description: 'What a check of a handler or a server came to. A member that is absent was not measured; names end in their unit.',
    type: 'object',
    required: ['schema', 'tool', 'target', 'gates', 'notes', 'measured', 'exit'],
    properties: {
      schema: { const: CHECK_SCHEMA },
      tool: { type: 'string', description: 'Version of Nightlight.' },
      target: {
        type: 'object',
        required: ['kind', 'name', 'functionName', 'under', 'node', 'invocationCount', 'startCount', 'concurrency'],
        properties: {
          kind: { enum: ['handler', 'server'] },
          name: { type: 'string' },
          functionName: { type: 'string' },
          under: { type: 'string' },
          node: { type: 'string' },
          invocationCount: COUNT,
          startCount: COUNT,
          concurrency: COUNT,
          memoryMb: COUNT,
          timeoutMs: AMOUNT,
        },
      },
      gates: {
        type: 'array',
        items: {
          type: 'object',
          required: ['gate', 'verdict', 'because'],
          properties: {
            gate: { enum: [...CHECK_GATES] },
            verdict: { enum: ['passed', 'failed', 'undecided'] },
            because: { type: 'string' },
            findingId: {
              type: 'string',
              description:
                'In the report that answers for the gate: leak in forcedCollections, cold in starts, p99 in measured; in measured where that is absent.',
            },
          },
        },
      },
      agentCost: {
        type: 'object',
        properties: { initMs: COMPARED, latencyMs: COMPARED, selfUs: SPREAD, lineBytes: SPREAD },
      },
      notes: { type: 'array', items: { type: 'string' }, description: 'What the figures leave out.' },
      loading: {
        type: 'object',
        description: 'What loading took, each module timed, on average.',
        properties: {
          startCount: COUNT,
          packages: {
            type: 'array',
            items: {
              type: 'object',
              required: ['name', 'selfMs', 'moduleCount'],
              properties: { name: { type: 'string' }, selfMs: AMOUNT, moduleCount: COUNT },
            },
          },
        },
      },
      starts: { $ref: REPORT },
      measured: { $ref: REPORT },
      forcedCollections: { $ref: REPORT },
      exit: { enum: [0, 1, 3, 4] },
    },
    $defs: { report },
  };
}

const REPORT = 'urn:nightlight:report-1';
const COUNT = { type: 'integer', minimum: 0 };
const AMOUNT = { type: 'number', minimum: 0 };
const SPREAD = {
  type: 'object',
  required: ['count', 'median', 'low', 'high'],
  properties: { count: COUNT, median: AMOUNT, low: AMOUNT, high: AMOUNT },
};
const COMPARED = { type: 'object', required: ['bare', 'withAgent'], properties: { bare: SPREAD, withAgent: SPREAD } };
