import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { modifiedAt } from '../database/columns.js';

/** What a user's button does. */
@Entity('flic_settings')
@ForeignKey('users', ['userId'], ['id'], { name: 'flic_settings_user_fk', onDelete: 'CASCADE' })
export class FlicSettingsRow {
  @PrimaryColumn('bigint', { name: 'user_id', primaryKeyConstraintName: 'flic_settings_pk' })
  userId: number;

  @Column('jsonb')
  settings: Record<string, unknown>;

  @Column(modifiedAt)
  modifiedAt: Date;
}
