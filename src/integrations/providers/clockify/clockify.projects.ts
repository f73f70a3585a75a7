import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { RemoteProject } from '../../contract/remote-entry.js';
import type { ClockifyClient } from './clockify.client.js';
import { checkedId, decode, toNamed, toRemoteProject, unnamedClientOf, type Named } from './clockify.mapping.js';
import { allRows } from './clockify.pages.js';

/** In the order of ids, new ones come last and no page shifts under the walk. */
const IN_ORDER = { 'sort-column': 'ID', 'sort-order': 'ASCENDING' };

/** All projects of a workspace, archived ones included, with their clients' names. */
export async function listProjects(client: ClockifyClient, connection: Connection): Promise<RemoteProject[]> {
  const workspace = `/workspaces/${checkedId(connection.workspaceId, 'workspace')}`;
  // Without `archived` the answer has both kinds.
  const rows = await allRows(client, connection, `${workspace}/projects`, IN_ORDER);
  const unnamed = decode(() => rows.map(unnamedClientOf).filter((id) => id !== null), false);
  const names = unnamed.length === 0 ? new Map<string, string>() : await clientNames(client, connection, unnamed);
  return decode(() => rows.map((row) => toRemoteProject(row, names)), false);
}

/** Names by id, for services that leave them out of the project. An account that may not see clients still has projects. */
async function clientNames(
  client: ClockifyClient,
  connection: Connection,
  wanted: readonly string[],
): Promise<Map<string, string>> {
  const path = `/workspaces/${checkedId(connection.workspaceId, 'workspace')}/clients`;
  const names = new Map<string, string>();
  try {
    for (const archived of ['false', 'true']) {
      if (wanted.every((id) => names.has(id))) break;
      const rows = await allRows(client, connection, path, { archived });
      decode(() => rows.map(toNamed).forEach(({ id, name }) => names.set(id, name)), false);
    }
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'rejected') throw error;
  }
  return names;
}

/** The tasks of a project, finished ones included. */
export async function listTasks(client: ClockifyClient, connection: Connection, projectId: string): Promise<Named[]> {
  const workspace = `/workspaces/${checkedId(connection.workspaceId, 'workspace')}`;
  const path = `${workspace}/projects/${checkedId(projectId, 'project')}/tasks`;
  const rows = await allRows(client, connection, path, IN_ORDER);
  return decode(() => rows.map(toNamed), false);
}
