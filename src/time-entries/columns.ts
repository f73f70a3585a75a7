import type { TimeEntry } from './time-entry.js';

/** Every stored field and its column, in one place for reading, writing and snapshots. */
export const COLUMNS = {
  id: 'id',
  userId: 'user_id',
  source: 'source',
  workspaceId: 'workspace_id',
  externalId: 'external_id',
  workspaceName: 'workspace_name',
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
  lateChangeCount: 'late_change_count',
  sameAsEntryId: 'same_as_entry_id',
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

/**
 * What `entryFromRow` needs, of the table called `te`. Never `te.*`: a prepared statement is refused once its table has got a
 * column, and a replica goes on while a newer one migrates.
 */
export const ENTRY_COLUMNS = FIELDS.map((field) => `te.${COLUMNS[field]}`).join(', ');

/**
 * A database row as the entry it is. Written out, because a list reads hundreds of rows and an object put together field
 * by field is several times as slow; `columns.spec.ts` holds it to `COLUMNS`.
 */
// oxlint-disable-next-line max-lines-per-function -- one line per column, nothing else
export function entryFromRow(row: Record<string, unknown>): TimeEntry {
  const entry = {
    id: row.id,
    userId: row.user_id,
    source: row.source,
    workspaceId: row.workspace_id,
    externalId: row.external_id,
    workspaceName: row.workspace_name,
    integrationId: row.integration_id,
    projectId: row.project_id,
    projectExternalId: row.project_external_id,
    projectName: row.project_name,
    taskExternalId: row.task_external_id,
    taskName: row.task_name,
    description: row.description,
    notes: row.notes,
    tags: row.tags,
    category: row.category,
    isBillable: row.is_billable,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    isRunning: row.is_running,
    timeZone: row.time_zone,
    offsetStartSeconds: row.offset_start_seconds,
    offsetEndSeconds: row.offset_end_seconds,
    timePrecision: row.time_precision,
    reviewStatus: row.review_status,
    isLocked: row.is_locked,
    observation: row.observation,
    validStartedAt: row.valid_started_at,
    validEndedAt: row.valid_ended_at,
    timeEditCount: row.time_edit_count,
    isOvertime: row.is_overtime,
    deletedAt: row.deleted_at,
    remoteVersion: row.remote_version,
    remoteHash: row.remote_hash,
    remoteSeen: row.remote_seen,
    lateChangeCount: row.late_change_count,
    sameAsEntryId: row.same_as_entry_id,
    version: row.version,
    registerNumber: row.register_number,
    registerUserId: row.register_user_id,
    registerPreviousId: row.register_previous_id,
    binnacleSequence: row.binnacle_sequence,
    binnacleHead: row.binnacle_head,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  } satisfies Record<EntryField, unknown>;
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
