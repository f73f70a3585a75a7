import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** One wrong password; the limits count them, success does not. */
@Entity('login_failures')
@Index('login_failures_account', ['account', 'failedAt'])
@Index('login_failures_peer', ['peer', 'failedAt'])
export class LoginFailure {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'login_failures_pk',
  })
  id: number;

  @Column('text')
  account: string;

  @Column('text')
  peer: string;

  @Column({ ...timestamp, name: 'failed_at', default: () => 'now()' })
  failedAt: Date;
}
