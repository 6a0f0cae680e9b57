import { defineConfig } from 'vitest/config';
import { secondTries } from './test/support/second-tries.ts';

// Every kind of handler on every Node line: minutes, not seconds, so not part of `npm test`.
export default defineConfig({
  resolve: { conditions: ['nightlight-source'] },
  ssr: { resolve: { conditions: ['nightlight-source'] } },
  test: {
    include: ['test/matrix/**/*.test.ts'],
    globalSetup: ['test/matrix/bring-lines.ts', 'test/support/own-temporary-directory.ts'],
    // One file after the other, a few runs of it side by side: they start processes enough.
    fileParallelism: false,
    maxConcurrency: 3,
    retry: 1,
    reporters: ['default', secondTries],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
