import type { EntryDraft } from '../integrations/contract/remote-entry.js';
import type { EntryContent } from './time-entry.js';

/** An entry as it should stand at a provider. */
export function draftOf(entry: EntryContent): EntryDraft {
  return {
    description: entry.description,
    notes: entry.notes,
    projectExternalId: entry.projectExternalId,
    taskExternalId: entry.taskExternalId,
    tags: [...entry.tags],
    isBillable: entry.isBillable,
    start: entry.startedAt,
    end: entry.endedAt,
    isRunning: entry.isRunning,
  };
}
