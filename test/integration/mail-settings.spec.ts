import { existsSync } from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { CERTIFICATE } from '../../simulators/smtp/certificate.js';
import { headerOf, SmtpSimulator, type SmtpSimulatorOptions } from '../../simulators/smtp/simulator.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { freePort } from '../support/child-app.js';

const ADDRESS = 'you@example.com';
const LOGIN = { username: 'timesheet@example.com', password: 'correct-horse-battery' };

/** Runs `mail test` as an operator would who wonders why no mails arrive. */
async function mailTest(env: Record<string, string>, address = ADDRESS) {
  const [out, complaints]: [string[], string[]] = [[], []];
  const terminal = {
    write: (text: string) => void out.push(text),
    complain: (text: string) => void complaints.push(text),
    isInteractive: false,
    askHidden: () => Promise.resolve(''),
  };
  const code = await runCli(['mail', 'test', address], COMMANDS, { env: { NODE_ENV: 'test', ...env }, terminal });
  return { code, out: out.join('\n'), complaint: complaints.join('\n') };
}

describe('npm run cli -- mail test', () => {
  let smtp: SmtpSimulator;

  afterEach(async () => {
    tls.setDefaultCACertificates(tls.getCACertificates('bundled'));
    await smtp?.stop();
  });

  async function serve(options?: SmtpSimulatorOptions): Promise<Record<string, string>> {
    smtp = new SmtpSimulator(options);
    await smtp.start();
    return {
      MAIL_SERVER: 'localhost',
      MAIL_PORT: String(smtp.port),
      MAIL_USE_TLS: String(options?.tls === true),
      MAIL_DEFAULT_SENDER: 'timesheet@example.com',
      ...(options?.login !== undefined && {
        MAIL_USERNAME: options.login.username,
        MAIL_PASSWORD: options.login.password,
      }),
    };
  }

  const trustTheSimulator = () => tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), CERTIFICATE]);

  it('sends one mail and tells what the server said', async () => {
    const { code, out } = await mailTest({ ...(await serve()), MAIL_LOCALE: 'nl' });
    expect(code).toBe(0);
    expect(out).toMatch(/^localhost:\d+ without TLS, without a login …\n.*\nThe server took it: 250 /);
    expect(smtp.messages.map(({ to }) => to)).toEqual([[ADDRESS]]);
    expect(headerOf(smtp.messages[0]!.raw, 'Subject')).toEqual(['Timesheet: testbericht']);
  });

  it('signs in, over TLS', async () => {
    const env = await serve({ tls: true, login: LOGIN });
    trustTheSimulator();
    expect(await mailTest(env)).toMatchObject({ code: 0, complaint: '' });
    expect(smtp.messages).toMatchObject([{ secure: true, username: LOGIN.username }]);
  });

  it('sends nothing in clear where TLS is demanded', async () => {
    const env = await serve({ login: LOGIN });
    const { code, complaint } = await mailTest({ ...env, MAIL_USE_TLS: 'true' });
    expect([code, smtp.messages.length]).toEqual([1, 0]);
    expect(complaint).toMatch(/STARTTLS/);
  });

  it('trusts no certificate that nobody vouches for', async () => {
    const env = await serve({ tls: true, login: LOGIN });
    const { code, complaint } = await mailTest(env);
    expect([code, smtp.messages.length]).toEqual([1, 0]);
    expect(complaint).toMatch(/self-signed certificate/);
  });

  it('says that the login is refused, without showing it', async () => {
    const env = await serve({ login: LOGIN });
    const { code, out, complaint } = await mailTest({ ...env, MAIL_PASSWORD: 'wrong-horse-battery' });
    expect(code).toBe(1);
    expect(complaint).toContain('535');
    expect(out + complaint).not.toMatch(/horse/);
  });

  it('passes on why a recipient is refused', async () => {
    const env = await serve();
    smtp.faults.add({ stage: 'rcpt', action: { code: 550, text: 'no such user here' } });
    const { code, complaint } = await mailTest(env);
    expect([code, complaint]).toEqual([1, expect.stringContaining('550 no such user here') as string]);
  });

  it('says that nobody answers', async () => {
    const env = { ...(await serve()), MAIL_PORT: String(await freePort()) };
    expect(await mailTest(env)).toMatchObject({
      code: 1,
      complaint: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('says that no server is set', async () => {
    expect(await mailTest({})).toMatchObject({ code: 1, complaint: expect.stringContaining('MAIL_SERVER') as string });
  });

  it.each(['you', 'a@example.com,b@example.com', 'a@example.com\r\nBcc: b@example.com'])(
    'wants one address: %j',
    async (to) => {
      expect(await mailTest({}, to)).toMatchObject({
        code: 2,
        complaint: expect.stringContaining('address') as string,
      });
    },
  );

  it('is understood by a server of somebody else', async (context) => {
    const program = ['/usr/sbin', '/usr/bin', ...(process.env.PATH ?? '').split(':')]
      .map((folder) => path.join(folder, 'smtp-sink'))
      .find((file) => existsSync(file));
    if (program === undefined) return context.skip('smtp-sink of Postfix is not installed');
    const port = await freePort();
    const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const sink = spawn(program, [...asNobody, `127.0.0.1:${port}`, '10'], { stdio: 'ignore' });
    try {
      await expect.poll(() => isListening(port)).toBe(true);
      const env = { MAIL_SERVER: '127.0.0.1', MAIL_PORT: String(port), MAIL_USE_TLS: 'false' };
      const answer = await mailTest({ ...env, MAIL_DEFAULT_SENDER: 'timesheet@example.com' });
      expect(answer).toMatchObject({ code: 0, out: expect.stringContaining('The server took it: 250') as string });
    } finally {
      sink.kill();
    }
  });
});

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
