/**
 * What makes a scenario valid: as a JSON schema for those who write their own, and as a check of our own, because the process
 * that a drill hurts loads no schema library.
 */
import { type Fault, type FaultKind, LONGEST_DURATION_MS, type Scenario } from './scenario.ts';

type Schema = Readonly<Record<string, unknown>>;

export function scenarioSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'nightlight drill scenario',
    ...objectOf(
      {
        id: { type: 'string', pattern: ID.source },
        version: count,
        name: text,
        provokes: text,
        what: text,
        seed: { type: 'integer', minimum: 0 },
        load: objectOf({ requestsPerSecond: positive, concurrency: count }),
        magnitude: text,
        durationMs: { type: 'number', exclusiveMinimum: 0, maximum: LONGEST_DURATION_MS },
        fault: {
          oneOf: (Object.keys(MEMBERS) as FaultKind[]).map((kind) => objectOf({ kind: { const: kind }, ...MEMBERS[kind] }, OPTIONAL)),
        },
        pick: { oneOf: [objectOf({ everyNth: count }), objectOf({ share: { type: 'number', exclusiveMinimum: 0, maximum: 1 } })] },
        warmUpMs: { type: 'number', exclusiveMinimum: 0, maximum: LONGEST_DURATION_MS },
        outside: objectOf({ kind: { enum: OUTSIDE }, what: text, times: count, everyMs: positive }, ['times', 'everyMs']),
        stop: objectOf({ errorShare: { type: 'number', exclusiveMinimum: 0, maximum: 1 }, p99Ms: positive }),
      },
      ['fault', 'pick', 'outside', 'durationMs', 'warmUpMs'],
    ),
  };
}

/** @returns the first thing that is wrong, or undefined for a scenario that can be run */
export function scenarioProblem(value: unknown): string | undefined {
  const problem = problemOf(value, scenarioSchema(), 'scenario');
  if (problem !== undefined) return problem;
  const { fault, outside } = value as Scenario;
  return fault === undefined && outside === undefined ? 'scenario: expected a fault or a step outside, found neither' : undefined;
}

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const text: Schema = { type: 'string', minLength: 1, maxLength: 500 };
const positive: Schema = { type: 'number', exclusiveMinimum: 0 };
const count: Schema = { type: 'integer', minimum: 1 };
const OUTSIDE = ['restart', 'kill-one', 'send-poison', 'run-old-version'];
const OPTIONAL = ['ofLimit', 'code', 'status'];
/** No single fault may last longer than the longest that a person would wait for a page. */
const LONGEST_STANDSTILL_MS = 10_000;

type MembersOf<K extends FaultKind> = { readonly [M in keyof Omit<Extract<Fault, { kind: K }>, 'kind'>]-?: Schema };

const MEMBERS: { readonly [K in FaultKind]: MembersOf<K> } = {
  latency: { delayMs: { ...positive, maximum: LONGEST_DURATION_MS }, ofLimit: { ...positive, maximum: 1 } },
  error: { code: text, status: { type: 'integer', minimum: 400, maximum: 599 } },
  reset: {},
  'dns-failure': { code: { enum: ['ENOTFOUND', 'EAI_AGAIN'] } },
  'black-hole': {},
  'wrong-body': { body: { type: 'string', maxLength: 65_536 }, contentType: text },
  'truncated-body': { keptBytes: { type: 'integer', minimum: 0 } },
  'small-pool': {},
  leak: { bytesPerRequest: { type: 'integer', minimum: 1, maximum: 1024 ** 3 } },
  'blocked-loop': { blockedMs: { ...positive, maximum: LONGEST_STANDSTILL_MS } },
  'clock-skew': { skewMs: { type: 'number' } },
  acknowledgement: { how: { enum: ['duplicate', 'withheld'] } },
  'work-error': { name: text, code: text, message: text },
  'slow-start': { delayMs: { ...positive, maximum: LONGEST_STANDSTILL_MS } },
};

function objectOf(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  };
}

/** As much of JSON schema as stands above. */
function problemOf(value: unknown, schema: Schema, at: string): string | undefined {
  const { type, properties, required, oneOf } = schema as {
    type?: string;
    properties?: Readonly<Record<string, Schema>>;
    required?: readonly string[];
    oneOf?: readonly Schema[];
  };
  if (oneOf) {
    const problems = oneOf.map((one) => problemOf(value, one, at));
    if (problems.some((problem) => problem === undefined)) return undefined;
    const same = oneOf.findIndex(
      (one) => (one.properties as { kind?: { const?: unknown } }).kind?.const === ((value as { kind?: unknown } | null)?.kind ?? NaN),
    );
    return problems[same] ?? `${at}: expected one of ${oneOf.length} forms, found none of them`;
  }
  if ('const' in schema) return value === schema.const ? undefined : `${at}: expected ${JSON.stringify(schema.const)}`;
  if (schema.enum)
    return (schema.enum as unknown[]).includes(value) ? undefined : `${at}: expected ${(schema.enum as string[]).join(', ')}`;
  if (type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at}: expected an object`;
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(properties!, name));
    if (unknown !== undefined) return `${at}: found a member that is not known`;
    for (const [name, member] of Object.entries(properties!)) {
      const found = (value as Record<string, unknown>)[name];
      if (found === undefined) {
        if (required!.includes(name)) return `${at}.${name}: is missing`;
        continue;
      }
      const problem = problemOf(found, member, `${at}.${name}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (type === 'string') {
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern = '' } = schema as Record<string, never>;
    const fits = typeof value === 'string' && value.length >= minLength && value.length <= maxLength && new RegExp(pattern).test(value);
    return fits ? undefined : `${at}: expected a text of this form`;
  }
  const {
    minimum = Number.NEGATIVE_INFINITY,
    maximum = Number.POSITIVE_INFINITY,
    exclusiveMinimum = Number.NEGATIVE_INFINITY,
  } = schema as Record<string, number>;
  const fits = typeof value === 'number' && value >= minimum && value <= maximum && value > exclusiveMinimum;
  if (!fits || (type === 'integer' && !Number.isSafeInteger(value))) return `${at}: expected a number in its range`;
  return undefined;
}
