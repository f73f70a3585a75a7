import { parseInstant } from '../../../common/instant.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry, RemoteProject } from '../../contract/remote-entry.js';
import type { RemoteSubscription } from '../../contract/subscriptions.js';
import { unreadable } from './toggl.errors.js';
import { idLiteral, isId } from './toggl.json.js';

/** An answer that is not shaped as Toggl specifies it. Only `decode` sees it. */
class ShapeError extends Error {}

/** @throws ProviderError `unavailable` in place of a `ShapeError` */
export function decode<T>(read: () => T, isWrite: boolean): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ShapeError ? unreadable(error.message, isWrite) : error;
  }
}

/** What is wrong with the shape of something Toggl delivered by itself; `null` when nothing is. */
export function shapeProblem(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof ShapeError) return error.message;
    throw error;
  }
}

export interface TogglProfile {
  accountId: string;
  accountName: string;
  timeZone: string | null;
  defaultWorkspaceId: string | null;
}

type Row = Record<string, unknown>;

/** The account behind `GET /me`. The API token, the e-mail and everything else in it is dropped here. */
export function toProfile(value: unknown): TogglProfile {
  const row = asRow(value);
  const accountId = idOf(row.id);
  return {
    accountId,
    accountName: textOf(row.fullname) || textOf(row.email) || accountId,
    timeZone: textOf(row.timezone) || null,
    defaultWorkspaceId: optionalIdOf(row.default_workspace_id),
  };
}

/** Toggl answers `null` for an empty list. */
export function toRows(value: unknown): Row[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new ShapeError('a list was expected');
  return value.map(asRow);
}

export const toNamed = (row: Row): { id: string; name: string } => ({ id: idOf(row.id), name: textOf(row.name) });

export const toSubscription = (row: Row): RemoteSubscription => ({
  externalId: idOf(row.subscription_id),
  event: null,
  url: textOf(row.url_callback),
  isActive: row.enabled === true && row.validated_at != null,
});

export function toRemoteEntry(value: unknown): RemoteEntry {
  const row = asRow(value);
  const start = instantOf(row.start);
  return {
    externalId: idOf(row.id),
    workspaceId: idOf(row.workspace_id ?? row.wid),
    accountId: idOf(row.user_id ?? row.uid),
    description: textOf(row.description),
    projectExternalId: optionalIdOf(row.project_id ?? row.pid),
    taskExternalId: optionalIdOf(row.task_id ?? row.tid),
    tags: tagsOf(row.tags),
    isBillable: row.billable === true,
    start,
    ...endOf(row, start),
    isDeleted: row.server_deleted_at != null,
    version: row.at == null ? null : instantOf(row.at),
  };
}

/**
 * Toggl marks the running entry by a negative duration, whatever its figure (-1, or minus the unix start with old clients).
 * An entry sent without stop and duration comes back as `stop: null, duration: 0`, and in later lists as one that ended
 * when it started: it does not run. Nothing else is ever computed from the duration of an entry that has a stop.
 */
function endOf(row: Row, start: Date): { end: Date | null; isRunning: boolean } {
  if (row.stop != null) return { end: instantOf(row.stop), isRunning: false };
  const duration = row.duration;
  if (typeof duration !== 'number' || !Number.isSafeInteger(duration)) throw new ShapeError('duration is no integer');
  if (duration < 0) return { end: null, isRunning: true };
  return { end: new Date(start.getTime() + duration * 1000), isRunning: false };
}

/** A deleted project is `null`: it is no project any more. */
export function toRemoteProject(row: Row, clientNames: ReadonlyMap<string, string>): RemoteProject | null {
  if (row.server_deleted_at != null || row.status === 'deleted') return null;
  const clientId = clientIdOf(row);
  return {
    externalId: idOf(row.id),
    name: textOf(row.name),
    client: clientId === null ? null : (clientNames.get(clientId) ?? null),
    isArchived: row.active === false || row.status === 'archived',
  };
}

export const clientIdOf = (row: Row): string | null => optionalIdOf(row.client_id ?? row.cid);

/**
 * The body of a POST or PUT: all that a draft says, so that a field cleared here is cleared there. The tag list replaces the
 * other one. Toggl cuts sub-seconds; cutting them here keeps stop and duration in agreement.
 */
export function toBody(draft: EntryDraft, workspaceId: string, { reopen = true } = {}): Row {
  return {
    workspace_id: idLiteral(checkedId(workspaceId, 'workspace')),
    description: draft.description,
    project_id: idOrNull(draft.projectExternalId, 'project'),
    task_id: idOrNull(draft.taskExternalId, 'task'),
    tags: draft.tags,
    billable: draft.isBillable,
    start: toSecond(draft.start),
    ...toEnd(draft, reopen),
  };
}

/** A new entry has nothing to clear, so what is empty is left out. */
export function toNewBody(draft: EntryDraft, workspaceId: string): Row {
  const filled = Object.entries(toBody(draft, workspaceId)).filter(([, value]) => value !== null);
  return { created_with: 'Timesheet', ...Object.fromEntries(filled) };
}

/** Without a word about its end, an entry that was stopped there in the meantime stays stopped. */
function toEnd(draft: EntryDraft, reopen: boolean): Row {
  if (draft.end === null) return reopen ? { stop: null, duration: -1 } : {};
  return toStop(draft.start, draft.end);
}

/** Stop and duration together, because Toggl refuses them when they disagree. */
export function toStop(start: Date, end: Date): Row {
  return { stop: toSecond(end), duration: seconds(end) - seconds(start) };
}

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1000);

/** RFC 3339 in UTC, whole seconds. */
export const toSecond = (instant: Date): string =>
  new Date(seconds(instant) * 1000).toISOString().replace('.000Z', 'Z');

/** @throws ProviderError `rejected` for an id that cannot be Toggl's, before it gets into a path or a body */
export function checkedId(id: string, what: string): string {
  if (isId(id)) return id;
  throw new ProviderError('rejected', `This ${what} does not belong to Toggl: its id is not a number.`);
}

const idOrNull = (id: string | null, what: string): unknown => (id === null ? null : idLiteral(checkedId(id, what)));

function asRow(value: unknown): Row {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row;
  throw new ShapeError('an object was expected');
}

function idOf(value: unknown): string {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (isId(text)) return text;
  throw new ShapeError('an id is missing or no integer');
}

const optionalIdOf = (value: unknown): string | null => (value == null ? null : idOf(value));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function instantOf(value: unknown): Date {
  const parsed = typeof value === 'string' ? parseInstant(value) : undefined;
  if (parsed?.ok === true) return parsed.instant;
  throw new ShapeError('a time is missing or not RFC 3339');
}

function tagsOf(value: unknown): string[] {
  if (value == null) return [];
  if (Array.isArray(value) && value.every((tag) => typeof tag === 'string')) return value;
  throw new ShapeError('tags are not a list of names');
}
