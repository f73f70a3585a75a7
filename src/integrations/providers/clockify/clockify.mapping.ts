import { parseInstant } from '../../../common/instant.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry, RemoteProject } from '../../contract/remote-entry.js';
import { unreadable } from './clockify.errors.js';

/** An answer that is not shaped as Clockify specifies it. Only `decode` sees it. */
class ShapeError extends Error {}

/** @throws ProviderError `unavailable` in place of a `ShapeError` */
export function decode<T>(read: () => T, isWrite: boolean): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ShapeError ? unreadable(error.message, isWrite) : error;
  }
}

export type Row = Record<string, unknown>;

export interface Named {
  id: string;
  name: string;
}

/** An entry as Clockify answers it. Unless "hydrated", it names its tags by id only. */
export interface ClockifyEntry {
  facts: Omit<RemoteEntry, 'tags'>;
  tagIds: string[];
  /** Names by id, as far as the answer gave them. */
  tagNames: ReadonlyMap<string, string>;
  kept: KeptFields;
}

/** What a draft does not speak of, and what a write that replaces the entry would lose. */
interface KeptFields {
  type?: string;
  customFields?: Row[];
}

export interface ClockifyProfile {
  accountId: string;
  accountName: string;
  timeZone: string | null;
  defaultWorkspaceId: string | null;
}

/** The account behind `GET /user`. */
export function toProfile(value: unknown): ClockifyProfile {
  const row = asRow(value);
  const accountId = idOf(row.id);
  return {
    accountId,
    accountName: textOf(row.name) || textOf(row.email) || accountId,
    timeZone: zoneOf(row),
    defaultWorkspaceId: optionalIdOf(row.defaultWorkspace ?? row.activeWorkspace),
  };
}

/** The zone a person has chosen. */
export function zoneOf(person: Row): string | null {
  const settings = person.settings == null ? {} : asRow(person.settings);
  return textOf(settings.timeZone) || null;
}

export function toRows(value: unknown): Row[] {
  if (!Array.isArray(value)) throw new ShapeError('a list was expected');
  return value.map(asRow);
}

export const toNamed = (value: unknown): Named => {
  const row = asRow(value);
  return { id: idOf(row.id), name: textOf(row.name) };
};

/** What an entry belongs to: an id or, "hydrated", the thing itself. */
function referenceOf(id: unknown, thing: unknown): { id: string | null; name: string | undefined } {
  const named = thing == null ? undefined : toNamed(thing);
  return { id: optionalIdOf(id) ?? named?.id ?? null, name: named?.name };
}

export function toEntry(value: unknown): ClockifyEntry {
  const row = asRow(value);
  const { start, end, timeZone } = asRow(row.timeInterval);
  const project = referenceOf(row.projectId, row.project);
  const task = referenceOf(row.taskId, row.task);
  const tags = row.tags == null ? [] : toRows(row.tags).map(toNamed);
  return {
    facts: {
      externalId: idOf(row.id),
      workspaceId: idOf(row.workspaceId),
      accountId: idOf(referenceOf(row.userId, row.user).id),
      description: textOf(row.description),
      projectExternalId: project.id,
      projectName: project.name,
      taskExternalId: task.id,
      taskName: task.name,
      isBillable: row.billable === true,
      start: instantOf(start),
      ...endOf(end),
      isDeleted: false,
      version: null,
      timeZone: textOf(timeZone) || undefined,
    },
    tagIds: tags.length > 0 ? tags.map(({ id }) => id) : idsOf(row.tagIds),
    tagNames: new Map(tags.map(({ id, name }) => [id, name])),
    kept: keptOf(row),
  };
}

/** A running entry has neither end nor duration. */
const endOf = (end: unknown): Pick<RemoteEntry, 'end' | 'isRunning'> =>
  end == null ? { end: null, isRunning: true } : { end: instantOf(end), isRunning: false };

/** @param names for the tags the answer named by id; those it does not have are left out */
export function toRemoteEntry(entry: ClockifyEntry, names: ReadonlyMap<string, string>): RemoteEntry {
  const tags = entry.tagIds.map((id) => entry.tagNames.get(id) ?? names.get(id)).filter((name) => name !== undefined);
  return { ...entry.facts, tags };
}

