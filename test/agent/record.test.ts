import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deathLayout } from '../../agent/src/record/death-record.ts';
import {
  type AgentRecord,
  bytes,
  decodeRecord,
  encodeInvocation,
  encodeRecord,
  epochMilliseconds,
  type InvocationRecord,
  mebibytes,
  milliseconds,
  RECORD_MAJOR,
  RECORD_PREFIX,
} from '../../agent/src/record/index.ts';
import { initLayout } from '../../agent/src/record/init-record.ts';
import { invocationLayout } from '../../agent/src/record/invocation-record.ts';
import { leakLayout } from '../../agent/src/record/leak-record.ts';
import { markLayout } from '../../agent/src/record/mark-record.ts';
import { noteLayout } from '../../agent/src/record/note-record.ts';
import { summaryLayout } from '../../agent/src/record/summary-record.ts';
import { windowLayout } from '../../agent/src/record/window-record.ts';

const KIB = 1024;

const invocation: InvocationRecord = {
  kind: 'invocation',
  requestId: '6f1d0c52-9a3b-4e77-8c15-2b90d4a7e3f8',
  invocationNumber: 17,
  durationMs: milliseconds(48.21),
  memory: {
    heapUsedBeforeBytes: bytes(30_720 * KIB),
    heapUsedAfterBytes: bytes(31_744 * KIB),
    heapFloorBytes: bytes(28_672 * KIB),
    externalBytes: bytes(2048 * KIB),
    rssBytes: bytes(96_256 * KIB),
  },
  loopUtilisation: 0.412,
  gc: { count: 2, totalMs: milliseconds(1.83) },
  outboundCalls: [
    {
      service: 'dynamodb',
      callCount: 2,
      totalMs: milliseconds(31.2),
      errorCount: 0,
      retryCount: 0,
      timeout: 'set',
      nearTimeoutCount: 0,
      sequentialCount: 1,
    },
  ],
  eventSource: 'sqs',
  selfUs: 9,
};

const oneOfEachKind: readonly AgentRecord[] = [
  invocation,
  {
    kind: 'init',
    startedAtEpochMs: epochMilliseconds(1_795_219_200_000),
    initializationType: 'on-demand',
    proactive: false,
    functionName: 'checkout',
    memorySizeMb: mebibytes(512),
    untilHandlerMs: milliseconds(312.4),
    slowestModules: [{ name: 'pg', totalMs: milliseconds(80.5) }],
    extensions: [],
  },
  {
    kind: 'death',
    phase: 'invocation',
    requestId: 'NF5U6CMIUAWPER24GXDNDEZSVU',
    lastSeenAtEpochMs: epochMilliseconds(1_795_219_200_123),
    openCalls: [{ service: 'payments', waitedMs: milliseconds(2900) }, { service: 'dynamodb' }],
  },
  {
    kind: 'window',
    fromEpochMs: epochMilliseconds(1_795_219_200_000),
    lengthMs: milliseconds(10_000),
    sequence: 3,
    requestCount: 812,
    durations: [
      { index: 0, count: 1 },
      { index: 900, count: 811 },
    ],
    loopDelay: { p99Ms: milliseconds(14.2) },
    processorTime: { userMs: milliseconds(2100), systemMs: milliseconds(90) },
  },
  {
    kind: 'summary',
    fromEpochMs: epochMilliseconds(1_795_219_200_000),
    lengthMs: milliseconds(60_000),
    sequence: 1,
    invocationCount: 500,
    failedCount: 0,
    warmDurations: [{ index: 1200, count: 499 }],
    coldDurations: [],
  },
  { kind: 'mark', atEpochMs: epochMilliseconds(1_795_219_260_000), mark: 'alert', note: 'line one\nline "two"' },
  {
    kind: 'leak',
    atEpochMs: epochMilliseconds(1_795_219_260_000),
    invocationNumber: 400,
    channel: 'heap',
    verdict: 'growing-but-bounded',
    slopeBytes: 5120.5,
    probes: [{ invocationNumber: 100, heapUsedBytes: bytes(4096 * KIB), pauseMs: milliseconds(3.1) }],
    allocationSites: [{ functionName: 'remember', file: 'src/cache.js', line: 12, liveBytes: bytes(512 * KIB) }],
  },
  { kind: 'note', about: 'off', note: 'three hooks failed; this process is not measured any more' },
];

