import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { createdAt, modifiedAt, timestamp } from '../database/columns.js';

/** A project of an outside service, under an id of ours. */
@Entity('projects')
@Index('projects_external', ['integrationId', 'externalId'], { unique: true })
@Index('projects_search', { synchronize: false })
@ForeignKey('integrations', ['integrationId'], ['id'], { name: 'projects_integration_fk' })
export class Project {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'projects_pk',
  })
  id: number;

  @Column('bigint', { name: 'integration_id' })
  integrationId: number;

  @Column('text', { name: 'external_id' })
  externalId: string;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  client: string | null;

  @Column('boolean', { name: 'is_archived', default: false })
  isArchived: boolean;

  @Column('text', { name: 'search_key' })
  searchKey: string;

  @Column({ ...timestamp, name: 'gone_at', nullable: true })
  goneAt: Date | null;

  /** When a search found it last; `null` for those that are listed. */
  @Column({ ...timestamp, name: 'found_at', nullable: true })
  foundAt: Date | null;

  @Column(createdAt)
  createdAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}
