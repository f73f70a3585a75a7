import { Injectable } from '@nestjs/common';
import { Database, prepared, type Tx } from '../database/database.js';
import type { PushState } from '../push/push.js';
import { ENTRY_COLUMNS, entryFromRow } from '../time-entries/columns.js';
import type { TimeEntry } from '../time-entries/time-entry.js';

/** A log with what is known of its way to the service. */
export interface StoredLog {
  entry: TimeEntry;
  hasIntegration: boolean;
  pushState: PushState | null;
  pushError: string | null;
  pushNote: string | null;
}

export interface LogFilter {
  from: Date | null;
  to: Date | null;
  projectId: number | null;
  integrationId: number | null;
}

/** Start in milliseconds and id of the last log of the page before. */
export type LogCursor = readonly [number, number];

const SELECT = `
  select ${ENTRY_COLUMNS}, p.last_error as push_error, i.id is not null as has_integration,
    case when p.rounded_start = te.started_at and p.rounded_end is not distinct from te.ended_at then p.rounding_note end
      as push_note,
    -- while it is looked for, nobody knows whether it is there
    case when p.needs_look_up and p.state in ('pending', 'sending') then 'unknown' else p.state end as push_state
  from time_entries te
  left join integrations i on i.id = te.integration_id and i.removed_at is null
  left join pushes p on p.entry_id = te.id and p.integration_id = te.integration_id
  where te.user_id = $1 and te.deleted_at is null`;

const BY_ID = prepared('logs.by_id', `${SELECT} and te.id = $2`);

/** Newest first; the id breaks ties, so that no log is skipped or seen twice. */
const PAGE = prepared(
  'logs.page',
  `${SELECT}
     and ($2::timestamptz is null or te.started_at >= $2 or te.ended_at > $2 or te.is_running)
     and ($3::timestamptz is null or te.started_at < $3)
     and ($4::bigint is null or te.project_id = $4)
     and ($5::bigint is null or te.integration_id = $5)
     and ($6::timestamptz is null or (te.started_at, te.id) < ($6, $7))
   order by te.started_at desc, te.id desc limit $8`,
);

const LOCK_RUNNING = prepared(
  'logs.lock_running',
  `select pg_advisory_xact_lock(hashtextextended('running/' || $1, 0))`,
);

@Injectable()
export class LogsRepository {
  constructor(private readonly database: Database) {}

  async findOwned(userId: number, id: number): Promise<StoredLog | null> {
    const row = await this.database.lookUp(BY_ID, [userId, id]);
    return row === undefined ? null : storedLog(row);
  }

  /** Whoever decides what of this user runs waits here until the one before has committed. */
  async lockRunning(userId: number, tx: Tx): Promise<void> {
    await tx.execute(LOCK_RUNNING, [userId]);
  }

  async findPage(userId: number, filter: LogFilter, after: LogCursor | null, limit: number): Promise<StoredLog[]> {
    const rows = await this.database.query(PAGE, [
      userId,
      filter.from,
      filter.to,
      filter.projectId,
      filter.integrationId,
      after === null ? null : new Date(after[0]),
      after === null ? null : after[1],
      limit,
    ]);
    return rows.map(storedLog);
  }
}

function storedLog(row: Record<string, unknown>): StoredLog {
  return {
    entry: entryFromRow(row),
    hasIntegration: row.has_integration as boolean,
    pushState: row.push_state as PushState | null,
    pushError: row.push_error as string | null,
    pushNote: row.push_note as string | null,
  };
}
