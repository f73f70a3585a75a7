import type { ClientBase } from 'pg';
import { copyOut } from '../database/copy-streams.js';
import { withClient } from '../database/open-database.js';
import type { ArchivedTable } from './archive.js';

/** Its rows come to be by migrating. */
export const MIGRATIONS_TABLE = 'migrations';

const TABLES = `
  select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> $1
  group by c.oid order by c.relname`;

const REFERENCES = `
  select distinct c.conrelid::regclass::text as "from", c.confrelid::regclass::text as "to"
  from pg_constraint c join pg_class t on t.oid = c.conrelid
  where c.contype = 'f' and t.relnamespace = current_schema()::regnamespace and c.conrelid <> c.confrelid`;

const SEQUENCES = `
  select sequencename as name, last_value::float8 as value from pg_sequences
  where schemaname = current_schema() and last_value is not null and sequencename <> $1 || '_id_seq' order by 1`;

/** Rows are to read the same wherever they are written again. */
const PLAIN = `set local timezone = 'UTC'; set local datestyle = 'ISO, MDY'; set local bytea_output = 'hex'; set local extra_float_digits = 1`;

/** The whole database as it was at one moment, read while others go on writing. */
export class Snapshot {
  private constructor(private readonly client: ClientBase) {}

  static of<T>(url: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return withClient(url, async (client) => {
      await client.query('begin isolation level repeatable read read only');
      await client.query(PLAIN);
      const result = await work(new Snapshot(client));
      await client.query('commit');
      return result;
    });
  }

  async describe(): Promise<{ createdAt: string; serverVersion: string; migrations: string[] }> {
    const { rows } = await this.client.query<{ createdAt: Date; serverVersion: string }>(
      `select now() as "createdAt", current_setting('server_version') as "serverVersion"`,
    );
    const { createdAt, serverVersion } = rows[0]!;
    return { createdAt: createdAt.toISOString(), serverVersion, migrations: await this.migrations() };
  }

  /** Each after those it refers to. */
  async tables(): Promise<ArchivedTable[]> {
    const { rows } = await this.client.query<ArchivedTable>(TABLES, [MIGRATIONS_TABLE]);
    const { rows: references } = await this.client.query<Reference>(REFERENCES);
    return inOrder(rows, references);
  }

  rowsOf({ name, columns }: ArchivedTable): AsyncGenerator<Buffer> {
    return copyOut(this.client, copyTarget(this.client, name, columns));
  }

  /** Read last: numbers are given out without waiting for anybody's commit, so none of a row is missing. */
  async sequences(): Promise<Record<string, number>> {
    const { rows } = await this.client.query<{ name: string; value: number }>(SEQUENCES, [MIGRATIONS_TABLE]);
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  private async migrations(): Promise<string[]> {
    const { rows } = await this.client.query<{ is_there: boolean }>(`select to_regclass($1) is not null as is_there`, [
      MIGRATIONS_TABLE,
    ]);
    if (rows[0]?.is_there !== true) return [];
    const applied = await this.client.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE} order by id`);
    return applied.rows.map(({ name }) => name);
  }
}

export const copyTarget = (client: ClientBase, table: string, columns: readonly string[]): string =>
  `${client.escapeIdentifier(table)} (${columns.map((column) => client.escapeIdentifier(column)).join(', ')})`;

interface Reference {
  from: string;
  to: string;
}

function inOrder(tables: readonly ArchivedTable[], references: readonly Reference[]): ArchivedTable[] {
  const ordered: ArchivedTable[] = [];
  const left = new Map(tables.map((table) => [table.name, table]));
  while (left.size > 0) {
    const ready = [...left.values()].filter(
      ({ name }) => !references.some(({ from, to }) => from === name && left.has(to)),
    );
    if (ready.length === 0) throw new Error(`Tables refer to each other in a circle: ${[...left.keys()].join(', ')}`);
    for (const table of ready) left.delete(table.name);
    ordered.push(...ready);
  }
  return ordered;
}
