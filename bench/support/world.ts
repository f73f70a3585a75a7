import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrateDatabase } from '../../src/database/open-database.js';
import { startApplication } from './application.js';
import { Children, type Served } from './children.js';
import { Load } from './load.js';
import { findPgbench, type Pgbench } from './pgbench.js';
import type { Turns } from './rounds.js';
import { seed, type Seed } from './seed.js';

/** What every benchmark works with: a seeded database, the application over it, and somebody to call it. */
export interface World {
  description: string;
  isQuick: boolean;
  turns: Turns;
  soakMinutes: number;
  databaseUrl: string;
  /** Gone after the run. */
  folder: string;
  client: Client;
  seed: Seed;
  app: Served;
  children: Children;
  load: Load;
  /** `null` where there is none on this machine. */
  pgbench: Pgbench | null;
  close(): Promise<void>;
}

export interface WorldOptions {
  isQuick: boolean;
  soakMinutes: number;
  /** Where servers leave CPU profiles. */
  profileFolder: string | undefined;
}

// Many short turns: a busy moment of the machine then spoils a round or two, which the median does not see.
const FULL: Turns = { rounds: 9, secondsPerTurn: 1 };
const QUICK: Turns = { rounds: 3, secondsPerTurn: 0.4 };

/** A server of its own with the durability of production (no test settings), in a folder of its own. */
export async function openWorld({ isQuick, soakMinutes, profileFolder }: WorldOptions): Promise<World> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-bench-'));
  // Beside it, not in it: the server may have to run under another account.
  const databaseFolder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-bench-database-'));
  const children = new Children(profileFolder);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  process.once('exit', () => {
    for (const own of [folder, databaseFolder]) rmSync(own, { recursive: true, force: true, maxRetries: 5 });
  });
  const server = await startEmbeddedPostgres({ dir: databaseFolder });
  try {
    return await furnish({ isQuick, soakMinutes, folder, children, server });
  } catch (error) {
    await children.stopAll();
    await server.stop();
    throw error;
  }
}

interface Parts extends Pick<World, 'isQuick' | 'soakMinutes' | 'folder' | 'children'> {
  server: EmbeddedPostgres;
}

async function furnish({ isQuick, soakMinutes, folder, children, server }: Parts): Promise<World> {
  await runOnce(server.url, 'create database bench');
  const databaseUrl = server.url.replace(/\/postgres$/, '/bench');
  await migrateDatabase(databaseUrl);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const seeded = await seed(client, isQuick ? 20_000 : 100_000);
  // Whoever measures what workers do starts some: these would work for everybody.
  const app = await startApplication(children, { databaseUrl, folder, name: 'app', env: { ROLE: 'api' } });
  return {
    description: `${seeded.logCount.toLocaleString('en')} logs of ${seeded.readers.length} users`,
    isQuick,
    soakMinutes,
    turns: isQuick ? QUICK : FULL,
    databaseUrl,
    folder,
    client,
    seed: seeded,
    app,
    children,
    load: new Load(children),
    pgbench: findPgbench(databaseUrl, folder),
    close: async () => {
      await children.stopAll();
      await client.end();
      await server.stop();
    },
  };
}

async function runOnce(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
