import type { QueryResultRow } from 'pg';

/** An app under test, or whatever else has its database. */
interface Holder {
  database: { query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]> };
}

/** Filled by refusals themselves, or by time. */
const NOTES = new Set(['error_log', 'login_failures', 'leases', 'quota_buckets']);

const known = new WeakMap<Holder, Promise<string[]>>();

/** They stay the same while an app runs. */
function tablesOf(app: Holder): Promise<string[]> {
  const tables = known.get(app) ?? findTables(app);
  known.set(app, tables);
  return tables;
}

async function findTables(app: Holder): Promise<string[]> {
  const rows = await app.database.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** How many rows every table has, except those that only keep notes of failures. */
export async function countRows(app: Holder): Promise<Record<string, number>> {
  const tables = (await tablesOf(app)).filter((name) => !NOTES.has(name.replace(/^public\./, '')));
  const counts = tables.map((name) => `select '${name}' as name, count(*)::int as count from ${name}`);
  const rows = await app.database.query<{ name: string; count: number }>(counts.join(' union all '));
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

/** Columns that are written some time after a call, or by the very attempt. */
const ON_THE_SIDE = ['last_used_at', 'projects_fetched_at'];

/** What every table holds, as one hash each, except notes of failures. */
export async function contentsOf(app: Holder): Promise<Record<string, string>> {
  const tables = (await tablesOf(app)).filter((name) => !NOTES.has(name.replace(/^public\./, '')));
  const hashes = tables.map(
    (name) =>
      `select '${name}' as name, count(*) || ' rows ' ||
       coalesce(md5(string_agg(md5((to_jsonb(t) - $1::text[])::text), '' order by md5((to_jsonb(t) - $1::text[])::text))), '') as hash from ${name} t`,
  );
  const rows = await app.database.query<{ name: string; hash: string }>(hashes.join(' union all '), [ON_THE_SIDE]);
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}

/** The tables that hold a text in clear, anywhere in any column; bytes are searched as well. */
export async function tablesHolding(app: Holder, text: string): Promise<string[]> {
  const found: string[] = [];
  const hex = Buffer.from(text).toString('hex');
  for (const name of await tablesOf(app)) {
    const [row] = await app.database.query(
      `select 1 as found from ${name} t where position($1 in t::text) > 0 or position($2 in t::text) > 0 limit 1`,
      [text, hex],
    );
    if (row !== undefined) found.push(name);
  }
  return found;
}
