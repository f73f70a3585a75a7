import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { databaseUrl, runAsSuperuser, serverUrl } from './postgres.js';

/** A database without anything in it, of the run's own server. */
export async function emptyDatabase(): Promise<string> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await runAsSuperuser(serverUrl(), `create database ${name}`);
  return databaseUrl(name);
}

export const dropDatabase = (url: string) =>
  runAsSuperuser(serverUrl(), `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);

export async function rowsAt<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  return (await runAsSuperuser(url, text)).rows as Row[];
}

/** One digest per table over all its rows and what its sequence gave out last, whatever order they lie in. */
export async function contentOf(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const content: Record<string, string> = {};
    const { rows: tables } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
         and relname <> 'migrations' order by 1`,
    );
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t order by 1`);
      const hash = createHash('sha256');
      for (const { row } of rows) hash.update(`${row}\n`);
      content[name] = `${rows.length} rows, ${hash.digest('hex')}`;
    }
    const { rows } = await client.query<{ name: string; value: string }>(
      `select sequencename as name, last_value::text as value from pg_sequences where schemaname = 'public' order by 1`,
    );
    return { ...content, ...Object.fromEntries(rows.map(({ name, value }) => [name, value])) };
  } finally {
    await client.end();
  }
}

/** Tables of the schema: none in a database nobody has touched. */
export const tablesOf = async (url: string): Promise<number> =>
  (
    await rowsAt<{ count: number }>(
      url,
      `select count(*)::int as count from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    )
  )[0]!.count;
