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
    const [applied] = await this.entries.apply([change], author, tx);
    const { entry, outcome } = applied!;
    if (entry !== null && outcome !== 'unchanged') this.commands.record(change, entry.id, author, tx);
    return applied!;
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
