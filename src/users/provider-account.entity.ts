import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { createdAt, modifiedAt } from '../database/columns.js';

/** Who is behind an account at a service: a user with a login, or a placeholder. */
@Entity('provider_accounts')
@Index('provider_accounts_user', ['userId'])
@ForeignKey('users', ['userId'], ['id'], { name: 'provider_accounts_user_fk' })
export class ProviderAccountRow {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'provider_accounts_pk' })
  provider: string;

  @PrimaryColumn('text', { name: 'account_id', primaryKeyConstraintName: 'provider_accounts_pk' })
  accountId: string;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  /** As the service said last. */
  @Column('text', { nullable: true })
  name: string | null;

  /** The service's own word, such as `ACTIVE`. */
  @Column('text', { nullable: true })
  status: string | null;

  /** The user has proved it by credentials that are still here: nobody else may have it. */
  @Column('boolean', { name: 'is_connected', default: false })
  isConnected: boolean;

  @Column(createdAt)
  createdAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}
