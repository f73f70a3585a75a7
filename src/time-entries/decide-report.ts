import type { PushTrace } from '../push/push.js';
import { hashOfOurs } from './decide-observation.js';
import type { ChangeOf, Decision, DecisionContext, ReportNote } from './entry-change.js';
import { contentFromRemote, contentOf, withContent } from './entry-content.js';
import { keepForLater } from './late-change.js';
import { asDeleted, isNewer, isStale, write } from './next-state.js';
import { offsetsGiven } from './offsets.js';
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
  if (isOurDoing(current, change, context)) return { kind: 'unchanged', note: 'echo' };
  if (current.isLocked) {
    return keepForLater(current, change, context, (unlocked) => decideReport(unlocked, change, context));
  }
  if (isStale(current, change.facts.entry.version)) return { kind: 'unchanged', note: 'late' };
  if (current.deletedAt !== null) return decideAfterRemoval(current, change, context);
  const decision = decideKnown(current, change, context);
  // A write of ours is on its way this very moment: which of the two came last only a read can tell.
  const isUncertain = decision.kind === 'write' && context.trace?.isInFlight === true;
  return isUncertain ? { kind: 'unchanged', note: 'out_of_order' } : decision;
}

const NOTE_AT_BIRTH: Partial<Record<Report['event'], ReportNote>> = {
  end: 'out_of_order',
  edit: 'out_of_order',
  restore: 'out_of_order',
  delete: 'unknown_deleted',
};

/** Even a removal leaves a row, so that what comes after it about this id is not taken for news. */
function decideBirth(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  if (context.isOurs) return { kind: 'unchanged', note: 'echo' };
  const born = { ...seenBy(current, change), ...shownBy(current, change) };
  const remarks = { note: NOTE_AT_BIRTH[change.event] };
  if (change.event === 'delete') return write(current, asDeleted(born, context), 'deleted', change, context, remarks);
  const reviewStatus = change.event === 'manual' ? 'under_review' : 'approved';
  return write(current, { ...born, reviewStatus }, 'created', change, context, remarks);
}

/**
 * Whether the service only tells what we did there. What was written lately is still recognised after newer writes of ours,
 * but not once somebody else has changed the entry there: then the same words are news.
 */
function isOurDoing(current: TimeEntry, change: Report, { trace, hasPendingPush }: DecisionContext): boolean {
  if (trace === undefined || change.event === 'restore') return false;
  if (isOurEvent(change.event, trace)) return true;
  const hash = hashOf(change);
  if (hasPendingPush && hash === hashOfOurs(current)) return true;
  return trace.written.includes(hash) && trace.written.includes(current.remoteHash ?? '');
}

/** What happens once to an entry, and was done by us. */
const isOurEvent = (event: Report['event'], { isRemoval, isCreator }: PushTrace): boolean =>
  event === 'delete' ? isRemoval : isCreator && (event === 'start' || event === 'manual');

/** Only what the service says of a later moment brings an entry back. */
function decideAfterRemoval(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  if (change.event === 'delete') return { kind: 'unchanged', note: 'duplicate' };
  const isBack = change.event === 'restore' || isNewer(change.facts.entry.version, current.deletedAt);
  if (!isBack || context.hasPendingPush) return { kind: 'unchanged', note: 'late' };
  const seen = seenBy(current, change);
  const next = { ...seen, ...reviewAfter(current, seen), ...shownBy(current, change), deletedAt: null };
  return write(current, next, 'restored', change, context);
}

function decideKnown(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  switch (change.event) {
    case 'start':
      return saysWhatWasShown(current, change) ?? fillBlanks(current, change, context);
    case 'manual':
      return decideTyped(current, change, context);
    case 'end':
      return saysWhatWasShown(current, change) ?? decideEnd(current, change, context);
    case 'edit':
    case 'restore':
      return saysWhatWasShown(current, change) ?? take(current, change, context);
    case 'delete':
      return remove(current, change, context);
  }
}

/** Exactly what is known of the service's copy: nothing to be read out of it, also where ours differs by now. */
function saysWhatWasShown(current: TimeEntry, change: Report): Decision | null {
  if (hashOf(change) !== current.remoteHash) return null;
  if (change.facts.entry.version === null) return { kind: 'unchanged', note: 'duplicate' };
  return { kind: 'note', next: { ...current, ...shownBy(current, change) }, note: 'duplicate' };
}

