/**
 * A temporary directory for one run of the tests: whatever they and their processes put below it goes with the run.
 *
 * A test that fails, or that is cut off, does not come to its own tidying; and a worker of vitest ends without an `exit`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @returns what vitest calls when all tests have ended */
export default function ownTemporaryDirectory(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'nightlight-tests-'));
  const before = process.env.TMPDIR;
  // Workers and what they start inherit it; os.tmpdir() reads it on each call.
  process.env.TMPDIR = directory;
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  // After a second Ctrl-C vitest ends without its teardown.
  process.once('exit', remove);
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    remove();
  };
}
