import { Injectable } from '@nestjs/common';
import { Database, prepared, type Queryable, type Tx } from '../database/database.js';
import { COLUMNS, ENTRY_COLUMNS, entryFromRow, FIELDS, rowFromEntry } from './columns.js';
import type { ExternalKey } from './entry-change.js';
import type { TimeEntry } from './time-entry.js';

const columnList = FIELDS.map((field) => COLUMNS[field]).join(', ');

/** A row to be made for something a service has shown. */
export interface Reservation extends ExternalKey {
  userId: number;
  start: Date;
  /** What was seen after the id was retired is in use again. */
  seenAt: Date | 'infinity' | null;
}

/**
 * Rows nobody has said anything about yet: version 0 and an empty chain until the writer fills them. There is none for an id
 * that we have taken away at its service.
 */
const RESERVE = prepared(
  'time_entries.reserve',
  `insert into time_entries (user_id, source, workspace_id, external_id, started_at,
     version, binnacle_sequence, binnacle_head, created_at, modified_at)
   select k.user_id, k.source, k.workspace_id, k.external_id, k.started_at, 0, 0, $6, k.started_at, k.started_at
   from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $7::timestamptz[])
     as k (user_id, source, workspace_id, external_id, started_at, seen_at)
   where not exists (select from time_entries t
       where t.source = k.source and t.workspace_id = k.workspace_id and t.external_id = k.external_id)
     and not exists (select from retired_keys r
       where r.source = k.source and r.workspace_id = k.workspace_id and r.external_id = k.external_id
         and (k.seen_at is null or k.seen_at <= r.retired_at))
   order by k.source, k.workspace_id, k.external_id
   on conflict (source, workspace_id, external_id) where external_id is not null do nothing`,
);

const LOCK = prepared(
  'time_entries.lock',
  `select ${ENTRY_COLUMNS} from time_entries te
   where te.id = any(
     select unnest($1::bigint[])
     union
     select t.id from unnest($2::text[], $3::text[], $4::text[]) as k (source, workspace_id, external_id)
     join time_entries t
       on t.source = k.source and t.workspace_id = k.workspace_id and t.external_id = k.external_id)
   order by te.id for update`,
);

const NEXT_IDS = prepared(
  'time_entries.next_ids',
  `select nextval(pg_get_serial_sequence('time_entries', 'id')) as id from generate_series(1, $1)`,
);

const WRITE = prepared(
  'time_entries.write',
  `insert into time_entries (${columnList})
   select ${columnList} from jsonb_populate_recordset(null::time_entries, $1::jsonb) order by id
   on conflict (id) do update set ${FIELDS.filter((field) => field !== 'id')
     .map((field) => `${COLUMNS[field]} = excluded.${COLUMNS[field]}`)
     .join(', ')}`,
);

const RETIRE = prepared(
  'time_entries.retire',
  `insert into retired_keys (source, workspace_id, external_id, entry_id, retired_at)
   select k.source, k.workspace_id, k.external_id, k.entry_id, $5
   from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as k (source, workspace_id, external_id, entry_id)
   on conflict (source, workspace_id, external_id) do update
     set entry_id = excluded.entry_id, retired_at = excluded.retired_at`,
);

const DISCARD = prepared('time_entries.discard', 'delete from time_entries where id = any($1) and version = 0');

const BY_IDS = prepared(
  'time_entries.by_ids',
  `select ${ENTRY_COLUMNS} from time_entries te where id = any($1) and version > 0 order by id`,
);

const RUNNING = prepared(
  'time_entries.running_of',
  `select ${ENTRY_COLUMNS} from time_entries te where user_id = $1 and is_running and deleted_at is null order by started_at, id`,
);

const OVERRUN = prepared(
  'time_entries.overrun',
  `select id from time_entries
   where is_running and deleted_at is null and not is_overtime and started_at < $1 and id > $2 order by id limit $3`,
);

/** What began more than a day before was either long or still runs: few do, and they have an index of their own. */
const TOUCHING = prepared(
  'time_entries.touching',
  `select ${ENTRY_COLUMNS} from time_entries te
   where user_id = $1 and deleted_at is null and started_at < $3 and started_at >= $2::timestamptz - interval '24 hours'
     and (ended_at > $2 or started_at >= $2 or (ended_at is null and is_running))
   union all
   select ${ENTRY_COLUMNS} from time_entries te
   where user_id = $1 and deleted_at is null and started_at < $2::timestamptz - interval '24 hours' and started_at < $3
     and (ended_at is null or ended_at - started_at > interval '24 hours') and (ended_at > $2 or is_running)
   order by started_at, id`,
);

