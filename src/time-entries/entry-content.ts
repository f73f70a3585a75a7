import type { RemoteFacts } from './entry-change.js';
import { isKnownZone } from './offsets.js';
import { normaliseTags, type EntryContent, type TimeEntry } from './time-entry.js';

/** The entry with another content; what has an end does not run. */
export function withContent(entry: TimeEntry, content: EntryContent): TimeEntry {
  return {
    ...entry,
    ...content,
    tags: normaliseTags(content.tags),
    isRunning: content.isRunning && content.endedAt === null,
  };
}

/** The part of an entry that people and providers speak about. */
export function contentOf(entry: TimeEntry): EntryContent {
  return {
    source: entry.source,
    workspaceId: entry.workspaceId,
    workspaceName: entry.workspaceName,
    integrationId: entry.integrationId,
    projectId: entry.projectId,
    projectExternalId: entry.projectExternalId,
    projectName: entry.projectName,
    taskExternalId: entry.taskExternalId,
    taskName: entry.taskName,
    description: entry.description,
    notes: entry.notes,
    tags: entry.tags,
    category: entry.category,
    isBillable: entry.isBillable,
    startedAt: entry.startedAt,
    endedAt: entry.endedAt,
    isRunning: entry.isRunning,
    timeZone: entry.timeZone,
    timePrecision: entry.timePrecision,
  };
}

/** What a service shows, as content of ours. */
export function contentFromRemote(
  { entry, projectId, projectName }: RemoteFacts,
  current: TimeEntry,
): Partial<EntryContent> {
  return {
    description: entry.description,
    // `undefined`: the service has no notes, so ours stay.
    notes: entry.notes === undefined ? current.notes : entry.notes,
    projectId,
    projectExternalId: entry.projectExternalId,
    projectName: projectName ?? entry.projectName ?? null,
    taskExternalId: entry.taskExternalId,
    taskName: entry.taskName ?? null,
    tags: entry.tags ?? current.tags,
    isBillable: entry.isBillable,
    startedAt: entry.start,
    endedAt: entry.end,
    isRunning: entry.isRunning,
    // The zone an entry was born in stays: what its day was does not change with the account's settings.
    timeZone: current.version === 0 && isKnownZone(entry.timeZone ?? '') ? entry.timeZone! : current.timeZone,
    timePrecision: entry.timePrecision ?? 'second',
  };
}
