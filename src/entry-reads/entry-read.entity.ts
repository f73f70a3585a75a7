import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { modifiedAt, timestamp } from '../database/columns.js';

/** A wish that one entry be read at its service, because what was heard of it does not fit together. */
@Entity('entry_reads')
@Unique('entry_reads_once', ['integrationId', 'externalId'])
@Index('entry_reads_due', ['nextAt', 'id'])
@ForeignKey('integrations', ['integrationId'], ['id'], { name: 'entry_reads_integration_fk' })
@Check('entry_reads_state', `state in ('pending', 'reading')`)
export class EntryRead {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'entry_reads_pk',
  })
  id: number;

  @Column('bigint', { name: 'integration_id' })
  integrationId: number;

  @Column('text', { name: 'external_id' })
  externalId: string;

  @Column('text')
  reason: string;

  @Column('text', { default: 'pending' })
  state: 'pending' | 'reading';

  @Column('integer', { default: 0 })
  attempts: number;

  @Column({ ...timestamp, name: 'next_at', default: () => 'now()' })
  nextAt: Date;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  @Column({ ...timestamp, name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  @Column(modifiedAt)
  modifiedAt: Date;
}
