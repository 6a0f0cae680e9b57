/** "The host is unchanged" is a claim about every kind of handler on every Node line: here it is tried on all of them. */
import { afterAll, describe, expect, test } from 'vitest';
import { compareHost } from '../support/compare-host.ts';
import { HANDLER_KINDS } from '../support/handler-kinds.ts';
import { MATRIX_LINES, printTable } from './matrix-lines.ts';

const verdicts = new Map<string, string>();
afterAll(() => {
  const names = HANDLER_KINDS.map((kind) => kind.name);
  printTable('Kinds of handlers with the agent, compared with themselves without it', names, MATRIX_LINES, verdicts);
});

describe.each(MATRIX_LINES)('on Node %d a handler answers, prints and ends with the agent as it does without', (line) => {
  test.concurrent.each(HANDLER_KINDS)('$name', async (kind) => {
    const { differences } = await compareHost(kind, line);
    verdicts.set(`${kind.name} ${line}`, differences.length === 0 ? 'same' : `${differences.length} differ`);
    expect(differences).toEqual([]);
  });
});

// What is printed takes another way there: through a logger of the runtime client, as objects.
describe.each(MATRIX_LINES)('on Node %d in the JSON log format as well', (line) => {
  const printing = HANDLER_KINDS.filter((kind) => PRINTS.has(kind.name));
  test.concurrent.each(printing)('$name', async (kind) => {
    expect((await compareHost(kind, line, undefined, { logFormat: 'JSON' })).differences).toEqual([]);
  });
});

const PRINTS = new Set([
  ...['cjs-async', 'console-methods', 'error-details', 'unfinished-line', 'replaces-console', 'replaces-stdout-write'],
  ...['throws-later', 'rejects-later', 'exits-at-load', 'closes-stdout', 'handler-missing'],
]);
