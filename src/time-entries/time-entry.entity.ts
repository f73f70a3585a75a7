import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** One record of worked time, as stored. Only the ledger writes it. */
@Entity('time_entries')
@Index('time_entries_external', ['source', 'workspaceId', 'externalId'], {
  unique: true,
  where: 'external_id is not null',
})
@Index('time_entries_register', ['registerUserId', 'registerNumber'], { unique: true })
@Index('time_entries_timeline', ['userId', 'startedAt', 'id'])
@Index('time_entries_integration', ['integrationId', 'startedAt'], { where: 'remote_seen' })
@Index('time_entries_unlinked', ['integrationId'], { where: 'external_id is null and deleted_at is null' })
@Index('time_entries_running', ['userId'], { where: 'is_running and deleted_at is null' })
@Index('time_entries_long', ['userId', 'startedAt'], {
  where: `deleted_at is null and (ended_at is null or ended_at - started_at > interval '24 hours')`,
})
@Index('time_entries_started', ['startedAt', 'id'])
@Index('time_entries_external_id', ['externalId'], { where: 'external_id is not null' })
@Index('time_entries_reviews', ['startedAt', 'id'], { where: `review_status <> 'approved'` })
@Index('time_entries_overtime', ['startedAt', 'id'], { where: 'is_overtime' })
@Index('time_entries_same_as', ['sameAsEntryId'], { where: 'same_as_entry_id is not null' })
@Index('time_entries_project_name', { synchronize: false })
@Index('time_entries_task_name', { synchronize: false })
@ForeignKey('users', ['userId'], ['id'], { name: 'time_entries_user_fk' })
@ForeignKey('integrations', ['integrationId'], ['id'], { name: 'time_entries_integration_fk' })
@ForeignKey('projects', ['projectId'], ['id'], { name: 'time_entries_project_fk' })
@ForeignKey('time_entries', ['sameAsEntryId'], ['id'], { name: 'time_entries_same_as_fk' })
@Check('time_entries_same_as_other', 'same_as_entry_id <> id')
@Check('time_entries_order', 'ended_at >= started_at')
@Check('time_entries_running_open', 'not is_running or ended_at is null')
@Check('time_entries_identity', 'external_id is null or workspace_id is not null')
@Check('time_entries_review', `review_status in ('approved', 'under_review', 'rejected')`)
@Check('time_entries_precision', `time_precision in ('second', 'day')`)
@Check('time_entries_finite', `started_at > '-infinity' and started_at < 'infinity' and ended_at < 'infinity'`)
export class TimeEntryRow {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'time_entries_pk',
  })
  id: number;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  @Column('text')
  source: string;

  @Column('text', { name: 'workspace_id', nullable: true })
  workspaceId: string | null;

  @Column('text', { name: 'external_id', nullable: true })
  externalId: string | null;

  /** As somebody typed it; services do not tell it. */
  @Column('text', { name: 'workspace_name', nullable: true })
  workspaceName: string | null;

  @Column('bigint', { name: 'integration_id', nullable: true })
  integrationId: number | null;

  @Column('bigint', { name: 'project_id', nullable: true })
  projectId: number | null;

  @Column('text', { name: 'project_external_id', nullable: true })
  projectExternalId: string | null;

  @Column('text', { name: 'project_name', nullable: true })
  projectName: string | null;

  @Column('text', { name: 'task_external_id', nullable: true })
  taskExternalId: string | null;

  @Column('text', { name: 'task_name', nullable: true })
  taskName: string | null;

  @Column('text', { default: '' })
  description: string;

  @Column('text', { nullable: true })
  notes: string | null;

  @Column('text', { default: '{}', array: true })
  tags: string[];

  @Column('text', { nullable: true })
  category: string | null;

  @Column('boolean', { name: 'is_billable', default: true })
  isBillable: boolean;

  @Column({ ...timestamp, name: 'started_at' })
  startedAt: Date;

  @Column({ ...timestamp, name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('boolean', { name: 'is_running', default: false })
  isRunning: boolean;

  @Column('text', { name: 'time_zone', default: 'UTC' })
  timeZone: string;

  @Column('integer', { name: 'offset_start_seconds', default: 0 })
  offsetStartSeconds: number;

  @Column('integer', { name: 'offset_end_seconds', nullable: true })
  offsetEndSeconds: number | null;

  @Column('text', { name: 'time_precision', default: 'second' })
  timePrecision: 'second' | 'day';

  @Column('text', { name: 'review_status', default: 'approved' })
  reviewStatus: 'approved' | 'under_review' | 'rejected';

  @Column('boolean', { name: 'is_locked', default: false })
  isLocked: boolean;

  @Column('text', { default: '' })
  observation: string;

  @Column({ ...timestamp, name: 'valid_started_at', nullable: true })
  validStartedAt: Date | null;

  @Column({ ...timestamp, name: 'valid_ended_at', nullable: true })
  validEndedAt: Date | null;

  @Column('integer', { name: 'time_edit_count', default: 0 })
  timeEditCount: number;

  @Column('boolean', { name: 'is_overtime', default: false })
  isOvertime: boolean;

  @Column({ ...timestamp, name: 'deleted_at', nullable: true })
  deletedAt: Date | null;

  @Column({ ...timestamp, name: 'remote_version', nullable: true })
  remoteVersion: Date | null;

  /** Digest of what the service showed last: whether it was changed there since. */
  @Column('text', { name: 'remote_hash', nullable: true })
  remoteHash: string | null;

  @Column('boolean', { name: 'remote_seen', default: false })
  remoteSeen: boolean;

  /** What its service has said since it was locked, waiting for a reopening. */
  @Column('integer', { name: 'late_change_count', default: 0 })
  lateChangeCount: number;

  /** The entry that counts, where this one is the same work written down at another service. */
  @Column('bigint', { name: 'same_as_entry_id', nullable: true })
  sameAsEntryId: number | null;

  @Column('integer', { default: 1 })
  version: number;

  @Column('integer', { name: 'register_number', nullable: true })
  registerNumber: number | null;

  @Column('bigint', { name: 'register_user_id', nullable: true })
  registerUserId: number | null;

  @Column('bigint', { name: 'register_previous_id', nullable: true })
  registerPreviousId: number | null;

  @Column('integer', { name: 'binnacle_sequence' })
  binnacleSequence: number;

  @Column('bytea', { name: 'binnacle_head' })
  binnacleHead: Buffer;

  @Column({ ...timestamp, name: 'created_at' })
  createdAt: Date;

  @Column({ ...timestamp, name: 'modified_at' })
  modifiedAt: Date;
}
