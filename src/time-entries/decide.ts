import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import { conflict, notFound, unprocessable } from '../common/errors.js';
import type { BinnacleAction, Decision, EntryChange, LedgerPolicy, PushWish, RemoteFacts } from './entry-change.js';
import { isOvertime } from './overtime.js';
import { reviewAfter } from './review.js';
import { differences } from './snapshot.js';
import { normaliseTags, offsetSeconds, type EntryContent, type TimeEntry } from './time-entry.js';

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
    { ...next, externalId: null, remoteVersion: null, remoteSeen: false },
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
  if (isNew ? entry.isDeleted : saysNothingNew(current, entry, context)) return { kind: 'unchanged' };
  if (entry.isDeleted) {
    return write(current, { ...asDeleted(current, context), remoteVersion: entry.version }, 'deleted', change, context);
  }
  const seen = withContent(current, { ...contentOf(current), ...contentFromRemote(change.facts, current) });
  const next = {
    ...seen,
    ...(isNew ? {} : reviewAfter(current, seen)),
    deletedAt: null,
    remoteVersion: entry.version,
    remoteSeen: true,
  };
  return write(current, next, observedAction(current, next), change, context);
}

/** Older than what we know, or than what we are about to write there; a tombstone is moved by a newer version only. */
function saysNothingNew(current: TimeEntry, remote: RemoteEntry, context: DecisionContext): boolean {
  if (context.hasPendingPush || current.isLocked || isStale(current, remote.version)) return true;
  if (current.deletedAt === null) return false;
  return remote.isDeleted || !isNewer(remote.version, current.deletedAt);
}

function decideConfirmation(current: TimeEntry, change: ChangeOf<'confirm'>, context: DecisionContext): Decision {
  if (current.integrationId !== change.integrationId) return { kind: 'unchanged' };
  const { entry } = change.facts;
  const linked = {
    ...current,
    externalId: entry.externalId,
    workspaceId: entry.workspaceId,
    remoteVersion: entry.version,
    remoteSeen: true,
  };
  if (current.version !== change.pushedVersion || current.deletedAt !== null) {
    return write(current, linked, 'linked', change, context);
  }
  // The service keeps whole seconds and the end somebody else gave first: its answer is the time that holds.
  const times = { startedAt: entry.start, endedAt: entry.end, isRunning: entry.isRunning };
  const movesValidTimes = current.reviewStatus === 'approved' && current.timeEditCount === 0;
  const valid = movesValidTimes ? { validStartedAt: entry.start, validEndedAt: entry.end } : {};
  return write(current, { ...linked, ...times, ...valid }, 'linked', change, context);
}

function decideUnlink(current: TimeEntry, change: ChangeOf<'unlink'>, context: DecisionContext): Decision {
  // A tombstone keeps its id, so that a late word about the entry still finds it.
  if (current.integrationId !== change.integrationId || current.deletedAt !== null) return { kind: 'unchanged' };
  const next = { ...current, externalId: null, remoteVersion: null, remoteSeen: false };
  return write(current, next, 'unlinked', change, context);
}

function decideVanishing(current: TimeEntry, change: ChangeOf<'vanish'>, context: DecisionContext): Decision {
  if (current.integrationId !== change.integrationId || current.deletedAt !== null) return { kind: 'unchanged' };
  return write(current, asDeleted(current, context), 'deleted', change, context);
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
  if (Object.keys(moved).length === 0) return { kind: 'unchanged' };
  return {
    kind: 'write',
    next,
    action,
    reason: change.reason ?? null,
    pushes: pushesFor(current, next, change, moved),
  };
}

const SAID_BY_PROVIDER = new Set<EntryChange['kind']>(['observe', 'confirm', 'unlink', 'vanish']);
const KNOWN_TO_PROVIDERS = [
  'description',
  'notes',
  'tags',
  'isBillable',
  'projectExternalId',
  'taskExternalId',
  'startedAt',
  'endedAt',
  'isRunning',
  'deletedAt',
  'integrationId',
];

function pushesFor(current: TimeEntry, next: TimeEntry, change: EntryChange, moved: object): PushWish[] {
  if (SAID_BY_PROVIDER.has(change.kind)) return [];
  const wishes: PushWish[] = [];
  if (current.version > 0 && current.integrationId !== null && current.integrationId !== next.integrationId) {
    wishes.push(wish(current.integrationId, 'absent', current.externalId, next, 'write'));
  }
  const isVisibleThere = KNOWN_TO_PROVIDERS.some((field) => field in moved);
  if (next.integrationId !== null && isVisibleThere) {
    const wanted = next.deletedAt === null ? 'present' : 'absent';
    wishes.push(wish(next.integrationId, wanted, next.externalId, next, intentOf(current, next, change)));
  }
  return wishes;
}

function wish(
  integrationId: number,
  wanted: PushWish['wanted'],
  externalId: string | null,
  next: TimeEntry,
  intent: PushWish['intent'],
): PushWish {
  return { integrationId, wanted, externalId, entryVersion: next.version, intent };
}

function intentOf(current: TimeEntry, next: TimeEntry, change: EntryChange): PushWish['intent'] {
  if (change.kind === 'end') return 'stop';
  return current.endedAt !== null && next.isRunning ? 'reopen' : 'write';
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

function withContent(entry: TimeEntry, content: EntryContent): TimeEntry {
  return {
    ...entry,
    ...content,
    tags: normaliseTags(content.tags),
    isRunning: content.isRunning && content.endedAt === null,
  };
}

/** The part of an entry that people and providers speak about. */
export function contentOf(entry: TimeEntry): EntryContent {
  return {
    source: entry.source,
    workspaceId: entry.workspaceId,
    integrationId: entry.integrationId,
    projectId: entry.projectId,
    projectExternalId: entry.projectExternalId,
    projectName: entry.projectName,
    taskExternalId: entry.taskExternalId,
    taskName: entry.taskName,
    description: entry.description,
    notes: entry.notes,
    tags: entry.tags,
    category: entry.category,
    isBillable: entry.isBillable,
    startedAt: entry.startedAt,
    endedAt: entry.endedAt,
    isRunning: entry.isRunning,
    timeZone: entry.timeZone,
    timePrecision: entry.timePrecision,
  };
}

function contentFromRemote({ entry, projectId, projectName }: RemoteFacts, current: TimeEntry): Partial<EntryContent> {
  return {
    description: entry.description,
    // `undefined`: the service has no notes, so ours stay.
    notes: entry.notes === undefined ? current.notes : entry.notes,
    projectId,
    projectExternalId: entry.projectExternalId,
    projectName: projectName ?? entry.projectName ?? null,
    taskExternalId: entry.taskExternalId,
    taskName: entry.taskName ?? null,
    tags: entry.tags,
    isBillable: entry.isBillable,
    startedAt: entry.start,
    endedAt: entry.end,
    isRunning: entry.isRunning,
    timeZone: entry.timeZone ?? current.timeZone,
    timePrecision: entry.timePrecision ?? 'second',
  };
}
