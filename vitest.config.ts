import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';
import { SIZE } from './test/support/size.js';

/** Whole files that only a full run has. */
const OTHER_SIZE = SIZE === 'full' ? [] : ['test/**/*.full.spec.ts'];

const ROOT = import.meta.dirname;
/** What a process has once: its log goes where its first application wanted it. */
const LOOKS_AT_ITS_PROCESS = /logLines|support\/bad-input/;

const specs = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.spec.ts'))
  .map((file) => `test/${file}`);

/** All but these share processes, file after file: loading the application takes longer than most of them do. */
const ALONE = specs.filter(
  (file) => file.startsWith('test/fault/') || LOOKS_AT_ITS_PROCESS.test(readFileSync(path.join(ROOT, file), 'utf8')),
);

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Patience, no promise: what is waited for comes soon, but on a busy machine not within seconds.
    testTimeout: 120_000,
    expect: { poll: { timeout: 40_000 } },
    hookTimeout: 120_000,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/setup.ts'],
    env: { NODE_ENV: 'test' },
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE, exclude: OTHER_SIZE } },
      {
        extends: true,
        test: {
          name: 'shared',
          isolate: false,
          include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
          exclude: [...OTHER_SIZE, ...ALONE],
        },
      },
    ],
  },
});
