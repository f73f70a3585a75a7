import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { timestamp } from '../../database/columns.js';

/** A user on their way to a consent page and back. The state itself is stored only as a hash. */
@Entity('oauth_states')
@ForeignKey('users', ['userId'], ['id'], { name: 'oauth_states_user_fk', onDelete: 'CASCADE' })
export class OAuthState {
  @PrimaryColumn('bytea', { name: 'state_hash', primaryKeyConstraintName: 'oauth_states_pk' })
  stateHash: Buffer;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  @Column('text')
  provider: string;

  @Column('text', { nullable: true })
  region: string | null;

  @Column('text', { name: 'return_to', nullable: true })
  returnTo: string | null;

  @Column({ ...timestamp, name: 'expires_at' })
  expiresAt: Date;
}
