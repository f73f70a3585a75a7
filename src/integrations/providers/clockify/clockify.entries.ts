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
  withNamesOf,
  type ClockifyEntry,
  type Row,
} from './clockify.mapping.js';
import type { ClockifyTags, TagNames } from './clockify.tags.js';

const NO_NAMES: TagNames = new Map();

/** Reads and writes of one time entry. */
export class ClockifyEntries {
  constructor(
    private readonly client: ClockifyClient,
    private readonly tags: ClockifyTags,
  ) {}

  create(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    return this.tags.withIds(connection, draft.tags, NO_NAMES, async (tags) => {
      const created = await this.write(connection, 'POST', entryPath(connection), toBody(draft, tags.keys()));
      // No further call: if it failed, the entry would seem not to have been created.
      return toRemoteEntry(created, tags);
    });
  }

  /** Clockify's PUT replaces the whole entry, so what the draft does not speak of is read first and sent along. */
  async update(
    connection: Connection,
    externalId: string,
    draft: EntryDraft,
    { reopen }: { reopen: boolean },
  ): Promise<RemoteEntry> {
    const current = await this.get(connection, externalId);
    const wanted = draft.end === null && !reopen ? { ...draft, end: current.facts.end } : draft;
    return this.tags.withIds(connection, draft.tags, current.tagNames, async (tags) => {
      const body = toBody(wanted, tags.keys(), current.kept);
      const updated = await this.write(connection, 'PUT', entryPath(connection, externalId), body);
      return toRemoteEntry(withNamesOf(updated, current), tags);
    });
  }

  /** Gives an entry another end, or lets it run again, and leaves everything else as it is there. */
  async moveEnd(connection: Connection, entry: ClockifyEntry, end: Date | null): Promise<RemoteEntry> {
    const path = entryPath(connection, entry.facts.externalId);
    const moved = await this.write(connection, 'PUT', path, toSameBody(entry, end));
    return this.toRemote(connection, withNamesOf(moved, entry));
  }

  /** An entry that is gone, whoever removed it, is what was wanted. */
  async delete(connection: Connection, externalId: string): Promise<void> {
    try {
      await this.client.delete(connection, entryPath(connection, externalId));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async find(connection: Connection, externalId: string): Promise<RemoteEntry | null> {
    try {
      return await this.toRemote(connection, await this.get(connection, externalId));
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  /** @throws ProviderError `not_found` */
  async get(connection: Connection, externalId: string): Promise<ClockifyEntry> {
    const answer = await this.client.get(connection, entryPath(connection, externalId), { hydrated: 'true' });
    return decode(() => toEntry(answer), false);
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

  /** In the contract's words, with names for tags of which only the id came along. */
  async allToRemote(connection: Connection, entries: readonly ClockifyEntry[]): Promise<RemoteEntry[]> {
    const unnamed = entries.flatMap(({ tagIds, tagNames }) => tagIds.filter((id) => !tagNames.has(id)));
    const names = unnamed.length === 0 ? NO_NAMES : await this.tags.namesOf(connection, unnamed);
    return entries.map((entry) => toRemoteEntry(entry, names));
  }

  async toRemote(connection: Connection, entry: ClockifyEntry): Promise<RemoteEntry> {
    return (await this.allToRemote(connection, [entry]))[0]!;
  }
}

/** The entries of one person: this list shows what runs, takes the stop, and is what a window is read from. */
export const listPath = ({ workspaceId }: Connection, accountId: string): string =>
  `/workspaces/${checkedId(workspaceId, 'workspace')}/user/${checkedId(accountId, 'account')}/time-entries`;

function entryPath({ workspaceId }: Connection, externalId?: string): string {
  const path = `/workspaces/${checkedId(workspaceId, 'workspace')}/time-entries`;
  return externalId === undefined ? path : `${path}/${checkedId(externalId, 'entry')}`;
}

const isNotFound = (error: unknown): boolean => error instanceof ProviderError && error.kind === 'not_found';
