import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Unit tests run from source; whatever starts a process or a worker runs the build.
  resolve: { conditions: ['nightlight-source'] },
  ssr: { resolve: { conditions: ['nightlight-source'] } },
  test: {
    include: ['test/{agent,analyzer,tui,whole,property}/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
