import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';
import { CommandLogRepository, type RecordedCommand } from './command-log.repository.js';

export type { RecordedCommand };

/**
 * What people told the ledger about the sessions of a service. Together with the inbox it is everything those sessions are
 * made of, so that they can be made again and compared.
 */
@Injectable()
export class CommandLog {
  constructor(private readonly repository: CommandLogRepository) {}

  /**
   * Keeps a change in the transaction in which it was applied. Call it after `apply`, which holds the entry's row: that is
   * what makes the order of the log the order of the ledger.
   * @param entryId as `apply` answered it
   */
  record(change: EntryChange, entryId: number, author: ChangeAuthor, tx: Tx): void {
    this.recordAll([{ change, entryId }], author, tx);
  }

  recordAll(commands: readonly { entryId: number; change: EntryChange }[], author: ChangeAuthor, tx: Tx): void {
    if (commands.length > 0) this.repository.record(commands, author, tx);
  }

  /** Those after one place of the order and up to another. */
  between(after: number, upTo: number): Promise<RecordedCommand[]> {
    return this.repository.findBetween(after, upTo);
  }
}
