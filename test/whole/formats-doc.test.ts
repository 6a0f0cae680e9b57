/** What docs/formats.md shows is what the readers read: each of its snippets is analysed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import { SHAPES, type Shape } from '../../analyzer/src/read/shape.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/formats.md', import.meta.url)), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'nightlight-formats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The shapes whose snippet, or whose folder, names the function. */
const NAMED: readonly Shape[] = ['insights-json', 'insights-csv', 's3-export', 'subscription', 'agent-lines', 'telemetry', 'otlp-json'];

test('the page shows every shape once, and nothing else', () => {
  const headings = [...page.matchAll(/^## ([a-z0-9-]+)$/gm)].map((match) => match[1]);
  expect(headings).toEqual([...SHAPES]);
});

test.each(SHAPES)('the snippet of %s is recognised and read whole', async (shape) => {
  const report = await analyze([snippetFile(shape)]);
  const [file] = report.input.files;
  expect(file.error).toBeUndefined();
  expect(file.shape).toBe(shape);
  if (shape === 'metrics-json') return;
  expect(report.functions).toHaveLength(1);
  expect(report.functions[0].invocationCount).toBe(1);
  expect(report.functions[0].functionName).toBe(NAMED.includes(shape) ? 'checkout' : '(unnamed)');
});

function snippetFile(shape: Shape): string {
  const section = page.split(`\n## ${shape}\n`)[1];
  const snippet = /```\w+\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
  const path = join(
    folder,
    shape === 's3-export'
      ? 'logs/checkout/0b1c2d3e-0000-4000-8000-000000000001/2026-11-21-[42]0123456789abcdef0123456789abcdef/000000.gz'
      : `${shape}.log`,
  );
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, snippet);
  return path;
}
