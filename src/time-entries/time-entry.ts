import type { TimeEntryRow } from './time-entry.entity.js';

/** One record of worked time: a value, read from the ledger or on its way into it. */
export type TimeEntry = Readonly<TimeEntryRow>;

/** What somebody can say about worked time; everything else in an entry is decided by the ledger. */
export type EntryContent = Pick<
  TimeEntry,
  | 'source'
  | 'workspaceId'
  | 'integrationId'
  | 'projectId'
  | 'projectExternalId'
  | 'projectName'
  | 'taskExternalId'
  | 'taskName'
  | 'description'
  | 'notes'
  | 'tags'
  | 'category'
  | 'isBillable'
  | 'startedAt'
  | 'endedAt'
  | 'isRunning'
  | 'timeZone'
  | 'timePrecision'
> &
  Partial<Pick<TimeEntry, 'workspaceName'>>;

/** Exact length; `null` while there is no end. */
export const durationSeconds = (entry: Pick<TimeEntry, 'startedAt' | 'endedAt'>): number | null =>
  entry.endedAt === null ? null : (entry.endedAt.getTime() - entry.startedAt.getTime()) / 1000;

/** Tags without blanks and repetitions, in the order they came. */
export const normaliseTags = (tags: readonly string[]): string[] => [
  ...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== '')),
];

/** Tags are a set: their order says nothing. */
export const sameTags = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === new Set(a).size;
