import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { createdAt, modifiedAt, queued, timestamp } from '../database/columns.js';
import type { RunKind, RunState, RunTotals } from './report-run.js';

/** A report that is, or was, to be sent. The clock makes one for a person and a period, whatever the number of replicas. */
@Entity('report_runs')
@Index('report_runs_once', ['kind', 'periodStart', 'userId'], { unique: true, where: `origin = 'schedule'` })
@Index('report_runs_asked_once', ['kind', 'periodStart', 'userId'], {
  unique: true,
  where: `origin = 'request' and kind <> 'user' and state in ('pending', 'working')`,
})
@Index('report_runs_due', ['nextAt', 'id'], { where: `state in ('pending', 'working')` })
@ForeignKey('users', ['userId'], ['id'], { name: 'report_runs_user_fk' })
@ForeignKey('mail_attachments', ['attachmentId'], ['id'], { name: 'report_runs_attachment_fk' })
@Check('report_runs_kind', `kind in ('weekly', 'monthly', 'user')`)
@Check('report_runs_origin', `origin in ('schedule', 'request')`)
@Check('report_runs_state', `state in ('pending', 'working', 'done', 'empty', 'failed')`)
@Check('report_runs_order', 'period_end >= period_start')
export class ReportRunRow {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'report_runs_pk',
  })
  id: number;

  @Column('text')
  kind: RunKind;

  @Column('text')
  origin: 'schedule' | 'request';

  @Column('date', { name: 'period_start' })
  periodStart: string;

  @Column('date', { name: 'period_end' })
  periodEnd: string;

  @Column('text', { name: 'time_zone' })
  timeZone: string;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  @Column('text')
  locale: string;

  @Column('text', { nullable: true })
  address: string | null;

  @Column('text', { default: 'pending' })
  state: RunState;

  @Column(queued.attempts)
  attempts: number;

  @Column(queued.nextAt)
  nextAt: Date;

  @Column(queued.leaseToken)
  leaseToken: string | null;

  @Column(queued.leaseUntil)
  leaseUntil: Date | null;

  @Column(queued.lastError)
  lastError: string | null;

  @Column('bigint', { name: 'attachment_id', nullable: true })
  attachmentId: number | null;

  @Column('jsonb', { nullable: true })
  totals: RunTotals | null;

  @Column('integer', { name: 'times_sent', default: 0 })
  timesSent: number;

  @Column({ ...timestamp, name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column(createdAt)
  createdAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}