describe('a record line', () => {
  test('starts with the prefix that a byte scanner looks for, and with its kind next', () => {
    for (const record of oneOfEachKind) expect(encodeRecord(record)).toMatch(/^\{"nl":1,"k":"[a-z]+"/);
    expect(RECORD_PREFIX).toBe(`{"nl":${RECORD_MAJOR},`);
  });

  test('is one line, whatever the texts in it hold', () => {
    for (const record of oneOfEachKind) expect(encodeRecord(record)).not.toMatch(/[\r\n]/);
  });

  test('reads back as the record that was written, for every kind', () => {
    for (const record of oneOfEachKind) expect(decodeRecord(encodeRecord(record))).toEqual({ kind: 'record', record });
  });

  test('reads back with the newline that ended it', () => {
    expect(decodeRecord(`${encodeRecord(invocation)}\n`)).toEqual({ kind: 'record', record: invocation });
  });

  test('is written in the stable order that the documentation shows', () => {
    const example = readFileSync(new URL('../../docs/record-format.md', import.meta.url), 'utf8').match(/^\{"nl":1.*$/m)?.[0];
    expect(encodeInvocation(invocation)).toBe(example);
  });
});

describe('missing and zero', () => {
  test('a value that was not measured is not in the line, and not in the record read back', () => {
    const line = encodeInvocation({ kind: 'invocation', requestId: 'a', durationMs: milliseconds(Number.NaN), gc: undefined });
    expect(line).toBe('{"nl":1,"k":"inv","id":"a"}');
    expect(decodeRecord(line)).toEqual({ kind: 'record', record: { kind: 'invocation', requestId: 'a' } });
  });

  test('a zero that was measured stays a zero', () => {
    const record: InvocationRecord = { kind: 'invocation', failed: false, gc: { count: 0, totalMs: milliseconds(0) }, outboundCalls: [] };
    expect(decodeRecord(encodeInvocation(record))).toEqual({ kind: 'record', record });
  });

  test('an unknown value inside a list keeps the place of those after it', () => {
    const record: InvocationRecord = { kind: 'invocation', memory: { heapUsedAfterBytes: bytes(10 * KIB), rssBytes: bytes(30 * KIB) } };
    expect(encodeInvocation(record)).toContain('"m":[null,10,null,null,30]');
    expect(decodeRecord(encodeInvocation(record))).toEqual({ kind: 'record', record });
  });

  test('a sample of which nothing is known is left out whole', () => {
    expect(encodeInvocation({ kind: 'invocation', memory: {} })).toBe('{"nl":1,"k":"inv"}');
  });
});

describe('versions', () => {
  test('a newer major version is refused by its number, even when its rest is no JSON', () => {
    expect(decodeRecord('{"nl":2,"k":"inv","whatever":1}')).toEqual({ kind: 'newer-version', major: 2 });
    expect(decodeRecord('{"nl":12,~')).toEqual({ kind: 'newer-version', major: 12 });
  });

  test('keys that this version does not know are kept and written back', () => {
    const line = '{"nl":1,"k":"inv","id":"a","zz":{"deep":[1,null,"x"]},"__proto__":"odd"}';
    const decoded = decodeRecord(line);
    expect(decoded).toMatchObject({
      kind: 'record',
      record: { kind: 'invocation', requestId: 'a', extra: { zz: { deep: [1, null, 'x'] } } },
    });
    expect(decoded.kind === 'record' && encodeRecord(decoded.record)).toBe(line);
  });

  test('an extra key can not push aside a known one', () => {
    expect(encodeInvocation({ kind: 'invocation', requestId: 'a', extra: { id: 'b', k: 'sum', nl: 2 } })).toBe(
      '{"nl":1,"k":"inv","id":"a"}',
    );
  });
});

describe('lines that are not, or not quite, records', () => {
  test.each([
    '',
    '{',
    '{"nl":',
    '{"nl":1}',
    '{"nl":01,"k":"inv"}',
    '{"nl":0,"k":"inv"}',
    '{"nl":"1","k":"inv"}',
    '{"level":30}',
    ' {"nl":1,',
  ])('%j is not a record', (line) => {
    expect(decodeRecord(line)).toEqual({ kind: 'not-a-record' });
  });

  test.each([
    ['{"nl":1,"k":"inv","id":"a', 'expected one line of JSON, found 25 characters that end or break in the middle'],
    ['{"nl":1,"id":"a"}', '"k" (kind) is missing'],
    ['{"nl":1,"k":"inv","id":7}', '"id" (requestId): expected a text, found a number out of range'],
    ['{"nl":1,"k":"inv","g":[1]}', '"g" (gc): expected a list of at most 2 values (count, totalMs), found a list of 1'],
    [
      '{"nl":1,"k":"inv","m":[1,2,3,4,5,6]}',
      '"m" (memory): expected a list of at most 5 values (heapUsedBeforeBytes, heapUsedAfterBytes, heapFloorBytes, externalBytes, rssBytes), found a list of 6',
    ],
    ['{"nl":1,"k":"sum","t":1,"l":2,"s":3}', '"nc" (invocationCount) is missing'],
    ['{"nl":1,"k":"win","t":1,"l":2,"s":3,"h":"!"}', '"h" (durations): expected a histogram text, found a text of 1 characters'],
  ])('%s is broken, and the reason names the key', (line, because) => {
    expect(decodeRecord(line)).toEqual({ kind: 'broken', because });
  });

  test('a kind of a newer minor version is broken here, and says so', () => {
    expect(decodeRecord('{"nl":1,"k":"soon"}')).toMatchObject({ kind: 'broken', because: expect.stringContaining('newer minor version') });
  });

  test('a reason never repeats what the line holds', () => {
    const decoded = decodeRecord('{"nl":1,"k":"inv","d":"secret-value"}');
    expect(decoded.kind === 'broken' && decoded.because).not.toContain('secret');
  });

  test('no text makes the decoder throw', () => {
    const nearly = fc
      .tuple(fc.constantFrom('', '{"nl":1,', '{"nl":1,"k":"inv",', '{"nl":1,"k":"sum",'), fc.string())
      .map(([a, b]) => a + b);
    const values = fc.tuple(
      fc.constantFrom('inv', 'sum', 'win', 'death', 'init', 'mark', 'leak', 'note'),
      fc.constantFrom(...allKeys()),
      fc.jsonValue(),
    );
    const odd = values.map(([kind, key, value]) => `{"nl":1,"k":"${kind}","${key}":${JSON.stringify(value)}}`);
    fc.assert(
      fc.property(fc.oneof(nearly, odd), (line) => {
        const decoded = decodeRecord(line);
        if (decoded.kind !== 'record') return true;
        // Foreign lines may carry more digits than the format keeps; once written by us, nothing changes any more.
        const settled = encodeRecord(decoded.record);
        const again = decodeRecord(settled);
        return again.kind === 'record' && encodeRecord(again.record) === settled;
      }),
      { numRuns: 500 },
    );
  });
});

describe('size', () => {
  test('a typical invocation takes at most 220 bytes in the median', () => {
    const sizes = typicalInvocations(2001, 7).map((record) => Buffer.byteLength(encodeInvocation(record)));
    sizes.sort((a, b) => a - b);
    expect(sizes[1000]).toBeLessThanOrEqual(220);
    // The healthy lower bound: a line that lost its request id or memory would be shorter than this.
    expect(sizes[0]).toBeGreaterThan(120);
  });

  test('numbers are rounded to what the format keeps, and stay the same when written again', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 900_000, noNaN: true }),
        fc.integer({ min: 0, max: 10_737_418_240 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (durationMs, heapBytes, share) => {
          const record: InvocationRecord = {
            kind: 'invocation',
            durationMs: milliseconds(durationMs),
            memory: { heapUsedAfterBytes: bytes(heapBytes) },
            loopUtilisation: share,
          };
          const line = encodeInvocation(record);
          const decoded = decodeRecord(line);
          if (decoded.kind !== 'record' || decoded.record.kind !== 'invocation') return false;
          expect(Math.abs(decoded.record.durationMs! - durationMs)).toBeLessThanOrEqual(0.00501);
          expect(Math.abs(decoded.record.memory!.heapUsedAfterBytes! - heapBytes)).toBeLessThanOrEqual(512);
          expect(Math.abs(decoded.record.loopUtilisation! - share)).toBeLessThanOrEqual(0.000501);
          return encodeInvocation(decoded.record) === line;
        },
      ),
    );
  });
});

