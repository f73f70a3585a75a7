import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';
import type { WalkProgress } from './sync-run.js';

/** How far the sync of a whole workspace came with one of its members. */
@Entity('sync_members')
@ForeignKey('integrations', ['integrationId'], ['id'], { name: 'sync_members_integration_fk' })
export class SyncMember {
  @PrimaryColumn('bigint', { name: 'integration_id', primaryKeyConstraintName: 'sync_members_pk' })
  integrationId: number;

  @PrimaryColumn('text', { name: 'account_id', primaryKeyConstraintName: 'sync_members_pk' })
  accountId: string;

  /** How far a walk came that has not ended. */
  @Column('jsonb', { nullable: true })
  walk: WalkProgress | null;

  @Column({ ...timestamp, name: 'walked_at', nullable: true })
  walkedAt: Date | null;
}
