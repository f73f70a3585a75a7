import type { Clock } from '../../../common/clock.js';
import type { Connection, EntryWindow, TeamCapability, TeamMember } from '../../contract/provider.js';
import type { RemoteEntry } from '../../contract/remote-entry.js';
import type { ClockifyClient } from './clockify.client.js';
import type { ClockifyEntries } from './clockify.entries.js';
import type { ClockifyHistory } from './clockify.history.js';
import { checkedId, decode, textOf, toEntry, toNamed, toRows, zoneOf, type Row } from './clockify.mapping.js';
import { allRows, SAFE_PAGE_SIZE } from './clockify.pages.js';
import { HourlyCache } from './hourly-cache.js';

/** The largest page Clockify documents, for this one list; its default is 10. */
const RUNNING_PAGE_SIZE = 1000;

/** Everybody's entries, for a key of an administrator. */
export class ClockifyTeam implements TeamCapability {
  private readonly members: HourlyCache<TeamMember[]>;

  constructor(
    private readonly client: ClockifyClient,
    private readonly entries: ClockifyEntries,
    private readonly history: ClockifyHistory,
    clock: Clock,
  ) {
    this.members = new HourlyCache(clock);
  }

  /** Also people who have left: their hours stay. Kept for an hour. */
  listMembers(connection: Connection): Promise<TeamMember[]> {
    const key = `${this.client.fingerprintOf(connection)} ${connection.workspaceId}`;
    return this.members.get(key, async () => {
      const path = `/workspaces/${checkedId(connection.workspaceId, 'workspace')}/users`;
      const query = { status: 'ALL', memberships: 'WORKSPACE', 'include-roles': 'false', 'sort-column': 'ID' };
      const rows = await allRows(this.client, connection, path, query);
      return decode(() => rows.map((row) => toMember(row, connection.workspaceId)), false);
    });
  }

  listMemberEntries(connection: Connection, accountId: string, window: EntryWindow): Promise<RemoteEntry[]> {
    return this.history.list(connection, accountId, window);
  }

  async listRunning(connection: Connection): Promise<RemoteEntry[]> {
    const path = `/workspaces/${checkedId(connection.workspaceId, 'workspace')}/time-entries/status/in-progress`;
    const rows = await allRows(this.client, connection, path, {}, [RUNNING_PAGE_SIZE, SAFE_PAGE_SIZE]);
    const running = decode(() => rows.map(toEntry), false).filter(({ facts }) => facts.isRunning);
    return this.entries.allToRemote(connection, running);
  }
}

/** Whether somebody belongs to this workspace stands in the membership; their account may be active without it. */
function toMember(row: Row, workspaceId: string): TeamMember {
  const { id, name } = toNamed(row);
  const memberships = row.memberships == null ? [] : toRows(row.memberships);
  const own = memberships.find(({ targetId }) => targetId === workspaceId);
  return {
    accountId: id,
    name: name || textOf(row.email) || id,
    status: textOf(own?.membershipStatus) || textOf(row.status),
    timeZone: zoneOf(row),
  };
}
