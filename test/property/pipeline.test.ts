/**
 * Any bytes through the whole engine, as files: it ends, it never throws, and each byte of each file is an event or has a
 * reason. Files of every shape come from the generator; random damage makes the rest.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import { runUnits } from '../../analyzer/src/pipeline/run-units.ts';
import { dealOut } from '../../analyzer/src/pipeline/unit.ts';
import { listInputs } from '../../analyzer/src/read/inputs.ts';
import { SHAPES } from '../../analyzer/src/read/shape.ts';
import { reportToJson, writeJson } from '../../analyzer/src/report/json.ts';
import { renderMarkdown } from '../../analyzer/src/report/markdown.ts';
import { reportSchema } from '../../analyzer/src/report/schema/report-schema.ts';
import { renderText } from '../../analyzer/src/report/text.ts';
import type { AnalyzeSettings } from '../../analyzer/src/settings.ts';
import type { FileSummary } from '../../analyzer/src/store/summary.ts';
import { truthOf } from '../../fixtures/generator/scenarios.ts';
import { SHAPE_WRITERS, type ShapeName } from '../../fixtures/generator/shapes.ts';

/** Enough for some invocations; a larger one would only take longer to break. */
const MOST_SAMPLE_BYTES = 16_384;
const folder = mkdtempSync(join(tmpdir(), 'nightlight-pipeline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ajv = new Ajv2020({ strict: false, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } });
const isReport = ajv.compile(reportSchema());

/** A small file of each shape that the generator knows, as it stands inflated on disk. */
const SAMPLES: readonly { readonly shape: ShapeName; readonly place: string; readonly bytes: Buffer }[] = (() => {
  const truth = truthOf('incident', 5, 0.02);
  return (Object.keys(SHAPE_WRITERS) as ShapeName[]).map((shape) => {
    const below = join(folder, 'samples', shape);
    mkdirSync(below, { recursive: true });
    SHAPE_WRITERS[shape](truth, below, { logFormat: shape === 'json-lines' ? 'json' : 'text' });
    const files = readdirSync(below, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(below, name)).isFile() && !name.endsWith('aws-logs-write-test'))
      .map((name) => ({ name, bytes: inflated(readFileSync(join(below, name))) }))
      .sort((a, b) => a.bytes.length - b.bytes.length);
    const chosen = files.find((file) => file.bytes.length > 4_000) ?? files.at(-1)!;
    return { shape, place: chosen.name, bytes: chosen.bytes.subarray(0, MOST_SAMPLE_BYTES) };
  });
})();

/** Cuts, changed bytes, pieces twice, missing, or out of another file. */
const damage = fc.record({
  changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
  cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 2 }),
  splice: fc.option(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(600), fc.nat(600), fc.nat(SAMPLES.length - 1)), {
    freq: 2,
  }),
  dress: fc.constantFrom('plain', 'plain', 'gzip', 'two members', 'cut gzip', 'damaged gzip'),
});
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

describe.each(SAMPLES)('$shape', ({ shape, place, bytes }) => {
  test('its file is accounted for to the last byte', async () => {
    const file = await accountFor(bytes, place);
    expect(file.eventCount + file.tellingCount, shape).toBeGreaterThan(0);
  });

  test('a damaged file is accounted for to the last byte, and a report comes of it', async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        await accountFor(damaged(bytes, how), place);
      }),
      { numRuns: 25 },
    );
  });
});

test('any bytes, taken for any shape, are accounted for', async () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'binary', maxLength: 500 }).map((text) => Buffer.from(text)),
    fc.json({ maxDepth: 5 }).map((text) => Buffer.from(text)),
    fc.constantFrom(...SAMPLES).map((sample) => sample.bytes),
  );
  await fc.assert(
    fc.asyncProperty(anything, fc.constantFrom(...SHAPES), async (bytes, formatIn) => {
      await accountFor(bytes, 'anything', { formatIn });
    }),
    { numRuns: 300 },
  );
});

/** Analyses the bytes as a file, twice: for its account and for the report. */
async function accountFor(stored: Buffer, place: string, settings: AnalyzeSettings = {}): Promise<FileSummary> {
  // The place keeps its last folder: of an S3 export it names the stream.
  const path = join(folder, 'run', basename(dirname(place)), basename(place));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, stored);
  const { inputs, errors } = await listInputs([path]);
  expect(errors).toEqual([]);
  const { summary } = await runUnits(dealOut(inputs), { ...settings, workers: 1 }, undefined, undefined);
  const file = summary.files[0]!;
  const skippedBytes = [...file.skipped.values()].reduce((sum, one) => sum + one.bytes, 0);
  expect(file.tookBytes + skippedBytes, JSON.stringify([file.shape, file.error?.code, ...file.skipped])).toBe(file.inflatedBytes);
  const report = await analyze([path], { ...settings, workers: 1 });
  renderText(report);
  renderMarkdown(report);
  isReport(JSON.parse(writeJson(reportToJson(report))));
  expect(isReport.errors ?? []).toEqual([]);
  return file;
}

function damaged(whole: Buffer, { changes, cut, splice, dress }: Damage): Buffer {
  let bytes = Buffer.from(whole);
  for (const [at, byte] of changes) bytes[Math.floor(at * (bytes.length - 1))] = byte;
  if (splice !== null) {
    const [at, removed, inserted, other] = splice;
    const from = Math.floor(at * bytes.length);
    const foreign = SAMPLES[other]!.bytes;
    const start = Math.floor(at * foreign.length);
    bytes = Buffer.concat([bytes.subarray(0, from), foreign.subarray(start, start + inserted), bytes.subarray(from + removed)]);
  }
  if (cut !== null) bytes = bytes.subarray(0, Math.floor(cut * bytes.length));
  switch (dress) {
    case 'gzip':
      return gzipSync(bytes);
    case 'two members':
      return Buffer.concat([gzipSync(bytes.subarray(0, bytes.length >> 1)), gzipSync(bytes.subarray(bytes.length >> 1))]);
    case 'cut gzip': {
      const packed = gzipSync(bytes);
      return packed.subarray(0, Math.floor(packed.length * (cut ?? 0.7)));
    }
    case 'damaged gzip': {
      const packed = gzipSync(bytes);
      for (const [at, byte] of changes) packed[Math.max(2, Math.floor(at * (packed.length - 1)))] = byte;
      return packed;
    }
    default:
      return bytes;
  }
}

function inflated(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}
