/** The fixtures themselves: they repeat, and what is shipped is what its README says. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { SHAPE_WRITERS, type ShapeName } from '../../fixtures/generator/shapes.ts';
import { writeFixture } from '../../fixtures/generator/write-fixture.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-fixtures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the shipped example is what the generator writes with seed 2, and its answer stands beside it', () => {
  const { dataFolder, answer } = writeFixture({ scenario: 'incident', shape: 's3-export', seed: 2, folder: join(folder, 'example') });
  expect(contentOf(join(fixtures, 'example'))).toEqual(contentOf(dataFolder));
  expect(JSON.parse(readFileSync(join(fixtures, 'example-truth.json'), 'utf8'))).toEqual(answer);
});

test('the shipped example stays below 300 KB', () => {
  const bytes = filesBelow(join(fixtures, 'example')).reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytes).toBeLessThan(300_000);
});

test('the same seed repeats every shape byte for byte, another seed does not', () => {
  for (const shape of Object.keys(SHAPE_WRITERS) as ShapeName[]) {
    const write = (seed: number, ordinal: number) =>
      contentOf(writeFixture({ scenario: 'fast-leak', shape, seed, folder: join(folder, `${shape}-${ordinal}`) }).dataFolder);
    const first = write(5, 1);
    expect({ [shape]: write(5, 2) }).toEqual({ [shape]: first });
    expect({ [shape]: write(6, 3) }).not.toEqual({ [shape]: first });
  }
});

test('the counts of the answer are those of the written lines', () => {
  const { dataFolder, answer } = writeFixture({ scenario: 'incident', shape: 'plain-text', seed: 3, folder: join(folder, 'counted') });
  for (const [name, truth] of Object.entries(answer.functions)) {
    const text = readFileSync(join(dataFolder, `${name}.txt`), 'utf8');
    const count = (line: RegExp): number => text.match(line)?.length ?? 0;
    expect(count(/^START RequestId/gm)).toBe(truth.invocationCount);
    expect(count(/^REPORT RequestId/gm)).toBe(truth.invocationCount - truth.statusCounts.unfinished);
    expect(count(/Task timed out after/g)).toBe(truth.statusCounts.timeout);
    expect(count(/signal: killed/g)).toBe(truth.statusCounts.oom);
    expect(count(/^REPORT.*Init Duration/gm)).toBe(truth.coldByKind['on-demand'] ?? 0);
    const billed = [...text.matchAll(/Billed Duration: (\d+) ms/g)].reduce((sum, [, digits]) => sum + Number(digits), 0);
    expect(billed).toBe(truth.billedMsSum);
  }
});

/** Inflated, because two builds of zlib may pack the same text differently. */
function contentOf(root: string): Record<string, string> {
  return Object.fromEntries(
    filesBelow(root).map((file) => {
      const bytes = readFileSync(file);
      return [file.slice(root.length), (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1')];
    }),
  );
}

function filesBelow(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => join(root, name)).filter((file) => statSync(file).isFile());
}
