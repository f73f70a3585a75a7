import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../common/secret.js';
import { readConfig } from '../config/env.js';
import { createLogger } from './logger.js';

const KEY = randomBytes(32).toString('base64');

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const config = readConfig({ TOGGL_API_TOKEN: 'toggl-token-1234567890' });
  const secrets = {
    adminPassword: new Secret('the admin password'),
    secretToken: new Secret('the-secret-token-of-tests'),
    encryptionKeys: new Secret(`k1:${KEY}`),
    generated: [],
  };
  const lines: string[] = [];
  write(createLogger(config, secrets, { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  it('cuts out every secret of the process, wherever it stands', () => {
    const text = logged((log) => {
      log.info(`connecting with toggl-token-1234567890 and the-secret-token-of-tests`);
      log.info({ anything: { deep: [`Bearer ${KEY}`] } }, 'the admin password');
    });
    expect(text).not.toMatch(/toggl-token-1234567890|the-secret-token-of-tests|the admin password/);
    expect(text).not.toContain(KEY);
    expect(text).toContain('[redacted]');
  });

  it('cuts out fields that carry credentials, and secrets by their type', () => {
    const text = logged((log) =>
      log.info({ password: 'p-clear', headers: { authorization: 'a-clear' }, value: new Secret('s-clear') }),
    );
    expect(text).not.toMatch(/p-clear|a-clear|s-clear/);
  });

  it('keeps text and stack of an error and drops its other fields', () => {
    const error = Object.assign(new Error('insert failed: password=hunter2hunter2'), {
      code: '23505',
      parameters: ['row-value'],
      body: '{"body-value":1}',
    });
    const text = logged((log) => log.error({ err: error }, 'failed'));
    expect(text).toContain('logger.spec');
    expect(text).toContain('23505');
    expect(text).not.toMatch(/row-value|body-value|hunter2/);
  });
});
