import type { Clock } from '../../../common/clock.js';
import { oneLine } from '../../../common/one-line.js';
import type { Connection, EntryWindow } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import { checkedId, type DeskClient } from './desk.client.js';
import { MODULES, toEntry, toRemoteEntry, type DeskEntry, type EntryAddress, type Module } from './desk.mapping.js';
import { allRows } from './desk.pages.js';
import { asRow, decode, instantOf, type Row } from './desk.shapes.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/**
 * Desk lists by start, the contract asks by touch: the walk goes on this much further into the past. Each page costs credits
 * of the whole portal, and nobody works a week without a pause.
 */
const LONGEST_ENTRY = 7 * DAY;
/** Pushes are tried for three days; a lost create is not older. */
const OLDEST_LOST_CREATE = 4 * DAY;

/** Reads of an agent's time: one entry by its address, or all of a span. */
export class DeskHistory {
  constructor(
    private readonly client: DeskClient,
    private readonly clock: Clock,
  ) {}

  /** Every entry of the agent that touches the window; complete, or an error. */
  async list(connection: Connection, window: EntryWindow): Promise<RemoteEntry[]> {
    const horizon = window.from.getTime() - LONGEST_ENTRY;
    // Desk has no range of starts: newest first, until a page ends before all that can touch the window.
    const walk = { isEnough: (page: readonly Row[]) => endsBefore(page, horizon) };
    const entries: RemoteEntry[] = [];
    // Whether a question without a module means all of them is not documented.
    for (const module of MODULES) {
      const own = await this.own(connection, module, { orderBy: 'DESC' }, walk);
      entries.push(...own.map((entry) => toRemoteEntry(entry, connection)).filter((remote) => remote !== null));
    }
    return entries.filter((entry) => touches(entry, window));
  }

  /** The agent's entries of the last days that have this start and these words, and stand on this ticket. */
  async findCreated(
    connection: Connection,
    sent: Pick<EntryDraft, 'start' | 'description' | 'projectExternalId'>,
  ): Promise<RemoteEntry[]> {
    const start = Math.floor(sent.start.getTime() / 1000) * 1000;
    const words = oneLine(sent.description);
    const now = this.clock.now().getTime();
    const range = [now - OLDEST_LOST_CREATE, now + 5 * MINUTE].map((time) => new Date(time).toISOString()).join(',');
    const found: RemoteEntry[] = [];
    for (const module of MODULES) {
      const own = await this.own(connection, module, { createdTimeRange: range, orderBy: 'DESC' });
      found.push(...own.map((entry) => toRemoteEntry(entry, connection)).filter((remote) => remote !== null));
    }
    return found.filter(
      (remote) =>
        remote.start.getTime() === start &&
        remote.description === words &&
        remote.projectExternalId === sent.projectExternalId,
    );
  }

  /** The agent's entry at an address; `null` when it is not there (any more): gone, in the bin, moved or given away. */
  async find(connection: Connection, { parent, id }: EntryAddress): Promise<DeskEntry | null> {
    try {
      const path = `${agentPath(connection)}/${checkedId(id, 'entry')}`;
      const answer = await this.client.call(connection, { method: 'GET', path });
      const entry = answer === undefined ? null : decode(() => toEntry(asRow(answer)), false);
      const isThere = entry?.parent.module === parent.module && entry.parent.id === parent.id;
      return isThere && !entry.isTrashed && isOwn(entry, connection) ? entry : null;
    } catch (error) {
      if (isNoSuchEntry(error)) return null;
      throw error;
    }
  }

  private async own(
    connection: Connection,
    module: Module,
    query: Record<string, string>,
    walk: Parameters<typeof allRows>[4] = {},
  ): Promise<DeskEntry[]> {
    const rows = await allRows(this.client, connection, agentPath(connection), { ...query, module }, walk);
    const entries = decode(() => rows.map((row) => toEntry(row)), false);
    // A service that did not know the question's module would answer everything twice.
    return entries.filter((entry) => entry.parent.module === module && !entry.isTrashed && isOwn(entry, connection));
  }
}

const agentPath = ({ accountId }: Connection): string => `/agents/${checkedId(accountId, 'agent')}/timeEntry`;

const isOwn = ({ ownerId }: DeskEntry, { accountId }: Connection): boolean => ownerId === null || ownerId === accountId;

/** Desk documents no 404 for an entry, and 422 where it is looked up by its agent. */
const isNoSuchEntry = (error: unknown): boolean =>
  error instanceof ProviderError && (error.kind === 'not_found' || error.status === 422);

/** Rows without a start say nothing of where the page ends. */
function endsBefore(page: readonly Row[], horizon: number): boolean {
  const last = decode(() => instantOf(page.at(-1)?.executedTime), false);
  return last !== null && last.getTime() < horizon;
}

function touches({ start, end }: RemoteEntry, { from, to }: EntryWindow): boolean {
  return start < to && (start >= from || end! > from);
}
