import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './env.js';
import { knownSecrets } from './known-secrets.js';
import { resolveSecrets } from './secrets.js';

const TOKEN = 'kWq3vT8ZpL1xNc5RbY7dHs2GmJ4fQa90';
const OTHER = 'Zt6mB1yUe9KoRx3VqLw8Cj5NsHd2Pf47';
const SECRET = 'Nf8rKd3JyBo5Vx1QmTe7Hw0ZcLs6Ug29';
const folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-settings-'));

const production = {
  NODE_ENV: 'production',
  DATA_DIR: folder,
  ADMIN_PASSWORD: 'q7Xv2LmT9wPz4Rk1',
  SECRET_TOKEN: SECRET,
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
};

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    resolveSecrets(readConfig(env));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the tokens of Clockify’s webhooks', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('may be left out: then nobody delivers', () => {
    expect(problemsOf(production)).toEqual([]);
    expect(readConfig({}).clockifyWebhookTokens.start).toEqual([]);
  });

  it('may be two for one event, and each of them is cut out of what is shown', () => {
    const config = readConfig({ ...production, CLOCKIFY_SECRET_TOKEN_END: `${TOKEN}, ${OTHER}` });
    expect(config.clockifyWebhookTokens.end.map((token) => token.reveal())).toEqual([TOKEN, OTHER]);
    const known = knownSecrets(config, resolveSecrets(config)).map((secret) => secret.reveal());
    expect(known).toEqual(expect.arrayContaining([TOKEN, OTHER]));
  });

  it.each([
    ['empty', '', 'CLOCKIFY_SECRET_TOKEN_EDIT is set but empty'],
    ['half empty', `${TOKEN},`, 'CLOCKIFY_SECRET_TOKEN_EDIT must be one token, or two'],
    ['three', `${TOKEN},${OTHER},third-one-of-them`, 'CLOCKIFY_SECRET_TOKEN_EDIT must be one token, or two'],
    ['short', 'kWq3vT8ZpL1xNc5', 'CLOCKIFY_SECRET_TOKEN_EDIT must have at least 16 characters'],
    ['from the example', 'change-me-please-edit', 'CLOCKIFY_SECRET_TOKEN_EDIT must not be an example'],
    ['the secret of the admin API', SECRET, 'CLOCKIFY_SECRET_TOKEN_EDIT must differ from SECRET_TOKEN'],
    ['the same twice', `${TOKEN},${TOKEN}`, 'CLOCKIFY_SECRET_TOKEN_EDIT must differ from CLOCKIFY_SECRET_TOKEN_EDIT'],
  ])('stop the start in production when they are %s, without being repeated', (_what, value, problem) => {
    const problems = problemsOf({ ...production, CLOCKIFY_SECRET_TOKEN_EDIT: value });
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).not.toContain(value === '' ? TOKEN : value);
  });

  it('must differ from event to event', () => {
    const env = { ...production, CLOCKIFY_SECRET_TOKEN_START: TOKEN, CLOCKIFY_SECRET_TOKEN_MANUAL_CREATE: TOKEN };
    expect(problemsOf(env)).toEqual([
      'CLOCKIFY_SECRET_TOKEN_MANUAL_CREATE must differ from CLOCKIFY_SECRET_TOKEN_START',
    ]);
  });
});
