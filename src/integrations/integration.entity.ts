import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { createdAt, modifiedAt, timestamp } from '../database/columns.js';

/** One user's account at one service. A removed one keeps its row, without credentials. */
@Entity('integrations')
@Index('integrations_account', ['provider', 'accountId', 'workspaceId'], { unique: true, where: 'removed_at is null' })
@Index('integrations_user', ['userId'])
@ForeignKey('users', ['userId'], ['id'], { name: 'integrations_user_fk' })
@Check('integrations_state', `state in ('connected', 'needs_reauth', 'error')`)
@Check('integrations_credentials', 'removed_at is not null or credentials is not null')
export class Integration {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'integrations_pk',
  })
  id: number;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  @Column('text')
  provider: string;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  region: string | null;

  @Column('text', { name: 'account_id' })
  accountId: string;

  @Column('text', { name: 'account_name', nullable: true })
  accountName: string | null;

  @Column('text', { name: 'workspace_id' })
  workspaceId: string;

  @Column('text', { name: 'workspace_name', nullable: true })
  workspaceName: string | null;

  @Column('text', { name: 'time_zone', nullable: true })
  timeZone: string | null;

  @Column('bytea', { nullable: true })
  credentials: Buffer | null;

  @Column('text', { name: 'credentials_key_id', nullable: true })
  credentialsKeyId: string | null;

  @Column('jsonb', { default: {} })
  settings: Record<string, unknown>;

  @Column('text', { default: 'connected' })
  state: 'connected' | 'needs_reauth' | 'error';

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  @Column({ ...timestamp, name: 'removed_at', nullable: true })
  removedAt: Date | null;

  @Column({ ...timestamp, name: 'projects_fetched_at', nullable: true })
  projectsFetchedAt: Date | null;

  @Column('text', { name: 'projects_error', nullable: true })
  projectsError: string | null;

  @Column(createdAt)
  createdAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}
