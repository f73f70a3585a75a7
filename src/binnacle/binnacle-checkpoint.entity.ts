import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** The daily signed count of entries and chain heads. */
@Entity('binnacle_checkpoints')
@Unique('binnacle_checkpoints_day', ['day'])
export class BinnacleCheckpoint {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'binnacle_checkpoints_pk',
  })
  id: number;

  @Column('date')
  day: string;

  @Column('bigint', { name: 'entry_count' })
  entryCount: number;

  @Column('bigint', { name: 'row_count' })
  rowCount: number;

  @Column('bytea', { name: 'heads_hash' })
  headsHash: Buffer;

  @Column('bytea', { name: 'previous_mac' })
  previousMac: Buffer;

  @Column('text', { name: 'key_id' })
  keyId: string;

  @Column('bytea')
  mac: Buffer;

  @Column({ ...timestamp, name: 'made_at' })
  madeAt: Date;
}
