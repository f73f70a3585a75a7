import type { EntryChange, ReportedEvent } from './entry-change.js';
import type { LetterKind, MailWish } from './mail-wish.js';
import type { TimeEntry } from './time-entry.js';

const BORN_BY: Record<ReportedEvent, LetterKind | null> = {
  start: 'started',
  end: 'created_by_end',
  edit: 'created_by_edit',
  delete: 'delete_unknown',
  manual: 'manual',
  restore: null,
};

/** Who is told of a change: of every correction of reported time, and of what a service reports of its sessions. */
export function mailsFor(current: TimeEntry, next: TimeEntry, change: EntryChange): MailWish[] {
  if (change.kind === 'overrun') return [{ kind: 'overtime', before: current, after: next }];
  if (change.kind === 'enter' || change.kind === 'create') return [];
  const kinds: LetterKind[] = [];
  const reported = change.kind === 'report' ? reportedLetter(current, next, change.event) : null;
  if (reported !== null) kinds.push(reported);
  const isCorrected = current.version > 0 && next.deletedAt === null && next.timeEditCount > current.timeEditCount;
  if (isCorrected) kinds.push(next.reviewStatus === 'under_review' ? 'under_review' : 'edited');
  return kinds.map((kind) => ({ kind, before: current.version === 0 ? null : current, after: next }));
}

function reportedLetter(current: TimeEntry, next: TimeEntry, event: ReportedEvent): LetterKind | null {
  if (current.version === 0) return BORN_BY[event];
  if (current.deletedAt === null && next.deletedAt !== null) return 'deleted';
  if (event === 'manual')
    return next.reviewStatus === 'under_review' && current.reviewStatus === 'approved' ? 'manual' : null;
  return current.isRunning && next.endedAt !== null ? 'ended' : null;
}
