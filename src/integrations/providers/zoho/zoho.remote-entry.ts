import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { RemoteEntry } from '../../contract/remote-entry.js';
import { LOG_TYPES, type LogType, type ZohoLog } from './zoho.logs.mapping.js';
import { splitLines } from './zoho.notes.js';
import { isId } from './zoho.shapes.js';
import { startOfLog } from './zoho.times.js';

const MINUTE = 60_000;

/** What it takes to find a log at Zoho, which asks for its project and type with each call. */
export interface LogAddress {
  projectId: string;
  type: LogType;
  id: string;
}

/**
 * An entry's external id: the address of its log, of its first one where it is several. It stays the same when the entry
 * grows over midnight or shrinks back.
 */
export const toExternalId = ({ projectId, type, id }: LogAddress): string => `${projectId}:${type}:${id}`;

/** @throws ProviderError `rejected` for an id that cannot be Zoho's */
export function readExternalId(externalId: string): LogAddress {
  const [projectId = '', typeName, id = '', ...rest] = externalId.split(':');
  const type = LOG_TYPES.find((known) => known === typeName);
  if (type !== undefined && isId(projectId) && isId(id) && rest.length === 0) return { projectId, type, id };
  throw new ProviderError('rejected', 'This entry does not belong to Zoho Projects: its id has another form.');
}

/** @throws ProviderError `rejected` for an id that cannot be Zoho's, before it gets into a path or a body */
export function checkedId(id: string, what: string): string {
  if (isId(id)) return id;
  throw new ProviderError('rejected', `This ${what} does not belong to Zoho: its id is not a number.`);
}

/** The zone in which the account's days begin and end. */
export const zoneOf = (connection: Connection): string => connection.timeZone ?? 'UTC';

/** Logs that are parts of one entry, in their order. */
export function groupParts(logs: readonly ZohoLog[]): ZohoLog[][] {
  const groups = new Map<string, ZohoLog[]>();
  for (const log of logs) {
    const { marker, projectId, type, itemId } = log;
    const group = marker === null ? log.id : `${marker.key} ${projectId} ${type} ${itemId}`;
    const parts = groups.get(group) ?? [];
    // A part that is there twice was copied by somebody: the copy is an entry of its own.
    const isCopy = parts.some((part) => part.marker?.index === marker?.index);
    groups.set(isCopy ? log.id : group, isCopy ? [log] : [...parts, log]);
  }
  return [...groups.values()].map((parts) => parts.toSorted((a, b) => indexOf(a) - indexOf(b)));
}

const indexOf = (log: ZohoLog): number => log.marker?.index ?? 1;

/**
 * The entry that some logs are. It lasts as long as they do together, so that totals agree with Zoho's.
 * @param parts in order, at least one
 */
export function toRemoteEntry(parts: readonly ZohoLog[], connection: Connection): RemoteEntry {
  const first = parts[0]!;
  const zone = zoneOf(connection);
  const { start } = startOfLog(first, zone);
  const isExact = parts.every((part) => startOfLog(part, zone).isExact);
  const minutes = parts.reduce((sum, part) => sum + part.minutes, 0);
  return {
    externalId: toExternalId(first),
    workspaceId: connection.workspaceId,
    accountId: first.ownerId,
    ...wordsOf(first),
    projectExternalId: first.projectId,
    projectName: first.projectName,
    taskExternalId: first.itemId,
    taskName: first.itemName,
    tags: undefined,
    isBillable: first.isBillable,
    start,
    end: new Date(start.getTime() + minutes * MINUTE),
    isRunning: false,
    isDeleted: false,
    version: latest(parts.map(({ version }) => version)),
    // A day means nothing without its zone. An instant does, and keeps the zone its owner sees it in.
    ...(isExact ? { timePrecision: 'second' } : { timePrecision: 'day', timeZone: zone }),
  };
}

/** A general log has a name and notes; one on a task has notes only, whose first line is what was done. */
function wordsOf(log: ZohoLog): { description: string; notes: string | null } {
  if (log.type === 'general') return { description: log.logName, notes: log.notes === '' ? null : log.notes };
  const { description, notes } = splitLines(log.notes);
  return { description: description === '' ? (log.itemName ?? '') : description, notes };
}

function latest(versions: readonly (Date | null)[]): Date | null {
  const known = versions.filter((version) => version !== null);
  return known.length === 0 ? null : new Date(Math.max(...known.map((version) => version.getTime())));
}
