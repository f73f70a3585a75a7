import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import type { TogglClient } from './toggl.client.js';
import { checkedId, decode, toBody, toNewBody, toRemoteEntry } from './toggl.mapping.js';

/** Reads and writes of one time entry. */
export class TogglEntries {
  constructor(private readonly client: TogglClient) {}

  async create(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    return this.write(connection, 'POST', this.pathOf(connection), toNewBody(draft, connection.workspaceId));
  }

  async update(
    connection: Connection,
    externalId: string,
    draft: EntryDraft,
    options: { reopen: boolean },
  ): Promise<RemoteEntry> {
    const body = toBody(draft, connection.workspaceId, options);
    return this.write(connection, 'PUT', this.pathOf(connection, externalId), body);
  }

  async delete(connection: Connection, externalId: string): Promise<void> {
    try {
      await this.client.delete(connection, this.pathOf(connection, externalId));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async get(connection: Connection, externalId: string): Promise<RemoteEntry | null> {
    try {
      return await this.read(connection, `/me/time_entries/${checkedId(externalId, 'entry')}`);
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  /** Toggl answers the four letters `null` where there is no entry. */
  async read(connection: Connection, path: string): Promise<RemoteEntry | null> {
    const answer = await this.client.get(connection, path);
    return answer === null ? null : decode(() => toRemoteEntry(answer), false);
  }

  async write(
    connection: Connection,
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body?: object,
  ): Promise<RemoteEntry> {
    const answer = await this.client.send(connection, method, path, body);
    return decode(() => toRemoteEntry(answer), true);
  }

  pathOf(connection: Connection, externalId?: string): string {
    const path = `/workspaces/${checkedId(connection.workspaceId, 'workspace')}/time_entries`;
    return externalId === undefined ? path : `${path}/${checkedId(externalId, 'entry')}`;
  }
}

const isNotFound = (error: unknown): boolean => error instanceof ProviderError && error.kind === 'not_found';
