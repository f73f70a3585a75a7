import type { Access, ClockifyClient } from './clockify.client.js';
import { OversizedAnswer, unreadable } from './clockify.errors.js';
import { decode, idOf, toRows, type Row } from './clockify.mapping.js';

/**
 * Clockify documents no largest page for most lists. Projects and people carry their memberships, so that a thousand of them
 * can exceed what we take as one answer; two hundred do not.
 */
export const SAFE_PAGE_SIZE = 200;
/** At Clockify's pace half a minute. */
const MOST_PAGES = 250;

/**
 * Every row of a list; complete, or an error. `Last-Page` tells the end; without it, a page that is not full does.
 * @param sizes rows to ask for at once; the next size is for answers too large with the one before
 */
export async function allRows(
  client: ClockifyClient,
  access: Access,
  path: string,
  query: Record<string, string> = {},
  sizes: readonly number[] = [SAFE_PAGE_SIZE],
): Promise<Row[]> {
  const [size = SAFE_PAGE_SIZE, ...smaller] = sizes;
  try {
    return await walk(client, access, path, { ...query, 'page-size': String(size) });
  } catch (error) {
    if (!(error instanceof OversizedAnswer) || smaller.length === 0) throw error;
    return allRows(client, access, path, query, smaller);
  }
}

async function walk(
  client: ClockifyClient,
  access: Access,
  path: string,
  query: Record<string, string>,
): Promise<Row[]> {
  const found = new Map<string, Row>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { value, isLast } = await client.page(access, path, { ...query, page: String(page) });
    const rows = decode(() => toRows(value), false);
    const before = found.size;
    decode(() => rows.forEach((row) => found.set(idOf(row.id), row)), false);
    if (rows.length === 0 || (isLast ?? rows.length < Number(query['page-size']))) return [...found.values()];
    // Rows that moved on to the next page while we read come twice; a page of nothing else means a service that repeats itself.
    if (found.size === before) throw unreadable('its pages repeat', false);
  }
  throw unreadable('its pages have no end', false);
}
