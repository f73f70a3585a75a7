import { randomBytes } from 'node:crypto';
import { sha256 } from '../../../common/hashing.js';
import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import type { ZohoHistory } from './zoho.history.js';
import type { ZohoLog } from './zoho.logs.mapping.js';
import { readExternalId, toRemoteEntry, zoneOf } from './zoho.remote-entry.js';
import { toDayParts, wholeMinutes, type DayPart } from './zoho.times.js';
import { wantedOf, type LogWriter, type WantedLog } from './zoho.writer.js';

/**
 * Writes of entries. An entry over midnight is one log per day, tied together by a marker in their notes. Changing one takes
 * several calls, so every step can be repeated: what an interrupted run left is found again by its marker.
 */
export class ZohoEntries {
  constructor(
    private readonly history: ZohoHistory,
    private readonly writer: LogWriter,
  ) {}

  /** One call where the entry lies within a day. */
  async create(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    const wanted = this.wanted(connection, draft, randomBytes(6).toString('base64url'));
    const written: ZohoLog[] = [];
    for (const log of wanted) {
      try {
        written.push(await this.writer.create(connection, log));
      } catch (error) {
        throw written.length === 0 ? error : await this.undo(connection, written, error);
      }
    }
    return answerOf(written, connection, draft);
  }

  async update(connection: Connection, externalId: string, draft: EntryDraft): Promise<RemoteEntry> {
    const first = await this.history.find(connection, readExternalId(externalId));
    const target = wantedOf(draft);
    const isMove = first === null || first.projectId !== target.projectId || first.itemId !== target.itemId;
    const logs = isMove
      ? await this.move(connection, externalId, first, draft)
      : await this.rewrite(connection, first, draft, first.marker?.key ?? keyAfter(externalId));
    return answerOf(logs, connection, draft);
  }

  /** Its first log goes last, because the others are found through it. */
  async delete(connection: Connection, externalId: string): Promise<void> {
    const first = await this.history.find(connection, readExternalId(externalId));
    if (first === null) return;
    await this.remove(connection, await this.history.partsOf(connection, first));
  }

  async get(connection: Connection, externalId: string): Promise<RemoteEntry | null> {
    const first = await this.history.find(connection, readExternalId(externalId));
    return first === null ? null : toRemoteEntry(await this.history.partsOf(connection, first), connection);
  }

  /** Its first log is written last: until then it tells where the old parts are. */
  private async rewrite(connection: Connection, first: ZohoLog, draft: EntryDraft, key: string): Promise<ZohoLog[]> {
    const wanted = this.wanted(connection, draft, key);
    const old = await this.history.partsOf(connection, first);
    const known = wanted.length === 1 ? old : [...old, ...(await this.left(connection, wanted, key, old))];
    const byIndex = new Map(known.toReversed().map((log) => [log.marker?.index ?? 1, log]));
    byIndex.set(1, first);
    const surplus = known.filter((log) => log.id !== first.id && !isWanted(log, byIndex, wanted.length));
    await this.remove(connection, surplus);
    return this.writeAll(connection, wanted, byIndex);
  }

  /**
   * Zoho cannot move a log to another project or task, so it is written there and removed here. The new one's marker is made
   * from the old one's id: when a run was interrupted, the next one goes on with what is there.
   */
  private async move(
    connection: Connection,
    externalId: string,
    first: ZohoLog | null,
    draft: EntryDraft,
  ): Promise<ZohoLog[]> {
    const key = keyAfter(externalId);
    const wanted = this.wanted(connection, draft, key, true);
    const moved = await this.left(connection, wanted, key, []);
    if (first === null && moved.length === 0) throw new ProviderError('not_found', 'Zoho has no such time log.');
    const logs = await this.writeAll(connection, wanted, new Map(moved.map((log) => [log.marker!.index, log])));
    if (first !== null) await this.remove(connection, await this.history.partsOf(connection, first));
    return logs;
  }

  /** What an earlier, interrupted run has written of this already. */
  private async left(
    connection: Connection,
    wanted: readonly WantedLog[],
    key: string,
    known: readonly ZohoLog[],
  ): Promise<ZohoLog[]> {
    const days = { first: wanted[0]!.part.date, last: wanted.at(-1)!.part.date };
    const found = await this.history.marked(connection, wanted[0]!, key, days);
    return found.filter(({ id }) => !known.some((log) => log.id === id));
  }

  private async writeAll(
    connection: Connection,
    wanted: readonly WantedLog[],
    byIndex: ReadonlyMap<number, ZohoLog>,
  ): Promise<ZohoLog[]> {
    const written: ZohoLog[] = [];
    for (const log of wanted.toReversed()) {
      const held = byIndex.get(log.marker?.index ?? 1);
      const call = held === undefined ? this.writer.create(connection, log) : this.writer.update(connection, held, log);
      written.unshift(await call);
    }
    return written;
  }

  private async remove(connection: Connection, logs: readonly ZohoLog[]): Promise<void> {
    for (const log of logs.toReversed()) await this.writer.delete(connection, log);
  }

  /**
   * A later part was not taken. What a person has to mend must leave nothing behind; in all other cases the entry is half
   * there, and the one who asks again has to look for it first.
   */
  private async undo(connection: Connection, written: readonly ZohoLog[], error: unknown): Promise<unknown> {
    if (!(error instanceof ProviderError)) return error;
    const isFinal = error.kind === 'rejected' || error.kind === 'conflict' || error.kind === 'not_found';
    if (isFinal) {
      const isGone = await this.remove(connection, written).then(
        () => true,
        () => false,
      );
      if (isGone) return error;
    }
    const { retryAt, status } = error;
    return new ProviderError(error.kind, error.message, { retryAt, status, isAmbiguous: true });
  }

  private wanted(connection: Connection, draft: EntryDraft, key: string, isMarked = false): WantedLog[] {
    const parts = toDayParts(draft.start, draft.end!, zoneOf(connection));
    const target = wantedOf(draft);
    const needsMarker = isMarked || parts.length > 1;
    return parts.map((part: DayPart, index) => ({
      ...target,
      part,
      marker: needsMarker ? { key, index: index + 1, count: parts.length } : null,
    }));
  }
}

/** The key of an entry's further parts, made from its id so that every run arrives at the same one. */
const keyAfter = (externalId: string): string => sha256(externalId).toString('base64url').slice(0, 12);

function isWanted(log: ZohoLog, byIndex: ReadonlyMap<number, ZohoLog>, count: number): boolean {
  const index = log.marker?.index ?? 1;
  return index <= count && byIndex.get(index)?.id === log.id;
}

function answerOf(logs: readonly ZohoLog[], connection: Connection, draft: EntryDraft): RemoteEntry {
  const remote = toRemoteEntry(logs, connection);
  const rounded = wholeMinutes(draft.start, draft.end!);
  const isKept = rounded.start.getTime() === draft.start.getTime() && rounded.end.getTime() === draft.end!.getTime();
  return isKept ? remote : { ...remote, roundingNote: 'Zoho keeps whole minutes, so the times were rounded.' };
}
