import type { Connection, EntriesSince, EntryWindow } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { RemoteEntry } from '../../contract/remote-entry.js';
import type { TogglClient } from './toggl.client.js';
import { unreadable } from './toggl.errors.js';
import { decode, toRemoteEntry, toRows, toSecond } from './toggl.mapping.js';

/** Toggl's cap on one answer; there is no page parameter. */
export const PAGE_SIZE = 1000;
/** How far back Toggl lets a client read, about: three months. It names the exact day when asked for more. */
export const HISTORY_DAYS = 90;

/**
 * Toggl selects by start, the contract by touch, so the walk begins this much earlier. Longer than any single entry the
 * ledger takes without a flag.
 */
const LONGEST_ENTRY_DAYS = 31;
const DAY = 86_400_000;
/** At Toggl's pace half a minute: who has more entries in three months than that is a service whose list has no end. */
const MOST_PAGES = 30;
const MOST_CLAMPS = 3;
const PATH = '/me/time_entries';

/** Reads of many entries: walks backwards over a window, and changes since an instant. */
export class TogglHistory {
  constructor(private readonly client: TogglClient) {}

  /** Every entry of the connection's workspace that touches the window; complete, or an error. */
  async list(connection: Connection, window: EntryWindow): Promise<RemoteEntry[]> {
    const found = new Map<string, RemoteEntry>();
    let start = wholeSecond(window.from.getTime() - LONGEST_ENTRY_DAYS * DAY);
    let end = wholeSecond(window.to.getTime() + 999);
    for (let pages = 0, clamps = 0; start < end; pages += 1) {
      const page = await this.page(connection, start, end, clamps < MOST_CLAMPS);
      if (page.earliest !== null) {
        clamps += 1;
        start = page.earliest;
        if (start > window.from) window.onIncomplete?.(start);
        continue;
      }
      const isNew = addTo(found, page.entries);
      if (page.entries.length < PAGE_SIZE) break;
      // A full page that brings nothing new, or no end in sight: the service ignores what it is asked.
      if (!isNew || pages >= MOST_PAGES) throw unreadable(isNew ? 'its pages have no end' : 'its pages repeat', false);
      end = nextEnd(page.entries, end);
    }
    return [...found.values()].filter((entry) => isOf(connection, entry) && !entry.isDeleted && touches(entry, window));
  }

  /** Everything created, changed or deleted since, also deleted entries. One call. */
  async changes(connection: Connection, since: EntriesSince, now: Date): Promise<RemoteEntry[]> {
    const rows = await this.changedRows(connection, since, now);
    // Newest first, and no way to ask for the rest.
    if (rows.length >= PAGE_SIZE) since.onIncomplete?.();
    return rows.filter((entry) => isOf(connection, entry));
  }

  private async changedRows(connection: Connection, since: EntriesSince, now: Date): Promise<RemoteEntry[]> {
    const ask = async (from: Date) =>
      readEntries(await this.client.get(connection, PATH, { since: String(unixSeconds(from)) }));
    try {
      return await ask(since.since);
    } catch (error) {
      const earliest = earliestIn(error) ?? earliestByRule(error, since.since, now);
      if (earliest === null || earliest <= since.since) throw error;
      since.onIncomplete?.();
      return ask(earliest);
    }
  }

  private async page(
    connection: Connection,
    start: Date,
    end: Date,
    mayClamp: boolean,
  ): Promise<{ entries: RemoteEntry[]; earliest: Date | null }> {
    const query = { start_date: toSecond(start), end_date: toSecond(end) };
    try {
      return { entries: readEntries(await this.client.get(connection, PATH, query)), earliest: null };
    } catch (error) {
      const named = earliestIn(error);
      if (named === null || !mayClamp) throw error;
      // The day begins in the profile's time zone: when its UTC midnight is refused too, the next one is taken.
      return { entries: [], earliest: named > start ? named : new Date(start.getTime() + DAY) };
    }
  }
}

/** One answer decoded; a single row of the wrong shape makes the whole answer unusable, so that nothing is concluded from it. */
export function readEntries(value: unknown): RemoteEntry[] {
  return decode(() => toRows(value).map(toRemoteEntry), false);
}

function addTo(found: Map<string, RemoteEntry>, entries: RemoteEntry[]): boolean {
  const before = found.size;
  for (const entry of entries) found.set(entry.externalId, entry);
  return found.size > before;
}

/** Just after the oldest start, because entries that share that second may have been cut off; always earlier than before. */
function nextEnd(entries: RemoteEntry[], end: Date): Date {
  const oldest = entries.reduce((least, { start }) => Math.min(least, start.getTime()), Infinity);
  return new Date(Math.min(wholeSecond(oldest).getTime(), end.getTime() - 2000) + 1000);
}

const isOf = (connection: Connection, entry: RemoteEntry): boolean => entry.workspaceId === connection.workspaceId;

function touches({ start, end }: RemoteEntry, { from, to }: EntryWindow): boolean {
  if (start >= to) return false;
  return start >= from || end === null || end > from;
}

/** The day in "start_date must not be earlier than YYYY-MM-DD". */
function earliestIn(error: unknown): Date | null {
  if (!(error instanceof ProviderError) || error.status !== 400) return null;
  const day = /earlier than (\d{4}-\d{2}-\d{2})/.exec(error.message)?.[1];
  const date = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(date) ? null : new Date(date);
}

/** `since` has the same limit, but no known text for it: a refusal of an old one is taken to mean that. */
function earliestByRule(error: unknown, since: Date, now: Date): Date | null {
  const earliest = new Date(now.getTime() - (HISTORY_DAYS - 5) * DAY);
  const isRefusal = error instanceof ProviderError && error.status === 400;
  return isRefusal && since < earliest ? earliest : null;
}

const unixSeconds = (instant: Date): number => Math.floor(instant.getTime() / 1000);
const wholeSecond = (milliseconds: number): Date => new Date(Math.floor(milliseconds / 1000) * 1000);
