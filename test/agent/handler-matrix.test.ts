/**
 * The shipped agent changes nothing for any kind of handler: not an answer, not a printed line, not an exit code. Here on one
 * Node line; `npm run matrix` does the same on all of them.
 */
import { describe, expect, test } from 'vitest';
import { compareHost } from '../support/compare-host.ts';
import { HANDLER_KINDS } from '../support/handler-kinds.ts';

describe('a handler answers, prints and ends with the agent as it does without', () => {
  test.concurrent.each(HANDLER_KINDS)('$name', async (kind) => {
    expect((await compareHost(kind, 20)).differences).toEqual([]);
  });
});
