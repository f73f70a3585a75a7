import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** What a service said about an entry that a person had approved: it waits until the entry is reopened. */
@Entity('late_changes')
@Index('late_changes_waiting', ['entryId', 'contentHash'], { unique: true, where: 'applied_at is null' })
@Index('late_changes_order', ['entryId', 'sequence'])
@ForeignKey('time_entries', ['entryId'], ['id'], { name: 'late_changes_entry_fk' })
export class LateChangeRow {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'late_changes_pk',
  })
  id: number;

  @Column('bigint', { name: 'entry_id' })
  entryId: number;

  /** The order in which they are applied; what is said again moves to the end. */
  @Column('integer')
  sequence: number;

  @Column('text', { name: 'content_hash' })
  contentHash: string;

  /** The change in the words of the ledger, as it would have been applied. */
  @Column('jsonb')
  change: object;

  /** What of the entry it would have altered. */
  @Column('jsonb')
  diff: object;

  @Column('text', { name: 'actor_kind' })
  actorKind: string;

  @Column('text', { name: 'actor_id', nullable: true })
  actorId: string | null;

  @Column('text', { name: 'origin_kind', nullable: true })
  originKind: string | null;

  @Column('text', { name: 'origin_id', nullable: true })
  originId: string | null;

  @Column({ ...timestamp, name: 'received_at' })
  receivedAt: Date;

  @Column({ ...timestamp, name: 'applied_at', nullable: true })
  appliedAt: Date | null;
}
