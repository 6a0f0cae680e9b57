import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { secondTries } from './test/support/second-tries.ts';

export default defineConfig({
  // Unit tests run from source; whatever starts a process or a worker runs the build.
  resolve: { conditions: ['nightlight-source'] },
  ssr: { resolve: { conditions: ['nightlight-source'] } },
  test: {
    include: ['test/{agent,analyzer,tui,whole,property}/**/*.test.{ts,tsx}'],
    // Most of the time a test waits for a process that it started; on two cores vitest would run one file at a time.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Two hundred files that each load the sources anew spend a third of the run on that. What a test changes for all, it
    // puts back: globals, environment, clocks.
    isolate: false,
    globalSetup: ['test/support/own-temporary-directory.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    // Half of the tests start real processes. A property that fails has found a value, and is not asked again.
    retry: { count: 1, condition: /^(?!Property failed)/ },
    reporters: ['default', secondTries],
    // What is waited for comes; the default of a second is a time limit for a loaded machine.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