const LINKED = prepared(
  'time_entries.linked',
  `select external_id from time_entries where source = $1 and workspace_id = $2 and external_id = any($3)`,
);

/** What a service has shown before and starts in [from, to). What waits to be sent there is not asked about. */
const SEEN_AT = prepared(
  'time_entries.seen_at',
  `select ${ENTRY_COLUMNS} from time_entries te
   where te.integration_id = $1 and te.remote_seen and te.external_id is not null and te.deleted_at is null
     and te.started_at >= $2 and te.started_at < $3
     and not exists (select from pushes p where p.entry_id = te.id and p.integration_id = te.integration_id
       and p.state in ('pending', 'sending', 'unknown'))
   order by te.id`,
);

/** The SQL of the ledger. Nothing else writes `time_entries`. */
@Injectable()
export class TimeEntriesRepository {
  constructor(private readonly database: Database) {}

  /** Makes sure a row exists for every key; concurrent callers meet in the unique index, not in a look before. */
  async reserve(rows: readonly Reservation[], tx: Tx): Promise<void> {
    await tx.execute(RESERVE, [
      rows.map((row) => row.userId),
      rows.map((row) => row.source),
      rows.map((row) => row.workspaceId),
      rows.map((row) => row.externalId),
      rows.map((row) => row.start),
      Buffer.alloc(32),
      rows.map((row) => row.seenAt),
    ]);
  }

  /** Locks rows in id order, the same order for everybody. */
  async lock(ids: readonly number[], keys: readonly ExternalKey[], tx: Tx): Promise<TimeEntry[]> {
    const rows = await tx.query(LOCK, [
      ids,
      keys.map((key) => key.source),
      keys.map((key) => key.workspaceId),
      keys.map((key) => key.externalId),
    ]);
    return rows.map(entryFromRow);
  }

  async nextIds(count: number, tx: Tx): Promise<number[]> {
    const rows = await tx.query<{ id: number }>(NEXT_IDS, [count]);
    return rows.map((row) => row.id);
  }

  /** Inserts or replaces whole rows, in one statement. */
  write(entries: readonly TimeEntry[], tx: Tx): void {
    tx.later(WRITE, [JSON.stringify(entries.map(rowFromEntry))]);
  }

  /** Keeps in mind which ids entries had at services where they are no more. */
  retire(keys: readonly (ExternalKey & { entryId: number })[], now: Date, tx: Tx): void {
    tx.later(RETIRE, [
      keys.map((key) => key.source),
      keys.map((key) => key.workspaceId),
      keys.map((key) => key.externalId),
      keys.map((key) => key.entryId),
      now,
    ]);
  }

  /** Removes reserved rows about which there was nothing to say. */
  async discard(ids: readonly number[], tx: Tx): Promise<void> {
    await tx.execute(DISCARD, [ids]);
  }

  async findByIds(ids: readonly number[], queryable: Queryable = this.database): Promise<TimeEntry[]> {
    return (await queryable.query(BY_IDS, [ids])).map(entryFromRow);
  }

  async findRunning(userId: number, queryable: Queryable = this.database): Promise<TimeEntry[]> {
    return (await queryable.query(RUNNING, [userId])).map(entryFromRow);
  }

  /** Ids above `afterId` of what has been running since before that instant and is not known to be overtime. */
  async findOverrun(startedBefore: Date, afterId: number, limit: number): Promise<number[]> {
    const rows = await this.database.query<{ id: number }>(OVERRUN, [startedBefore, afterId, limit]);
    return rows.map((row) => row.id);
  }

  async findTouching(userId: number, from: Date, to: Date): Promise<TimeEntry[]> {
    return (await this.database.query(TOUCHING, [userId, from, to])).map(entryFromRow);
  }

  async findSeenAt(integrationId: number, from: Date, to: Date): Promise<TimeEntry[]> {
    return (await this.database.query(SEEN_AT, [integrationId, from, to])).map(entryFromRow);
  }

  async findLinkedExternalIds(
    source: string,
    workspaceId: string,
    externalIds: readonly string[],
  ): Promise<Set<string>> {
    const rows = await this.database.query<{ external_id: string }>(LINKED, [source, workspaceId, externalIds]);
    return new Set(rows.map((row) => row.external_id));
  }
}
