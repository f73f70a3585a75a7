import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { sha256 } from '../../src/common/hashing.js';

/** Somebody who calls, with a token of the API. */
export interface Person {
  userId: number;
  token: string;
}

export interface Seed {
  /** People with logs. They have the ids 1 to `logCount`, dealt out in turn. */
  readers: Person[];
  logCount: number;
}

const READERS = 50;

/** A working life of short entries: `logCount` logs in all. The tables are analysed, so that plans are those of a grown database. */
export async function seed(client: Client, logCount: number): Promise<Seed> {
  const readers = await createPeople(client, 'reader', READERS);
  await client.query(INSERT_LOGS, [readers.map(({ userId }) => userId), logCount]);
  await client.query(`select setval(pg_get_serial_sequence('time_entries', 'id'), $1)`, [logCount]);
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  return { readers, logCount };
}

/** @returns users who can call the API; nobody can sign in as them */
export async function createPeople(client: Client, name: string, count: number): Promise<Person[]> {
  const tokens = Array.from({ length: count }, () => randomBytes(24).toString('base64url'));
  const { rows } = await client.query<{ userId: string }>(INSERT_PEOPLE, [name, tokens.map(sha256)]);
  return rows.map(({ userId }, index) => ({ userId: Number(userId), token: tokens[index]! }));
}

/** The ids of the logs of the reader at `index`. */
export function logIdsOf({ logCount, readers }: Seed, index: number): number[] {
  const own = Math.floor((logCount - 1 - index) / readers.length) + 1;
  return Array.from({ length: own }, (_, turn) => index + 1 + turn * readers.length);
}

const INSERT_PEOPLE = `
  with people as (
    insert into users (username, password_hash, name, time_zone)
    select $1 || '-' || n, 'none', initcap($1) || ' ' || n, 'Europe/Madrid'
    from generate_series(1, cardinality($2::bytea[])) n order by n returning id),
  numbered as (select id, row_number() over (order by id) as n from people),
  made as (
    insert into api_tokens (user_id, name, token_hash, last_used_at)
    select id, 'bench', ($2::bytea[])[n::int], now() from numbered returning user_id)
  select user_id as "userId" from made order by user_id`;

const INSERT_LOGS = `
  insert into time_entries (id, user_id, source, description, notes, tags, category, started_at, ended_at, time_zone,
    offset_start_seconds, offset_end_seconds, valid_started_at, valid_ended_at, binnacle_sequence, binnacle_head,
    created_at, modified_at)
  select n, ($1::bigint[])[1 + (n - 1) % cardinality($1::bigint[])], 'local', 'Ticket ' || n || ': answer the customer',
    case when n % 5 = 0 then 'Called back in the afternoon.' end, array['support', 'week-' || n % 53], 'Support',
    began, began + interval '25 minutes', 'Europe/Madrid', 3600, 3600, began, began + interval '25 minutes',
    1, decode(repeat('00', 32), 'hex'), began, began
  from generate_series(1, $2::int) n,
    lateral (select timestamptz '2026-01-01' - n * interval '1 minute' as began) at`;
