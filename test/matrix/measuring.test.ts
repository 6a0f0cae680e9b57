/**
 * What the agent measures, measured again on the other Node lines: the same tests as on the usual one, in a runner of that
 * line, so that every process that they start is of it as well.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeBinary } from '../support/lambda/node-lines.mjs';
import { MATRIX_LINES } from './matrix-lines.ts';

const ROOT = join(import.meta.dirname, '../..');

const PARTS: readonly (readonly [string, readonly string[]])[] = [
  ['outbound calls', ['outbound-calls', 'outbound-errors', 'call-table']],
  ['live sockets', ['live-sockets']],
  ['module loading', ['modules', 'module-tree']],
  ['forced collections and allocation sites', ['probe-programs', 'probe-turns', 'allocation-sites']],
  ['a long-running process: requests, windows, ends', ['process-requests', 'process-routes', 'process-windows', 'process-end']],
  ['deaths of a long-running process', ['process-recorder', 'flight-recorder']],
  ['a function under the runtime client of that line, with its deaths', ['lambda-agent']],
  ['spans after the response', ['extension', 'extensions-api']],
  ['the handler in its wrapping', ['watch-call', 'breakers', 'api']],
];

/** Runtime client 4 refuses callback handlers, and does not run an event loop empty. */
const OF_CLIENT_3 = '^(?!.*(callback|never settles))';

describe.each(MATRIX_LINES.filter((line) => line !== 20))('on Node %d', (line) => {
  test.each(PARTS)('%s', (_what, names) => {
    const files = names.map((name) => `test/agent/${name}.test.ts`);
    const { status, stdout, stderr } = spawnSync(
      nodeBinary(line),
      ['node_modules/vitest/vitest.mjs', 'run', ...files, ...(names.includes('extension') ? ['-t', OF_CLIENT_3] : [])],
      { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: { ...ownEnvironment(), LAMBDA_NODE_LINE: String(line) } },
    );
    expect(status, `${stdout}\n${stderr}`).toBe(0);
  });
});

/** A runner inside of a runner must not take itself for a worker of the outer one. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST') && name !== 'TEST'));
}
