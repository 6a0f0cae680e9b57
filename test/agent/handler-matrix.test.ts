/**
 * The shipped agent changes nothing for any kind of handler: not an answer, not a printed line, not an exit code. Here on one
 * Node line; `npm run matrix` does the same on all of them.
 */
import { describe, expect, test } from 'vitest';
import { compareHost } from '../support/compare-host.ts';
import { HANDLER_KINDS } from '../support/handler-kinds.ts';

/** Faults of the agent that are known and not mended yet. Whoever mends one takes it off this list: it fails here then. */
const KNOWN_FAULTS = new Set(['reopens-stdout', 'seals-stdout']);

describe('a handler answers, prints and ends with the agent as it does without', () => {
  test.concurrent.each(HANDLER_KINDS.filter((kind) => !KNOWN_FAULTS.has(kind.name)))('$name', async (kind) => {
    expect((await compareHost(kind, 20)).differences).toEqual([]);
  });

  test.fails.each(HANDLER_KINDS.filter((kind) => KNOWN_FAULTS.has(kind.name)))('$name', async (kind) => {
    expect((await compareHost(kind, 20)).differences).toEqual([]);
  });
});
