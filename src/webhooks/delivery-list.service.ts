import { Inject, Injectable } from '@nestjs/common';
import { notFound } from '../common/errors.js';
import { cutPage, decodeCursor, type Page } from '../common/pages.js';
import type { Secret } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { knownSecrets } from '../config/known-secrets.js';
import type { Secrets } from '../config/secrets.js';
import { CONFIG, SECRETS } from '../config/tokens.js';
import { PHONE } from './delivery.js';
import {
  DeliveryListRepository,
  type DeliveryFilter,
  type ListedDelivery,
  type WholeDelivery,
} from './delivery-list.repository.js';

/** The bytes of a delivery as they can be shown; what a phone tells of somebody's health is `withheld`. */
export interface ShownBody {
  encoding: 'text' | 'base64' | 'withheld';
  body: string;
}

const WITHHELD: ShownBody = { encoding: 'withheld', body: '' };

/** Deliveries as administrators look at them. */
@Injectable()
export class DeliveryListService {
  private readonly known: Secret[];

  constructor(
    private readonly repository: DeliveryListRepository,
    @Inject(CONFIG) config: Config,
    @Inject(SECRETS) secrets: Secrets,
  ) {
    this.known = knownSecrets(config, secrets);
  }

  /**
   * The latest first.
   * @throws DomainError 400 `PAGE.BAD_CURSOR`
   */
  async list(
    filter: DeliveryFilter,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<Page<ListedDelivery>> {
    const [beforeId] = decodeCursor(cursor, ['integer']) ?? [null];
    const rows = await this.repository.findPage(filter, beforeId, limit + 1);
    return cutPage(rows, limit, (row) => [row.id]);
  }

  /** @throws DomainError 404 */
  async get(id: number): Promise<WholeDelivery & { shown: ShownBody }> {
    const delivery = await this.repository.find(id);
    if (delivery === null) throw notFound('DELIVERY.NOT_FOUND', 'There is no such delivery.');
    return { ...delivery, shown: delivery.provider === PHONE ? WITHHELD : this.shown(delivery.raw) };
  }

  /** Text where it is text. A token that was sent in it by mistake is cut out. */
  private shown(raw: Buffer): ShownBody {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
    } catch {
      return { encoding: 'base64', body: raw.toString('base64') };
    }
    for (const secret of this.known) {
      const value = secret.reveal();
      if (value.length >= 6) text = text.replaceAll(value, '[redacted]');
    }
    return { encoding: 'text', body: text };
  }
}
