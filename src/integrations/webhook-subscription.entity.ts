import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { modifiedAt, timestamp } from '../database/columns.js';

/** What a service was asked to deliver here, and the secret its deliveries are proved by. */
@Entity('webhook_subscriptions')
@Unique('webhook_subscriptions_once', ['provider', 'externalId'])
export class WebhookSubscription {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'webhook_subscriptions_pk',
  })
  id: number;

  @Column('text')
  provider: string;

  @Column('text', { name: 'workspace_id' })
  workspaceId: string;

  /** The service's own id; `null` until it has answered. */
  @Column('text', { name: 'external_id', nullable: true })
  externalId: string | null;

  /** Where each event has a subscription of its own. */
  @Column('text', { nullable: true })
  event: string | null;

  @Column('text')
  url: string;

  @Column('bytea', { nullable: true })
  secret: Buffer | null;

  @Column('text', { name: 'secret_key_id', nullable: true })
  secretKeyId: string | null;

  @Column({ ...timestamp, name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column(modifiedAt)
  modifiedAt: Date;
}
