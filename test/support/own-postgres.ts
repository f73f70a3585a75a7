import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { runAsSuperuser, type TestDatabase } from './postgres.js';

const TRIES = 40;

/** How a server was started, as the machine tells it. */
interface Launch {
  program: string;
  port: string;
  dataFolder: string;
  uid: number;
  gid: number;
}

/** A PostgreSQL of a test's own, which may be killed and comes back only when the test says so, at the same address. */
export class OwnPostgres {
  private server: ChildProcess | null = null;
  private readonly kill = () => void this.server?.kill('SIGKILL');

  private constructor(
    private readonly folder: string,
    private readonly launch: Launch,
    readonly url: string,
  ) {
    process.once('exit', this.kill);
  }

  /**
   * With a database for the application, which it fills by itself.
   * @param folder for its data; removed with it
   */
  static async create(folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-own-'))): Promise<OwnPostgres> {
    const made = await startEmbeddedPostgres({ dir: folder, fast: true });
    const launch = launchOf(made.url);
    await made.stop();
    const own = new OwnPostgres(folder, launch, made.url);
    await own.start();
    await runAsSuperuser(own.url, 'create database own');
    return own;
  }

  /** Commits are on their way to the disk before anybody is told; that they reach the platter is not what a killed process tests. */
  async start(): Promise<void> {
    const { program, port, dataFolder, uid, gid } = this.launch;
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC', 'fsync=off'];
    const flags = ['-D', dataFolder, '-p', port, ...settings.flatMap((setting) => ['-c', setting])];
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const server = spawn(program, flags, { uid, gid, cwd: '/', env: { LC_ALL: 'C.UTF-8' }, stdio: 'ignore' });
      this.server = server;
      if (await answers(this.url, server)) return;
      await sleep(100);
    }
    throw new Error('PostgreSQL does not start again.');
  }

  /** The server and everything it has started, at once. */
  async killAll(): Promise<void> {
    const ended = this.ended();
    const all = [this.server!.pid!, ...childrenOf(this.server!.pid!)];
    for (const pid of all) process.kill(pid, 'SIGKILL');
    await ended;
  }

  /** Throws everybody out and comes back. */
  async restart(): Promise<void> {
    const ended = this.ended();
    this.server!.kill('SIGINT');
    await ended;
    await this.start();
  }

  async remove(): Promise<void> {
    await this.killAll();
    process.off('exit', this.kill);
    rmSync(this.folder, { recursive: true, force: true });
    // Where the folder was closed to the server's account, its data lies elsewhere.
    rmSync(path.dirname(this.launch.dataFolder), { recursive: true, force: true });
  }

  /** The application's database. */
  get database(): TestDatabase {
    const url = new URL(this.url);
    url.pathname = '/own';
    return { url: url.href, drop: () => this.remove() };
  }

  private ended(): Promise<void> {
    const { server } = this;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => server.once('exit', () => resolve()));
  }
}

/** Of the only server whose port is in the address. */
function launchOf(url: string): Launch {
  const port = new URL(url).port;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const words = commandLineOf(pid);
    const isIt = words[0]?.endsWith('bin/postgres') === true && words[words.indexOf('-p') + 1] === port;
    if (!isIt) continue;
    const { uid, gid } = statSync(`/proc/${pid}`);
    return { program: words[0]!, port, dataFolder: words[words.indexOf('-D') + 1]!, uid, gid };
  }
  throw new Error(`No PostgreSQL listens at ${port}.`);
}

function commandLineOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/** Waits until it takes connections; false when it has ended instead. */
async function answers(url: string, server: ChildProcess): Promise<boolean> {
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    // Told by `connect`, too.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      if (server.exitCode !== null || server.signalCode !== null) return false;
      await sleep(20);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
