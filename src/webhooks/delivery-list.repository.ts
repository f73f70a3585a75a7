import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';
import type { DeliveryResult, DeliveryState } from './delivery.js';

export interface DeliveryFilter {
  status?: DeliveryState;
  provider?: string;
  externalId?: string;
}

/** A delivery without its bytes. */
export interface ListedDelivery {
  id: number;
  provider: string;
  event: string;
  workspaceId: string | null;
  externalId: string | null;
  state: DeliveryState;
  deliveryCount: number;
  attempts: number;
  appliedOrder: number | null;
  error: string | null;
  result: DeliveryResult | null;
  receivedAt: Date;
  lastReceivedAt: Date;
}

export interface WholeDelivery extends ListedDelivery {
  headers: Record<string, string>;
  raw: Buffer;
}

const LISTED = `id, provider, event, workspace_id as "workspaceId", external_id as "externalId", state,
  delivery_count as "deliveryCount", attempts, applied_order as "appliedOrder", error, result,
  received_at as "receivedAt", last_received_at as "lastReceivedAt"`;

/** The latest first. Rare states have an index of their own, and what is done is nearly everything. */
const PAGE = prepared(
  'delivery_list.page',
  `select ${LISTED} from deliveries
   where ($1::text is null or state = $1) and ($2::text is null or provider = $2)
     and ($3::text is null or external_id = $3) and ($4::bigint is null or id < $4)
   order by id desc limit $5`,
);

const ONE = prepared('delivery_list.one', `select ${LISTED}, headers, raw from deliveries where id = $1`);

@Injectable()
export class DeliveryListRepository {
  constructor(private readonly database: Database) {}

  findPage(filter: DeliveryFilter, beforeId: number | null, limit: number): Promise<ListedDelivery[]> {
    const { status = null, provider = null, externalId = null } = filter;
    const values = [status, provider, externalId, beforeId, limit];
    return this.database.query<ListedDelivery & Record<string, unknown>>(PAGE, values);
  }

  async find(id: number): Promise<WholeDelivery | null> {
    const [row] = await this.database.query<WholeDelivery & Record<string, unknown>>(ONE, [id]);
    return row ?? null;
  }
}
