import type { Client } from 'pg';
import { WORKSPACE_ID } from '../webhooks/clockify-delivery.js';

/** A person's entries: five on each day, for four hundred days. */
export const ENTRIES_PER_DAY = 5;
const DAYS = 400;
const BATCH = 500_000;

/** How a database of that many entries is made up. */
export interface Shape {
  entries: number;
  users: number;
}

export const shapeOf = (entries: number): Shape => ({
  entries,
  users: Math.max(5, Math.ceil(entries / (ENTRIES_PER_DAY * DAYS))),
});

/** The last day on which everybody has worked. */
export const LAST_DAY = '2026-07-20';
export const externalIdOf = (entry: number): string => entry.toString(16).padStart(24, '0');
export const accountOf = (user: number): string => `account-${user}`;

/** Of the n-th entry: whose it is, and when it began. Everybody's last entry lies on the last day. */
const ENTRY = `
  generate_series($1::bigint, $2::bigint) n,
  lateral (select 1 + (n - 1) % $3::int as user_id, (n - 1) / $3::int as k, ($4::bigint - 1) / $3::int as last_k) who,
  lateral (select timestamptz '${LAST_DAY}T06:00:00Z' - ((last_k - k) / ${ENTRIES_PER_DAY}) * interval '1 day'
    + (k % ${ENTRIES_PER_DAY}) * interval '100 minutes' as began) at`;

const TIME_ENTRIES = `
  insert into time_entries (id, user_id, source, workspace_id, external_id, project_external_id, project_name, task_name,
    description, tags, started_at, ended_at, time_zone, offset_start_seconds, offset_end_seconds, valid_started_at,
    valid_ended_at, is_overtime, review_status, remote_seen, register_number, register_user_id, register_previous_id,
    binnacle_sequence, binnacle_head, created_at, modified_at)
  select n, user_id, 'clockify', '${WORKSPACE_ID}', lpad(to_hex(n), 24, '0'), 'project-' || n % 40, 'Project ' || n % 40,
    'Task ' || n % 400, 'Ticket ' || n || ': answer the customer', array['support', 'week-' || n % 53], began,
    began + interval '90 minutes', 'Europe/Madrid', 7200, 7200, began, began + interval '90 minutes', n % 50 = 0,
    case when n % 30 = 0 then 'under_review' else 'approved' end, true, k + 1, user_id,
    nullif(n - $3::int, least(n - $3::int, 0)), 1, decode(repeat('00', 32), 'hex'), began, began
  from ${ENTRY}`;

const BINNACLE = `
  insert into sessions_binnacle (entry_id, sequence, action, actor_kind, actor_id, origin_kind, origin_id, snapshot, diff,
    recorded_at, key_id, previous_hash, hash)
  select n, 1, 'create', 'provider', 'clockify', 'delivery', n::text,
    jsonb_build_object('description', 'Ticket ' || n || ': answer the customer', 'startedAt', to_char(began, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'endedAt', to_char(began + interval '90 minutes', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'projectName', 'Project ' || n % 40,
      'taskName', 'Task ' || n % 400, 'tags', jsonb_build_array('support'), 'userId', user_id, 'isRunning', false,
      'externalId', lpad(to_hex(n), 24, '0'), 'timeZone', 'Europe/Madrid'),
    '{}', began, 'k1', decode(repeat('00', 32), 'hex'), decode(md5(n::text) || md5(n::text), 'hex')
  from ${ENTRY}`;

/** As large as they come; and out of every thousand one that wants a person. */
const DELIVERIES = `
  insert into deliveries (id, provider, event, workspace_id, external_id, dedup_key, content_hash, raw, headers, state,
    applied_order, result, received_at, last_received_at, modified_at)
  select n, 'clockify', 'manual', '${WORKSPACE_ID}', lpad(to_hex(n), 24, '0'), decode(md5(n::text) || md5((-n)::text), 'hex'),
    decode(md5((-n)::text) || md5(n::text), 'hex'), convert_to(repeat(md5(n::text), 37), 'UTF8'),
    '{"user-agent": "Vert.x-WebClient/4.2.5"}', case when n % 1000 = 0 then 'dead' else 'done' end, n,
    '{"outcome": "created"}', began, began, began
  from ${ENTRY}`;

const REGISTERS = `
  insert into ledger_registers (user_id, entry_count, last_entry_id, key_id, mac)
  select register_user_id, max(register_number), max(id), 'k1', '' from time_entries group by 1`;

/** Makes a database of that shape from an empty, migrated one. @param told is shown how far it is */
export async function fill(client: Client, { entries, users }: Shape, told: (line: string) => void): Promise<void> {
  await client.query('set synchronous_commit = off');
  await client.query(
    `insert into users (name, time_zone) select 'Person ' || n, 'Europe/Madrid' from generate_series(1, $1::int) n order by n`,
    [users],
  );
  await client.query(
    `insert into provider_accounts (provider, account_id, user_id, name) select 'clockify', 'account-' || id, id, name from users`,
  );
  for (const [name, statement] of Object.entries({ TIME_ENTRIES, BINNACLE, DELIVERIES })) {
    for (let from = 1; from <= entries; from += BATCH) {
      const to = Math.min(from + BATCH - 1, entries);
      await client.query(statement, [from, to, users, entries]);
      told(`${name.toLowerCase()}: ${to.toLocaleString('en')}`);
    }
  }
  await client.query(REGISTERS);
  for (const table of ['time_entries', 'deliveries']) {
    await client.query(`select setval(pg_get_serial_sequence('${table}', 'id'), $1)`, [entries]);
  }
  await client.query(`select setval('ledger_order', $1)`, [entries]);
  told('vacuum analyze');
  await client.query('vacuum analyze');
  await client.query('checkpoint');
}
