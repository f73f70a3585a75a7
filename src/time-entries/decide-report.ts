import type { ChangeOf, Decision, DecisionContext, ReportNote } from './entry-change.js';
import { contentFromRemote, contentOf, withContent } from './entry-content.js';
import { asDeleted, isNewer, isStale, write } from './next-state.js';
import { remoteHash } from './remote-hash.js';
import { reviewAfter } from './review.js';
import { differences } from './snapshot.js';
import type { TimeEntry } from './time-entry.js';

type Report = ChangeOf<'report'>;

/**
 * What a webhook means. It has no version and comes in any order: what is removed stays removed, what has ended does not
 * reopen, a late start fills in only what is missing, and the last edit received holds until a read says otherwise.
 */
export function decideReport(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  if (current.version === 0) return decideBirth(current, change, context);
  if (isStale(current, change.facts.entry.version)) return { kind: 'unchanged', note: 'late' };
  if (current.deletedAt !== null) return decideAfterRemoval(current, change, context);
  return decideKnown(current, change, context);
}

function decideKnown(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  switch (change.event) {
    case 'start':
      return fillBlanks(current, change, context);
    case 'manual':
      return decideTyped(current, change, context);
    case 'end':
      return current.endedAt === null ? take(current, change, context) : correctTimes(current, change, context);
    case 'edit':
    case 'restore':
      return take(current, change, context);
    case 'delete':
      return remove(current, change, context);
  }
}

const NOTE_AT_BIRTH: Partial<Record<Report['event'], ReportNote>> = {
  end: 'out_of_order',
  edit: 'out_of_order',
  restore: 'out_of_order',
  delete: 'unknown_deleted',
};

/** Even a removal leaves a row, so that what comes after it about this id is not taken for news. */
function decideBirth(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const born = { ...seenBy(current, change), ...shownBy(current, change) };
  const remarks = { note: NOTE_AT_BIRTH[change.event] };
  if (change.event === 'delete') return write(current, asDeleted(born, context), 'deleted', change, context, remarks);
  const reviewStatus = change.event === 'manual' ? 'under_review' : 'approved';
  return write(current, { ...born, reviewStatus }, 'created', change, context, remarks);
}

/** Only what the service says of a later moment brings an entry back. */
function decideAfterRemoval(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  if (change.event === 'delete') return { kind: 'unchanged', note: 'duplicate' };
  const isBack = change.event === 'restore' || isNewer(change.facts.entry.version, current.deletedAt);
  if (!isBack) return { kind: 'unchanged', note: 'late' };
  const seen = seenBy(current, change);
  const next = { ...seen, ...reviewAfter(current, seen), ...shownBy(current, change), deletedAt: null };
  return write(current, next, 'restored', change, context);
}

/** The removed entry says what it was in the end, so that it reads the same whatever came before. */
function remove(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const seen = seenBy(current, change);
  const next = { ...seen, ...reviewAfter(current, seen), ...shownBy(current, change) };
  return write(current, asDeleted(next, context), 'deleted', change, context);
}

/** Takes what is reported; only a newer version takes an end away that was given. */
function take(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const reported = seenBy(current, change);
  const isReopening = current.endedAt !== null && reported.endedAt === null;
  const mayReopen = isNewer(change.facts.entry.version, current.remoteVersion);
  const seen = isReopening && !mayReopen ? stayingEnded(current, reported) : reported;
  const next = { ...seen, ...reviewAfter(current, seen), ...shownBy(current, change) };
  const action = current.isRunning && !next.isRunning ? 'ended' : 'edited';
  const note = seen === reported ? noteOfEqual(current, seen) : 'out_of_order';
  return write(current, next, action, change, context, { note });
}

/** A start behind the known end cannot be meant for it: then the times stay. */
function stayingEnded(current: TimeEntry, reported: TimeEntry): TimeEntry {
  const startedAt = reported.startedAt <= current.endedAt! ? reported.startedAt : current.startedAt;
  return { ...reported, startedAt, endedAt: current.endedAt, isRunning: false };
}

/** A second end: its times are a correction, everything else is older than what is known. */
function correctTimes(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const reported = seenBy(current, change);
  if (reported.endedAt === null) return fillBlanks(current, change, context);
  const filled = withBlanksFilled(current, reported);
  const seen = { ...filled, startedAt: reported.startedAt, endedAt: reported.endedAt };
  const next = { ...seen, ...reviewAfter(current, seen), ...shownBy(current, change) };
  const note = noteOfEqual(current, reported) ?? 'out_of_order';
  return write(current, next, 'edited', change, context, { note });
}

/** A start that comes late knows less than we do. */
function fillBlanks(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const reported = seenBy(current, change);
  const filled = { ...withBlanksFilled(current, reported), remoteSeen: true };
  const diff = differences(current, { ...reported, remoteSeen: true });
  if (Object.keys(diff).length === 0) return write(current, filled, 'edited', change, context, { note: 'duplicate' });
  // Nobody has heard of it from the service, and somebody has written it down otherwise.
  if (!current.remoteSeen)
    return write(current, { ...current, remoteSeen: true }, 'edited', change, context, { note: 'conflict', diff });
  return write(current, filled, 'edited', change, context, { note: 'out_of_order' });
}

/** What was typed there waits for a decision, also when something else told of it first. */
function decideTyped(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const isUndecided = current.reviewStatus === 'approved' && !current.isLocked && current.remoteSeen;
  if (!isUndecided) return fillBlanks(current, change, context);
  const filled = { ...withBlanksFilled(current, seenBy(current, change)), ...shownBy(current, change) };
  const next: TimeEntry = { ...filled, reviewStatus: 'under_review', validStartedAt: null, validEndedAt: null };
  return write(current, next, 'edited', change, context);
}

const seenBy = (current: TimeEntry, { facts }: Report): TimeEntry =>
  withContent(current, { ...contentOf(current), ...contentFromRemote(facts, current) });

/** What is known of the service's copy afterwards; a webhook counts as having been seen there. */
const shownBy = (current: TimeEntry, { event, facts: { entry } }: Report) => ({
  remoteVersion: entry.version ?? current.remoteVersion,
  remoteHash: remoteHash({ ...entry, isDeleted: event === 'delete' }),
  remoteSeen: true,
});

const noteOfEqual = (current: TimeEntry, seen: TimeEntry): ReportNote | undefined =>
  Object.keys(differences(current, seen)).length === 0 ? 'duplicate' : undefined;

function withBlanksFilled(current: TimeEntry, reported: TimeEntry): TimeEntry {
  const hasProject = current.projectExternalId !== null || current.projectName !== null;
  const hasTask = current.taskExternalId !== null || current.taskName !== null;
  const { projectId, projectExternalId, projectName, taskExternalId, taskName } = reported;
  return {
    ...current,
    description: current.description === '' ? reported.description : current.description,
    tags: current.tags.length === 0 ? reported.tags : current.tags,
    ...(hasProject ? {} : { projectId, projectExternalId, projectName }),
    ...(hasTask ? {} : { taskExternalId, taskName }),
  };
}
