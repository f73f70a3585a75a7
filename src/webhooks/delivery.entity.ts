import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { modifiedAt, timestamp } from '../database/columns.js';
import type { DeliveryResult, DeliveryState } from './delivery.js';

/** One delivery of a service's webhooks, as received: the durable inbox. */
@Entity('deliveries')
@Unique('deliveries_once', ['provider', 'dedupKey'])
@Index('deliveries_due', ['id'], { where: `state in ('pending', 'processing')` })
@Index('deliveries_open', ['provider', 'workspaceId', 'externalId', 'id'], {
  where: `state in ('pending', 'processing')`,
})
@Index('deliveries_unnoted', ['id'], { where: 'noted_count < delivery_count' })
@Index('deliveries_unusual', ['state', 'id'], { where: `state not in ('pending', 'processing', 'done')` })
@Index('deliveries_unmatched', ['provider', 'workspaceId'], { where: `state = 'unmatched'` })
@Index('deliveries_applied', ['appliedOrder'], { unique: true, where: 'applied_order is not null' })
@Check(
  'deliveries_state',
  `state in ('pending', 'processing', 'done', 'duplicate', 'conflict', 'rejected', 'ignored', 'unmatched', 'dead')`,
)
export class Delivery {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'deliveries_pk',
  })
  id: number;

  @Column('text')
  provider: string;

  @Column('text')
  event: string;

  @Column('text', { name: 'workspace_id', nullable: true })
  workspaceId: string | null;

  @Column('text', { name: 'external_id', nullable: true })
  externalId: string | null;

  @Column('bytea', { name: 'dedup_key' })
  dedupKey: Buffer;

  @Column('bytea', { name: 'content_hash', nullable: true })
  contentHash: Buffer | null;

  /** Exactly the bytes that came: NUL and broken UTF-8 must not stop them. */
  @Column('bytea')
  raw: Buffer;

  @Column('jsonb', { default: {} })
  headers: Record<string, string>;

  @Column('text', { default: 'pending' })
  state: DeliveryState;

  @Column('integer', { name: 'delivery_count', default: 1 })
  deliveryCount: number;

  /** Of those copies, the ones that need no word in the error log (any more). */
  @Column('integer', { name: 'noted_count', default: 1 })
  notedCount: number;

  /** It came long after it was sent, or before. */
  @Column('boolean', { name: 'is_late', default: false })
  isLate: boolean;

  @Column('integer', { default: 0 })
  attempts: number;

  @Column({ ...timestamp, name: 'next_at', default: () => 'now()' })
  nextAt: Date;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  @Column({ ...timestamp, name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  /** Its place among everything that was told to the ledger. */
  @Column('bigint', { name: 'applied_order', nullable: true })
  appliedOrder: number | null;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('jsonb', { nullable: true })
  result: DeliveryResult | null;

  @Column({ ...timestamp, name: 'received_at', default: () => 'now()' })
  receivedAt: Date;

  @Column({ ...timestamp, name: 'last_received_at', default: () => 'now()' })
  lastReceivedAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}
