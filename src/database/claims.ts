import { randomUUID } from 'node:crypto';
import type { Queryable } from './database.js';

/** A table whose rows are claimed by workers: it has `id, state, next_at, lease_token, lease_until`. */
export interface ClaimableTable {
  table: 'pushes' | 'sync_states' | 'mail_outbox' | 'deliveries' | 'entry_reads' | 'report_runs' | 'imports';
  /** States in which a row waits for a worker. */
  waiting: readonly string[];
  /** The state of a claimed row; it is free again when its lease has run out. */
  busy?: 'sending' | 'syncing' | 'processing' | 'reading' | 'working' | 'running';
  /** Further condition on the row `t`; its own parameters start at $5. */
  condition?: string;
  /** Which come first: those that have been due longest, unless it is said otherwise. */
  order?: 'id';
  /** What else a claim sets. */
  setting?: string;
  /** Columns that come along, so that the row need not be read again. */
  columns?: readonly string[];
  /** Tells statements about one table apart. */
  name?: string;
  leaseSeconds: number;
}

export interface Claim {
  id: number;
  /** The fencing token: a write of a worker whose lease was taken over touches no row. */
  leaseToken: string;
  /** The state before the claim; its busy state means that another worker died half-way. */
  previousState: string;
}

/**
 * Takes up to `limit` due rows, oldest first, skipping those another worker holds. Instants are stored in milliseconds,
 * rounded: `now()` is rounded alike, or what became due this very moment would look half a millisecond too early.
 */
export async function claimDue<Columns extends object = object>(
  queryable: Queryable,
  claimable: ClaimableTable,
  limit: number,
  conditionValues: readonly unknown[] = [],
): Promise<(Claim & Columns)[]> {
  const token = randomUUID();
  const busy = claimable.busy ?? 'sending';
  const columns = ['id', ...(claimable.columns ?? [])].map((column) => `c.${column}`).join(', ');
  const setting = claimable.setting === undefined ? '' : `, ${claimable.setting}`;
  const rows = await queryable.query<Columns & { id: number; previous_state: string }>(
    {
      name: `claims.${claimable.name ?? claimable.table}`,
      text: `with due as (
          select t.id, t.state from ${claimable.table} t
          where t.state = any($1) and t.next_at <= now()::timestamptz(3) and (t.lease_until is null or t.lease_until < now())
            ${claimable.condition === undefined ? '' : `and ${claimable.condition}`}
          order by ${claimable.order === 'id' ? '' : 't.next_at, '}t.id limit $2 for update of t skip locked)
        update ${claimable.table} c
        set state = '${busy}', lease_token = $3, lease_until = now() + make_interval(secs => $4), modified_at = now()${setting}
        from due where c.id = due.id returning ${columns}, due.state as previous_state`,
    },
    [[...claimable.waiting, busy], limit, token, claimable.leaseSeconds, ...conditionValues],
  );
  return rows.map((row) => ({ ...row, leaseToken: token, previousState: row.previous_state }));
}
