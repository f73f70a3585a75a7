import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '../database/database.js';
import type { ReportedEvent } from '../integrations/contract/webhooks.js';
import type { DeliveredEvent, DeliveryResult, DeliveryState } from './delivery.js';

/** A delivery of which some copies are not in the error log yet. */
export interface UnnotedDelivery {
  id: number;
  provider: string;
  event: DeliveredEvent;
  workspaceId: string | null;
  externalId: string | null;
  state: DeliveryState;
  raw: Buffer;
  error: string | null;
  result: DeliveryResult | null;
  /** How many copies. */
  unnoted: number;
}

/** The bytes under which a birth was reported first. */
export interface FirstBirth {
  provider: string;
  workspaceId: string;
  externalId: string;
  event: ReportedEvent;
  raw: Buffer;
}

/** What is still to be worked off waits: by then it is known whose it is, and what became of it. */
const TAKE = prepared(
  'delivery_notes.take',
  `select id, provider, event, workspace_id as "workspaceId", external_id as "externalId", state, raw, error, result,
     delivery_count - noted_count as unnoted
   from deliveries where noted_count < delivery_count and state not in ('pending', 'processing') order by id limit $1 for update skip locked`,
);

const NOTED = prepared(
  'delivery_notes.noted',
  'update deliveries set noted_count = delivery_count, modified_at = now() where id = any($1)',
);

const FIRST_BIRTHS = prepared(
  'delivery_notes.first_births',
  `select d.provider, d.workspace_id as "workspaceId", d.external_id as "externalId", d.event, d.raw
   from unnest($1::text[], $2::bytea[]) as k (provider, key)
   join deliveries d on d.provider = k.provider and d.dedup_key = k.key`,
);

@Injectable()
export class DeliveryNotesRepository {
  /** Rows nobody else is noting; they stay ours until the transaction ends. */
  take(limit: number, tx: Tx): Promise<UnnotedDelivery[]> {
    return tx.query<UnnotedDelivery>(TAKE, [limit]);
  }

  noted(ids: readonly number[], tx: Tx): void {
    tx.later(NOTED, [ids]);
  }

  firstBirths(keys: readonly { provider: string; key: Buffer }[], tx: Tx): Promise<FirstBirth[]> {
    return tx.query<FirstBirth>(FIRST_BIRTHS, [keys.map(({ provider }) => provider), keys.map(({ key }) => key)]);
  }
}
