import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** A session came again. There is one notice however many copies of it come. */
@Entity('session_notices')
@Index('session_notices_untold', ['noticedAt'], { where: 'told_at is null' })
@ForeignKey('users', ['userId'], ['id'], { name: 'session_notices_user_fk' })
@Check('session_notices_kind', `kind in ('duplicate', 'conflict')`)
export class SessionNotice {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'session_notices_pk' })
  fingerprint: string;

  @Column('text')
  kind: 'duplicate' | 'conflict';

  @Column('text', { name: 'external_id' })
  externalId: string;

  @Column('bigint', { name: 'user_id', nullable: true })
  userId: number | null;

  @Column({ ...timestamp, name: 'noticed_at', default: () => 'now()' })
  noticedAt: Date;

  /** `null`: no mail of its own, and not in a digest yet. */
  @Column({ ...timestamp, name: 'told_at', nullable: true })
  toldAt: Date | null;
}

/** The right to send one notice within an hour. */
@Entity('session_notice_slots')
export class SessionNoticeSlot {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'session_notice_slots_pk' })
  slot: number;

  @Column({ ...timestamp, name: 'used_at', default: () => `'-infinity'` })
  usedAt: Date;
}
