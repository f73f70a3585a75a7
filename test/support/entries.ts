import { blankEntry } from '../../src/time-entries/blank-entry.js';
import { contentOf } from '../../src/time-entries/entry-content.js';
import type { RemoteFacts } from '../../src/time-entries/entry-change.js';
import type { EntryContent, TimeEntry } from '../../src/time-entries/time-entry.js';

export const at = (text: string): Date => new Date(`2026-07-20T${text}Z`);

/** What a person typed: a local entry from eight to nine unless said otherwise. */
export const content = (changes: Partial<EntryContent> = {}): EntryContent => ({
  ...contentOf(blankEntry(0, 1, at('08:00:00'))),
  description: 'Working',
  endedAt: at('09:00:00'),
  ...changes,
});

/** An entry that has been written once. */
export const entry = (changes: Partial<TimeEntry> = {}): TimeEntry => {
  const base = {
    ...blankEntry(7, 1, at('08:00:00')),
    description: 'Working',
    endedAt: at('09:00:00') as Date | null,
    version: 1,
    binnacleSequence: 1,
  };
  const merged = { ...base, ...changes };
  return {
    ...merged,
    validStartedAt: changes.validStartedAt ?? merged.startedAt,
    validEndedAt: changes.validEndedAt ?? merged.endedAt,
    offsetEndSeconds: merged.endedAt === null ? null : 0,
  };
};

/** What a service reports of an entry. */
export const facts = (changes: Partial<RemoteFacts['entry']> = {}): RemoteFacts => ({
  projectId: null,
  projectName: null,
  entry: {
    externalId: '3730303299',
    workspaceId: '2000001',
    accountId: '1000001',
    description: 'Working',
    projectExternalId: null,
    taskExternalId: null,
    tags: [],
    isBillable: true,
    start: at('08:00:00'),
    end: at('09:00:00'),
    isRunning: false,
    isDeleted: false,
    version: at('09:00:00'),
    ...changes,
  },
});
