import { Injectable } from '@nestjs/common';
import { Database, prepared, type Tx } from '../database/database.js';
import { ENTRY_COLUMNS, entryFromRow } from './columns.js';
import type { ExternalKey } from './entry-change.js';
import type { TimeEntry } from './time-entry.js';

/** A workspace of a service. */
export interface WorkspaceKey {
  source: string;
  workspaceId: string;
}

/** What of an entry says whose it is and where it lives. */
export interface KnownEntry {
  id: number;
  userId: number;
  integrationId: number | null;
  remoteHash: string | null;
}

const IDS_OF = prepared(
  'known_entries.ids_of',
  'select id from time_entries where user_id = $1 and id > $2 and version > 0 order by id limit $3',
);

const KEPT_ELSEWHERE = prepared(
  'known_entries.kept_elsewhere',
  `select te.id from time_entries te left join integrations i on i.id = te.integration_id
   where te.user_id = $1 and te.source = $2 and te.workspace_id = $3 and te.remote_seen and te.version > 0
     and (i.id is null or i.user_id <> te.user_id) and te.id > $4
   order by te.id limit $5`,
);

const BY_EXTERNAL_ID = prepared(
  'known_entries.by_external_id',
  `select external_id as "externalId", id, user_id as "userId", integration_id as "integrationId",
     remote_hash as "remoteHash"
   from time_entries where source = $1 and workspace_id = $2 and external_id = any($3)`,
);

const BY_KEYS = prepared(
  'known_entries.by_keys',
  `select ${ENTRY_COLUMNS} from unnest($1::text[], $2::text[], $3::text[]) as k (source, workspace_id, external_id)
   join time_entries te using (source, workspace_id, external_id) where te.version > 0`,
);

const NO_OPEN_PUSH = `not exists (select from pushes p where p.entry_id = te.id and p.state in ('pending', 'sending', 'unknown'))`;

/** An account's entries live at the integration that reads everybody, at the account's own, or at none. */
const SEEN_OF = prepared(
  'known_entries.seen_of',
  `select ${ENTRY_COLUMNS} from time_entries te left join integrations i on i.id = te.integration_id
   where te.user_id = $1 and te.source = $2 and te.workspace_id = $3 and te.remote_seen and te.deleted_at is null
     and te.started_at >= $4 and te.started_at < $5 and (i.id is null or i.id = $6 or i.account_id = $7)
     and ${NO_OPEN_PUSH}
   order by te.id`,
);

const RUNNING_AT = prepared(
  'known_entries.running_at',
  `select ${ENTRY_COLUMNS} from time_entries te
   where te.is_running and te.deleted_at is null and te.source = $1 and te.workspace_id = $2 and te.remote_seen
     and ${NO_OPEN_PUSH}
   order by te.id`,
);

@Injectable()
export class KnownEntriesRepository {
  constructor(private readonly database: Database) {}

  async findIdsOf(userId: number, afterId: number, limit: number, tx: Tx): Promise<number[]> {
    return (await tx.query<{ id: number }>(IDS_OF, [userId, afterId, limit])).map(({ id }) => id);
  }

  async findIdsKeptElsewhere(
    userId: number,
    { source, workspaceId }: WorkspaceKey,
    afterId: number,
    limit: number,
    tx: Tx,
  ): Promise<number[]> {
    const rows = await tx.query<{ id: number }>(KEPT_ELSEWHERE, [userId, source, workspaceId, afterId, limit]);
    return rows.map(({ id }) => id);
  }

  async findByExternalIds(
    { source, workspaceId }: WorkspaceKey,
    externalIds: readonly string[],
  ): Promise<Map<string, KnownEntry>> {
    const values = [source, workspaceId, externalIds];
    const rows = await this.database.query<KnownEntry & { externalId: string }>(BY_EXTERNAL_ID, values);
    return new Map(rows.map(({ externalId, ...known }) => [externalId, known]));
  }

  async findByKeys(keys: readonly ExternalKey[], tx: Tx): Promise<TimeEntry[]> {
    const rows = await tx.query(BY_KEYS, [
      keys.map(({ source }) => source),
      keys.map(({ workspaceId }) => workspaceId),
      keys.map(({ externalId }) => externalId),
    ]);
    return rows.map(entryFromRow);
  }

  async findSeenOf(
    member: { userId: number; accountId: string; integrationId: number },
    { source, workspaceId }: WorkspaceKey,
    { from, to }: { from: Date; to: Date },
  ): Promise<TimeEntry[]> {
    const { userId, accountId, integrationId } = member;
    const values = [userId, source, workspaceId, from, to, integrationId, accountId];
    return (await this.database.query(SEEN_OF, values)).map(entryFromRow);
  }

  async findRunningAt({ source, workspaceId }: WorkspaceKey): Promise<TimeEntry[]> {
    return (await this.database.query(RUNNING_AT, [source, workspaceId])).map(entryFromRow);
  }
}
