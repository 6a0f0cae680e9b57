/** The page of the settings lists what the agent reads: no variable more, and none less. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isOff, readSettings } from '../../agent/src/settings.ts';

const page = readFileSync(new URL('../../docs/agent-node.md', import.meta.url), 'utf8');
const rows = new Map([...page.matchAll(/^\| `(NIGHTLIGHT\w*)` +\| ([^|]+) \|/gm)].map(([, name, accepted]) => [name!, accepted!]));

test('every variable that is read has a row, and every row is read', () => {
  const read = new Set<string>();
  const spying = new Proxy({} as Record<string, string>, {
    get: (_, name) => {
      read.add(String(name));
      return undefined;
    },
  });
  isOff(spying);
  readSettings(spying, false);
  expect([...rows.keys()].sort()).toEqual([...read].filter((name) => name.startsWith('NIGHTLIGHT')).sort());
});

test.each([...rows].filter(([name]) => name !== 'NIGHTLIGHT'))('what the page says %s accepts is accepted: %s', (name, accepted) => {
  const words = [...accepted.matchAll(/`([^`]+)`/g)].map((match) => match[1]!.replace('N', '20').replace('PATH', 'records.ndjson'));
  for (const word of words) expect(readSettings({ [name]: word }, false).problems).toEqual([]);
});

test.each(['off', '0', 'false', 'no'])('NIGHTLIGHT=%s is off, as the page says', (word) => {
  expect(isOff({ NIGHTLIGHT: word })).toBe(true);
  expect(rows.get('NIGHTLIGHT')).toContain(`\`${word}\``);
});
