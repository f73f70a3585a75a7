import { defineConfig } from 'vitest/config';

/** Of the tests that need no database, and whose files need no protection from each other. */
export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/support/zone.probe.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 60_000,
    setupFiles: ['test/support/setup.ts'],
    env: { NODE_ENV: 'test' },
  },
});
