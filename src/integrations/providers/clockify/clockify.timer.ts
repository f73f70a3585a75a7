import type { Connection, TimerCapability } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import type { ClockifyClient } from './clockify.client.js';
import { ownListPath, type ClockifyEntries } from './clockify.entries.js';
import { decode, toEntry, toRemoteEntry, toRows, toSecond } from './clockify.mapping.js';

/** Clockify's running entry. Clockify itself stops the previous one when another is started. */
export class ClockifyTimer implements TimerCapability {
  constructor(
    private readonly client: ClockifyClient,
    private readonly entries: ClockifyEntries,
  ) {}

  async current(connection: Connection): Promise<RemoteEntry | null> {
    const running = await this.running(connection);
    return running.reduce<RemoteEntry | null>(
      (last, one) => (last !== null && last.start > one.start ? last : one),
      null,
    );
  }

  start(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    return this.entries.create(connection, { ...draft, end: null, isRunning: true });
  }

  /** Clockify's stop names no entry, it ends whatever runs. So it is sent only while that is the one to be stopped. */
  async stop(connection: Connection, externalId: string, end: Date): Promise<RemoteEntry> {
    const running = await this.running(connection);
    const ours = running.find((entry) => entry.externalId === externalId);
    const isAlone = ours !== undefined && running.length === 1;
    return isAlone ? this.patchStop(connection, ours, end) : this.stopById(connection, externalId, end);
  }

  private async running(connection: Connection): Promise<RemoteEntry[]> {
    const query = { 'in-progress': 'true', hydrated: 'true' };
    const answer = await this.client.get(connection, ownListPath(connection, connection.accountId), query);
    const found = decode(() => toRows(answer).map(toEntry), false);
    return this.entries.named(
      connection,
      found.filter(({ facts }) => facts.isRunning),
    );
  }

  private async patchStop(connection: Connection, running: RemoteEntry, end: Date): Promise<RemoteEntry> {
    const path = ownListPath(connection, connection.accountId);
    try {
      const stopped = await this.entries.write(connection, 'PATCH', path, { end: toSecond(endOf(running, end)) });
      if (stopped.facts.externalId === running.externalId) {
        const hasOwnTags = stopped.tagIds.length === running.tags.length;
        return hasOwnTags
          ? { ...toRemoteEntry(stopped, new Map()), tags: running.tags }
          : await this.get(connection, running.externalId);
      }
      // Somebody stopped ours and started another between our two calls: theirs must go on running.
      await this.entries.moveEnd(connection, stopped.facts.externalId, null);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== 'conflict') throw error;
    }
    return this.stopById(connection, running.externalId, end);
  }

  /** Leaves and answers the end that somebody else gave it. Where several run, each can only be ended by itself. */
  private async stopById(connection: Connection, externalId: string, end: Date): Promise<RemoteEntry> {
    const entry = await this.get(connection, externalId);
    if (!entry.isRunning) return entry;
    return this.entries.moveEnd(connection, externalId, endOf(entry, end));
  }

  private async get(connection: Connection, externalId: string): Promise<RemoteEntry> {
    const entry = await this.entries.find(connection, externalId);
    if (entry === null) throw new ProviderError('not_found', 'Clockify has no such entry.');
    return entry;
  }
}

/** An entry cannot end before it starts. */
const endOf = ({ start }: RemoteEntry, end: Date): Date => new Date(Math.max(end.getTime(), start.getTime()));
