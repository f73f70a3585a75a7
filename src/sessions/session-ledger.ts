import { Injectable } from '@nestjs/common';
import { CommandLog } from '../command-log/command-log.service.js';
import type { Tx } from '../database/database.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import type { LateChange } from '../time-entries/late-change.js';
import { TimeEntriesService, type AppliedChange, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';

/** The ledger as coordinators speak to it: what they say is kept as said, so that it can be said again. */
@Injectable()
export class SessionLedger {
  constructor(
    private readonly entries: TimeEntriesService,
    private readonly commands: CommandLog,
  ) {}

  async tell(change: EntryChange, author: ChangeAuthor, tx: Tx): Promise<AppliedChange> {
    const [applied] = await this.tellAll([change], author, tx);
    return applied!;
  }

  async tellAll(changes: readonly EntryChange[], author: ChangeAuthor, tx: Tx): Promise<AppliedChange[]> {
    const applied = await this.entries.apply(changes, author, tx);
    const kept = changes.flatMap((change, index) => {
      const { entry, outcome } = applied[index]!;
      return entry === null || outcome === 'unchanged' ? [] : [{ change, entryId: entry.id }];
    });
    this.commands.recordAll(kept, author, tx);
    return applied;
  }

  /** The entry as it is, which nobody else can change until the transaction ends. */
  async lock(id: number, tx: Tx): Promise<TimeEntry | undefined> {
    return (await this.entries.lock([id], tx))[0];
  }

  /** What its service said after a person had approved it, in the order in which it was said. */
  lateChanges(id: number): Promise<LateChange[]> {
    return this.entries.findLateChanges(id);
  }
}
