import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** One change of one time entry: snapshot, difference, actor and origin, chained to the row before. */
@Entity('sessions_binnacle')
@Unique('sessions_binnacle_sequence', ['entryId', 'sequence'])
@Index('sessions_binnacle_started', { synchronize: false })
@Index('sessions_binnacle_project_name', { synchronize: false })
@Index('sessions_binnacle_project_started', { synchronize: false })
@ForeignKey('time_entries', ['entryId'], ['id'], { name: 'sessions_binnacle_entry_fk' })
export class BinnacleRow {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'sessions_binnacle_pk',
  })
  id: number;

  @Column('bigint', { name: 'entry_id' })
  entryId: number;

  @Column('integer')
  sequence: number;

  @Column('text')
  action: string;

  @Column('text', { name: 'actor_kind' })
  actorKind: string;

  @Column('text', { name: 'actor_id', nullable: true })
  actorId: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('text', { name: 'origin_kind', nullable: true })
  originKind: string | null;

  @Column('text', { name: 'origin_id', nullable: true })
  originId: string | null;

  @Column('jsonb')
  snapshot: Record<string, unknown>;

  @Column('jsonb')
  diff: Record<string, unknown>;

  @Column({ ...timestamp, name: 'recorded_at' })
  recordedAt: Date;

  @Column('text', { name: 'key_id' })
  keyId: string;

  @Column('bytea', { name: 'previous_hash' })
  previousHash: Buffer;

  @Column('bytea')
  hash: Buffer;
}
