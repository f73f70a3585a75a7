import { Injectable } from '@nestjs/common';
import { CategoriesService } from '../categories/categories.service.js';
import type { Categoriser } from '../categories/categoriser.js';
import type { Tx } from '../database/database.js';
import { PushService } from '../push/push.service.js';
import { draftOf } from '../time-entries/entry-draft.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { EntryHomes } from './entry-homes.js';
import { LogResponse } from './log-response.js';
import type { StoredLog } from './logs.repository.js';
import { syncStateOf } from './sync-state.js';

const WAIT_MILLISECONDS = 10_000;

/** What a log's owner is answered: with what their rules make of it, and how far it is on its way to its service. */
@Injectable()
export class LogAnswers {
  constructor(
    private readonly homes: EntryHomes,
    private readonly categories: CategoriesService,
    private readonly pushes: PushService,
  ) {}

  /** Read once for as many logs of a person as there are. */
  categoriserOf(userId: number): Promise<Categoriser> {
    return this.categories.categoriserOf(userId);
  }

  of({ entry, hasIntegration, ...push }: StoredLog, categoriser: Categoriser): LogResponse {
    const provider = hasIntegration ? this.homes.providerOf(entry.source) : null;
    const sync = syncStateOf({ provider, draft: draftOf(entry), ...push });
    return LogResponse.from(entry, categoriser.categoryOf(entry), sync);
  }

  /** What is just being written: its push, if there is one, has not begun. */
  async ofNew(entry: TimeEntry, tx: Tx): Promise<LogResponse> {
    const push = { pushState: 'pending', pushError: null, pushNote: null } as const;
    const categoriser = await this.categories.categoriserOf(entry.userId, tx);
    return this.of({ entry, hasIntegration: entry.integrationId !== null, ...push }, categoriser);
  }

  /** Waits for the push of an entry, at most 10 s; an entry that only lives here is there at once. */
  async waitForPush(entry: Pick<TimeEntry, 'id' | 'integrationId'>): Promise<void> {
    if (entry.integrationId === null) return;
    await this.pushes.waitUntilSettled(entry.id, entry.integrationId, WAIT_MILLISECONDS);
  }
}
