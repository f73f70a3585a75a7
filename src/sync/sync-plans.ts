import { Injectable } from '@nestjs/common';
import { conflict, notFound } from '../common/errors.js';
import { canonicalJson } from '../common/hashing.js';
import { Database, prepared, type Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import type { OpenPush } from '../push/push.js';
import { PushService } from '../push/push.service.js';
import type { EntryChange, RemoteFacts } from '../time-entries/entry-change.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { actionOf, LedgerWriter } from './ledger-writer.js';
import { reviveChange } from '../time-entries/revive-change.js';
import { pullRow, pushRow, type PlanRow } from './plan-rows.js';
import { noCounts, type SyncCounts } from './sync-run.js';

export interface Plan {
  id: number;
  integrationId: number;
  rows: PlanRow[];
  /** Of what is pulled. */
  counts: SyncCounts;
}

/** What a plan was made from: it holds only while all of this stays. */
interface Base {
  /** Versions of the entries it speaks of, by id. */
  entries: Record<string, number>;
  /** What waits to be sent to the integration, by entry. */
  pushes: Record<string, string>;
}

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
    private readonly pushes: PushService,
  ) {}

  async make(open: OpenIntegration, changes: readonly EntryChange[]): Promise<Plan> {
    const { applied, before } = await this.writer.preview(open, changes);
    const counts = noCounts();
    const moving: { change: EntryChange; row: PlanRow }[] = [];
    for (const [index, change] of changes.entries()) {
      const result = applied[index]!;
      counts[actionOf(change, result)] += 1;
      const known = result.entry === null ? undefined : before.get(result.entry.id);
      const row = pullRow(change, result, known);
      if (row !== null) moving.push({ change, row });
    }
    const pulls = moving.map(({ row }) => row);
    const waiting = await this.pushes.findOpen(open.integration.id);
    const { rows: pushes, entries: pushed } = await this.pushRows(open, waiting, changes, pulls);
    const rows = [...pulls, ...pushes];
    const base = { entries: versionsOf(rows, [...before.values(), ...pushed]), pushes: fingerprintOf(waiting) };
    const read = moving.map(({ change }) => change);
    return { id: await this.save(open, read, base, rows), integrationId: open.integration.id, rows, counts };
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

  /** @throws DomainError 409 when something has moved since, here or on its way there, or the plan was carried out before */
  async apply(planId: number, open: OpenIntegration): Promise<SyncCounts> {
    return this.transactions.run(async (tx) => {
      const [plan] = await tx.query<{ read: Record<string, unknown>[]; base: Base; applied_at: Date | null }>(LOAD, [
        planId,
        open.integration.userId,
      ]);
      if (plan === undefined) throw notFound('SYNC.PLAN_NOT_FOUND', 'There is no such plan.');
      if (plan.applied_at !== null) throw conflict('SYNC.PLAN_APPLIED', 'This plan was carried out before.');
      await this.refuseMoved(plan.base, open.integration.id, tx);
      const changes = plan.read.map(reviveChange);
      const applied = await this.writer.apply(open, changes, tx);
      await tx.execute('update sync_plans set applied_at = now() where id = $1', [planId]);
      const counts = noCounts();
      for (const [index, change] of changes.entries()) counts[actionOf(change, applied[index]!)] += 1;
      return counts;
    });
  }

  /** What waits to be sent; a wish that the service's own word overtakes is no row of its own. */
  private async pushRows(
    open: OpenIntegration,
    waiting: readonly OpenPush[],
    changes: readonly EntryChange[],
    pulls: readonly PlanRow[],
  ): Promise<{ rows: PlanRow[]; entries: TimeEntry[] }> {
    const overtaken = new Set(pulls.flatMap((row) => (row.action === 'conflict' ? row.entry_id : [])));
    const shown = shownIn(changes);
    const entries = await this.entries.findByIds(waiting.map(({ entryId }) => entryId));
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const rows = waiting.flatMap((push) => {
      const entry = byId.get(push.entryId);
      if (entry === undefined || overtaken.has(entry.id)) return [];
      return pushRow(push, entry, shown.get(push.externalId ?? ''), open.provider) ?? [];
    });
    return { rows, entries };
  }

  private async save(
    { integration }: OpenIntegration,
    read: readonly EntryChange[],
    base: Base,
    rows: readonly PlanRow[],
  ): Promise<number> {
    const [saved] = await this.database.query<{ id: number }>(
      `insert into sync_plans (user_id, integration_id, read, base, rows) values ($1, $2, $3, $4, $5) returning id`,
      [integration.userId, integration.id, JSON.stringify(read), JSON.stringify(base), JSON.stringify(rows)],
    );
    return saved!.id;
  }

  private async refuseMoved(base: Base, integrationId: number, tx: Tx): Promise<void> {
    const ids = Object.keys(base.entries);
    const entries = await this.entries.lock(ids.map(Number), tx);
    const isSame = (entry: TimeEntry) => base.entries[String(entry.id)] === entry.version;
    const pushes = fingerprintOf(await this.pushes.findOpen(integrationId, tx));
    const isStill = canonicalJson(pushes) === canonicalJson(base.pushes);
    if (isStill && entries.length === ids.length && entries.every(isSame)) return;
    throw conflict('SYNC.PLAN_STALE', 'What this plan is about has moved since it was made: make a new one.');
  }
}

function versionsOf(rows: readonly PlanRow[], entries: readonly TimeEntry[]): Base['entries'] {
  const ids = new Set(rows.map((row) => row.entry_id));
  return Object.fromEntries(entries.filter(({ id }) => ids.has(id)).map(({ id, version }) => [String(id), version]));
}

const fingerprintOf = (pushes: readonly OpenPush[]): Base['pushes'] =>
  Object.fromEntries(pushes.map((push) => [String(push.entryId), `${push.wanted} ${push.entryVersion}`]));

/** What a read showed, by the id it has there. */
const shownIn = (changes: readonly EntryChange[]): Map<string, RemoteFacts> =>
  new Map(
    changes.flatMap((change) => (change.kind === 'observe' ? [[change.key.externalId, change.facts] as const] : [])),
  );
