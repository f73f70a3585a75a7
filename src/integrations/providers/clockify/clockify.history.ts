import type { Connection, EntryWindow } from '../../contract/provider.js';
import type { RemoteEntry } from '../../contract/remote-entry.js';
import type { ClockifyClient } from './clockify.client.js';
import { listPath, type ClockifyEntries } from './clockify.entries.js';
import { decode, toEntry, toSecond } from './clockify.mapping.js';
import { allRows, SAFE_PAGE_SIZE } from './clockify.pages.js';

/** As many as Clockify's own clients ask for; a quiet cycle of the sync is then one call. */
export const PAGE_SIZE = 1000;

/**
 * Clockify selects by start, the contract by touch, so the walk begins this much earlier. Longer than any single entry the
 * ledger takes without a flag.
 */
const LONGEST_ENTRY_DAYS = 31;
/**
 * Clockify reads the instants it is given as wall-clock times of the account's zone, which shifts the window by the zone's
 * offset. No zone is further from UTC than this.
 */
const FURTHEST_OFFSET_HOURS = 14;
const HOUR = 3_600_000;

/** Reads of many entries. */
export class ClockifyHistory {
  constructor(
    private readonly client: ClockifyClient,
    private readonly entries: ClockifyEntries,
  ) {}

  /** Every entry of the account in the connection's workspace that touches the window; complete, or an error. */
  async list(connection: Connection, accountId: string, window: EntryWindow): Promise<RemoteEntry[]> {
    const from = window.from.getTime() - (LONGEST_ENTRY_DAYS * 24 + FURTHEST_OFFSET_HOURS) * HOUR;
    const to = window.to.getTime() + FURTHEST_OFFSET_HOURS * HOUR;
    const rows = await allRows(
      this.client,
      connection,
      listPath(connection, accountId),
      { start: toSecond(new Date(from)), end: toSecond(new Date(to + 999)), hydrated: 'true' },
      [PAGE_SIZE, SAFE_PAGE_SIZE],
    );
    const found = decode(() => rows.map(toEntry), false);
    return this.entries.allToRemote(
      connection,
      found.filter(({ facts }) => touches(facts, window)),
    );
  }
}

function touches({ start, end }: Pick<RemoteEntry, 'start' | 'end'>, { from, to }: EntryWindow): boolean {
  if (start >= to) return false;
  return start >= from || end === null || end > from;
}
