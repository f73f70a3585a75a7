import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { timestamp } from '../../database/columns.js';

/** What a user decided about a finding of their timeline. */
@Entity('timeline_decisions')
@Index('timeline_decisions_ignored', ['userId', 'subject'], { where: `fix = 'ignore'` })
@ForeignKey('users', ['userId'], ['id'], { name: 'timeline_decisions_user_fk', onDelete: 'CASCADE' })
export class TimelineDecisionRow {
  @PrimaryColumn('bigint', { name: 'user_id', primaryKeyConstraintName: 'timeline_decisions_pk' })
  userId: number;

  @PrimaryColumn('text', { name: 'finding_id', primaryKeyConstraintName: 'timeline_decisions_pk' })
  findingId: string;

  /** The facts without a proposal: what is ignored stays so when the proposal changes. */
  @Column('text')
  subject: string;

  @Column('text')
  fix: string;

  @Column({ ...timestamp, name: 'decided_at' })
  decidedAt: Date;
}
