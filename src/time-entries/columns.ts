import type { TimeEntry } from './time-entry.js';

/** Every stored field and its column, in one place for reading, writing and snapshots. */
export const COLUMNS = {
  id: 'id',
  userId: 'user_id',
  source: 'source',
  workspaceId: 'workspace_id',
  externalId: 'external_id',
  integrationId: 'integration_id',
  projectId: 'project_id',
  projectExternalId: 'project_external_id',
  projectName: 'project_name',
  taskExternalId: 'task_external_id',
  taskName: 'task_name',
  description: 'description',
  notes: 'notes',
  tags: 'tags',
  category: 'category',
  isBillable: 'is_billable',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  isRunning: 'is_running',
  timeZone: 'time_zone',
  offsetStartSeconds: 'offset_start_seconds',
  offsetEndSeconds: 'offset_end_seconds',
  timePrecision: 'time_precision',
  reviewStatus: 'review_status',
  isLocked: 'is_locked',
  observation: 'observation',
  validStartedAt: 'valid_started_at',
  validEndedAt: 'valid_ended_at',
  timeEditCount: 'time_edit_count',
  isOvertime: 'is_overtime',
  deletedAt: 'deleted_at',
  remoteVersion: 'remote_version',
  remoteHash: 'remote_hash',
  remoteSeen: 'remote_seen',
  version: 'version',
  registerNumber: 'register_number',
  registerUserId: 'register_user_id',
  registerPreviousId: 'register_previous_id',
  binnacleSequence: 'binnacle_sequence',
  binnacleHead: 'binnacle_head',
  createdAt: 'created_at',
  modifiedAt: 'modified_at',
} as const satisfies Record<keyof TimeEntry, string>;

export type EntryField = keyof typeof COLUMNS;
export const FIELDS = Object.keys(COLUMNS) as EntryField[];

/** A database row as the entry it is. */
export function entryFromRow(row: Record<string, unknown>): TimeEntry {
  const entry: Record<string, unknown> = {};
  for (const field of FIELDS) entry[field] = row[COLUMNS[field]];
  return entry as unknown as TimeEntry;
}

/** An entry as a JSON object by column name, for `jsonb_populate_recordset`. */
export function rowFromEntry(entry: TimeEntry): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = entry[field];
    row[COLUMNS[field]] = Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value;
  }
  return row;
}
