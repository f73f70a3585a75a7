import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '../database/database.js';
import type { WorkspaceKey } from './known-entries.repository.js';

const LOCK = prepared('health_keys.lock', `select pg_advisory_xact_lock(hashtextextended('health/' || $1, 0))`);

/** Removed entries keep theirs. */
const TAKEN = prepared(
  'health_keys.taken',
  'select external_id as "externalId" from time_entries where source = $1 and workspace_id = $2 and external_id = any($3)',
);

@Injectable()
export class HealthKeysRepository {
  async lock(userId: number, tx: Tx): Promise<void> {
    await tx.execute(LOCK, [String(userId)]);
  }

  async findTaken({ source, workspaceId }: WorkspaceKey, externalIds: readonly string[], tx: Tx): Promise<string[]> {
    const rows = await tx.query<{ externalId: string }>(TAKEN, [source, workspaceId, externalIds]);
    return rows.map(({ externalId }) => externalId);
  }
}
