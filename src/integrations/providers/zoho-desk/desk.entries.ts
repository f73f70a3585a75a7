import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import { portalKey, type DeskClient } from './desk.client.js';
import { unreadable } from './desk.errors.js';
import type { DeskHistory } from './desk.history.js';
import {
  chargeTypeOf,
  parentOf,
  readExternalId,
  timesOf,
  toBody,
  toEntry,
  toExternalId,
  toRemoteEntry,
  type DeskEntry,
  type EntryAddress,
  type Module,
  type Parent,
} from './desk.mapping.js';
import { asRow, decode } from './desk.shapes.js';

type Verb = 'PUT' | 'PATCH';

/** What Zoho's OpenAPI files say of each module; its other sources disagree. */
const DOCUMENTED_VERB: Readonly<Record<Module, Verb>> = { tickets: 'PUT', tasks: 'PATCH' };

/** Writes of entries. Their parent stands in the address, so that one for another ticket is written anew. */
export class DeskEntries {
  /** The verb a portal turned out to take. */
  private readonly verbs = new Map<string, Verb>();

  constructor(
    private readonly client: DeskClient,
    private readonly history: DeskHistory,
  ) {}

  async create(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    const parent = parentOf(draft);
    const json = { ...toBody(draft), mode: 'MANUAL' };
    try {
      const answer = await this.client.call(connection, { method: 'POST', path: pathOf(parent), json });
      if (answer === undefined) throw unreadable('it is empty', true);
      return answerOf(
        decode(() => toEntry(asRow(answer), parent), true),
        connection,
        draft,
      );
    } catch (error) {
      if (!isKind(error, 'not_found')) throw error;
      const { message, status } = error;
      throw new ProviderError('rejected', `Zoho Desk has no such project (ticket): ${message}`, { status });
    }
  }

  async update(connection: Connection, externalId: string, draft: EntryDraft): Promise<RemoteEntry> {
    const address = readExternalId(externalId);
    const wanted = parentOf(draft);
    const isMove = wanted.module !== address.parent.module || wanted.id !== address.parent.id;
    return isMove ? this.move(connection, address, draft) : this.rewrite(connection, address, draft);
  }

  /** Succeeds when the entry is gone, whoever removed it. */
  async delete(connection: Connection, externalId: string): Promise<void> {
    const address = readExternalId(externalId);
    if (address.parent.module === 'tasks') return this.refuseOnTask(connection, address);
    try {
      await this.client.call(connection, { method: 'DELETE', path: pathOf(address.parent, address.id) });
    } catch (error) {
      const meaning = await this.whyRefused(connection, address, error);
      if (!isKind(meaning, 'not_found')) throw meaning;
    }
  }

  async get(connection: Connection, externalId: string): Promise<RemoteEntry | null> {
    const entry = await this.history.find(connection, readExternalId(externalId));
    return entry === null ? null : toRemoteEntry(entry, connection);
  }

  private async rewrite(connection: Connection, address: EntryAddress, draft: EntryDraft): Promise<RemoteEntry> {
    const body = toBody(draft);
    try {
      const written = await this.put(connection, address, body);
      // What is left out may have stayed, and would be read as the entry's text.
      const isLeftOver = written.chargeType !== null && chargeTypeOf(draft) === null;
      const entry = isLeftOver ? await this.put(connection, address, { ...body, requestChargeType: null }) : written;
      return answerOf(entry, connection, draft);
    } catch (error) {
      throw await this.whyRefused(connection, address, error);
    }
  }

  /** Once more with the other verb where the first is not allowed, and from then on with that. */
  private async put(connection: Connection, address: EntryAddress, json: object): Promise<DeskEntry> {
    const { module } = address.parent;
    const key = `${portalKey(connection)} ${module}`;
    const verb = this.verbs.get(key) ?? DOCUMENTED_VERB[module];
    try {
      return await this.send(connection, verb, address, json);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.status !== 405) throw error;
    }
    const other = verb === 'PUT' ? 'PATCH' : 'PUT';
    const entry = await this.send(connection, other, address, json);
    this.verbs.set(key, other);
    return entry;
  }

  private async send(connection: Connection, method: Verb, address: EntryAddress, json: object): Promise<DeskEntry> {
    const path = pathOf(address.parent, address.id);
    const answer = await this.client.call(connection, { method, path, json });
    if (answer !== undefined) return decode(() => toEntry(asRow(answer), address.parent), true);
    const now = await this.history.find(connection, address);
    if (now === null) throw new ProviderError('not_found', 'Zoho Desk has no such time entry.');
    return now;
  }

  /**
   * Written there, then removed here. An interrupted run is gone on with: what it wrote is found by its start, length and
   * words.
   */
  private async move(connection: Connection, address: EntryAddress, draft: EntryDraft): Promise<RemoteEntry> {
    const old = await this.history.find(connection, address);
    if (old?.isBilled === true) throw billed();
    if (old !== null && old.parent.module === 'tasks') await this.refuseOnTask(connection, address);
    const moved = await this.findMoved(connection, draft);
    if (old === null && moved === null) {
      throw new ProviderError('not_found', 'Zoho Desk has no such time entry.');
    }
    const entry = moved ?? (await this.create(connection, draft));
    if (old !== null) await this.delete(connection, toExternalId(address));
    return entry;
  }

  private async findMoved(connection: Connection, draft: EntryDraft): Promise<RemoteEntry | null> {
    const { start, seconds } = timesOf(draft);
    const until = start.getTime() + seconds * 1000;
    const { module, id } = parentOf(draft);
    const candidates = await this.history.findCreated(connection, draft);
    const isThere = ({ externalId, end }: RemoteEntry) =>
      externalId.startsWith(`${module}:${id}:`) && end!.getTime() === until;
    return candidates.find(isThere) ?? null;
  }

  private async refuseOnTask(connection: Connection, address: EntryAddress): Promise<void> {
    if ((await this.history.find(connection, address)) === null) return;
    throw new ProviderError('rejected', 'Zoho Desk’s API cannot delete time on a task: please do it there.');
  }

  /**
   * What a refusal of a write was about. Desk answers 422 for bad data as for an entry that is not there, and refuses to
   * change what was billed with words of its own.
   */
  private async whyRefused(connection: Connection, address: EntryAddress, error: unknown): Promise<unknown> {
    if (!isKind(error, 'rejected')) return error;
    const held = await this.history.find(connection, address);
    if (held === null) return new ProviderError('not_found', 'Zoho Desk has no such time entry.');
    return held.isBilled ? billed(error.message) : error;
  }
}

const billed = (words = ''): ProviderError =>
  new ProviderError('conflict', `The entry was billed at Zoho Desk and cannot be changed. ${words}`.trim());

function isKind(error: unknown, kind: ProviderError['kind']): error is ProviderError {
  return error instanceof ProviderError && error.kind === kind;
}

function pathOf(parent: Parent, id?: string): string {
  const path = `/${parent.module}/${parent.id}/timeEntry`;
  return id === undefined ? path : `${path}/${id}`;
}

/** An answer that leaves the start out says nothing against the one that was sent. */
function answerOf(entry: DeskEntry, connection: Connection, draft: EntryDraft): RemoteEntry {
  const { start, seconds } = timesOf(draft);
  const remote = toRemoteEntry({ ...entry, start: entry.start ?? start }, connection)!;
  const isKept = start.getTime() === draft.start.getTime() && start.getTime() + seconds * 1000 === draft.end!.getTime();
  return isKept ? remote : { ...remote, roundingNote: 'Zoho Desk keeps whole seconds, so the times were cut.' };
}