/** A write answers ids only; names that still fit are taken from the entry as it was read before. */
export function withNamesOf(entry: ClockifyEntry, known: ClockifyEntry): ClockifyEntry {
  const { facts } = entry;
  const hasSameProject = facts.projectExternalId === known.facts.projectExternalId;
  const hasSameTask = facts.taskExternalId === known.facts.taskExternalId;
  return {
    ...entry,
    facts: {
      ...facts,
      projectName: facts.projectName ?? (hasSameProject ? known.facts.projectName : undefined),
      taskName: facts.taskName ?? (hasSameTask ? known.facts.taskName : undefined),
    },
    tagNames: new Map([...known.tagNames, ...entry.tagNames]),
  };
}

/** Custom fields are read under one name and written under another; under the first they would be lost without a word. */
function keptOf({ type, customFieldValues }: Row): KeptFields {
  const filled = customFieldValues == null ? [] : toRows(customFieldValues).filter(({ value }) => value != null);
  const customFields = filled.map(({ customFieldId, value, sourceType, type: source }) => ({
    customFieldId: idOf(customFieldId),
    value,
    sourceType: [sourceType, source].find(isSourceType) ?? 'TIMEENTRY',
  }));
  return {
    ...(type === 'REGULAR' || type === 'BREAK' ? { type } : {}),
    ...(customFields.length === 0 ? {} : { customFields }),
  };
}

const isSourceType = (value: unknown): boolean => ['WORKSPACE', 'PROJECT', 'TIMEENTRY'].includes(value as string);

/** @param clientNames of those projects whose row has a client's id without its name */
export function toRemoteProject(row: Row, clientNames: ReadonlyMap<string, string>): RemoteProject {
  const clientId = clientIdOf(row);
  const client = textOf(row.clientName) || (clientId === null ? '' : (clientNames.get(clientId) ?? ''));
  return {
    externalId: idOf(row.id),
    name: textOf(row.name),
    client: client === '' ? null : client,
    isArchived: row.archived === true,
  };
}

/** The client of a project whose name did not come along; `null` when it did, or when there is none. */
export const unnamedClientOf = (row: Row): string | null => (textOf(row.clientName) === '' ? clientIdOf(row) : null);

const clientIdOf = (row: Row): string | null => optionalIdOf(row.clientId);

/** The body of a POST, and of a PUT that clears what is left out. Clockify keeps whole seconds. */
export function toBody(draft: EntryDraft, tagIds: Iterable<string>, kept: KeptFields = {}): Row {
  return {
    ...kept,
    start: toSecond(draft.start),
    ...(draft.end === null ? {} : { end: toSecond(draft.end) }),
    description: draft.description,
    ...(draft.projectExternalId === null ? {} : { projectId: checkedId(draft.projectExternalId, 'project') }),
    ...(draft.taskExternalId === null ? {} : { taskId: checkedId(draft.taskExternalId, 'task') }),
    tagIds: [...tagIds],
    billable: draft.isBillable,
  };
}

/** The body of a PUT that gives an entry another end, or none, and leaves everything else. */
export function toSameBody({ facts, tagIds, kept }: ClockifyEntry, end: Date | null): Row {
  return toBody({ ...facts, notes: null, tags: [], end, isRunning: end === null }, tagIds, kept);
}

/** `yyyy-MM-ddThh:mm:ssZ`; parts of a second are cut. */
export const toSecond = (instant: Date): string => `${instant.toISOString().slice(0, 19)}Z`;

/** Hexadecimal in practice; the examples in Clockify's documentation have other letters too. */
const isId = (value: string): boolean => /^[0-9a-z]{24}$/i.test(value);

/** @throws ProviderError `rejected` for an id that cannot be Clockify's, before it gets into a path or a body */
export function checkedId(id: string, what: string): string {
  if (isId(id)) return id;
  throw new ProviderError('rejected', `This ${what} does not belong to Clockify: its id has not 24 characters.`);
}

function asRow(value: unknown): Row {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row;
  throw new ShapeError('an object was expected');
}

export function idOf(value: unknown): string {
  if (typeof value === 'string' && isId(value)) return value;
  throw new ShapeError('an id is missing or malformed');
}

/** Clockify has both `null` and the empty text for "none". */
const optionalIdOf = (value: unknown): string | null => (value == null || value === '' ? null : idOf(value));

function idsOf(value: unknown): string[] {
  if (value == null) return [];
  if (Array.isArray(value)) return value.map(idOf);
  throw new ShapeError('tagIds are not a list');
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function instantOf(value: unknown): Date {
  const parsed = typeof value === 'string' ? parseInstant(value) : undefined;
  if (parsed?.ok === true) return parsed.instant;
  throw new ShapeError('a time is missing or not RFC 3339');
}
