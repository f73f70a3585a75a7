import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** One press and what came of it. */
@Entity('flic_presses')
@Index('flic_presses_user', ['userId', 'pressedAt'])
@ForeignKey('users', ['userId'], ['id'], { name: 'flic_presses_user_fk', onDelete: 'CASCADE' })
export class FlicPress {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'flic_presses_pk',
  })
  id: number;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  @Column('text')
  button: string;

  @Column('text')
  event: string;

  @Column('text')
  outcome: string;

  @Column('text')
  answer: string;

  @Column('bigint', { name: 'entry_id', nullable: true })
  entryId: number | null;

  @Column({ ...timestamp, name: 'pressed_at', default: () => 'now()' })
  pressedAt: Date;
}
