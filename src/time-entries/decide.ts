import { conflict, notFound, unprocessable } from '../common/errors.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { BinnacleAction, Decision, EntryChange, LedgerPolicy, RemoteFacts } from './entry-change.js';
import { contentFromRemote, contentOf, withContent } from './entry-content.js';
import { isOvertime } from './overtime.js';
import { pushesAfterReowning, pushesFor } from './push-wishes.js';
import { remoteHash } from './remote-hash.js';
import { reviewAfter } from './review.js';
import { differences, serviceFieldsDiffer } from './snapshot.js';
import { offsetSeconds, type TimeEntry } from './time-entry.js';

/** What decisions about one entry have to know besides the entry itself. */
export interface DecisionContext extends LedgerPolicy {
  /** A change of ours has not reached the provider yet: what the provider still shows is older. */
  hasPendingPush: boolean;
}

type ChangeOf<Kind extends EntryChange['kind']> = Extract<EntryChange, { kind: Kind }>;

/**
 * What a change means for an entry: the next state, its binnacle row and its effects. Pure; the only place where the
 * meaning of time is decided. A `current` with version 0 is a row nobody has said anything about yet.
 * @throws DomainError when a person asks for what cannot be
 */
export function decide(current: TimeEntry, change: EntryChange, context: DecisionContext): Decision {
  switch (change.kind) {
    case 'create':
      return write(current, withContent(current, change.content), 'created', change, context);
    case 'edit':
      return decideEdit(current, change, context);
    case 'end':
      return decideEnd(current, change, context);
    case 'delete':
      return decideDelete(current, change, context);
    case 'observe':
      return decideObservation(current, change, context);
    case 'confirm':
      return decideConfirmation(current, change, context);
    case 'unlink':
      return decideUnlink(current, change, context);
    case 'vanish':
      return decideVanishing(current, change, context);
    case 'reown':
      return decideReowning(current, change, context);
  }
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

function decideObservation(current: TimeEntry, change: ChangeOf<'observe'>, context: DecisionContext): Decision {
  const { entry } = change.facts;
  const isNew = current.version === 0;
  if (isNew ? entry.isDeleted : saysNothingNew(current, change.facts, context)) return { kind: 'unchanged' };
  const shown = { remoteVersion: entry.version, remoteHash: remoteHash(entry), remoteSeen: true };
  if (entry.isDeleted) {
    return write(current, { ...asDeleted(current, context), ...shown }, 'deleted', change, context);
  }
  const seen = withContent(current, { ...contentOf(current), ...contentFromRemote(change.facts, current) });
  const next = {
    ...seen,
    ...(isNew ? {} : reviewAfter(current, seen)),
    deletedAt: null,
    ...shown,
  };
  return write(current, next, observedAction(current, next), change, context);
}

/**
 * Older than what we know, or no newer than what our own change was made from. A tombstone is moved only by what the service
 * shows after the removal.
 */
function saysNothingNew(current: TimeEntry, facts: RemoteFacts, context: DecisionContext): boolean {
  const { entry } = facts;
  if (current.isLocked || isStale(current, entry.version)) return true;
  if (context.hasPendingPush && !isChangedThere(current, entry)) return true;
  if (current.deletedAt === null) return false;
  const isReadLater = !context.hasPendingPush && facts.readAt !== undefined && facts.readAt > current.deletedAt;
  return entry.isDeleted || !(isReadLater || isNewer(entry.version, current.deletedAt));
}

/** Whether the service was changed since we last heard of it; the echo of our own write is no change. */
function isChangedThere(current: TimeEntry, remote: RemoteEntry): boolean {
  const hash = remoteHash(remote);
  if (hash === current.remoteHash || hash === hashOfOurs(current)) return false;
  return current.remoteVersion === null || remote.version === null || remote.version > current.remoteVersion;
}

const hashOfOurs = (entry: TimeEntry): string =>
  remoteHash({ ...entry, start: entry.startedAt, end: entry.endedAt, isDeleted: entry.deletedAt !== null });

function decideConfirmation(current: TimeEntry, change: ChangeOf<'confirm'>, context: DecisionContext): Decision {
  if (current.integrationId !== change.integrationId) return { kind: 'unchanged' };
  const { entry } = change.facts;
  const linked = {
    ...current,
    externalId: entry.externalId,
    workspaceId: entry.workspaceId,
    remoteVersion: entry.version,
    remoteHash: remoteHash(entry),
    remoteSeen: true,
  };
  if (current.version !== change.pushedVersion || current.deletedAt !== null) {
    return write(current, linked, 'linked', change, context);
  }
  // The service keeps whole seconds and the end somebody else gave first: its answer is the time that holds.
  const { timePrecision = current.timePrecision } = entry;
  const times = { startedAt: entry.start, endedAt: entry.end, isRunning: entry.isRunning, timePrecision };
  const movesValidTimes = current.reviewStatus === 'approved' && current.timeEditCount === 0;
  const valid = movesValidTimes ? { validStartedAt: entry.start, validEndedAt: entry.end } : {};
  return write(current, { ...linked, ...times, ...valid }, 'linked', change, context);
}

function decideUnlink(current: TimeEntry, change: ChangeOf<'unlink'>, context: DecisionContext): Decision {
  // A tombstone keeps its id, so that a late word about the entry still finds it.
  if (current.integrationId !== change.integrationId || current.deletedAt !== null) return { kind: 'unchanged' };
  const next = { ...current, externalId: null, remoteVersion: null, remoteHash: null, remoteSeen: false };
  return write(current, next, 'unlinked', change, context);
}

function decideVanishing(current: TimeEntry, change: ChangeOf<'vanish'>, context: DecisionContext): Decision {
  if (current.integrationId !== change.integrationId || current.deletedAt !== null) return { kind: 'unchanged' };
  return write(current, asDeleted(current, context), 'deleted', change, context);
}

/** Whose time it is, is no change of the time: locked and deleted entries go along, and no service is told of it. */
function decideReowning(current: TimeEntry, change: ChangeOf<'reown'>, context: DecisionContext): Decision {
  if (current.version === 0) return { kind: 'unchanged' };
  const integrationId = current.remoteSeen ? (change.integrationId ?? current.integrationId) : current.integrationId;
  const decision = write(current, { ...current, userId: change.userId, integrationId }, 'reowned', change, context);
  if (decision.kind !== 'write') return decision;
  return { ...decision, pushes: pushesAfterReowning(current, decision.next, context.hasPendingPush) };
}

function refuseWhenClosed(entry: TimeEntry): void {
  if (entry.deletedAt !== null || entry.version === 0)
    throw notFound('TIME_ENTRY.NOT_FOUND', 'There is no such time entry.');
  if (entry.isLocked) throw conflict('TIME_ENTRY.LOCKED', 'The time entry was approved by a person and is locked.');
}

/** Completes the derived facts of the next state; nothing is written when no content moved. */
function write(
  current: TimeEntry,
  wanted: TimeEntry,
  action: BinnacleAction,
  change: EntryChange,
  context: DecisionContext,
): Decision {
  if (wanted.endedAt !== null && wanted.endedAt < wanted.startedAt) {
    throw unprocessable('TIME_ENTRY.END_BEFORE_START', 'end must not be before start');
  }
  const isBirth = current.version === 0;
  const next: TimeEntry = {
    ...wanted,
    ...(isBirth ? { validStartedAt: wanted.startedAt, validEndedAt: wanted.endedAt, createdAt: context.now } : {}),
    offsetStartSeconds: offsetSeconds(wanted.startedAt, wanted.timeZone),
    offsetEndSeconds: wanted.endedAt === null ? null : offsetSeconds(wanted.endedAt, wanted.timeZone),
    isOvertime: isOvertime(wanted, context.overtimeSeconds),
    version: current.version + 1,
    modifiedAt: context.now,
  };
  const moved = differences(isBirth ? null : current, next);
  if (Object.keys(moved).length === 0) return noteOf(current, wanted);
  const isConflict = change.kind === 'observe' && context.hasPendingPush;
  const reason = change.reason ?? (isConflict ? CONFLICT : null);
  return { kind: 'write', next, action, reason, pushes: pushesFor(current, next, change, moved), isConflict };
}

const CONFLICT = 'changed here and at the service: the service’s word holds';
function noteOf(current: TimeEntry, wanted: TimeEntry): Decision {
  if (!serviceFieldsDiffer(current, wanted)) return { kind: 'unchanged' };
  const { remoteVersion, remoteHash: hash, remoteSeen } = wanted;
  return { kind: 'note', next: { ...current, remoteVersion, remoteHash: hash, remoteSeen } };
}

const asDeleted = (entry: TimeEntry, { now }: LedgerPolicy): TimeEntry => ({
  ...entry,
  deletedAt: now,
  isRunning: false,
});

const isNewer = (version: Date | null, than: Date): boolean => version !== null && version > than;

const isStale = (current: TimeEntry, version: Date | null): boolean =>
  version !== null && current.remoteVersion !== null && version < current.remoteVersion;

function observedAction(current: TimeEntry, next: TimeEntry): BinnacleAction {
  if (current.version === 0) return 'created';
  if (current.deletedAt !== null) return 'restored';
  return current.isRunning && !next.isRunning ? 'ended' : 'edited';
}
