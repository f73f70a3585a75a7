import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { createdAt, modifiedAt, queued, timestamp } from '../database/columns.js';
import type { PushState } from './push.js';

/** A wish: this entry should be at this integration, or should not. */
@Entity('pushes')
@Unique('pushes_entry_once', ['entryId', 'integrationId'])
@Index('pushes_due', ['nextAt', 'id'], { where: `state in ('pending', 'sending', 'unknown')` })
@Index('pushes_sent', ['integrationId'], { where: 'sent is not null' })
@ForeignKey('time_entries', ['entryId'], ['id'], { name: 'pushes_entry_fk' })
@ForeignKey('integrations', ['integrationId'], ['id'], { name: 'pushes_integration_fk' })
@Check('pushes_wanted', `wanted in ('present', 'absent')`)
@Check('pushes_intent', `intent in ('write', 'stop', 'reopen')`)
@Check('pushes_state', `state in ('pending', 'sending', 'unknown', 'done', 'failed', 'cancelled')`)
export class Push {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pushes_pk',
  })
  id: number;

  @Column('bigint', { name: 'entry_id' })
  entryId: number;

  @Column('bigint', { name: 'integration_id' })
  integrationId: number;

  @Column('text')
  wanted: 'present' | 'absent';

  @Column('text', { name: 'external_id', nullable: true })
  externalId: string | null;

  @Column('integer', { name: 'entry_version' })
  entryVersion: number;

  /** `stop`: only ends an entry that runs there; `reopen`: lets run again what has ended there. */
  @Column('text', { default: 'write' })
  intent: 'write' | 'stop' | 'reopen';

  /** A create was sent whose outcome nobody knows: it is looked for before it is repeated. */
  @Column('boolean', { name: 'needs_look_up', default: false })
  needsLookUp: boolean;

  /** How the create read that was sent last: what it made is found by this, whatever the entry says by then. */
  @Column('jsonb', { nullable: true })
  sent: object | null;

  @Column('text', { default: 'pending' })
  state: PushState;

  @Column(queued.attempts)
  attempts: number;

  @Column(queued.nextAt)
  nextAt: Date;

  @Column({ ...timestamp, name: 'first_failed_at', nullable: true })
  firstFailedAt: Date | null;

  @Column(queued.lastError)
  lastError: string | null;

  /** What the service said about times it keeps coarser than they were given. */
  @Column('text', { name: 'rounding_note', nullable: true })
  roundingNote: string | null;

  /** The times it kept instead; the note holds while the entry has them. */
  @Column({ ...timestamp, name: 'rounded_start', nullable: true })
  roundedStart: Date | null;

  @Column({ ...timestamp, name: 'rounded_end', nullable: true })
  roundedEnd: Date | null;

  /** The entry is at the service because this wish created it there. */
  @Column('boolean', { name: 'is_creator', default: false })
  isCreator: boolean;

  /** Digests of what was written there, the newest first: by them its echo is known. */
  @Column('text', { default: '{}', array: true })
  written: string[];

  @Column(queued.leaseToken)
  leaseToken: string | null;

  @Column(queued.leaseUntil)
  leaseUntil: Date | null;

  @Column(createdAt)
  createdAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}
