import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SmtpSimulator } from '../../simulators/smtp/simulator.js';
import { ClockifyDeliveries } from './clockify-deliveries.js';
import { Services } from './services.js';

const APPLICATION = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const START_MILLISECONDS = 45_000;
const STOP_MILLISECONDS = 16_000;

/** The application as a process of its own, and the services it talks to, all on free loopback ports. */
export class World {
  readonly services: Services;
  readonly deliveries = new ClockifyDeliveries();
  readonly mailbox = new SmtpSimulator();
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-demo-'));
  private application: ChildProcess | undefined;

  constructor(timeZone: string) {
    this.services = new Services(timeZone);
  }

  /** @returns the application's address, and a token of the first admin as the first start prints it */
  async open(): Promise<{ url: string; token: string }> {
    await Promise.all([this.services.start(), this.mailbox.start()]);
    this.application = startApplication(this.folder, this.env);
    return announced(this.application);
  }

  private get env(): Record<string, string> {
    return {
      ...this.services.env,
      ...this.deliveries.env,
      MAIL_SERVER: '127.0.0.1',
      MAIL_PORT: String(this.mailbox.port),
      MAIL_USE_TLS: 'false',
      MAIL_DEFAULT_SENDER: 'Timesheet <timesheet@example.com>',
      MAIL_RECIPIENT: 'coordination@example.com',
      MAIL_LOCALE: 'en',
      EMAIL_PROCESS_INTERVAL: '1',
    };
  }

  /** Stops everything and leaves no file. */
  async close(): Promise<void> {
    if (this.application !== undefined) await stop(this.application);
    await Promise.all([this.services.stop(), this.mailbox.stop()]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}

function startApplication(folder: string, given: Record<string, string>): ChildProcess {
  // PostgreSQL runs under an account of its own when this is root: it has to reach its data.
  chmodSync(folder, 0o755);
  const dataDir = path.join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o755 });
  const child = spawn(process.execPath, [APPLICATION], {
    cwd: folder,
    // Only what is given: variables of the machine must not lead the demo to somebody's own database or account.
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'fatal',
      ...given,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // However this process ends, that one does too.
  process.on('exit', () => child.kill('SIGKILL'));
  return child;
}

/** Address and token, read where a person would read them. */
async function announced(child: ChildProcess): Promise<{ url: string; token: string }> {
  let output = '';
  child.stdout!.on('data', (chunk) => (output += String(chunk)));
  child.stderr!.on('data', (chunk) => (output += String(chunk)));
  const deadline = performance.now() + START_MILLISECONDS;
  for (;;) {
    const port = /listens on http:\/\/localhost:(\d+)/.exec(output)?.[1];
    const token = /API token +(\S+)/.exec(output)?.[1];
    if (port !== undefined && token !== undefined) return { url: `http://127.0.0.1:${port}`, token };
    if (child.exitCode !== null) throw new Error(`the application did not start:\n${output}`);
    if (performance.now() > deadline) throw new Error(`the application is not up after 45 s:\n${output}`);
    await sleep(20);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(STOP_MILLISECONDS, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await ended;
}
