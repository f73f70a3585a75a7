import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './env.js';

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('MAIL_* and EMAIL_*', () => {
  it('make up a server, who gets every mail, and how often it is tried', () => {
    const { mail } = readConfig({
      MAIL_SERVER: 'smtp.example.com',
      MAIL_PORT: '25',
      MAIL_USE_TLS: 'false',
      MAIL_USERNAME: 'someone',
      MAIL_PASSWORD: 'hunter2',
      MAIL_DEFAULT_SENDER: '"Hours, daily" <hours@example.com>',
      MAIL_RECIPIENT: 'boss@example.com',
      MAIL_RECIPIENTS: 'a@example.com, b@example.com',
      MAIL_LOCALE: 'nl',
      EMAIL_MAX_RETRIES: '7',
      DUPLICATE_NOTIFY: 'conflict',
    });
    expect(mail).toMatchObject({
      smtp: {
        host: 'smtp.example.com',
        port: 25,
        useTls: false,
        sender: { name: 'Hours, daily', address: 'hours@example.com' },
      },
      recipients: ['boss@example.com', 'a@example.com', 'b@example.com'],
      locale: 'nl',
      duplicateNotify: 'conflict',
      maxTries: 7,
      retryDelaySeconds: 5,
      processIntervalSeconds: 5,
    });
    expect(JSON.stringify(mail)).not.toContain('hunter2');
  });

  it('may be written as in the .env of the predecessor', () => {
    const { mail } = readConfig({
      MAIL_SERVER: 'mail.example.com',
      MAIL_PORT: '587',
      MAIL_USE_TLS: 'TRUE',
      MAIL_USERNAME: 'notificaciones@example.com',
      MAIL_PASSWORD: '****',
      MAIL_DEFAULT_SENDER: 'notificaciones@example.com',
      MAIL_RECIPIENT: 'clockify@example.com',
      MAIL_RECIPIENTS: 'coordinacion@example.com,gerencia@example.com',
      EMAIL_MAX_RETRIES: '3',
      EMAIL_RETRY_DELAY: '5',
      EMAIL_PROCESS_INTERVAL: '5',
    });
    expect(mail.smtp).toMatchObject({ useTls: true, port: 587 });
    expect(mail.recipients).toHaveLength(3);
    expect(mail).toMatchObject({ locale: 'es', duplicateNotify: 'all' });
  });

  it('need no sender of their own where the login is an address', () => {
    const env = { MAIL_SERVER: 'smtp.example.com', MAIL_USERNAME: 'hours@example.com', MAIL_PASSWORD: 'hunter2' };
    expect(readConfig(env).mail.smtp).toMatchObject({
      useTls: true,
      port: 587,
      sender: { address: 'hours@example.com' },
    });
  });

  it.each([
    [{ MAIL_SERVER: 'smtp.example.com' }, 'MAIL_DEFAULT_SENDER'],
    [{ MAIL_SERVER: 'smtp.example.com', MAIL_DEFAULT_SENDER: 'a@example.com, b@example.com' }, 'MAIL_DEFAULT_SENDER'],
    [{ MAIL_SERVER: 'smtp.example.com', MAIL_DEFAULT_SENDER: 'x\r\nBcc: y <a@example.com>' }, 'MAIL_DEFAULT_SENDER'],
    [{ MAIL_SERVER: 'smtp://x', MAIL_DEFAULT_SENDER: 'a@example.com' }, 'MAIL_SERVER'],
    [{ MAIL_USERNAME: 'someone' }, 'MAIL_PASSWORD'],
    [{ MAIL_PASSWORD: 'hunter2' }, 'MAIL_USERNAME'],
    [{ MAIL_RECIPIENT: 'a@example.com,b@example.com' }, 'MAIL_RECIPIENT'],
    [{ MAIL_RECIPIENTS: 'a@example.com,boss' }, 'MAIL_RECIPIENTS'],
    [{ MAIL_LOCALE: 'fr' }, 'MAIL_LOCALE'],
    [{ MAIL_USE_TLS: 'yes' }, 'MAIL_USE_TLS'],
    [{ DUPLICATE_NOTIFY: 'some' }, 'DUPLICATE_NOTIFY'],
    [{ EMAIL_MAX_RETRIES: '0' }, 'EMAIL_MAX_RETRIES'],
  ])('are refused by name: %j', (env, name) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must`));
    expect(problems[0]).not.toContain('hunter2');
  });
});
