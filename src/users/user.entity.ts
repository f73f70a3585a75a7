import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { createdAt, modifiedAt, timestamp } from '../database/columns.js';

export type Role = 'member' | 'coordinator' | 'admin';

/** A person with a login, or one known only from a provider's payload (no username, no password, never mailed). */
@Entity('users')
@Index('users_username', { synchronize: false })
@Index('users_email', { synchronize: false })
@Check('users_role', `role in ('member', 'coordinator', 'admin')`)
@Check('users_login', '(username is null) = (password_hash is null)')
@Check('users_claim', 'claimed_by is null or (username is null and claimed_by <> id)')
@Check('users_hours', 'hours_per_month >= 0')
@Index('users_claimed_by', ['claimedBy'], { where: 'claimed_by is not null' })
@ForeignKey('users', ['claimedBy'], ['id'], { name: 'users_claimed_by_fk' })
export class User {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'users_pk',
  })
  id: number;

  @Column('text', { nullable: true })
  username: string | null;

  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash: string | null;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  email: string | null;

  @Column('text', { default: 'member' })
  role: Role;

  @Column('text', { name: 'time_zone', default: 'UTC' })
  timeZone: string;

  @Column('jsonb', { default: {} })
  settings: Record<string, unknown>;

  @Column('boolean', { name: 'is_enabled', default: true })
  isEnabled: boolean;

  @Column({ ...timestamp, name: 'disabled_at', nullable: true })
  disabledAt: Date | null;

  @Column('text', { name: 'provider_name', nullable: true })
  providerName: string | null;

  @Column('text', { name: 'provider_status', nullable: true })
  providerStatus: string | null;

  /** The person behind this placeholder, once they are known: the old id answers with theirs. */
  @Column('bigint', { name: 'claimed_by', nullable: true })
  claimedBy: number | null;

  /** What was agreed with this person. */
  @Column('integer', { name: 'hours_per_month', nullable: true })
  hoursPerMonth: number | null;

  /** Whether anybody is mailed about what happens to this person's time. */
  @Column('boolean', { name: 'is_notified', default: true })
  isNotified: boolean;

  @Column(createdAt)
  createdAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}