describe('the documentation', () => {
  const rows = readFileSync(new URL('../../docs/record-format.md', import.meta.url), 'utf8').matchAll(
    /^\| `([a-z]+)` +\| ([a-z, ]+?) +\| /gm,
  );
  const documented = new Map([...rows].map(([, key, kinds]) => [key!, kinds!]));
  const layouts = [initLayout, invocationLayout, deathLayout, windowLayout, summaryLayout, markLayout, leakLayout, noteLayout];

  test('names every key of every kind', () => {
    for (const layout of layouts) {
      for (const key of layout.keys) {
        const kinds = documented.get(key);
        expect(kinds === 'all' || kinds?.split(', ').includes(layout.word), `"${key}" of "${layout.word}"`).toBe(true);
      }
    }
  });

  test('names no key that a kind does not have', () => {
    for (const [key, kinds] of documented) {
      if (kinds === 'all' || !kinds.match(/\b(init|inv|death|win|sum|mark)\b/)) continue;
      for (const word of kinds.split(', ')) {
        expect(layouts.find((layout) => layout.word === word)?.keys, `"${key}" of "${word}"`).toContain(key);
      }
    }
  });
});

function allKeys(): string[] {
  return [initLayout, invocationLayout, deathLayout, windowLayout, summaryLayout, markLayout].flatMap((layout) => layout.keys);
}

