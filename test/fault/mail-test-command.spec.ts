import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, SmtpSimulator } from '../../simulators/smtp/simulator.js';
import { startCli } from '../support/child-app.js';

const ADDRESS = 'coordinacion@example.com';

describe('somebody who gets no mails', () => {
  const smtp = new SmtpSimulator();
  let folder: string;

  beforeEach(async () => {
    await smtp.start();
    folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-mail-'));
  });

  afterEach(async () => {
    await smtp.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = () => {
    const lines = ['MAIL_SERVER=127.0.0.1', `MAIL_PORT=${smtp.port}`, 'MAIL_USE_TLS=FALSE'];
    return [...lines, 'MAIL_DEFAULT_SENDER=notificaciones@example.com', `MAIL_RECIPIENTS=${ADDRESS}`].join('\n');
  };

  const mailTest = () => startCli(folder, { NODE_ENV: 'production' }, 'mail', 'test', ADDRESS).ended;

  it('is told by `mail test` that the settings of .env work, and gets one', async () => {
    writeFileSync(path.join(folder, '.env'), settings());
    const { code, stdout, stderr } = await mailTest();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('The server took it: 250');
    expect(smtp.messages.map(({ to }) => to)).toEqual([[ADDRESS]]);
    expect(headerOf(smtp.messages[0]!.raw, 'Subject')).toEqual(['Timesheet: correo de prueba']);
  }, 300_000);

  it('is told by `mail test` what is wrong: no server set, none there, or the address refused', async () => {
    expect(await mailTest()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('MAIL_SERVER is not set') as string,
    });
    writeFileSync(path.join(folder, '.env'), settings());
    smtp.faults.add({ stage: 'rcpt', action: { code: 550, text: 'no such user' } });
    expect(await mailTest()).toMatchObject({ code: 1, stderr: expect.stringContaining('no such user') as string });
    await smtp.stop();
    expect(await mailTest()).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') as string });
  }, 300_000);
});
