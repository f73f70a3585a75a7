import type { Clock } from '../../../common/clock.js';
import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { ClockifyClient } from './clockify.client.js';
import { isUnknownTag } from './clockify.errors.js';
import { checkedId, decode, toNamed, type Named } from './clockify.mapping.js';
import { allRows } from './clockify.pages.js';
import { HourlyCache } from './hourly-cache.js';

/**
 * A write waits no longer than this for its tags. Whoever ordered it holds a lease of a minute, and a create that went out
 * after that could meet a second one.
 */
const PREPARATION_MILLISECONDS = 20_000;

/** Names by id. */
export type TagNames = ReadonlyMap<string, string>;

/** Our entries name their tags, Clockify's refer to them by id: the workspace's list, kept for an hour, stands between. */
export class ClockifyTags {
  private readonly lists: HourlyCache<Named[]>;

  constructor(
    private readonly client: ClockifyClient,
    private readonly clock: Clock,
  ) {
    this.lists = new HourlyCache(clock);
  }

  /** Names of the workspace's tags. */
  async listNames(connection: Connection): Promise<string[]> {
    return (await this.list(connection, 'active')).map(({ name }) => name);
  }

  /** The names of these tags at least; ids that the workspace does not know (any more) are left out. */
  async namesOf(connection: Connection, ids: readonly string[]): Promise<TagNames> {
    const names = byId(await this.list(connection, 'active'));
    if (ids.every((id) => names.has(id))) return names;
    const withArchived = new Map([...names, ...byId(await this.list(connection, 'archived'))]);
    if (ids.every((id) => withArchived.has(id))) return withArchived;
    // Younger than our list.
    this.forget(connection);
    return new Map([...withArchived, ...byId(await this.list(connection, 'active'))]);
  }

  /**
   * Sends a write with the ids of these tags, creating those the workspace lacks.
   * @param onEntry the tags the entry has already: they stay the same ones, archived or not
   * @param write is called a second time, with the tags of now, when the service refuses one we remembered
   */
  async withIds<T>(
    connection: Connection,
    names: readonly string[],
    onEntry: TagNames,
    write: (tags: TagNames) => Promise<T>,
  ): Promise<T> {
    const deadline = this.clock.now().getTime() + PREPARATION_MILLISECONDS;
    const tags = await this.tagsNamed(connection, names, onEntry, deadline);
    try {
      return await write(tags);
    } catch (error) {
      if (!isUnknownTag(error)) throw error;
      this.forget(connection);
      return write(await this.tagsNamed(connection, names, new Map(), deadline));
    }
  }

  private async tagsNamed(
    connection: Connection,
    names: readonly string[],
    onEntry: TagNames,
    deadline: number,
  ): Promise<TagNames> {
    const kept = [...onEntry].map(([id, name]) => ({ id, name }));
    const tags: Named[] = [];
    for (const name of new Set(names)) {
      tags.push(kept.find((tag) => tag.name === name) ?? (await this.findOrCreate(connection, name)));
    }
    if (this.clock.now().getTime() > deadline) {
      throw new ProviderError('unavailable', 'Clockify took too long to answer about tags; nothing was written.');
    }
    return byId(tags);
  }

  private async findOrCreate(connection: Connection, name: string): Promise<Named> {
    const known = (await this.list(connection, 'active')).find((tag) => tag.name === name);
    return known ?? this.create(connection, name);
  }

  private async create(connection: Connection, name: string): Promise<Named> {
    try {
      const answer = await this.client.send(connection, 'POST', pathOf(connection), { name });
      const tag = decode(() => toNamed(answer), true);
      (await this.list(connection, 'active')).push(tag);
      return tag;
    } catch (error) {
      this.forget(connection);
      if (!(error instanceof ProviderError)) throw error;
      const existing = error.kind === 'rejected' ? await this.findAnywhere(connection, name) : undefined;
      if (existing !== undefined) return existing;
      // Whatever became of the tag, the entry was not written, and the tag will be found the next time.
      throw new ProviderError(error.kind, error.message, { status: error.status, retryAt: error.retryAt });
    }
  }

  /** A name that is refused has been taken since our list was read, is an archived tag's, or differs in case only. */
  private async findAnywhere(connection: Connection, name: string): Promise<Named | undefined> {
    const tags = [...(await this.list(connection, 'active')), ...(await this.list(connection, 'archived'))];
    const lower = name.toLowerCase();
    return tags.find((tag) => tag.name === name) ?? tags.find((tag) => tag.name.toLowerCase() === lower);
  }

  private list(connection: Connection, kind: 'active' | 'archived'): Promise<Named[]> {
    return this.lists.get(this.keyOf(connection, kind), async () => {
      const query = { archived: String(kind === 'archived'), 'sort-column': 'ID', 'sort-order': 'ASCENDING' };
      const rows = await allRows(this.client, connection, pathOf(connection), query);
      return decode(() => rows.map(toNamed), false);
    });
  }

  private forget(connection: Connection): void {
    for (const kind of ['active', 'archived']) this.lists.forget(this.keyOf(connection, kind));
  }

  private keyOf(connection: Connection, kind: string): string {
    return `${this.client.fingerprintOf(connection)} ${connection.workspaceId} ${kind}`;
  }
}

const byId = (tags: readonly Named[]): Map<string, string> => new Map(tags.map(({ id, name }) => [id, name]));

const pathOf = ({ workspaceId }: Connection): string => `/workspaces/${checkedId(workspaceId, 'workspace')}/tags`;
