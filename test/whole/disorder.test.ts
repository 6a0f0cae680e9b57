/**
 * An export to S3 is not promised to be sorted within a file ("CreateExportTask", CloudWatch Logs API Reference), so the
 * same events in another order must come to the same report.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

const example = fileURLToPath(new URL('../../fixtures/example', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-disorder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([7, 40])('chunks of %i events in any order come to the findings that sorted events come to', async (chunkLength) => {
  const path = join(folder, String(chunkLength));
  cpSync(example, path, { recursive: true });
  const random = seededRandom(chunkLength).uniform;
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.gz')) writeFileSync(join(path, name), shuffled(readFileSync(join(path, name)), chunkLength, random));
  }
  const [sorted, disordered] = await Promise.all([analyze([example], { workers: 1 }), analyze([path], { workers: 1 })]);
  const told = (report: typeof sorted) =>
    report.findings.map(({ kind, headline, why, certainty, sinceMs, lastMs }) => ({ kind, headline, why, certainty, sinceMs, lastMs }));
  expect(told(disordered)).toEqual(told(sorted));
  expect(disordered.functions).toEqual(sorted.functions);
});

/** Events stay whole, and so do those of one millisecond: no order but that of arrival is known among them. */
function shuffled(packed: Buffer, chunkLength: number, random: () => number): Buffer {
  const events = gunzipSync(packed)
    .toString('utf8')
    .split(/^(?=\d{4}-\d\d-\d\dT)/m);
  const chunks: { readonly key: number; text: string; count: number }[] = [];
  let before = '';
  for (const event of events) {
    const at = event.slice(0, 24);
    const last = chunks.at(-1);
    if (last === undefined || (last.count >= chunkLength && at !== before)) chunks.push({ key: random(), text: event, count: 1 });
    else {
      last.text += event;
      last.count += 1;
    }
    before = at;
  }
  chunks.sort((a, b) => a.key - b.key);
  return gzipSync(chunks.map((chunk) => chunk.text).join(''));
}
