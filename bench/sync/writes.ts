import type { Client } from 'pg';

/** What stands in the tables that a pull may write. */
export interface Written {
  /** Rows of the ledger, its history and its outbox that were written since; 0 when nothing was compared. */
  rows: number;
  /** Where each table's last write was: transaction ids only grow. */
  state: Record<string, { rows: number; lastWriter: number }>;
}

const TABLES = ['time_entries', 'sessions_binnacle', 'pushes', 'projects'];

/**
 * The state of the tables, and how many of their rows were written since `before`: each row carries the transaction that
 * wrote it, so neither statistics nor their delays are needed.
 */
export async function writesSince(client: Client, before?: Written): Promise<Written> {
  const state: Written['state'] = {};
  let rows = 0;
  for (const table of TABLES) {
    const last = before?.state[table]?.lastWriter ?? Infinity;
    const { rows: found } = await client.query<{ rows: string; last_writer: string; newer: string }>(
      `select count(*) as rows, coalesce(max(xmin::text::bigint), 0) as last_writer,
         count(*) filter (where xmin::text::bigint > $1::numeric) as newer from ${table}`,
      [String(last === Infinity ? Number.MAX_SAFE_INTEGER : last)],
    );
    const [one] = found;
    state[table] = { rows: Number(one!.rows), lastWriter: Number(one!.last_writer) };
    const removed = before === undefined ? 0 : Math.max(0, before.state[table]!.rows - state[table].rows);
    rows += before === undefined ? 0 : Number(one!.newer) + removed;
  }
  return { rows, state };
}
