import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { modifiedAt, timestamp } from '../database/columns.js';
import type { WalkProgress } from './sync-run.js';

/** When an integration is read next and how far its last read came. The id is the integration's. */
@Entity('sync_states')
@Index('sync_states_due', ['nextAt', 'id'])
@ForeignKey('integrations', ['id'], ['id'], { name: 'sync_states_integration_fk' })
@Check('sync_states_state', `state in ('idle', 'syncing', 'waiting', 'error')`)
export class SyncState {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'sync_states_pk' })
  id: number;

  @Column('text', { default: 'idle' })
  state: 'idle' | 'syncing' | 'waiting' | 'error';

  @Column({ ...timestamp, name: 'next_at', default: () => 'now()' })
  nextAt: Date;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column({ ...timestamp, name: 'last_sync_at', nullable: true })
  lastSyncAt: Date | null;

  @Column({ ...timestamp, name: 'last_success_at', nullable: true })
  lastSuccessAt: Date | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  @Column('integer', { name: 'entries_synced', default: 0 })
  entriesSynced: number;

  /** Where the next incremental read begins. */
  @Column({ ...timestamp, name: 'changes_since', nullable: true })
  changesSince: Date | null;

  /** The last complete walk, after which nothing that is missing there can be left here. */
  @Column({ ...timestamp, name: 'walked_at', nullable: true })
  walkedAt: Date | null;

  /** How far a walk came that has not ended. */
  @Column('jsonb', { nullable: true })
  walk: WalkProgress | null;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  @Column({ ...timestamp, name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  @Column(modifiedAt)
  modifiedAt: Date;
}
