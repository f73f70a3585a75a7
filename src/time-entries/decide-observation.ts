import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { BinnacleAction, ChangeOf, Decision, DecisionContext, RemoteFacts } from './entry-change.js';
import { contentFromRemote, contentOf, withContent } from './entry-content.js';
import { keepForLater } from './late-change.js';
import { asDeleted, isNewer, isStale, write } from './next-state.js';
import { offsetsGiven } from './offsets.js';
import { remoteHash } from './remote-hash.js';
import { reviewAfter } from './review.js';
import type { TimeEntry } from './time-entry.js';

export function decideObservation(current: TimeEntry, change: ChangeOf<'observe'>, context: DecisionContext): Decision {
  const { entry } = change.facts;
  const isNew = current.version === 0;
  if (context.isOurs) return { kind: 'unchanged', note: 'echo' };
  if (current.isLocked) {
    return keepForLater(current, change, context, (unlocked) => decideObservation(unlocked, change, context));
  }
  if (isNew ? entry.isDeleted : saysNothingNew(current, change.facts, context)) return { kind: 'unchanged' };
  const isConflict = context.hasPendingPush;
  const shown = { remoteVersion: entry.version, remoteHash: remoteHash(entry), remoteSeen: true };
  if (entry.isDeleted) {
    return write(current, { ...asDeleted(current, context), ...shown }, 'deleted', change, context, { isConflict });
  }
  const seen = withContent(current, { ...contentOf(current), ...contentFromRemote(change.facts, current) });
  const next = {
    ...seen,
    ...offsetsGiven(entry, current),
    // Whoever reads knows where it lives: what a webhook told of, or somebody else has read, moves to the account's own.
    integrationId: change.integrationId,
    ...(isNew ? {} : reviewAfter(current, seen)),
    deletedAt: null,
    ...shown,
  };
  return write(current, next, observedAction(current, next), change, context, { isConflict });
}

/**
 * Older than what we know, or no newer than what our own change was made from. A tombstone is moved only by what the service
 * shows after the removal.
 */
function saysNothingNew(current: TimeEntry, facts: RemoteFacts, context: DecisionContext): boolean {
  const { entry } = facts;
  if (isStale(current, entry.version)) return true;
  if (context.hasPendingPush ? !isChangedThere(current, entry) : isReadBefore(current, facts)) return true;
  if (current.deletedAt === null) return false;
  const isReadLater = !context.hasPendingPush && isNewer(facts.readAt ?? null, current.deletedAt);
  return entry.isDeleted || !(isReadLater || isNewer(entry.version, current.deletedAt));
}

/** A read that began before the entry was changed last shows the service as it was then. */
const isReadBefore = (current: TimeEntry, { entry, readAt }: RemoteFacts): boolean =>
  readAt !== undefined && entry.version === null && readAt < current.modifiedAt;

/** Whether the service was changed since we last heard of it; the echo of our own write is no change. */
function isChangedThere(current: TimeEntry, remote: RemoteEntry): boolean {
  const hash = remoteHash(remote);
  if (hash === current.remoteHash || hash === hashOfOurs(current)) return false;
  return current.remoteVersion === null || remote.version === null || remote.version > current.remoteVersion;
}

export const hashOfOurs = (entry: TimeEntry): string =>
  remoteHash({ ...entry, start: entry.startedAt, end: entry.endedAt, isDeleted: entry.deletedAt !== null });

export function decideConfirmation(
  current: TimeEntry,
  change: ChangeOf<'confirm'>,
  context: DecisionContext,
): Decision {
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

export function decideUnlink(current: TimeEntry, change: ChangeOf<'unlink'>, context: DecisionContext): Decision {
  // A tombstone keeps its id, so that a late word about the entry still finds it.
  if (current.integrationId !== change.integrationId || current.deletedAt !== null) return { kind: 'unchanged' };
  const next = { ...current, externalId: null, remoteVersion: null, remoteHash: null, remoteSeen: false };
  return write(current, next, 'unlinked', change, context);
}

export function decideVanishing(current: TimeEntry, change: ChangeOf<'vanish'>, context: DecisionContext): Decision {
  if (current.integrationId !== change.integrationId || current.deletedAt !== null) return { kind: 'unchanged' };
  if (current.isLocked) {
    return keepForLater(current, change, context, (unlocked) => decideVanishing(unlocked, change, context));
  }
  return write(current, asDeleted(current, context), 'deleted', change, context);
}

function observedAction(current: TimeEntry, next: TimeEntry): BinnacleAction {
  if (current.version === 0) return 'created';
  if (current.deletedAt !== null) return 'restored';
  return current.isRunning && !next.isRunning ? 'ended' : 'edited';
}