/** What a well-instrumented function writes: mostly one or two peers, sometimes none or three. */
function typicalInvocations(howMany: number, seed: number): InvocationRecord[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const hex = (length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  return Array.from({ length: howMany }, () => {
    const heapBytes = (18 + random() * 90) * 1_048_576;
    const callsTo = (service: string) => ({
      service,
      callCount: 1 + Math.floor(random() * 3),
      totalMs: milliseconds(1 + random() * 80),
      errorCount: random() < 0.02 ? 1 : 0,
      retryCount: random() < 0.05 ? 1 : 0,
      timeout: pick(['set', 'none', undefined] as const),
      nearTimeoutCount: undefined,
      sequentialCount: Math.floor(random() * 2),
    });
    const peers = ['dynamodb', 's3', 'sqs', 'secretsmanager', 'api.example.com', 'orders-db'];
    const peerCount = pick([0, 1, 1, 1, 2, 2, 2, 3]);
    return {
      kind: 'invocation',
      requestId: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
      invocationNumber: 1 + Math.floor(random() * 2000),
      durationMs: milliseconds(2 + random() ** 3 * 900),
      memory: {
        heapUsedBeforeBytes: bytes(heapBytes),
        heapUsedAfterBytes: bytes(heapBytes + random() * 3_000_000),
        heapFloorBytes: bytes(heapBytes * 0.8),
        externalBytes: bytes(1_500_000 + random() * 4_000_000),
        rssBytes: bytes(90_000_000 + random() * 120_000_000),
      },
      loopUtilisation: random(),
      gc: { count: Math.floor(random() * 4), totalMs: milliseconds(random() * 6) },
      outboundCalls: Array.from({ length: peerCount }, () => callsTo(pick(peers))),
      eventSource: pick(['sqs', 'apigateway', 'eventbridge', 's3']),
      selfUs: 5 + Math.floor(random() * 10),
    };
  });
}
