import { execFile, spawnSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Speed } from './results.js';

const run = promisify(execFile);

/** As many as the application has in its pool. */
const CONNECTIONS = 10;

export const HOW_TO_GET_PGBENCH =
  'pgbench was not found: install it (Debian: apt install postgresql-contrib) or name it in PGBENCH.';

/** PostgreSQL's own load program: what the same statements cost when a C program sends them. */
export interface Pgbench {
  /**
   * Runs a script of statements, prepared, on 10 connections.
   * @param variables texts and numbers the script refers to as `:name`
   */
  measure(script: string, variables: Record<string, string | number>, seconds: number): Promise<Speed>;
}

/** The one named in `PGBENCH` and no other; else of the PATH, or of a Debian package, newest first. */
export function findPgbench(databaseUrl: string, folder: string): Pgbench | null {
  const packaged = globSync('/usr/lib/postgresql/*/bin/pgbench').sort((a, b) => versionOf(b) - versionOf(a));
  const candidates = process.env.PGBENCH === undefined ? ['pgbench', ...packaged] : [process.env.PGBENCH];
  const program = candidates.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
  return program === undefined ? null : { measure: (...what) => measure(program, { databaseUrl, folder }, ...what) };
}

const versionOf = (file: string): number => Number(/postgresql\/(\d+)/.exec(file)?.[1] ?? 0);

async function measure(
  program: string,
  { databaseUrl, folder }: { databaseUrl: string; folder: string },
  script: string,
  variables: Record<string, string | number>,
  seconds: number,
): Promise<Speed> {
  const file = path.join(folder, 'pgbench.sql');
  writeFileSync(file, script);
  const definitions = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
  const flags = ['-n', '-M', 'prepared', '-f', file, '-c', `${CONNECTIONS}`, '-j', '1', ...definitions];
  // It knows whole seconds only, and opens its connections in them: on a busy machine the first may not be enough.
  for (const wholeSeconds of [Math.max(1, Math.round(seconds)), 5, 15]) {
    const { stdout } = await run(program, [...flags, '-T', `${wholeSeconds}`], { env: environment(databaseUrl) });
    const rate = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1] ?? 0);
    if (rate > 0) return { perSecond: rate };
  }
  throw new Error('pgbench has not completed a single transaction');
}

function environment(databaseUrl: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  return {
    PATH: process.env.PATH,
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: pathname.slice(1),
  };
}
