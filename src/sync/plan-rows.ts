import { toUnixSeconds } from '../common/instant.js';
import type { TimeTrackingProvider } from '../integrations/contract/provider.js';
import type { OpenPush } from '../push/push.js';
import { draftOf } from '../time-entries/entry-draft.js';
import type { EntryChange, RemoteFacts } from '../time-entries/entry-change.js';
import { contentFromRemote, contentOf, withContent } from '../time-entries/entry-content.js';
import { differences, type Diff, type Json } from '../time-entries/snapshot.js';
import type { AppliedChange } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { actionOf } from './ledger-writer.js';

/** One thing a sync would do. */
export interface PlanRow {
  /** `pull`: what the service shows changes here; `push`: what was changed here waits to be sent there. */
  direction: 'pull' | 'push';
  /** `conflict`: both sides changed, and the service's word holds; `locked`: approved by a person, so nothing changes. */
  action: 'create' | 'update' | 'delete' | 'conflict' | 'locked';
  /** `null` for what is not here yet. */
  entry_id: number | null;
  /** `null` for what is not there yet. */
  external_id: string | null;
  task: string;
  /** Unix seconds, as the entry would be. */
  start: number;
  end: number | null;
  /** By field of a log: as it is where the row would change it, and as it would be. Empty for what is removed or not read. */
  changes: Diff;
}

const ACTIONS = { created: 'create', updated: 'update', deleted: 'delete', conflicts: 'conflict' } as const;

const WIRE_NAMES: Record<string, string> = {
  description: 'task',
  startedAt: 'start',
  endedAt: 'end',
  isRunning: 'running',
  isBillable: 'billable',
  notes: 'notes',
  tags: 'tags',
  projectId: 'project_id',
  projectName: 'project',
  taskName: 'task_name',
  timePrecision: 'time_precision',
};
const INSTANTS = new Set(['startedAt', 'endedAt']);

/** What one word of the service would do here, or `null` when it would do nothing. */
export function pullRow(change: EntryChange, result: AppliedChange, before: TimeEntry | undefined): PlanRow | null {
  if (before?.isLocked === true) return lockedRow(change, before);
  const action = actionOf(change, result);
  if (action === 'unchanged' || action === 'skipped' || result.entry === null) return null;
  const isGone = result.entry.deletedAt !== null;
  return {
    direction: 'pull',
    action: ACTIONS[action],
    // What the preview created does not exist: only its words are true.
    entry_id: before?.id ?? null,
    ...identity(result.entry),
    changes: isGone ? {} : wireDiff(differences(before ?? null, result.entry)),
  };
}

/** What a wish would do at the service, or `null` when there is nothing to do. */
export function pushRow(
  push: OpenPush,
  entry: TimeEntry,
  shown: RemoteFacts | undefined,
  provider: Pick<TimeTrackingProvider, 'missingFields'>,
): PlanRow | null {
  const isAtHome = entry.deletedAt === null && entry.integrationId === push.integrationId;
  const isWanted = push.wanted === 'present' && isAtHome && provider.missingFields(draftOf(entry)).length === 0;
  if (!isWanted && push.externalId === null) return null;
  const row = { direction: 'push', entry_id: entry.id, ...identity(entry), external_id: push.externalId } as const;
  if (!isWanted) return { ...row, action: 'delete', changes: {} };
  if (push.externalId === null) return { ...row, action: 'create', changes: wireDiff(differences(null, entry)) };
  const there = shown === undefined ? entry : asShown(entry, shown);
  return { ...row, action: 'update', changes: wireDiff(differences(there, entry)) };
}

function lockedRow(change: EntryChange, before: TimeEntry): PlanRow | null {
  const row = { direction: 'pull', action: 'locked', entry_id: before.id, ...identity(before) } as const;
  if (change.kind === 'vanish') return before.deletedAt === null ? { ...row, changes: {} } : null;
  if (change.kind !== 'observe') return null;
  if (change.facts.entry.isDeleted) return { ...row, changes: {} };
  const { version } = change.facts.entry;
  if (version !== null && before.remoteVersion !== null && version < before.remoteVersion) return null;
  const changes = wireDiff(differences(before, asShown(before, change.facts)));
  return Object.keys(changes).length === 0 ? null : { ...row, changes };
}

/** The entry with what the service shows of it. */
const asShown = (entry: TimeEntry, facts: RemoteFacts): TimeEntry =>
  withContent(entry, { ...contentOf(entry), ...contentFromRemote(facts, entry) });

const identity = (entry: TimeEntry): Pick<PlanRow, 'external_id' | 'task' | 'start' | 'end'> => ({
  external_id: entry.externalId,
  task: entry.description,
  start: toUnixSeconds(entry.startedAt),
  end: entry.endedAt === null ? null : toUnixSeconds(entry.endedAt),
});

/** A difference in the words of a log; what a log does not show is left out. */
function wireDiff(diff: Diff): Diff {
  const wire: Diff = {};
  for (const [field, { from, to }] of Object.entries(diff)) {
    const name = WIRE_NAMES[field];
    const value = (one: Json): Json =>
      INSTANTS.has(field) && typeof one === 'string' ? toUnixSeconds(new Date(one)) : one;
    if (name !== undefined) wire[name] = { from: value(from), to: value(to) };
  }
  return wire;
}
