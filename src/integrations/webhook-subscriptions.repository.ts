import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Database } from '../database/database.js';
import type { Sealed } from './sealing.js';
import { WebhookSubscription } from './webhook-subscription.entity.js';

export type SubscriptionDraft = Pick<WebhookSubscription, 'provider' | 'workspaceId' | 'externalId' | 'event' | 'url'>;

@Injectable()
export class WebhookSubscriptionsRepository {
  constructor(
    @InjectRepository(WebhookSubscription) private readonly rows: Repository<WebhookSubscription>,
    private readonly database: Database,
  ) {}

  list(provider?: string): Promise<WebhookSubscription[]> {
    return this.rows.find({ where: provider === undefined ? {} : { provider }, order: { id: 'ASC' } });
  }

  async nextId(): Promise<number> {
    const [row] = await this.database.query<{ id: number }>(
      `select nextval(pg_get_serial_sequence('webhook_subscriptions', 'id')) as id`,
    );
    return row!.id;
  }

  async insert(id: number, draft: SubscriptionDraft, { keyId, bytes }: Sealed): Promise<void> {
    await this.rows.insert({ id, ...draft, secret: bytes, secretKeyId: keyId });
  }

  async name(id: number, externalId: string): Promise<void> {
    await this.rows.update({ id }, { externalId, modifiedAt: () => 'now()' });
  }

  async reseal(id: number, { keyId, bytes }: Sealed): Promise<void> {
    await this.rows.update({ id }, { secret: bytes, secretKeyId: keyId, modifiedAt: () => 'now()' });
  }

  async delete(id: number): Promise<void> {
    await this.rows.delete({ id });
  }
}
