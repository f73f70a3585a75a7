import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { createdAt, modifiedAt, queued, timestamp } from '../database/columns.js';
import type { ImportKind } from './file-reader.js';
import type { ImportOptions, ImportState, Rejection } from './import.js';

/** A file that is brought in, or was. */
@Entity('imports')
@Index('imports_due', ['nextAt', 'id'], { where: `state in ('queued', 'running')` })
@Index('imports_user', ['userId', 'id'])
@ForeignKey('users', ['userId'], ['id'], { name: 'imports_user_fk' })
@Check('imports_kind', `kind in ('apple_health', 'timeorg', 'toggl_csv', 'clockify_csv')`)
@Check('imports_state', `state in ('queued', 'running', 'done', 'failed')`)
@Check('imports_percent', 'percent between 0 and 100')
export class ImportRow {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'imports_pk',
  })
  id: number;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  @Column('text')
  kind: ImportKind;

  @Column('jsonb', { default: {} })
  options: ImportOptions;

  @Column('uuid')
  home: string;

  @Column('text', { name: 'file_name' })
  fileName: string;

  @Column('text', { default: 'queued' })
  state: ImportState;

  @Column('smallint', { default: 0 })
  percent: number;

  @Column('bigint', { default: 0 })
  position: number;

  @Column('integer', { name: 'new_count', default: 0 })
  newCount: number;

  @Column('integer', { name: 'duplicate_count', default: 0 })
  duplicateCount: number;

  @Column('integer', { name: 'rejected_count', default: 0 })
  rejectedCount: number;

  @Column('jsonb', { default: [] })
  rejected: Rejection[];

  @Column(queued.attempts)
  attempts: number;

  @Column(queued.nextAt)
  nextAt: Date;

  @Column(queued.lastError)
  lastError: string | null;

  @Column(queued.leaseToken)
  leaseToken: string | null;

  @Column(queued.leaseUntil)
  leaseUntil: Date | null;

  @Column({ ...timestamp, name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column(createdAt)
  createdAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}
