import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** One kind of failure and how often it was seen. Never holds a secret. */
@Entity('error_log')
@Index('error_log_fingerprint', ['fingerprint'], { unique: true })
@Check('error_log_severity', `severity in ('info', 'warning', 'error', 'critical')`)
export class ErrorLogRow {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'error_log_pk',
  })
  id: number;

  @Column('bytea')
  fingerprint: Buffer;

  @Column('text')
  code: string;

  @Column('text')
  severity: 'info' | 'warning' | 'error' | 'critical';

  @Column('text')
  message: string;

  @Column('text', { nullable: true })
  endpoint: string | null;

  @Column('text', { nullable: true })
  method: string | null;

  @Column('integer', { nullable: true })
  status: number | null;

  @Column('jsonb', { default: {} })
  detail: Record<string, unknown>;

  @Column('integer', { default: 1 })
  occurrences: number;

  @Column('text', { name: 'request_id', nullable: true })
  requestId: string | null;

  @Column('bigint', { name: 'user_id', nullable: true })
  userId: number | null;

  @Column({ ...timestamp, name: 'first_at', default: () => 'now()' })
  firstAt: Date;

  @Column({ ...timestamp, name: 'last_at', default: () => 'now()' })
  lastAt: Date;
}
