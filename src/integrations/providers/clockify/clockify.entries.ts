import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import type { ClockifyClient } from './clockify.client.js';
import {
  checkedId,
  decode,
  toBody,
  toEntry,
  toRemoteEntry,
  toSameBody,
  type ClockifyEntry,
  type Row,
} from './clockify.mapping.js';
import type { ClockifyTags } from './clockify.tags.js';

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** Reads and writes of one time entry. */
export class ClockifyEntries {
  constructor(
    private readonly client: ClockifyClient,
    private readonly tags: ClockifyTags,
  ) {}

  create(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    return this.tags.withIds(connection, draft.tags, NO_NAMES, async (ids) => {
      const created = await this.write(connection, 'POST', this.pathOf(connection), toBody(draft, ids));
      return toRemoteEntry(created, namesBy(ids, draft.tags));
    });
  }

  /** Clockify's PUT replaces the whole entry, so what the draft does not speak of is read first and sent along. */
  async update(
    connection: Connection,
    externalId: string,
    draft: EntryDraft,
    { reopen }: { reopen: boolean },
  ): Promise<RemoteEntry> {
    const current = await this.getEntry(connection, externalId);
    const wanted = draft.end === null && !reopen ? { ...draft, end: current.facts.end } : draft;
    return this.tags.withIds(connection, draft.tags, idsByName(current), async (ids) => {
      const body = toBody(wanted, ids, current.kept);
      const updated = await this.write(connection, 'PUT', this.pathOf(connection, externalId), body);
      return toRemoteEntry(updated, namesBy(ids, draft.tags));
    });
  }

  /** Gives an entry another end, or lets it run again, and leaves everything else as it is there. */
  async moveEnd(connection: Connection, externalId: string, end: Date | null): Promise<RemoteEntry> {
    const current = await this.getEntry(connection, externalId);
    const body = toSameBody(current, end);
    const updated = await this.write(connection, 'PUT', this.pathOf(connection, externalId), body);
    return toRemoteEntry(updated, current.tagNames);
  }

  /** An entry that is gone, whoever removed it, is what was wanted. */
  async delete(connection: Connection, externalId: string): Promise<void> {
    try {
      await this.client.delete(connection, this.pathOf(connection, externalId));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async find(connection: Connection, externalId: string): Promise<RemoteEntry | null> {
    try {
      const entry = await this.getEntry(connection, externalId);
      return (await this.named(connection, [entry]))[0]!;
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  /** Entries that were read, with names for tags of which only the id came along. */
  async named(connection: Connection, entries: readonly ClockifyEntry[]): Promise<RemoteEntry[]> {
    const unnamed = entries.flatMap(({ tagIds, tagNames }) => tagIds.filter((id) => !tagNames.has(id)));
    const names = unnamed.length === 0 ? NO_NAMES : await this.tags.namesOf(connection, unnamed);
    return entries.map((entry) => toRemoteEntry(entry, names));
  }

  async write(
    connection: Connection,
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: Row,
  ): Promise<ClockifyEntry> {
    const answer = await this.client.send(connection, method, path, body);
    return decode(() => toEntry(answer), true);
  }

  /** @throws ProviderError `not_found` */
  private async getEntry(connection: Connection, externalId: string): Promise<ClockifyEntry> {
    const answer = await this.client.get(connection, this.pathOf(connection, externalId), { hydrated: 'true' });
    return decode(() => toEntry(answer), false);
  }

  private pathOf(connection: Connection, externalId?: string): string {
    const path = `/workspaces/${checkedId(connection.workspaceId, 'workspace')}/time-entries`;
    return externalId === undefined ? path : `${path}/${checkedId(externalId, 'entry')}`;
  }
}

/** The entries of one person: this list shows what runs, takes the stop, and is what a window is read from. */
export const ownListPath = ({ workspaceId }: Connection, accountId: string): string =>
  `/workspaces/${checkedId(workspaceId, 'workspace')}/user/${checkedId(accountId, 'account')}/time-entries`;

const idsByName = ({ tagNames }: ClockifyEntry): Map<string, string> =>
  new Map([...tagNames].map(([id, name]) => [name, id]));

/** The ids were made from the names, one for each different one. */
function namesBy(ids: readonly string[], names: readonly string[]): Map<string, string> {
  const different = [...new Set(names)];
  return new Map(ids.map((id, index) => [id, different[index]!]));
}

const isNotFound = (error: unknown): boolean => error instanceof ProviderError && error.kind === 'not_found';
