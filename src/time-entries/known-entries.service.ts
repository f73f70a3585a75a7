import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { ExternalKey } from './entry-change.js';
import { KnownEntriesRepository, type KnownEntry, type WorkspaceKey } from './known-entries.repository.js';
import type { TimeEntry } from './time-entry.js';

export type { KnownEntry, WorkspaceKey };

/** What the ledger knows of the entries of a service: whose they are, and at which integration they live. */
@Injectable()
export class KnownEntriesService {
  constructor(private readonly repository: KnownEntriesRepository) {}

  /** Ids above `afterId` of all the user's entries, deleted ones too. */
  findIdsOf(userId: number, afterId: number, limit: number, tx: Tx): Promise<number[]> {
    return this.repository.findIdsOf(userId, afterId, limit, tx);
  }

  /**
   * Ids above `afterId` of the user's entries which the workspace has shown, and which live at nobody's integration or at
   * somebody else's.
   */
  findIdsKeptElsewhere(
    userId: number,
    workspace: WorkspaceKey,
    afterId: number,
    limit: number,
    tx: Tx,
  ): Promise<number[]> {
    return this.repository.findIdsKeptElsewhere(userId, workspace, afterId, limit, tx);
  }

  /** Those of these entries that the ledger has, by their id there; deleted ones too. */
  findByExternalIds(workspace: WorkspaceKey, externalIds: readonly string[]): Promise<Map<string, KnownEntry>> {
    return this.repository.findByExternalIds(workspace, externalIds);
  }

  /** Those of these entries that the ledger has, of any service; deleted ones too. Asks for none when there are no keys. */
  async findByKeys(keys: readonly ExternalKey[], tx: Tx): Promise<TimeEntry[]> {
    return keys.length === 0 ? [] : this.repository.findByKeys(keys, tx);
  }

  /**
   * Entries of an account that the workspace has shown before and that start in the window; none that wait to be sent.
   * @param member `integrationId` is the one that reads everybody's entries
   */
  findSeenOf(
    member: { userId: number; accountId: string; integrationId: number },
    workspace: WorkspaceKey,
    window: { from: Date; to: Date },
  ): Promise<TimeEntry[]> {
    return this.repository.findSeenOf(member, workspace, window);
  }

  /** What the ledger shows running of a workspace, as far as it has been seen there. */
  findRunningAt(workspace: WorkspaceKey): Promise<TimeEntry[]> {
    return this.repository.findRunningAt(workspace);
  }
}
