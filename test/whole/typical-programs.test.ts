/** The lab's programs that are shaped as public ones are: a set that has drifted from what was measured says nothing about it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FURTHER_TYPICAL, printFurtherTypicalLines } from '../lab/further-typical-programs.mjs';
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
const SETS: readonly {
  readonly set: string;
  readonly programs: Record<string, readonly Statement[]>;
  readonly print: typeof printTypicalLines;
}[] = [
  { set: 'open', programs: TYPICAL, print: printTypicalLines },
  { set: 'sealed', programs: FURTHER_TYPICAL, print: printFurtherTypicalLines },
];
const textOf = ({ parts }: Statement) => parts.map(({ text }) => text ?? '<*>').join('');

function strays(programs: Record<string, readonly Statement[]>): string[] {
  return besideMeasured(programs)
    .filter(({ ours, measured }) => Math.abs(ours - measured) > MOST_POINTS_OFF)
    .map(({ of, what }) => `${of}: ${what}`);
}

const changed = (change: (statement: Statement) => Statement) =>
  Object.fromEntries(Object.entries(SETS[0].programs).map(([name, statements]) => [name, statements.map(change)]));

test.each(SETS)(
  'no share of the statements of the $set typical programs lies more than four points from what public ones show',
  ({ programs }) => {
    expect(MEASURED_ON).toHaveLength(37);
    expect(strays(programs)).toEqual([]);
  },
);

test('the sealed typical programs repeat no statement of words of the open ones', () => {
  const open = new Set(Object.values<readonly Statement[]>(TYPICAL).flat().map(textOf));
  const again = Object.values<readonly Statement[]>(FURTHER_TYPICAL)
    .flat()
    .map(textOf)
    .filter((text) => open.has(text) && /\w/.test(text));
  expect(again).toEqual([]);
});

test('the documentation shows these shares beside those measured', () => {
  const page = readFileSync(new URL('../../docs/thresholds.md', import.meta.url), 'utf8');
  const shown = [...page.matchAll(/^\| (of .*?: .*?) +\| ([\d.]+) +\| .*? \| ([\d.]+) +\| ([\d.]+) +\|$/gm)].map(
    ([, what, measured, open, sealed]) => `${what} ${measured} ${open} ${sealed}`,
  );
  const sealed = besideMeasured(FURTHER_TYPICAL);
  expect(shown).toEqual(
    besideMeasured(TYPICAL).map(
      ({ of, what, measured, ours }, at) => `${of}: ${what} ${measured.toFixed(1)} ${ours.toFixed(1)} ${sealed[at].ours.toFixed(1)}`,
    ),
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

test.each(SETS)('a program of the $set ones has 40 to 80 statements, no text twice, and no value is without its maker', ({ programs }) => {
  for (const [name, statements] of Object.entries(programs)) {
    const texts = statements.map(textOf);
    expect(statements.length, name).toBeGreaterThanOrEqual(40);
    expect(statements.length, name).toBeLessThanOrEqual(80);
    expect(new Set(texts).size, name).toBe(statements.length);
    expect(texts.filter((text) => /\{\w+(:\w+)?\}/.test(text))).toEqual([]);
  }
});

test.each(SETS)(
  'each of the $set ones prints 2,000 to 8,000 lines, most from a few statements, the same for the same seed',
  ({ programs, print }) => {
    const lines = print(programs, 1);
    expect(lines.filter(({ message }) => message.includes('[Function'))).toEqual([]);
    for (const name of Object.keys(programs)) {
      const own = lines.filter(({ truth }) => truth.startsWith(`${name} `));
      const counts = new Map<string, number>();
      for (const { truth } of own) counts.set(truth, (counts.get(truth) ?? 0) + 1);
      const fiveMost = [...counts.values()].sort((a, b) => b - a).slice(0, 5);
      expect(own.length, name).toBeGreaterThanOrEqual(2000);
      expect(own.length, name).toBeLessThanOrEqual(8000);
      expect(fiveMost.reduce((sum, count) => sum + count, 0) / own.length, name).toBeGreaterThan(0.5);
    }
    const [name, statements] = Object.entries(programs)[0];
    const first = { [name]: statements };
    const told = (printed: readonly { readonly line: string }[]) => printed.map(({ line }) => line).join('\n');
    const again = print(first, 1);
    expect(told(again) === told(lines.slice(0, again.length))).toBe(true);
    expect(told(print(first, 2).slice(0, 50))).not.toBe(told(again.slice(0, 50)));
  },
);
