import { conflict, notFound, unprocessable } from '../common/errors.js';
import type { BinnacleAction, Decision, DecisionContext, EntryChange, LedgerPolicy, Remarks } from './entry-change.js';
import { mailsFor } from './mail-wishes.js';
import { isOvertimeAfter } from './overtime.js';
import { pushesFor } from './push-wishes.js';
import { differences, serviceFieldsDiffer } from './snapshot.js';
import { offsetsAfter } from './offsets.js';
import type { TimeEntry } from './time-entry.js';

const CONFLICT = 'changed here and at the service: the service’s word holds';

/** Completes the derived facts of the next state; nothing is written when no content moved. */
export function write(
  current: TimeEntry,
  wanted: TimeEntry,
  action: BinnacleAction,
  change: EntryChange,
  context: DecisionContext,
  remarks: Remarks & { isConflict?: boolean } = {},
): Decision {
  if (wanted.endedAt !== null && wanted.endedAt < wanted.startedAt) {
    throw unprocessable('TIME_ENTRY.END_BEFORE_START', 'end must not be before start');
  }
  const next = completed(current, wanted, context);
  const moved = differences(current.version === 0 ? null : current, next);
  const { isConflict = false, ...said } = remarks;
  if (Object.keys(moved).length === 0) return noteOf(current, wanted, said);
  return {
    kind: 'write',
    next,
    action,
    reason: change.reason ?? (isConflict ? CONFLICT : null),
    moved,
    pushes: pushesFor(current, next, change, moved),
    mails: mailsFor(current, next, change),
    isConflict,
    ...said,
  };
}

function completed(current: TimeEntry, wanted: TimeEntry, context: DecisionContext): TimeEntry {
  return {
    ...wanted,
    ...(current.version === 0 ? { createdAt: context.now, ...validTimesAtBirth(wanted) } : {}),
    ...offsetsAfter(current, wanted),
    isOvertime: isOvertimeAfter(current, wanted, context),
    version: current.version + 1,
    modifiedAt: context.now,
  };
}

function noteOf(current: TimeEntry, wanted: TimeEntry, remarks: Remarks): Decision {
  if (!serviceFieldsDiffer(current, wanted)) return { kind: 'unchanged', ...remarks };
  const { remoteVersion, remoteHash: hash, remoteSeen } = wanted;
  return { kind: 'note', next: { ...current, remoteVersion, remoteHash: hash, remoteSeen }, ...remarks };
}

/** By rule they are the times; what waits for a decision has none yet. */
const validTimesAtBirth = (entry: TimeEntry): Pick<TimeEntry, 'validStartedAt' | 'validEndedAt'> =>
  entry.reviewStatus === 'approved'
    ? { validStartedAt: entry.startedAt, validEndedAt: entry.endedAt }
    : { validStartedAt: null, validEndedAt: null };

export const asDeleted = (entry: TimeEntry, { now }: LedgerPolicy): TimeEntry => ({
  ...entry,
  deletedAt: now,
  isRunning: false,
});

export const isNewer = (version: Date | null, than: Date | null): boolean =>
  version !== null && than !== null && version > than;

export const isStale = (current: TimeEntry, version: Date | null): boolean => isNewer(current.remoteVersion, version);

const noSuchEntry = () => notFound('TIME_ENTRY.NOT_FOUND', 'There is no such time entry.');

/** What was removed has a history, too. */
export function refuseWhenUnheardOf(entry: TimeEntry): void {
  if (entry.version === 0) throw noSuchEntry();
}

export function refuseWhenGone(entry: TimeEntry): void {
  if (entry.version === 0 || entry.deletedAt !== null) throw noSuchEntry();
}

export function refuseWhenClosed(entry: TimeEntry): void {
  refuseWhenGone(entry);
  if (entry.isLocked) throw conflict('TIME_ENTRY.LOCKED', 'The time entry was approved by a person and is locked.');
}
