import { Injectable } from '@nestjs/common';
import { conflict, notFound } from '../common/errors.js';
import { toUnixSeconds } from '../common/instant.js';
import { Database, prepared, type Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { TimeEntriesService, type AppliedChange } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { actionOf, LedgerWriter } from './ledger-writer.js';
import { reviveChange } from './revive-change.js';
import { noCounts, type SyncCounts } from './sync-run.js';
import { authorOf } from './sync-runner.js';

/** One thing a sync would do. */
export interface PlanRow {
  action: 'create' | 'update' | 'delete' | 'conflict' | 'locked';
  entry_id: number | null;
  external_id: string | null;
  task: string;
  start: number;
  end: number | null;
}

export interface Plan {
  id: number;
  integrationId: number;
  rows: PlanRow[];
  counts: SyncCounts;
}

/** Versions of the entries a plan speaks of; it holds only while they stay. */
type Base = Record<string, number>;

const ACTIONS = { created: 'create', updated: 'update', deleted: 'delete', conflicts: 'conflict' } as const;

const LOAD = prepared(
  'sync_plans.load',
  'select integration_id, read, base, applied_at from sync_plans where id = $1 and user_id = $2 for update',
);

/** Plans: what a sync would do, row by row, kept so that exactly this can be carried out. */
@Injectable()
export class SyncPlans {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly entries: TimeEntriesService,
    private readonly writer: LedgerWriter,
  ) {}

  async make(open: OpenIntegration, changes: readonly EntryChange[]): Promise<Plan> {
    const applied = await this.writer.preview(changes, authorOf(open));
    const counts = noCounts();
    const moving: { change: EntryChange; result: AppliedChange }[] = [];
    for (const [index, change] of changes.entries()) {
      const result = applied[index]!;
      counts[actionOf(change, result)] += 1;
      if (result.outcome !== 'unchanged') moving.push({ change, result });
    }
    const rows = moving.map(({ change, result }) => rowOf(change, result));
    const base = await this.baseOf(rows);
    const [saved] = await this.database.query<{ id: number }>(
      `insert into sync_plans (user_id, integration_id, read, base, rows) values ($1, $2, $3, $4, $5) returning id`,
      [
        open.integration.userId,
        open.integration.id,
        JSON.stringify(moving.map(({ change }) => change)),
        JSON.stringify(base),
        JSON.stringify(rows),
      ],
    );
    return { id: saved!.id, integrationId: open.integration.id, rows, counts };
  }

  /** The integration a plan is about. @throws DomainError 404 */
  async integrationOf(userId: number, planId: number): Promise<number> {
    const [row] = await this.database.query<{ integration_id: number }>(
      'select integration_id from sync_plans where id = $1 and user_id = $2',
      [planId, userId],
    );
    if (row === undefined) throw notFound('SYNC.PLAN_NOT_FOUND', 'There is no such plan.');
    return row.integration_id;
  }

  /** @throws DomainError 409 when an entry of the plan has moved since, or the plan was carried out before */
  async apply(planId: number, open: OpenIntegration): Promise<SyncCounts> {
    return this.transactions.run(async (tx) => {
      const [plan] = await tx.query<{ read: Record<string, unknown>[]; base: Base; applied_at: Date | null }>(LOAD, [
        planId,
        open.integration.userId,
      ]);
      if (plan === undefined) throw notFound('SYNC.PLAN_NOT_FOUND', 'There is no such plan.');
      if (plan.applied_at !== null) throw conflict('SYNC.PLAN_APPLIED', 'This plan was carried out before.');
      await this.refuseMoved(plan.base, tx);
      const changes = plan.read.map(reviveChange);
      const applied = await this.entries.apply(changes, authorOf(open), tx);
      await tx.execute('update sync_plans set applied_at = now() where id = $1', [planId]);
      const counts = noCounts();
      for (const [index, change] of changes.entries()) counts[actionOf(change, applied[index]!)] += 1;
      return counts;
    });
  }

  private async baseOf(rows: readonly PlanRow[]): Promise<Base> {
    const ids = rows.flatMap((row) => (row.entry_id === null ? [] : [row.entry_id]));
    const entries = await this.entries.findByIds(ids);
    return Object.fromEntries(entries.map((entry) => [String(entry.id), entry.version]));
  }

  private async refuseMoved(base: Base, tx: Tx): Promise<void> {
    const entries = await this.entries.lock(Object.keys(base).map(Number), tx);
    const isSame = (entry: TimeEntry) => base[String(entry.id)] === entry.version;
    if (entries.length === Object.keys(base).length && entries.every(isSame)) return;
    throw conflict('SYNC.PLAN_STALE', 'Entries of this plan were changed since it was made: make a new one.');
  }
}

function rowOf(change: EntryChange, result: AppliedChange): PlanRow {
  const entry = result.entry!;
  const action = actionOf(change, result) as keyof typeof ACTIONS;
  return {
    action: ACTIONS[action],
    // What the preview created does not exist: only its words are true.
    entry_id: action === 'created' ? null : entry.id,
    external_id: entry.externalId,
    task: entry.description,
    start: toUnixSeconds(entry.startedAt),
    end: entry.endedAt === null ? null : toUnixSeconds(entry.endedAt),
  };
}
