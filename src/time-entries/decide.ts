import { conflict } from '../common/errors.js';
import { decideDelivery } from './decide-delivery.js';
import { decideConfirmation, decideObservation, decideUnlink, decideVanishing } from './decide-observation.js';
import { decideReport } from './decide-report.js';
import { decideReopening, decideReview } from './decide-review.js';
import type { ChangeOf, Decision, DecisionContext, EntryChange } from './entry-change.js';
import { contentOf, withContent } from './entry-content.js';
import { asDeleted, refuseWhenClosed, refuseWhenUnheardOf, write } from './next-state.js';
import { hasOverrun } from './overtime.js';
import { pushesAfterReowning } from './push-wishes.js';
import { reviewAfter } from './review.js';
import type { TimeEntry } from './time-entry.js';

/**
 * What a change means for an entry: the next state, its binnacle row and its effects. Pure; the only place where the
 * meaning of time is decided. A `current` with version 0 is a row nobody has said anything about yet.
 * @throws DomainError when a person asks for what cannot be
 */
// oxlint-disable-next-line complexity -- one line per word of the ledger
export function decide(current: TimeEntry, change: EntryChange, context: DecisionContext): Decision {
  switch (change.kind) {
    case 'create':
      return write(current, withContent(current, change.content), 'created', change, context);
    case 'enter':
      return decideEntering(current, change, context);
    case 'import':
      return decideImport(current, change, context);
    case 'edit':
      return decideEdit(current, change, context);
    case 'end':
      return decideEnd(current, change, context);
    case 'delete':
      return decideDelete(current, change, context);
    case 'observe':
      return (change.isDelivered ? decideDelivery : decideObservation)(current, change, context);
    case 'report':
      return decideReport(current, change, context);
    case 'confirm':
      return decideConfirmation(current, change, context);
    case 'unlink':
      return decideUnlink(current, change, context);
    case 'vanish':
      return decideVanishing(current, change, context);
    case 'review':
      return decideReview(current, change, context);
    case 'reopen':
      return decideReopening(current, change, context);
    case 'reown':
      return decideReowning(current, change, context);
    case 'link_same':
      refuseWhenClosed(current);
      return write(current, { ...current, sameAsEntryId: change.sameAsId }, 'edited', change, context);
    case 'overrun':
      return decideOverrun(current, change, context);
    case 'remark':
      refuseWhenUnheardOf(current);
      return { kind: 'remark', text: change.text, reason: change.reason ?? null };
  }
}

/** Known only from what a coordinator typed: no service has shown it, and none is asked about it. */
function decideEntering(current: TimeEntry, change: ChangeOf<'enter'>, context: DecisionContext): Decision {
  if (current.version > 0) {
    throw conflict(
      'SESSION.DUPLICATE_EXTERNAL_ID',
      'This external id is used by another session, maybe a deleted one.',
    );
  }
  const { source, workspaceId, externalId } = change.key;
  const entered = { ...withContent(current, change.content), source, workspaceId, externalId, integrationId: null };
  return write(current, entered, 'created', change, context);
}

/**
 * What came in before stays as its owner has it since. An entry that is to live at a service has its id there; the key of the
 * file is then retired, so that the same file finds it used.
 */
function decideImport(current: TimeEntry, change: ChangeOf<'import'>, context: DecisionContext): Decision {
  if (current.version > 0 || context.isOurs) return { kind: 'unchanged', note: 'duplicate' };
  const { key, content, offsets } = change;
  const livesHere = content.integrationId === null;
  const identity = livesHere ? { ...key } : { workspaceId: content.workspaceId, externalId: null };
  const imported = { ...withContent(current, content), ...identity, ...offsets };
  return write(current, imported, 'created', change, context);
}

function decideEdit(current: TimeEntry, change: ChangeOf<'edit'>, context: DecisionContext): Decision {
  refuseWhenClosed(current);
  const merged = withContent(current, { ...contentOf(current), ...change.patch });
  const next = { ...merged, ...reviewAfter(current, merged) };
  if (next.integrationId === current.integrationId) return write(current, next, 'edited', change, context);
  // Another home: what the old one knows of the entry does not hold there.
  return write(
    current,
    { ...next, externalId: null, remoteVersion: null, remoteHash: null, remoteSeen: false },
    'edited',
    change,
    context,
  );
}

function decideEnd(current: TimeEntry, change: ChangeOf<'end'>, context: DecisionContext): Decision {
  refuseWhenClosed(current);
  if (!current.isRunning) return { kind: 'unchanged' };
  const times = { ...current, endedAt: change.end, isRunning: false };
  return write(current, { ...times, ...reviewAfter(current, times) }, 'ended', change, context);
}

function decideDelete(current: TimeEntry, change: ChangeOf<'delete'>, context: DecisionContext): Decision {
  if (current.deletedAt !== null) return { kind: 'unchanged' };
  refuseWhenClosed(current);
  return write(current, asDeleted(current, context), 'deleted', change, context);
}

function decideOverrun(current: TimeEntry, change: ChangeOf<'overrun'>, context: DecisionContext): Decision {
  const isFound = current.deletedAt === null && !current.isOvertime && hasOverrun(current, context);
  return isFound ? write(current, { ...current, isOvertime: true }, 'overran', change, context) : { kind: 'unchanged' };
}

/** Whose time it is, is no change of the time: locked and deleted entries go along, and no service is told of it. */
function decideReowning(current: TimeEntry, change: ChangeOf<'reown'>, context: DecisionContext): Decision {
  if (current.version === 0) return { kind: 'unchanged' };
  const { source, workspaceId, integrationId } = change.home;
  const livesThere = current.remoteSeen && current.source === source && current.workspaceId === workspaceId;
  const home = livesThere ? { integrationId } : {};
  const decision = write(current, { ...current, userId: change.userId, ...home }, 'reowned', change, context);
  if (decision.kind !== 'write') return decision;
  return { ...decision, pushes: pushesAfterReowning(current, decision.next, context.hasPendingPush) };
}
