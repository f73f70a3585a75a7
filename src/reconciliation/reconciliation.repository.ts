import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';
import type { PushState } from '../push/push.js';
import { ENTRY_COLUMNS, entryFromRow } from '../time-entries/columns.js';
import type { TimeEntry } from '../time-entries/time-entry.js';

/** An entry with the state of its push. */
export interface StoredEntry {
  entry: TimeEntry;
  pushState: PushState | null;
  pushError: string | null;
  /** A create of it was sent whose answer nobody has written down. */
  mayBeThere: boolean;
}

const SELECT = `
  select ${ENTRY_COLUMNS}, p.last_error as push_error,
    case when p.needs_look_up and p.state in ('pending', 'sending') then 'unknown' else p.state end as push_state,
    coalesce(p.wanted = 'present' and (p.needs_look_up or p.state in ('sending', 'unknown')), false) as may_be_there
  from time_entries te
  left join pushes p on p.entry_id = te.id and p.integration_id = te.integration_id
  where te.deleted_at is null`;

const STARTING = prepared(
  'reconciliation.starting',
  `${SELECT} and te.user_id = $1 and te.integration_id = $2 and te.started_at >= $3 and te.started_at < $4
   order by te.started_at, te.id`,
);

const KNOWN = prepared(
  'reconciliation.known',
  `${SELECT} and te.user_id = $1 and te.source = $2 and te.workspace_id = $3 and te.external_id = any($4) order by te.id`,
);

/** Of everybody: what lives at the integration that reads them all, and whatever else the workspace knows. */
const STARTING_OF_ALL = prepared(
  'reconciliation.starting_of_all',
  `${SELECT} and te.source = $1 and te.workspace_id = $2 and (te.external_id is not null or te.integration_id = $3)
     and te.started_at >= $4 and te.started_at < $5
   order by te.started_at, te.id`,
);

const KNOWN_OF_ALL = prepared(
  'reconciliation.known_of_all',
  `${SELECT} and te.source = $1 and te.workspace_id = $2 and te.external_id = any($3) order by te.id`,
);

/** Also of entries that have moved to another account since, and know their old id no more. */
const REMOVALS = prepared(
  'reconciliation.removals',
  `select external_id, last_error from pushes
   where integration_id = any($1) and wanted = 'absent' and state <> 'done' and external_id = any($2)`,
);

@Injectable()
export class ReconciliationRepository {
  constructor(private readonly database: Database) {}

  /** What lives at the integration and starts in [from, to). */
  async findStarting(userId: number, integrationId: number, from: Date, to: Date): Promise<StoredEntry[]> {
    return (await this.database.query(STARTING, [userId, integrationId, from, to])).map(storedEntry);
  }

  /** The user's entries with these ids of a service, whenever they start. */
  async findKnown(
    userId: number,
    { source, workspaceId }: { source: string; workspaceId: string },
    externalIds: readonly string[],
  ): Promise<StoredEntry[]> {
    return (await this.database.query(KNOWN, [userId, source, workspaceId, externalIds])).map(storedEntry);
  }

  /** What of everybody's lives in a workspace and starts in [from, to); `integrationId` is the one that reads them all. */
  async findStartingOfAll(
    { source, workspaceId }: { source: string; workspaceId: string },
    integrationId: number,
    from: Date,
    to: Date,
  ): Promise<StoredEntry[]> {
    const values = [source, workspaceId, integrationId, from, to];
    return (await this.database.query(STARTING_OF_ALL, values)).map(storedEntry);
  }

  /** Anybody's entries with these ids of a service, whenever they start. */
  async findKnownOfAll(
    { source, workspaceId }: { source: string; workspaceId: string },
    externalIds: readonly string[],
  ): Promise<StoredEntry[]> {
    return (await this.database.query(KNOWN_OF_ALL, [source, workspaceId, externalIds])).map(storedEntry);
  }

  /** Removals that have not reached the service: external id → the last failure. */
  async findRemovals(
    integrationIds: readonly number[],
    externalIds: readonly string[],
  ): Promise<Map<string, string | null>> {
    const rows = await this.database.query<{ external_id: string; last_error: string | null }>(REMOVALS, [
      integrationIds,
      externalIds,
    ]);
    return new Map(rows.map((row) => [row.external_id, row.last_error]));
  }
}

const storedEntry = (row: Record<string, unknown>): StoredEntry => ({
  entry: entryFromRow(row),
  pushState: row.push_state as PushState | null,
  pushError: row.push_error as string | null,
  mayBeThere: row.may_be_there as boolean,
});
