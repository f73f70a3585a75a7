import type { Connection, EntryWindow } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import type { ZohoClient } from './zoho.client.js';
import { unreadable } from './zoho.errors.js';
import { LOG_TYPES, toLogs, toOneLog, type LogType, type ZohoLog } from './zoho.logs.mapping.js';
import { checkedId, groupParts, toRemoteEntry, zoneOf, type LogAddress } from './zoho.remote-entry.js';
import { decode, hasNextPage } from './zoho.shapes.js';
import { dayStart, localDay, mondayOf, shiftDay, wholeMinutes } from './zoho.times.js';

/** The most Zoho gives per page. */
export const PAGE_SIZE = 200;
const MOST_PAGES = 250;
/** No entry has more parts than this, so no further days are read to complete one. */
const MOST_PARTS = 99;

interface Days {
  first: string;
  last: string;
}

/** Reads of logs: one by its address, or all of a span of days. */
export class ZohoHistory {
  constructor(private readonly client: ZohoClient) {}

  /** Every entry of the account that touches the window; complete, or an error. */
  async list(connection: Connection, window: EntryWindow): Promise<RemoteEntry[]> {
    const zone = zoneOf(connection);
    // A log may run on past the midnight of its day.
    const days = { first: shiftDay(localDay(window.from, zone), -1), last: localDay(window.to, zone) };
    const entries: RemoteEntry[] = [];
    for (const type of LOG_TYPES) entries.push(...(await this.entriesOf(connection, type, days)));
    return entries.filter((entry) => touches(entry, window, zone));
  }

  /** Entries that an unanswered create may have left: same words and project, and the start as Zoho would have kept it. */
  async findCreated(
    connection: Connection,
    sent: Pick<EntryDraft, 'start' | 'description' | 'projectExternalId'>,
  ): Promise<RemoteEntry[]> {
    const zone = zoneOf(connection);
    const { start } = wholeMinutes(sent.start, sent.start);
    const day = localDay(start, zone);
    const entries: RemoteEntry[] = [];
    for (const type of ['general', 'task'] as const) {
      entries.push(...(await this.entriesOf(connection, type, { first: day, last: day })));
    }
    return entries.filter((entry) => {
      const keptStart = entry.timePrecision === 'day' ? dayStart(day, zone) : start;
      const isThen = entry.start.getTime() === keptStart.getTime();
      return isThen && entry.description === sent.description && entry.projectExternalId === sent.projectExternalId;
    });
  }

  /** The log at an address, or `null` when there is none (any more). */
  async find(connection: Connection, { projectId, type, id }: LogAddress): Promise<ZohoLog | null> {
    const path = `${portalPath(connection)}/projects/${projectId}/logs/${id}`;
    try {
      const answer = await this.client.call(connection, { method: 'GET', path, query: { type }, isLookUp: true });
      return answer === undefined ? null : decode(() => toOneLog(answer, { type, projectId }), false);
    } catch (error) {
      if (error instanceof ProviderError && error.kind === 'not_found') return null;
      throw error;
    }
  }

  /** All parts of the entry whose first log this is. */
  async partsOf(connection: Connection, first: ZohoLog): Promise<ZohoLog[]> {
    const { marker, date } = first;
    if (marker === null || marker.count === 1) return [first];
    const days = { first: date, last: shiftDay(date, marker.count) };
    const others = await this.marked(connection, first, marker.key, days);
    return [first, ...others.filter((log) => log.id !== first.id && log.marker?.index !== marker.index)];
  }

  /** The account's logs with that key in those days, at one project and type. */
  async marked(
    connection: Connection,
    { projectId, type, itemId }: Pick<ZohoLog, 'projectId' | 'type' | 'itemId'>,
    key: string,
    days: Days,
  ): Promise<ZohoLog[]> {
    const logs = await this.weeks(connection, type, days);
    return logs.filter((log) => log.marker?.key === key && log.projectId === projectId && log.itemId === itemId);
  }

  private async entriesOf(connection: Connection, type: LogType, days: Days): Promise<RemoteEntry[]> {
    const logs = await this.weeks(connection, type, days);
    const wider = daysOfParts(logs, days);
    const all = wider === null ? logs : await this.weeks(connection, type, wider);
    return groupParts(all).map((parts) => toRemoteEntry(parts, connection));
  }

  /**
   * The account's logs of those days. Zoho is said to answer the whole ISO week of `start_date` whatever the end that is asked
   * for, so whole weeks are asked for, and what lies outside the days is dropped.
   */
  private async weeks(connection: Connection, type: LogType, { first, last }: Days): Promise<ZohoLog[]> {
    const found = new Map<string, ZohoLog>();
    for (let monday = mondayOf(first); monday <= last; monday = shiftDay(monday, 7)) {
      await this.addWeek(connection, type, monday, found);
    }
    return [...found.values()].filter(
      (log) => log.ownerId === connection.accountId && log.date >= first && log.date <= last,
    );
  }

  private async addWeek(
    connection: Connection,
    type: LogType,
    monday: string,
    found: Map<string, ZohoLog>,
  ): Promise<void> {
    const path = logsPath(connection);
    const span = { view_type: 'week', start_date: monday, end_date: shiftDay(monday, 6) };
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const query = { module: JSON.stringify({ type }), ...span, page: String(page), per_page: String(PAGE_SIZE) };
      const answer = await this.client.call(connection, { method: 'GET', path, query });
      const logs = decode(() => toLogs(answer, type), false);
      const before = found.size;
      for (const log of logs) found.set(log.id, log);
      const isFull = logs.length >= PAGE_SIZE;
      if (!(hasNextPage(answer) ?? isFull)) return;
      if (found.size > before) continue;
      // It says "more" for ever: an end is known by what comes. But the same full page again is no end.
      if (!isFull) return;
      break;
    }
    throw unreadable('its pages repeat', false);
  }
}

/** The list that a walk reads. */
export const logsPath = (connection: Pick<Connection, 'workspaceId'>): string => `${portalPath(connection)}/timelogs`;

export const portalPath = (connection: Pick<Connection, 'workspaceId'>): string =>
  `/portal/${checkedId(connection.workspaceId, 'portal')}`;

/** The days of all parts of entries of which only some were read; `null` when none is cut off. */
function daysOfParts(logs: readonly ZohoLog[], days: Days): Days | null {
  let { first, last } = days;
  for (const { date, marker } of logs) {
    if (marker === null || marker.count > MOST_PARTS) continue;
    const begins = shiftDay(date, 1 - marker.index);
    const ends = shiftDay(date, marker.count - marker.index);
    if (begins < first) first = begins;
    if (ends > last) last = ends;
  }
  return first === days.first && last === days.last ? null : { first, last };
}

/** Entries known only by the day may lie anywhere in it. */
function touches({ start, end, timePrecision }: RemoteEntry, { from, to }: EntryWindow, zone: string): boolean {
  const day = localDay(start, zone);
  const until = timePrecision === 'day' ? dayStart(shiftDay(day, 1), zone) : end!;
  return start < to && (start >= from || until > from || end! > from);
}
