import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { createdAt, timestamp } from '../database/columns.js';

/** A signed-in browser. The cookie itself is stored only as a hash. */
@Entity('cookie_sessions')
@Index('cookie_sessions_token', ['tokenHash'], { unique: true })
@Index('cookie_sessions_user', ['userId'])
@ForeignKey('users', ['userId'], ['id'], { name: 'cookie_sessions_user_fk', onDelete: 'CASCADE' })
export class CookieSession {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'cookie_sessions_pk',
  })
  id: number;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  @Column('bytea', { name: 'token_hash' })
  tokenHash: Buffer;

  @Column(createdAt)
  createdAt: Date;

  @Column({ ...timestamp, name: 'expires_at' })
  expiresAt: Date;
}
