import type { DeskEntry, DeskModel, DeskTicket } from './model.js';
import { refusal } from './refusal.js';

const MOST = 100;

/** `from` counts from 0; neither a total nor "more" is told. */
export function page<T>(rows: readonly T[], query: URLSearchParams, isOneBased: boolean): T[] {
  const from = integerIn(query, 'from', 0, 0, 1_000_000);
  const limit = integerIn(query, 'limit', 10, 1, MOST);
  const first = isOneBased ? Math.max(0, from - 1) : from;
  return rows.slice(first, first + limit);
}

export function integerIn(query: URLSearchParams, name: string, fallback: number, least: number, most: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
  throw refusal(422, 'UNPROCESSABLE_ENTITY', `The value passed for the '${name}' query parameter is invalid.`);
}

/** Time entries that a list's query asks for, in the order it asks for. */
export function selectEntries(entries: readonly DeskEntry[], query: URLSearchParams): DeskEntry[] {
  const module = query.get('module');
  if (module !== null && !['tickets', 'tasks', 'calls', 'events'].includes(module)) throw badValue('module');
  const created = rangeIn(query, 'createdTimeRange');
  const modified = rangeIn(query, 'modifiedTimeRange');
  const order = query.get('orderBy') ?? 'ASC';
  if (order !== 'ASC' && order !== 'DESC') throw badValue('orderBy');
  const rows = entries.filter(
    (entry) =>
      (module === null || entry.module === module) &&
      isIn(created, entry.createdAt) &&
      isIn(modified, entry.modifiedAt),
  );
  const sign = order === 'ASC' ? 1 : -1;
  return rows.sort((a, b) => {
    // Rows without a time come last in either order.
    if (a.executedTime === null || b.executedTime === null) {
      return Number(a.executedTime === null) - Number(b.executedTime === null);
    }
    return sign * (a.executedTime - b.executedTime || Number(BigInt(a.id) - BigInt(b.id)));
  });
}

export function selectTickets(model: DeskModel, portalId: string, query: URLSearchParams): DeskTicket[] {
  const assignee = query.get('assignee');
  const tickets = [...model.tickets.values()].filter(
    (ticket) => ticket.portalId === portalId && (assignee === null || ticket.assigneeId === assignee),
  );
  return query.get('sortBy') === '-createdTime' ? tickets.toReversed() : tickets;
}

export function searchTickets(model: DeskModel, portalId: string, query: URLSearchParams): DeskTicket[] {
  const number = query.get('ticketNumber');
  const words = /^\*(.+)\*$/.exec(query.get('subject') ?? '')?.[1]?.toLowerCase();
  if (number === null && words === undefined) throw refusal(422, 'UNPROCESSABLE_ENTITY', 'Nothing to search for.');
  return [...model.tickets.values()].filter(
    (ticket) =>
      ticket.portalId === portalId &&
      (number === null || ticket.ticketNumber === number) &&
      (words === undefined || ticket.subject.toLowerCase().includes(words)),
  );
}

function rangeIn(query: URLSearchParams, name: string): [number, number] | null {
  const text = query.get(name);
  if (text === null) return null;
  const times = text.split(',').map((part) => (/^\S{19}\.\d{3}Z$/.test(part) ? Date.parse(part) : Number.NaN));
  if (times.length !== 2 || times.some(Number.isNaN)) throw badValue(name);
  return [times[0]!, times[1]!];
}

const isIn = (range: [number, number] | null, time: number): boolean =>
  range === null || (time >= range[0] && time <= range[1]);

const badValue = (name: string) =>
  refusal(422, 'UNPROCESSABLE_ENTITY', `The value passed for the '${name}' query parameter is invalid.`);
