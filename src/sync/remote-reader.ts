import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import { Observations } from './observations.js';

/** More entries than this that have gone are believed without asking for each of them. */
const MOST_QUESTIONS = 20;

/** What one read of a service brought, in words for the ledger. */
export interface RemoteRead {
  changes: EntryChange[];
  /** Why rows were left out, one sentence each. */
  skipped: string[];
  /** False when the service could not show everything: then nothing may be concluded from what is missing. */
  isComplete: boolean;
}

/** Reads a service for a sync: either its changes, or one step of a walk. */
@Injectable()
export class RemoteReader {
  constructor(
    private readonly observations: Observations,
    private readonly entries: TimeEntriesService,
    private readonly clock: Clock,
  ) {}

  async changes(open: OpenIntegration, since: Date): Promise<RemoteRead> {
    let isComplete = true;
    const onIncomplete = () => (isComplete = false);
    const shown = await open.provider.incremental!.listChanges(open.connection, { since, onIncomplete });
    return { ...(await this.told(open, shown)), isComplete };
  }

  /** Everything that touches [from, to); what is ours, was seen there and is shown no more has gone. */
  async step(open: OpenIntegration, from: Date, to: Date): Promise<RemoteRead> {
    const readAt = this.clock.now();
    let completeFrom = from;
    const onIncomplete = (shownFrom: Date) => (completeFrom = shownFrom);
    const shown = await open.provider.listEntries(open.connection, { from, to, onIncomplete });
    const told = await this.told(open, shown, readAt);
    const gone = await this.goneFrom(open, shown, completeFrom, to);
    return { ...told, changes: [...told.changes, ...gone], isComplete: completeFrom <= from };
  }

  private async told(
    open: OpenIntegration,
    shown: readonly RemoteEntry[],
    readAt?: Date,
  ): Promise<Omit<RemoteRead, 'isComplete'>> {
    const { observations, impossible } = await this.observations.of(open, shown, readAt);
    const skipped = impossible.map((entry) => `entry ${entry.externalId} ends before it starts`);
    return { changes: observations, skipped };
  }

  private async goneFrom(
    open: OpenIntegration,
    shown: readonly RemoteEntry[],
    from: Date,
    to: Date,
  ): Promise<EntryChange[]> {
    const ids = new Set(shown.map((entry) => entry.externalId));
    const ours = await this.entries.findSeenAt(open.integration.id, from, to);
    const missing = ours.filter((entry) => !ids.has(entry.externalId!));
    const gone: EntryChange[] = [];
    for (const entry of missing) {
      const moved =
        missing.length > MOST_QUESTIONS ? null : await open.provider.getEntry(open.connection, entry.externalId!);
      if (moved === null) {
        gone.push({
          kind: 'vanish',
          id: entry.id,
          integrationId: open.integration.id,
          reason: 'the service shows it no more',
        });
      } else {
        gone.push(...(await this.observations.of(open, [moved])).observations);
      }
    }
    return gone;
  }
}
