import type { Connection } from '../../contract/provider.js';
import type { RemoteProject } from '../../contract/remote-entry.js';
import { checkedId, type DeskClient } from './desk.client.js';
import { allRows, PAGE_SIZE } from './desk.pages.js';
import { decode, idOf, isRow, isTrue, rowsIn, textOf, type Row } from './desk.shapes.js';

/** Pages get dearer from the two thousandth ticket on; older ones are found by searching. */
const MOST_PAGES = 20;
/** Desk finds nothing by more. */
const LONGEST_QUERY = 100;

/** The agent's own tickets, the newest first, closed ones marked; never the whole history of a portal. */
export async function listTickets(client: DeskClient, connection: Connection): Promise<RemoteProject[]> {
  const assignee = checkedId(connection.accountId, 'agent');
  const query = { assignee, include: 'contacts', sortBy: '-createdTime' };
  const rows = await allRows(client, connection, '/tickets', query, { mostPages: MOST_PAGES });
  return decode(() => rows.map(toProject), false);
}

/** Anybody's tickets, by number or by words of their subject. */
export async function searchTickets(
  client: DeskClient,
  connection: Connection,
  text: string,
  limit: number,
): Promise<RemoteProject[]> {
  const words = text.replaceAll('*', ' ').replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_QUERY);
  if (words === '') return [];
  const number = /^#?(\d{1,18})$/.exec(words)?.[1];
  const query = {
    ...(number === undefined ? { subject: `*${words}*` } : { ticketNumber: number }),
    limit: String(Math.min(PAGE_SIZE, Math.max(1, limit))),
  };
  const answer = await client.call(connection, { method: 'GET', path: '/tickets/search', query });
  return decode(() => rowsIn(answer).map(toProject), false);
}

function toProject(row: Row): RemoteProject {
  return {
    externalId: idOf(row.id),
    name: ticketName(row.ticketNumber, row.subject),
    client: clientOf(row),
    isArchived: textOf(row.statusType).toLowerCase() === 'closed' || isTrue(row.isTrashed),
  };
}

/** `#1001 Subject`, of what the agent's profile shows. */
export function ticketName(number: unknown, subject: unknown): string {
  const digits = typeof number === 'number' ? String(number) : textOf(number);
  return `${digits === '' ? '' : `#${digits} `}${textOf(subject)}`.trim();
}

function clientOf(row: Row): string | null {
  const contact = isRow(row.contact) ? row.contact : {};
  const account = [contact.account, row.account].find(isRow) ?? {};
  const person = [contact.firstName, contact.lastName]
    .map(textOf)
    .filter((part) => part !== '')
    .join(' ');
  return textOf(account.accountName) || person || null;
}