/** The removed entry says what it was in the end, so that it reads the same whatever came before. */
function remove(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const seen = seenBy(current, change);
  const next = asDeleted({ ...seen, ...reviewAfter(current, seen), ...shownBy(current, change) }, context);
  return write(current, next, 'deleted', change, context, { isConflict: context.hasPendingPush });
}

/** Takes what is reported; only a newer version takes an end away that was given. */
function take(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const reported = seenBy(current, change);
  const isConflict = context.hasPendingPush;
  const isReopening = current.endedAt !== null && reported.endedAt === null;
  if (isReopening && !isNewer(change.facts.entry.version, current.remoteVersion)) {
    const seen = { ...stayingEnded(current, reported), remoteSeen: true };
    const next = { ...seen, ...reviewAfter(current, seen) };
    return write(current, next, 'edited', change, context, { note: 'out_of_order', isConflict });
  }
  const next = { ...reported, ...reviewAfter(current, reported), ...shownBy(current, change) };
  const action = current.isRunning && !next.isRunning ? 'ended' : 'edited';
  return withDuplicateNoted(write(current, next, action, change, context, { isConflict }));
}

/** A start behind the known end cannot be meant for it: then the times stay. */
function stayingEnded(current: TimeEntry, reported: TimeEntry): TimeEntry {
  const startedAt = reported.startedAt <= current.endedAt! ? reported.startedAt : current.startedAt;
  return { ...reported, startedAt, endedAt: current.endedAt, isRunning: false };
}

/** Closes what is open. The times of a second end are a correction; everything else it says is older than what is known. */
function decideEnd(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  if (current.endedAt === null) return take(current, change, context);
  const { startedAt, endedAt, ...reported } = seenBy(current, change);
  if (endedAt === null) return fillBlanks(current, change, context);
  const seen = { ...withBlanksFilled(current, reported), startedAt, endedAt };
  const next = { ...seen, ...reviewAfter(current, seen), remoteSeen: true };
  const remarks = { note: 'out_of_order' as const, isConflict: context.hasPendingPush };
  return withDuplicateNoted(write(current, next, 'edited', change, context, remarks));
}

/** A start that comes late knows less than we do. */
function fillBlanks(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const reported = seenBy(current, change);
  if (!current.remoteSeen) return decideTypedHere(current, reported, change, context);
  const filled = withBlanksFilled(current, reported);
  const isKnown = Object.keys(differences(current, reported)).length === 0;
  return write(current, filled, 'edited', change, context, { note: isKnown ? 'duplicate' : 'out_of_order' });
}

/** Nobody has heard of it from the service, and somebody has written it down here: the first is kept. */
function decideTypedHere(current: TimeEntry, reported: TimeEntry, change: Report, context: DecisionContext): Decision {
  const diff = differences(current, { ...reported, integrationId: current.integrationId });
  const said = Object.keys(diff).length === 0 ? { note: 'duplicate' as const } : { note: 'conflict' as const, diff };
  return write(current, { ...current, remoteSeen: true }, 'edited', change, context, said);
}

/** What was typed there waits for a decision, also when something else told of it first. */
function decideTyped(current: TimeEntry, change: Report, context: DecisionContext): Decision {
  const isUndecided = current.reviewStatus === 'approved' && !current.isLocked && current.remoteSeen;
  if (!isUndecided) return fillBlanks(current, change, context);
  const filled = withBlanksFilled(current, seenBy(current, change));
  const next: TimeEntry = { ...filled, reviewStatus: 'under_review', validStartedAt: null, validEndedAt: null };
  return write(current, next, 'edited', change, context);
}

const seenBy = (current: TimeEntry, { facts }: Report): TimeEntry => ({
  ...withContent(current, { ...contentOf(current), ...contentFromRemote(facts, current) }),
  ...offsetsGiven(facts.entry, current),
});

/** What is known of the service's copy afterwards; a webhook counts as having been seen there. */
const shownBy = (current: TimeEntry, change: Report) => ({
  remoteVersion: change.facts.entry.version ?? current.remoteVersion,
  remoteHash: hashOf(change),
  remoteSeen: true,
});

const hashOf = ({ event, facts: { entry } }: Report): string => remoteHash({ ...entry, isDeleted: event === 'delete' });

const withDuplicateNoted = (decision: Decision): Decision =>
  decision.kind === 'write' || decision.kind === 'remark' ? decision : { ...decision, note: 'duplicate' };

type Text = Pick<
  TimeEntry,
  'description' | 'tags' | 'projectId' | 'projectExternalId' | 'projectName' | 'taskExternalId' | 'taskName'
>;

function withBlanksFilled(current: TimeEntry, reported: Text): TimeEntry {
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
