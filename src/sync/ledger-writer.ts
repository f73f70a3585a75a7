import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { TimeEntriesService, type AppliedChange, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { noCounts, type SyncCounts } from './sync-run.js';
import { Teams } from './teams.js';

/** Rows of one transaction: few enough that a person's command never waits long for their locks. */
const BATCH = 200;

export interface Preview {
  applied: AppliedChange[];
  /** The entries as they are, by id; what would be created is not among them. */
  before: Map<number, TimeEntry>;
}

class Undone extends Error {}

/** Tells the ledger what a sync saw, in small transactions, and counts what came of it. */
@Injectable()
export class LedgerWriter {
  constructor(
    private readonly transactions: Transactions,
    private readonly entries: TimeEntriesService,
    private readonly teams: Teams,
  ) {}

  async write(open: OpenIntegration, changes: readonly EntryChange[]): Promise<SyncCounts> {
    const counts = noCounts();
    for (let start = 0; start < changes.length; start += BATCH) {
      const batch = changes.slice(start, start + BATCH);
      const applied = await this.transactions.run((tx) => this.apply(open, batch, tx));
      for (const [index, change] of batch.entries()) count(counts, change, applied[index]!);
    }
    return counts;
  }

  /** What `write` would do, and to what: the same code in a transaction that is taken back. */
  async preview(open: OpenIntegration, changes: readonly EntryChange[]): Promise<Preview> {
    const ids = changes.flatMap((change) => ('id' in change ? [change.id] : []));
    const keys = changes.flatMap((change) => (change.kind === 'observe' ? [change.key] : []));
    let preview: Preview = { applied: [], before: new Map() };
    try {
      await this.transactions.run(async (tx) => {
        // Accounts before entries, in the order in which everybody locks them.
        const settled = await this.teams.settle(open, changes, tx);
        const before = await this.entries.lock(ids, tx, keys);
        const applied = await this.entries.apply(settled, authorOf(open), tx);
        preview = { applied, before: new Map(before.map((entry) => [entry.id, entry])) };
        throw new Undone();
      });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
    }
    return preview;
  }

  async apply(open: OpenIntegration, changes: readonly EntryChange[], tx: Tx): Promise<AppliedChange[]> {
    return this.entries.apply(await this.teams.settle(open, changes, tx), authorOf(open), tx);
  }
}

const authorOf = ({ integration }: OpenIntegration): ChangeAuthor => ({
  actor: { kind: 'sync', id: String(integration.id) },
  origin: { kind: 'sync', id: String(integration.id) },
});

/** What became of a change, in the words of a plan. */
export function actionOf(change: EntryChange, { outcome, isConflict, entry }: AppliedChange): keyof SyncCounts {
  if (outcome === 'unchanged') return 'unchanged';
  if (isConflict) return 'conflicts';
  if (outcome === 'created') return 'created';
  const isGone = change.kind === 'vanish' || (entry !== null && entry.deletedAt !== null);
  return isGone ? 'deleted' : 'updated';
}

function count(counts: SyncCounts, change: EntryChange, applied: AppliedChange): void {
  counts[actionOf(change, applied)] += 1;
}
