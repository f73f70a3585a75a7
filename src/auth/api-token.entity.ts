import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { createdAt, timestamp } from '../database/columns.js';

/** A named, revocable key of a user; shown once, stored as a hash. */
@Entity('api_tokens')
@Index('api_tokens_token', ['tokenHash'], { unique: true })
@Index('api_tokens_user', ['userId'])
@ForeignKey('users', ['userId'], ['id'], { name: 'api_tokens_user_fk', onDelete: 'CASCADE' })
export class ApiToken {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'api_tokens_pk',
  })
  id: number;

  @Column('bigint', { name: 'user_id' })
  userId: number;

  @Column('text')
  name: string;

  @Column('bytea', { name: 'token_hash' })
  tokenHash: Buffer;

  @Column(createdAt)
  createdAt: Date;

  @Column({ ...timestamp, name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;
}
