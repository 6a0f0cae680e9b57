/** What the documentation shows is what the program prints, and what it links to is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import { SHAPES } from '../../analyzer/src/read/shape.ts';
import { renderText } from '../../analyzer/src/report/text.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'fixtures/README.md',
];
const text = (page: string): string => readFileSync(join(root, page), 'utf8');

test('the README shows the first ten lines that npm start prints', async () => {
  process.chdir(root);
  const report = await analyze(['fixtures/example']);
  const firstTen = renderText(report, { width: 100 }).split('\n\n')[0];
  const shown = /```text\n([\s\S]*?)\n```/.exec(text('README.md'))?.[1];
  // When the wording has changed: npm run build && node setup/paste-example.mjs
  expect(firstTen).toBe(shown);
});

test('the README names every shape', () => {
  const named = [...text('README.md').matchAll(/^\| `([a-z0-9-]+)`\s+\|/gm)].map((match) => match[1]);
  expect(named).toEqual([...SHAPES]);
});

test.each(pages)('every link of %s that stays in the repository leads somewhere', (page) => {
  const links = [...text(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]);
  const dead = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(page), link)));
  expect(dead).toEqual([]);
});

test.each(pages)('every folder and file of ours that %s names in code exists', (page) => {
  const named = [...text(page).matchAll(OURS)].map((match) => match[1]);
  expect(named.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, 'analyzer/src', path)))).toEqual([]);
});

/** From the root, or from the analyzer's source, of which most pages speak. */
const OURS = /`((?:agent|analyzer|tui|fixtures|test|setup|docs|read|parse|assemble|store|diagnose|report|pipeline|stats)\/[\w./-]+)`/g;
