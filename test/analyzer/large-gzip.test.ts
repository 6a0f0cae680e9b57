/** A file above the bound for whole files is streamed: the reader waits for the inflating many times, and leaves nothing behind. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-large-gzip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a stream that is waited for a hundred times is not warned of', async () => {
  const warnings: string[] = [];
  const note = (warning: Error): unknown => warnings.push(warning.name);
  process.on('warning', note);
  // Letters without order hardly become shorter: more than 16 MiB as they are stored, read in pieces of one.
  const noise = randomBytes(13 * 1024 * 1024).toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < noise.length; at += 10_000) lines.push(`2026-11-21T12:00:00.000Z ${noise.slice(at, at + 10_000)}`);
  const path = join(folder, 'noise.gz');
  writeFileSync(path, gzipSync(`${lines.join('\n')}\n`, { level: 0 }));
  const { input } = await analyze([path], { formatIn: 's3-export' });
  // Warnings are told in a turn of their own.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', note);
  expect(input.files[0]!.eventCount).toBe(lines.length);
  expect(warnings).toEqual([]);
});
