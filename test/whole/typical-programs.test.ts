/** The lab's programs that are shaped as public ones are: a set that has drifted from what was measured says nothing about it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printTypicalLines, TYPICAL } from '../lab/typical-programs.mjs';
import { besideMeasured, MEASURED_ON } from '../lab/typical-shapes.mjs';

/** Two standard errors of a share of 0.3 to 0.4 over 500 statements; every share is held to it, rare ones too. */
const MOST_POINTS_OFF = 4;

interface Part {
  readonly text?: string;
  readonly kind?: string;
}
interface Statement {
  readonly level: string;
  readonly parts: readonly Part[];
}
const PROGRAMS: Record<string, readonly Statement[]> = TYPICAL;

function strays(programs: Record<string, readonly Statement[]>): string[] {
  return besideMeasured(programs)
    .filter(({ ours, measured }) => Math.abs(ours - measured) > MOST_POINTS_OFF)
    .map(({ of, what }) => `${of}: ${what}`);
}

const changed = (change: (statement: Statement) => Statement) =>
  Object.fromEntries(Object.entries(PROGRAMS).map(([name, statements]) => [name, statements.map(change)]));

test('no share of the statements of the typical programs lies more than four points from what public programs show', () => {
  expect(MEASURED_ON).toHaveLength(37);
  expect(strays(PROGRAMS)).toEqual([]);
});

test('the documentation shows these shares beside those measured', () => {
  const page = readFileSync(new URL('../../docs/thresholds.md', import.meta.url), 'utf8');
  const shown = [...page.matchAll(/^\| (of .*?: .*?) +\| ([\d.]+) +\| .*? \| ([\d.]+) +\|$/gm)].map(
    ([, what, measured, ours]) => `${what} ${measured} ${ours}`,
  );
  expect(shown).toEqual(
    besideMeasured(TYPICAL).map(({ of, what, measured, ours }) => `${of}: ${what} ${measured.toFixed(1)} ${ours.toFixed(1)}`),
  );
});

test('a set with names in place of its errors, without its last values, or all of one level strays, and is named', () => {
  const withoutErrors = changed(({ level, parts }) => ({
    level,
    parts: parts.map((part) => (part.kind === 'error' ? { kind: 'name' } : part)),
  }));
  expect(strays(withoutErrors)).toEqual([
    'of statements with a value: an error among the values',
    'of values, by kind: error',
    'of values, by kind: name',
  ]);
  const withoutLast = changed(({ level, parts }) => ({
    level,
    parts: parts.length > 1 && parts.at(-1)?.text === undefined ? parts.slice(0, -1) : parts,
  }));
  expect(strays(withoutLast)).toContain('of statements: no value');
  expect(strays(changed(({ parts }) => ({ level: 'INFO', parts })))).toEqual([
    'of statements: level info',
    'of statements: level warn',
    'of statements: level error',
  ]);
});

test('a program has 40 to 80 statements, no text of them stands twice, and no value is without its maker', () => {
  for (const [name, statements] of Object.entries(PROGRAMS)) {
    const texts = statements.map(({ parts }) => parts.map(({ text }) => text ?? '<*>').join(''));
    expect(statements.length, name).toBeGreaterThanOrEqual(40);
    expect(statements.length, name).toBeLessThanOrEqual(80);
    expect(new Set(texts).size, name).toBe(statements.length);
    expect(texts.filter((text) => /\{\w+(:\w+)?\}/.test(text))).toEqual([]);
  }
});

test('each prints 2,000 to 8,000 lines, most of them from a few statements, the same for the same seed', () => {
  const lines = printTypicalLines(TYPICAL, 1);
  for (const name of Object.keys(PROGRAMS)) {
    const own = lines.filter(({ truth }) => truth.startsWith(`${name} `));
    const counts = new Map<string, number>();
    for (const { truth } of own) counts.set(truth, (counts.get(truth) ?? 0) + 1);
    const fiveMost = [...counts.values()].sort((a, b) => b - a).slice(0, 5);
    expect(own.length, name).toBeGreaterThanOrEqual(2000);
    expect(own.length, name).toBeLessThanOrEqual(8000);
    expect(fiveMost.reduce((sum, count) => sum + count, 0) / own.length, name).toBeGreaterThan(0.5);
  }
  const { greenhouse } = TYPICAL;
  const told = (printed: readonly { readonly line: string }[]) => printed.map(({ line }) => line).join('\n');
  const again = printTypicalLines({ greenhouse }, 1);
  expect(told(again) === told(lines.slice(0, again.length))).toBe(true);
  expect(told(printTypicalLines({ greenhouse }, 2).slice(0, 50))).not.toBe(told(again.slice(0, 50)));
});
