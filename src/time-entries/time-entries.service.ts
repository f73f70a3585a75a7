import { Injectable } from '@nestjs/common';
import { BinnacleService } from '../binnacle/binnacle.service.js';
import type { VerifyReport } from '../binnacle/findings.js';
import { Clock } from '../common/clock.js';
import type { Queryable, Tx } from '../database/database.js';
import { BatchLoader } from './batch-loader.js';
import { BatchWriter } from './batch-writer.js';
import type { ChangeAuthor } from './change-author.js';
import { decide } from './decide.js';
import type { EntryChange, ExternalKey, Remarks, ReportNote } from './entry-change.js';
import { applyLate, take, type Outcome } from './folding.js';
import type { LateChange } from './late-change.js';
import { LateChangesRepository } from './late-changes.repository.js';
import { toSnapshot, type Diff } from './snapshot.js';
import { TimeEntriesRepository } from './time-entries.repository.js';
import type { TimeEntry } from './time-entry.js';

export type { ChangeAuthor } from './change-author.js';

export interface AppliedChange {
  /** The entry after the whole batch, or `null` when the change created nothing. */
  entry: TimeEntry | null;
  outcome: Outcome;
  /** Both sides had changed; the service's word holds, ours is in the binnacle. */
  isConflict: boolean;
  /** What whoever passed a report on should know about it. */
  note: ReportNote | null;
  /** What a conflict is about: what is kept, and what was said. */
  diff: Diff | null;
}

/** The ledger's one writer. Whoever knows something about worked time says it here. */
@Injectable()
export class TimeEntriesService {
  constructor(
    private readonly repository: TimeEntriesRepository,
    private readonly binnacle: BinnacleService,
    private readonly loader: BatchLoader,
    private readonly writer: BatchWriter,
    private readonly clock: Clock,
    private readonly lateChanges: LateChangesRepository,
  ) {}

  /**
   * Applies a batch in the caller's transaction: missing rows are created, all rows locked in id order, several changes to
   * one entry folded in memory, and then one write per table. Answers in the order of the changes.
   * @param author of all of them, or of each in their order
   * @throws DomainError when a person's change cannot be; the caller's transaction is then rolled back
   */
  async apply(
    changes: readonly EntryChange[],
    author: ChangeAuthor | readonly ChangeAuthor[],
    tx: Tx,
  ): Promise<AppliedChange[]> {
    const batch = await this.loader.load(changes, tx);
    const { targets } = batch;
    const now = this.clock.now();
    const decided = changes.map((change, index) => {
      const folding = targets[index]!;
      const context = this.loader.contextOf(folding.current, change, batch, now);
      const decision = decide(folding.current, change, context);
      const remarks: Remarks = decision.kind === 'remark' ? {} : decision;
      const said = { author: authorOf(author, index), turn: index };
      const outcome = take(folding, decision, said);
      const late = change.kind === 'reopen' ? (batch.late.get(change.id) ?? []) : [];
      return { outcome: late.length > 0 ? applyLate(folding, late, context, said) : outcome, remarks };
    });
    await this.writer.write([...new Set(targets)], now, tx);
    return decided.map(({ outcome, remarks }, index) => {
      const { current, hasConflict } = targets[index]!;
      const entry = current.version === 0 ? null : current;
      return { outcome, entry, isConflict: hasConflict, note: remarks.note ?? null, diff: remarks.diff ?? null };
    });
  }

  /**
   * Recomputes every chain of the binnacle and compares the ledger with it.
   * @param entryId only this entry
   */
  verifyBinnacle(entryId?: number): Promise<VerifyReport> {
    return this.binnacle.verify({
      entryId,
      loadSnapshots: async (ids, queryable) => {
        const entries = await this.repository.findByIds(ids, queryable);
        return new Map(
          entries.map((entry) => [
            entry.id,
            { snapshot: toSnapshot(entry), sequence: entry.binnacleSequence, head: entry.binnacleHead },
          ]),
        );
      },
    });
  }

  /** @returns the entries that exist, in id order */
  findByIds(ids: readonly number[], queryable?: Queryable): Promise<TimeEntry[]> {
    return this.repository.findByIds(ids, queryable);
  }

  /** What services have said about this entry while it was locked, also what was applied since; in order. */
  findLateChanges(entryId: number, queryable?: Queryable): Promise<LateChange[]> {
    return this.lateChanges.find(entryId, queryable);
  }

  /** What the ledger shows running for this user, oldest first. */
  findRunning(userId: number, tx?: Tx): Promise<TimeEntry[]> {
    return this.repository.findRunning(userId, tx);
  }

  /** Ids above `afterId` of what has been running since before that instant and is not known to be overtime. */
  findOverrun(startedBefore: Date, afterId: number, limit: number): Promise<number[]> {
    return this.repository.findOverrun(startedBefore, afterId, limit);
  }

  /** The user's entries that touch [from, to), running ones included. */
  findTouching(userId: number, from: Date, to: Date): Promise<TimeEntry[]> {
    return this.repository.findTouching(userId, from, to);
  }

  /** Entries as they are, which nobody else can change until the transaction ends. */
  lock(ids: readonly number[], tx: Tx, keys: readonly ExternalKey[] = []): Promise<TimeEntry[]> {
    return this.repository.lock(ids, keys, tx);
  }

  /** Entries that the service has shown before and that start in [from, to); none that wait to be sent. */
  findSeenAt(integrationId: number, from: Date, to: Date): Promise<TimeEntry[]> {
    return this.repository.findSeenAt(integrationId, from, to);
  }

  /** Which of these ids of a service the ledger already knows. */
  findLinkedExternalIds(source: string, workspaceId: string, externalIds: readonly string[]): Promise<Set<string>> {
    return this.repository.findLinkedExternalIds(source, workspaceId, externalIds);
  }
}

const authorOf = (author: ChangeAuthor | readonly ChangeAuthor[], index: number): ChangeAuthor =>
  'actor' in author ? author : author[index]!;
