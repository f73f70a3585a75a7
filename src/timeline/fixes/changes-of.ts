import type { EntryChange } from '../../time-entries/entry-change.js';
import { contentOf } from '../../time-entries/entry-content.js';
import type { TimeEntry } from '../../time-entries/time-entry.js';
import type { FixChange, LinkChange } from '../findings/finding.js';

/** A fix in the words of the ledger. */
export function changesOf(
  changes: readonly (FixChange | LinkChange)[],
  entries: readonly TimeEntry[],
  reason: string,
): EntryChange[] {
  return changes.map((change) => {
    if (change.kind === 'link') return { kind: 'link_same', id: change.entryId, sameAsId: change.sameAs, reason };
    const entry = entries.find(({ id }) => id === change.entryId)!;
    return change.kind === 'copy' ? copyOf(entry, change, reason) : timesOf(entry, change, reason);
  });
}

/** What changes no entry is a line in the history of each. */
export const remarksOn = (entries: readonly TimeEntry[], reason: string): EntryChange[] =>
  entries.map(({ id }) => ({ kind: 'remark', id, text: { timeline: reason.slice(reason.indexOf(' ') + 1) }, reason }));

/** What runs and is to end is stopped, so that its service stops it too. */
function timesOf(entry: TimeEntry, { start, end }: FixChange, reason: string): EntryChange {
  const startsAsBefore = start.getTime() === entry.startedAt.getTime();
  if (entry.isRunning && end !== null && startsAsBefore) return { kind: 'end', id: entry.id, end, reason };
  const patch = { ...(startsAsBefore ? {} : { startedAt: start }), ...(end === null ? {} : { endedAt: end }) };
  return { kind: 'edit', id: entry.id, patch, reason };
}

/** The same work at another time: an entry of its own, at the same service. */
function copyOf(entry: TimeEntry, { start, end }: FixChange, reason: string): EntryChange {
  const content = { ...contentOf(entry), startedAt: start, endedAt: end, isRunning: false };
  return { kind: 'create', userId: entry.userId, content, reason };
}
