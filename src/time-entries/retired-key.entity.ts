import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { timestamp } from '../database/columns.js';

/** An id that an entry had at a service before we took it away there. */
@Entity('retired_keys')
@ForeignKey('time_entries', ['entryId'], ['id'], { name: 'retired_keys_entry_fk' })
export class RetiredKey {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'retired_keys_pk' })
  source: string;

  @PrimaryColumn('text', { name: 'workspace_id', primaryKeyConstraintName: 'retired_keys_pk' })
  workspaceId: string;

  @PrimaryColumn('text', { name: 'external_id', primaryKeyConstraintName: 'retired_keys_pk' })
  externalId: string;

  @Column('bigint', { name: 'entry_id' })
  entryId: number;

  @Column({ ...timestamp, name: 'retired_at' })
  retiredAt: Date;
}
