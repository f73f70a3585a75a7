import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';
import { ENTRY_COLUMNS, entryFromRow } from '../time-entries/columns.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { conditionsOf } from './session-conditions.js';
import type { SessionFilter } from './session-filter.js';

const SELECT = `select ${ENTRY_COLUMNS} from time_entries te join users u on u.id = te.user_id where te.version > 0 and seen_by_team(te.source, u.settings)`;

const BY_ID = prepared('sessions.by_id', `${SELECT} and te.id = $1`);

/** By id, which never changes: whoever reads everything misses nothing and sees nothing twice. */
const ALL = prepared('sessions.all', `${SELECT} and te.id > $1 order by te.id limit $2`);

const USERS_BY_EMAIL = prepared('sessions.users_by_email', 'select id from users where lower(email) = lower($1)');

const BY_EXTERNAL_ID = prepared(
  'sessions.by_external_id',
  `${SELECT} and te.external_id = $1 and ($2::text is null or te.workspace_id = $2)
     and ($3::text is null or te.source = $3)
   order by te.deleted_at nulls first, te.id limit 20`,
);

/** Start in milliseconds and id of the last session of the page before. */
export type SessionCursor = readonly [number, number];

/** The coordinator's reads of the ledger. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  async findById(id: number): Promise<TimeEntry | null> {
    const row = await this.database.lookUp(BY_ID, [id]);
    return row === undefined ? null : entryFromRow(row);
  }

  async findAll(afterId: number, limit: number): Promise<TimeEntry[]> {
    return (await this.database.query(ALL, [afterId, limit])).map(entryFromRow);
  }

  /**
   * By start. Only the conditions asked for stand in the statement, and it is planned with their values: one plan for all
   * combinations would read the whole ledger for some.
   */
  async find(filter: SessionFilter, after: SessionCursor | null, limit: number): Promise<TimeEntry[]> {
    const { texts, values } = conditionsOf(filter, after);
    const statement = `${[SELECT, ...texts].join(' and ')} order by te.started_at, te.id limit $${values.length + 1}`;
    return (await this.database.query(statement, [...values, limit])).map(entryFromRow);
  }

  /** Deleted ones come last. */
  async findByExternalId(externalId: string, workspaceId: string | null, source: string | null): Promise<TimeEntry[]> {
    return (await this.database.query(BY_EXTERNAL_ID, [externalId, workspaceId, source])).map(entryFromRow);
  }

  /** Two people may have one address. */
  async findUserIdsByEmail(email: string): Promise<number[]> {
    return (await this.database.query<{ id: number }>(USERS_BY_EMAIL, [email])).map((row) => row.id);
  }
}
