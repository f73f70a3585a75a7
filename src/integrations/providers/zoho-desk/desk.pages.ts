import type { Access, DeskClient } from './desk.client.js';
import { unreadable } from './desk.errors.js';
import { decode, idOf, rowsIn, type Row } from './desk.shapes.js';

/** The most Desk gives at once, of tickets as of time entries. */
export const PAGE_SIZE = 100;
/** Some 3,500 credits of the whole portal: later pages cost more and more. */
const MOST_PAGES = 400;

export interface Walk {
  /** Asked after each full page whether it was the last one that is needed. */
  isEnough?: (page: readonly Row[]) => boolean;
  mostPages?: number;
}

/**
 * The rows of a list, each once. Desk tells neither a total nor whether more follow: a page that is not full is the last one.
 * Whether it counts from 0 or 1 is not sure, so that a row may come twice.
 */
export async function allRows(
  client: DeskClient,
  access: Access,
  path: string,
  query: Record<string, string>,
  { isEnough = () => false, mostPages }: Walk = {},
): Promise<Row[]> {
  const found = new Map<string, Row>();
  for (let page = 0; page < (mostPages ?? MOST_PAGES); page += 1) {
    const span = { from: String(page * PAGE_SIZE), limit: String(PAGE_SIZE) };
    const answer = await client.call(access, { method: 'GET', path, query: { ...query, ...span } });
    const rows = decode(() => rowsIn(answer), false);
    const before = found.size;
    decode(() => rows.forEach((row) => found.set(idOf(row.id), row)), false);
    if (rows.length < PAGE_SIZE || isEnough(rows)) return [...found.values()];
    if (found.size === before) throw unreadable('its pages repeat', false);
  }
  if (mostPages !== undefined) return [...found.values()];
  throw unreadable('its pages have no end', false);
}
