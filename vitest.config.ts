import { defineConfig } from 'vitest/config';
import { SIZE } from './test/support/size.js';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    // Whole files that only a full run has.
    exclude: SIZE === 'full' ? [] : ['test/**/*.full.spec.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    // What is waited for comes soon, but not within a second on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/setup.ts'],
    env: { NODE_ENV: 'test' },
  },
});
