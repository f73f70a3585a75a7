import type { Connection, TimerCapability } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import type { ClockifyClient } from './clockify.client.js';
import { listPath, type ClockifyEntries } from './clockify.entries.js';
import { decode, toEntry, toRows, toSecond, withNamesOf, type ClockifyEntry } from './clockify.mapping.js';

/** Clockify's running entry. Clockify itself stops the previous one when another is started. */
export class ClockifyTimer implements TimerCapability {
  constructor(
    private readonly client: ClockifyClient,
    private readonly entries: ClockifyEntries,
  ) {}

  /** Where several run, the one that started last. */
  async current(connection: Connection): Promise<RemoteEntry | null> {
    const running = await this.running(connection);
    const last = running.toSorted((a, b) => b.facts.start.getTime() - a.facts.start.getTime())[0];
    return last === undefined ? null : this.entries.toRemote(connection, last);
  }

  start(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    return this.entries.create(connection, { ...draft, end: null, isRunning: true });
  }

  /** Clockify's stop names no entry, it ends whatever runs. So it is sent only while that is the one to be stopped. */
  async stop(connection: Connection, externalId: string, end: Date): Promise<RemoteEntry> {
    const [running, ...others] = await this.running(connection);
    const isTheOne = running?.facts.externalId === externalId && others.length === 0;
    const stopped = isTheOne ? await this.stopRunning(connection, running, end) : null;
    return stopped === null ? this.stopByItself(connection, externalId, end) : stopped;
  }

  private async running(connection: Connection): Promise<ClockifyEntry[]> {
    const query = { 'in-progress': 'true', hydrated: 'true' };
    const answer = await this.client.get(connection, listPath(connection, connection.accountId), query);
    return decode(() => toRows(answer).map(toEntry), false).filter(({ facts }) => facts.isRunning);
  }

  /** `null` when it does not run any more: somebody was faster. */
  private async stopRunning(connection: Connection, running: ClockifyEntry, end: Date): Promise<RemoteEntry | null> {
    const path = listPath(connection, connection.accountId);
    const stopped = await this.entries
      .write(connection, 'PATCH', path, { end: toSecond(endOf(running, end)) })
      .catch((error: unknown) => {
        if (error instanceof ProviderError && error.kind === 'conflict') return null;
        throw error;
      });
    if (stopped === null) return null;
    if (stopped.facts.externalId === running.facts.externalId) {
      return this.entries.toRemote(connection, withNamesOf(stopped, running));
    }
    // Between our two calls somebody stopped ours and started another: theirs must go on running.
    await this.entries.moveEnd(connection, await this.entries.get(connection, stopped.facts.externalId), null);
    return null;
  }

  /** Leaves and answers the end that somebody else gave it. Where several run, each can only be ended by itself. */
  private async stopByItself(connection: Connection, externalId: string, end: Date): Promise<RemoteEntry> {
    const entry = await this.entries.get(connection, externalId);
    if (!entry.facts.isRunning) return this.entries.toRemote(connection, entry);
    return this.entries.moveEnd(connection, entry, endOf(entry, end));
  }
}

/** An entry cannot end before it starts. */
const endOf = ({ facts }: ClockifyEntry, end: Date): Date => new Date(Math.max(end.getTime(), facts.start.getTime()));
