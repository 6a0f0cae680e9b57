/** docs/redaction.md promises what is replaced by what, and admits what is not: both are held against the code. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { redact } from '../../analyzer/src/parse/redact.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/redaction.md', import.meta.url)), 'utf8');
const section = (heading: string): string => page.split(`\n## ${heading}\n`)[1].split('\n## ')[0];
const promised = [...section('What is replaced').matchAll(/^\| `(.+?)`\s+\| `(.+?)`\s+\|$/gm)].map(
  ([, line, shown]) => [line, shown] as const,
);
const admitted = [...section('What is not caught').matchAll(/`(.+?)`/g)].map(([, line]) => line);

test('the page has its table', () => {
  expect(promised.length).toBeGreaterThanOrEqual(14);
  expect(admitted.length).toBeGreaterThanOrEqual(2);
});

test.each(promised)('%s is shown as %s', (line, shown) => {
  expect(redact(line)).toBe(shown);
});

test.each(admitted)('%s is not caught, as the page says', (line) => {
  expect(redact(line)).toBe(line);
});
