import { blankEntry } from '../time-entries/blank-entry.js';
import type { Json } from '../time-entries/snapshot.js';
import type { TimeEntry } from '../time-entries/time-entry.js';

const INSTANTS = new Set<string>([
  'startedAt',
  'endedAt',
  'validStartedAt',
  'validEndedAt',
  'deletedAt',
  'createdAt',
  'modifiedAt',
] satisfies (keyof TimeEntry)[]);

/** The entry as a snapshot of the binnacle shows it; what a snapshot of older days does not know is blank. */
export const entryFromSnapshot = (snapshot: Record<string, Json>): TimeEntry => ({
  ...blankEntry(0, 0, new Date(0)),
  ...Object.fromEntries(
    Object.entries(snapshot).map(([field, value]) => [
      field,
      INSTANTS.has(field) && typeof value === 'string' ? new Date(value) : value,
    ]),
  ),
});
