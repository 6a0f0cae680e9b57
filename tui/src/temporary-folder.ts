/** A folder below the temporary directory that lives no longer than this process, whatever ends it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atProcessEnd } from './at-process-end.ts';

export interface TemporaryFolder {
  readonly path: string;
  readonly remove: () => void;
}

/** @param prefix  how its name begins, so that whoever finds one knows whose it is */
export function temporaryFolder(prefix: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  // Again where a process that was killed a moment ago still put something there.
  const removeNow = () => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  const forget = atProcessEnd(removeNow);
  return {
    path,
    remove: () => {
      forget();
      removeNow();
    },
  };
}
