import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** The chain head of an entry that changed since the checkpoint before. */
@Entity('binnacle_checkpoint_heads')
@ForeignKey('binnacle_checkpoints', ['checkpointId'], ['id'], { name: 'binnacle_checkpoint_heads_checkpoint_fk' })
export class CheckpointHead {
  @PrimaryColumn('bigint', { name: 'checkpoint_id', primaryKeyConstraintName: 'binnacle_checkpoint_heads_pk' })
  checkpointId: number;

  @PrimaryColumn('bigint', { name: 'entry_id', primaryKeyConstraintName: 'binnacle_checkpoint_heads_pk' })
  entryId: number;

  @Column('integer')
  sequence: number;

  @Column('bytea')
  head: Buffer;
}
