import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { createdAt, timestamp } from '../database/columns.js';

/** What a sync would do, kept so that exactly this can be carried out if nothing has moved. */
@Entity('sync_plans')
@Index('sync_plans_user', ['userId', 'createdAt'])
@ForeignKey('users', ['userId'], ['id'], { name: 'sync_plans_user_fk', onDelete: 'CASCADE' })
@ForeignKey('integrations', ['integrationId'], ['id'], { name: 'sync_plans_integration_fk' })
export class SyncPlan {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'sync_plans_pk',
  })
  id: number;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  @Column('bigint', { name: 'integration_id' })
  integrationId: number;

  @Column('jsonb')
  read: Record<string, unknown>;

  @Column('jsonb')
  base: Record<string, unknown>;

  @Column('jsonb')
  rows: Record<string, unknown>;

  @Column(createdAt)
  createdAt: Date;

  @Column({ ...timestamp, name: 'applied_at', nullable: true })
  appliedAt: Date | null;
}
