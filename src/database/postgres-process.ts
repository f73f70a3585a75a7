import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeServer } from './postmaster-pid.js';

/** Who the server runs as; empty for the account of this process. */
export interface Account {
  uid?: number;
  gid?: number;
}

/** Where the binaries and the data are. */
export interface Layout {
  account: Account;
  native: string;
  dir: string;
}

export const runOptions = (account: Account) => ({
  ...account,
  cwd: '/',
  env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
});

/** The server of this process. When it dies alone, another takes its place on the same port. */
export interface RunningServer {
  process: ChildProcess;
  watchdog: ChildProcess;
  port: number;
  hasExited: () => boolean;
  isStopping: boolean;
}

/** @throws Error naming the server's log when it does not start */
export async function launch(layout: Layout, fast: boolean): Promise<RunningServer> {
  const log = path.join(layout.dir, 'postgres.log');
  for (let attempt = 1; attempt <= 15; attempt++) {
    const server = await tryToLaunch(layout, fast, log, await freePort());
    if (server === undefined) {
      await sleep(Math.min(300 * attempt, 1000)); // e.g. the lock file of a killed server that is still a zombie
      continue;
    }
    keepAlive(layout, fast, log, server);
    return server;
  }
  throw new Error(`PostgreSQL did not start, see ${log}`);
}

async function tryToLaunch(
  { account, native, dir }: Layout,
  fast: boolean,
  log: string,
  port: number,
): Promise<RunningServer | undefined> {
  const data = path.join(dir, 'data');
  const output = fs.openSync(log, 'a');
  const server = spawn(path.join(native, 'bin/postgres'), serverFlags(data, port, fast), {
    ...runOptions(account),
    detached: true,
    stdio: ['ignore', output, output],
  });
  fs.closeSync(output);
  let exited = false;
  server.on('exit', () => (exited = true));
  server.on('error', () => (exited = true));
  const hasExited = () => exited;
  for (let waited = 0; !hasExited() && waited < 30_000; waited += 10) {
    if (describeServer(data)?.port === port) {
      fs.writeFileSync(path.join(dir, 'owner.pid'), String(process.pid));
      return { process: server, watchdog: guard(server, account), port, hasExited, isStopping: false };
    }
    await sleep(10);
  }
  if (!hasExited()) server.kill('SIGKILL');
  return undefined;
}

function serverFlags(data: string, port: number, fast: boolean): string[] {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC', 'logging_collector=off'];
  if (fast) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300');
  else settings.push('max_connections=100', 'shared_buffers=256MB');
  return ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
}

/** When this process goes away the pipe closes and PostgreSQL gets a fast shutdown. */
function guard(server: ChildProcess, account: Account): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', `while read -r _; do :; done; kill -INT ${server.pid} 2>/dev/null`], {
    ...account,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  (watchdog.stdin as net.Socket | null)?.unref?.();
  server.unref();
  return watchdog;
}

/** A server that was killed alone recovers from its log at once; the pool finds it again at the same port. */
function keepAlive(layout: Layout, fast: boolean, log: string, server: RunningServer): void {
  server.process.once('exit', () => {
    if (!server.isStopping) void replace(layout, fast, log, server);
  });
}

/** @throws Error that ends the process, when no new server starts: a supervisor then begins afresh */
async function replace(layout: Layout, fast: boolean, log: string, server: RunningServer): Promise<void> {
  for (let attempt = 1; attempt <= 15 && !server.isStopping; attempt++) {
    const next = await tryToLaunch(layout, fast, log, server.port);
    if (next !== undefined) {
      server.watchdog.stdin?.end();
      Object.assign(server, { process: next.process, watchdog: next.watchdog, hasExited: next.hasExited });
      keepAlive(layout, fast, log, server);
      return;
    }
    await sleep(Math.min(300 * attempt, 1000));
  }
  if (!server.isStopping) throw new Error(`PostgreSQL died and does not start again, see ${log}`);
}

export async function stopServer(server: RunningServer): Promise<void> {
  server.isStopping = true;
  if (!server.hasExited()) {
    server.process.ref();
    const exited = new Promise((resolve) => server.process.once('exit', resolve));
    server.process.kill('SIGINT');
    await exited;
  }
  server.watchdog.stdin?.end();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
