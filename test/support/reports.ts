import type { ChangeOf, EntryChange, ReportedEvent } from '../../src/time-entries/entry-change.js';
import type { TimeEntry } from '../../src/time-entries/time-entry.js';
import { at, facts } from './entries.js';

export type Remote = NonNullable<Parameters<typeof facts>[0]>;

export const RUNNING: Remote = { end: null, isRunning: true };

/** The unversioned service of these tests. */
export const AT_CLOCKIFY = { source: 'clockify', workspaceId: 'w1' };

/** A webhook about an entry from eight to nine. */
export const report = (
  event: ReportedEvent,
  remote: Remote = {},
  over: Partial<ChangeOf<'report'>> = {},
): ChangeOf<'report'> => {
  const key = { ...AT_CLOCKIFY, externalId: remote.externalId ?? 'c1' };
  const entry = { version: null, workspaceId: key.workspaceId, externalId: key.externalId, ...remote };
  return { kind: 'report', event, key, userId: 1, integrationId: null, facts: facts(entry), ...over };
};

/** A read of the same service. */
export const read = (readAt: Date, remote: Remote, over: Partial<ChangeOf<'observe'>> = {}): ChangeOf<'observe'> => {
  const { key, facts: shown } = report('edit', remote);
  return { kind: 'observe', key, userId: 1, integrationId: 5, facts: { ...shown, readAt }, ...over };
};

/** The life of an entry at its service, as its webhooks tell it. */
export const LIFE: EntryChange[] = [
  report('start', { ...RUNNING, description: 'a' }),
  report('edit', { ...RUNNING, description: 'b', tags: ['t'] }),
  report('edit', { ...RUNNING, description: 'c', start: at('07:50:00'), projectExternalId: 'p' }),
  report('end', { description: 'c', start: at('07:50:00'), projectExternalId: 'p', tags: [] }),
  report('delete', { description: 'c', start: at('07:50:00'), projectExternalId: 'p', tags: [] }),
];

/** What the order of news must not alter. What was decided about the entry follows the order in which it was told. */
export const factsOf = (entry: TimeEntry) => ({
  description: entry.description,
  projectExternalId: entry.projectExternalId,
  tags: [...entry.tags].sort((a, b) => (a < b ? -1 : 1)),
  isBillable: entry.isBillable,
  startedAt: entry.startedAt,
  endedAt: entry.endedAt,
  isRunning: entry.isRunning,
  isDeleted: entry.deletedAt !== null,
});

/** Every order of a list. */
export function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((first, index) => permutations(list.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

/** The same report about another entry. */
export const about = (change: EntryChange, externalId: string): EntryChange => {
  if (change.kind !== 'report') throw new Error('only reports');
  const { key, facts: told } = change;
  return { ...change, key: { ...key, externalId }, facts: { ...told, entry: { ...told.entry, externalId } } };
};
