import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { createdAt } from '../database/columns.js';

/** The answer already given to a request that carried this `Idempotency-Key`. */
@Entity('idempotency_keys')
@ForeignKey('users', ['userId'], ['id'], { name: 'idempotency_keys_user_fk', onDelete: 'CASCADE' })
export class IdempotencyKey {
  @PrimaryColumn('bigint', { name: 'user_id', primaryKeyConstraintName: 'idempotency_keys_pk' })
  userId: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_keys_pk' })
  key: string;

  @Column('bytea', { name: 'request_hash' })
  requestHash: Buffer;

  @Column('integer', { nullable: true })
  status: number | null;

  @Column('jsonb', { nullable: true })
  response: Record<string, unknown> | null;

  @Column(createdAt)
  createdAt: Date;
}
