import type { Connection } from '../../contract/provider.js';
import type { RemoteProject } from '../../contract/remote-entry.js';
import type { ZohoClient } from './zoho.client.js';
import { unreadable } from './zoho.errors.js';
import { portalPath } from './zoho.history.js';
import { checkedId } from './zoho.remote-entry.js';
import { decode, hasNextPage, idOf, isRow, rowsIn, textOf, type Row } from './zoho.shapes.js';

const PAGE_SIZE = 200;
const MOST_PAGES = 250;

/** All projects of a portal, closed ones included. */
export async function listProjects(client: ZohoClient, connection: Connection): Promise<RemoteProject[]> {
  const rows = await allRows(client, connection, `${portalPath(connection)}/projects`, 'projects');
  return decode(() => rows.map(toProject), false);
}

/** The tasks of a project that time can be written on. */
export async function listTasks(
  client: ZohoClient,
  connection: Connection,
  projectId: string,
): Promise<{ externalId: string; name: string; isClosed: boolean }[]> {
  const path = `${portalPath(connection)}/projects/${checkedId(projectId, 'project')}/tasks`;
  const rows = await allRows(client, connection, path, 'tasks');
  const toTask = (row: Row) => ({
    externalId: idOf(row.id),
    name: textOf(row.name),
    isClosed: row.is_completed === true,
  });
  return decode(() => rows.map(toTask), false);
}

/** A list that says nothing of further pages ends with one that is not full. */
async function allRows(client: ZohoClient, connection: Connection, path: string, name: string): Promise<Row[]> {
  const found = new Map<string, Row>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = { page: String(page), per_page: String(PAGE_SIZE) };
    const answer = await client.call(connection, { method: 'GET', path, query });
    const rows = decode(() => rowsIn(answer, name), false);
    const before = found.size;
    decode(() => rows.forEach((row) => found.set(idOf(row.id), row)), false);
    const isFull = rows.length >= PAGE_SIZE;
    if (!(hasNextPage(answer) ?? isFull)) return [...found.values()];
    if (found.size > before) continue;
    if (!isFull) return [...found.values()];
    break;
  }
  throw unreadable('its pages repeat', false);
}

function toProject(row: Row): RemoteProject {
  const status = isRow(row.status) ? row.status : {};
  return {
    externalId: idOf(row.id),
    name: textOf(row.name),
    client: null,
    isArchived: status.is_closed_type === true || row.is_archived === true,
  };
}
