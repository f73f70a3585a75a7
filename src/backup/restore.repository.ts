import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { copyIn } from '../database/copy-streams.js';
import { withClient } from '../database/open-database.js';
import { ArchiveProblem, type ArchivedTable } from './archive.js';
import { MIGRATIONS_TABLE, copyTarget } from './snapshot.repository.js';

/** Tables that have rows from the migrations themselves. */
const BORN_FULL = ['session_notice_slots'];

/** A connection that was closed a moment ago may still be listed. */
const TRIES = 10;
const PAUSE_MILLISECONDS = 200;

const OTHERS = `
  select count(*)::int as count from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and coalesce(backend_type, 'client backend') = 'client backend'`;

const TABLES = `
  select relname as name from pg_class
  where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname <> all($1)`;

/** @throws ArchiveProblem when anybody is connected: then an application may be at work */
export const refuseInUse = (url: string): Promise<void> =>
  withClient(url, async (client) => {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const { rows } = await client.query<{ count: number }>(OTHERS);
      if (rows[0]!.count === 0) return;
      await sleep(PAUSE_MILLISECONDS);
    }
    throw new ArchiveProblem('The database is in use: stop every Timesheet (and whatever else is connected) first.');
  });

/** The first table with a row of its own in it, if there is one. */
export const findFilledTable = (url: string): Promise<string | undefined> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(TABLES, [[MIGRATIONS_TABLE, ...BORN_FULL]]);
    for (const { name } of rows) {
      const found = await client.query(`select 1 from ${client.escapeIdentifier(name)} limit 1`);
      if (found.rowCount === 1) return name;
    }
    return undefined;
  });

/** Empties what the migrations have filled, so that the rows of an archive find room. */
export async function clearBornFull(client: ClientBase, tables: readonly ArchivedTable[]): Promise<void> {
  for (const { name } of tables.filter((table) => BORN_FULL.includes(table.name))) {
    await client.query(`delete from ${client.escapeIdentifier(name)}`);
  }
}

export async function fillTable(
  client: ClientBase,
  { name, columns }: ArchivedTable,
  blocks: AsyncIterable<Buffer>,
): Promise<number> {
  const { rows } = await client.query<{ is_there: boolean }>('select to_regclass($1) is not null as is_there', [
    client.escapeIdentifier(name),
  ]);
  if (rows[0]?.is_there !== true) throw new ArchiveProblem(`It has a table ${name}, which this build does not know.`);
  return copyIn(client, copyTarget(client, name, columns), blocks);
}

export async function setSequences(client: ClientBase, sequences: Record<string, number>): Promise<void> {
  for (const [name, value] of Object.entries(sequences)) {
    await client.query('select setval($1::regclass, $2)', [client.escapeIdentifier(name), value]);
  }
}
