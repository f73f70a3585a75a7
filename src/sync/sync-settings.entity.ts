import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { modifiedAt } from '../database/columns.js';

/** Whether and how often a user's services are read by themselves. */
@Entity('sync_settings')
@ForeignKey('users', ['userId'], ['id'], { name: 'sync_settings_user_fk', onDelete: 'CASCADE' })
@Check('sync_settings_interval', 'interval_seconds between 60 and 86400')
export class SyncSettings {
  @PrimaryColumn('bigint', { name: 'user_id', primaryKeyConstraintName: 'sync_settings_pk' })
  userId: number;

  @Column('boolean', { name: 'is_auto', default: true })
  isAuto: boolean;

  @Column('integer', { name: 'interval_seconds' })
  intervalSeconds: number;

  @Column(modifiedAt)
  modifiedAt: Date;
}
