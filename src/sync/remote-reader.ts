import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { EntryWindow, TeamCapability } from '../integrations/contract/provider.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { KnownEntriesService } from '../time-entries/known-entries.service.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { Observations, type Reading } from './observations.js';
import type { Team } from './teams.js';

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

/** One account whose days are walked. */
interface Walked extends Omit<Reading, 'readAt'> {
  open: OpenIntegration;
  list: (window: EntryWindow) => Promise<RemoteEntry[]>;
  /** Entries of ours that the service has shown before and that start in [from, to). */
  expected: (from: Date, to: Date) => Promise<TimeEntry[]>;
  /** Some of the expected may be another account's: none has gone because this one does not show it. */
  isMixed: boolean;
}

/** Reads a service for a sync: either its changes, or one step of a walk. */
@Injectable()
export class RemoteReader {
  constructor(
    private readonly observations: Observations,
    private readonly entries: TimeEntriesService,
    private readonly known: KnownEntriesService,
    private readonly clock: Clock,
  ) {}

  async changes(open: OpenIntegration, since: Date): Promise<RemoteRead> {
    let isComplete = true;
    const onIncomplete = () => (isComplete = false);
    const shown = await open.provider.incremental!.listChanges(open.connection, { since, onIncomplete });
    const { observations, skipped } = await this.observations.of(open, shown);
    return { changes: observations, skipped, isComplete };
  }

  /** Everything that touches [from, to); what is ours, was seen there and is shown no more has gone. */
  step(open: OpenIntegration, from: Date, to: Date): Promise<RemoteRead> {
    const { provider, connection, integration } = open;
    const walked: Walked = {
      open,
      list: (window) => provider.listEntries(connection, window),
      expected: (start, end) => this.entries.findSeenAt(integration.id, start, end),
      isMixed: false,
    };
    return this.walk(walked, from, to);
  }

  /** The same of one member of a workspace, by an administrator's credentials. */
  memberStep(
    open: OpenIntegration,
    capability: TeamCapability,
    { team, accountId }: { team: Team; accountId: string },
    { from, to }: { from: Date; to: Date },
  ): Promise<RemoteRead> {
    const { provider, connection, integration } = open;
    const userId = team.owners.get(accountId);
    const workspace = { source: provider.key, workspaceId: integration.workspaceId };
    const walked: Walked = {
      open,
      team,
      list: (window) => capability.listMemberEntries(connection, accountId, window),
      expected: async (start, end) => {
        if (userId === undefined) return [];
        const member = { userId, accountId, integrationId: integration.id };
        return this.known.findSeenOf(member, workspace, { from: start, to: end });
      },
      isMixed: [...team.owners.values()].filter((owner) => owner === userId).length > 1,
    };
    return this.walk(walked, from, to);
  }

  private async walk(walked: Walked, from: Date, to: Date): Promise<RemoteRead> {
    const readAt = this.clock.now();
    let completeFrom = from;
    const onIncomplete = (shownFrom: Date) => (completeFrom = shownFrom);
    const shown = await walked.list({ from, to, onIncomplete });
    const { team } = walked;
    const { observations, skipped } = await this.observations.of(walked.open, shown, { readAt, team });
    const gone = await this.goneFrom(walked, shown, completeFrom, to);
    return { changes: [...observations, ...gone], skipped, isComplete: completeFrom <= from };
  }

  private async goneFrom(
    { open, team, expected, isMixed }: Walked,
    shown: readonly RemoteEntry[],
    from: Date,
    to: Date,
  ): Promise<EntryChange[]> {
    const ids = new Set(shown.map((entry) => entry.externalId));
    const missing = (await expected(from, to)).filter((entry) => !ids.has(entry.externalId!));
    const isBelieved = missing.length > MOST_QUESTIONS && !isMixed;
    const gone: EntryChange[] = [];
    for (const { id, integrationId, externalId } of missing) {
      const moved = isBelieved ? null : await open.provider.getEntry(open.connection, externalId!);
      if (moved === null) {
        gone.push({ kind: 'vanish', id, integrationId, reason: 'the service shows it no more' });
      } else {
        gone.push(...(await this.observations.of(open, [moved], { team })).observations);
      }
    }
    return gone;
  }
}
