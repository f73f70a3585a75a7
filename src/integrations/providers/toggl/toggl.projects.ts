import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { RemoteProject } from '../../contract/remote-entry.js';
import type { TogglClient } from './toggl.client.js';
import { unreadable } from './toggl.errors.js';
import { checkedId, clientIdOf, decode, toNamed, toRemoteProject, toRows } from './toggl.mapping.js';

/** The most Toggl gives per page; its own default is 151. */
const PAGE_SIZE = 200;
const MOST_PAGES = 250;

type Rows = ReturnType<typeof toRows>;

/** All projects of a workspace, archived ones included, with their clients' names. */
export async function listProjects(client: TogglClient, connection: Connection): Promise<RemoteProject[]> {
  const workspace = `/workspaces/${checkedId(connection.workspaceId, 'workspace')}`;
  const rows = await allRows(client, connection, `${workspace}/projects`);
  const hasClients = decode(() => rows.some((row) => clientIdOf(row) !== null), false);
  const names = hasClients ? await clientNames(client, connection, `${workspace}/clients`) : new Map<string, string>();
  const projects = decode(() => rows.map((row) => toRemoteProject(row, names)), false);
  return projects.filter((project) => project !== null);
}

async function allRows(client: TogglClient, connection: Connection, path: string): Promise<Rows> {
  const found = new Map<string, Rows[number]>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = { active: 'both', per_page: String(PAGE_SIZE), page: String(page) };
    const answer = await client.get(connection, path, query);
    const rows = decode(() => toRows(answer), false);
    const before = found.size;
    decode(() => rows.forEach((row) => found.set(toNamed(row).id, row)), false);
    if (rows.length < PAGE_SIZE) return [...found.values()];
    if (found.size === before) break;
  }
  throw unreadable('its pages repeat', false);
}

/** One call for all of them. An account that may not see clients still has projects. */
async function clientNames(client: TogglClient, connection: Connection, path: string): Promise<Map<string, string>> {
  try {
    const answer = await client.get(connection, path, { status: 'both' });
    return decode(() => new Map(toRows(answer).map((row) => [toNamed(row).id, toNamed(row).name])), false);
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'rejected') return new Map();
    throw error;
  }
}

/** Names of the workspace's tags; entries refer to tags by name. */
export async function listTags(client: TogglClient, connection: Connection): Promise<string[]> {
  const path = `/workspaces/${checkedId(connection.workspaceId, 'workspace')}/tags`;
  const answer = await client.get(connection, path);
  return decode(() => toRows(answer).map((row) => toNamed(row).name), false);
}
