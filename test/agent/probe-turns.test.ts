/** Nobody waits for a forced collection: it comes when the response is out, whichever client runs the handler. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { probePart } from '../support/run-under-probe.ts';

async function happenings(client: string): Promise<string[]> {
  const host = join(import.meta.dirname, '../support/probe-turns-host.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [host, await probePart(), client]);
  return stdout.trim().split('\n');
}

test.each([
  ['a promise handler under aws-lambda-ric 3: after the response, before the next invocation is asked for', '3', 'posted'],
  ['a callback handler under aws-lambda-ric 3: the same, however long it goes on after its callback', '3-callback', 'posted'],
  ['a handler under aws-lambda-ric 4: after the response; the next invocation is asked for already', '4', 'next'],
  ['a request of a server: after its response', 'server', 'posted'],
])('%s', async (_name, client, wordBefore) => {
  const words = await happenings(client);
  const before = words.flatMap((word, i) => (word === 'collect' ? [words[i - 1]] : []));
  expect(before.length).toBeGreaterThan(1);
  expect(new Set(before)).toEqual(new Set([wordBefore]));
  expect(words.filter((word) => word === 'posted')).toHaveLength(400);
});
