import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { TimeEntriesService, type AppliedChange, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { noCounts, type SyncCounts } from './sync-run.js';

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
  ) {}

  async write(changes: readonly EntryChange[], author: ChangeAuthor): Promise<SyncCounts> {
    const counts = noCounts();
    for (let start = 0; start < changes.length; start += BATCH) {
      const batch = changes.slice(start, start + BATCH);
      const applied = await this.transactions.run((tx) => this.entries.apply(batch, author, tx));
      for (const [index, change] of batch.entries()) count(counts, change, applied[index]!);
    }
    return counts;
  }

  /** What `write` would do, and to what: the same code in a transaction that is taken back. */
  async preview(changes: readonly EntryChange[], author: ChangeAuthor): Promise<Preview> {
    const ids = changes.flatMap((change) => ('id' in change ? [change.id] : []));
    const keys = changes.flatMap((change) => (change.kind === 'observe' ? [change.key] : []));
    let preview: Preview = { applied: [], before: new Map() };
    try {
      await this.transactions.run(async (tx) => {
        const before = await this.entries.lock(ids, tx, keys);
        const applied = await this.entries.apply(changes, author, tx);
        preview = { applied, before: new Map(before.map((entry) => [entry.id, entry])) };
        throw new Undone();
      });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
    }
    return preview;
  }
}

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
