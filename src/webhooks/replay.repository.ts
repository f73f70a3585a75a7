import { Injectable } from '@nestjs/common';
import { Database, prepared, type Tx } from '../database/database.js';
import type { DeliveredEvent, DeliveryState } from './delivery.js';

/** Which deliveries somebody wants to be tried again. */
export interface ReplayFilter {
  ids?: readonly number[];
  status?: DeliveryState;
  from?: Date;
  to?: Date;
}

export interface ReplayCandidate {
  id: number;
  provider: string;
  event: DeliveredEvent;
  workspaceId: string | null;
  state: DeliveryState;
  raw: Buffer;
}

/** What becomes of a candidate: tried again, or still impossible. */
export interface Redriven {
  id: number;
  state: 'pending' | 'rejected';
  workspaceId: string | null;
  externalId: string | null;
  error: string | null;
}

/**
 * What the ledger has been told is left alone, whoever asks: told again, an old edit would undo a newer one. A contradiction
 * is told only when it is meant.
 */
const CANDIDATES = prepared(
  'replay.candidates',
  `select id, provider, event, workspace_id as "workspaceId", state, raw from deliveries
   where id > $1 and applied_order is null
     and (state in ('rejected', 'dead', 'unmatched') or (state = 'conflict' and ($2::bigint[] is not null or $3 = 'conflict')))
     and ($2::bigint[] is null or id = any($2)) and ($3::text is null or state = $3)
     and ($4::timestamptz is null or received_at >= $4) and ($5::timestamptz is null or received_at < $5)
   order by id limit $6 for update skip locked`,
);

const REDRIVE = prepared(
  'replay.redrive',
  `update deliveries d set state = r.state, workspace_id = r.workspace_id, external_id = r.external_id, error = r.error,
     attempts = 0, next_at = now(), lease_token = null, lease_until = null, modified_at = now()
   from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
     as r (id, state, workspace_id, external_id, error)
   where d.id = r.id`,
);

const COUNT = prepared(
  'replay.count',
  `select count(*)::int as count from deliveries
   where ($1::bigint[] is null or id = any($1)) and ($2::text is null or state = $2)
     and ($3::timestamptz is null or received_at >= $3) and ($4::timestamptz is null or received_at < $4)`,
);

@Injectable()
export class ReplayRepository {
  constructor(private readonly database: Database) {}

  /** In the order in which they came, after `afterId`; nobody else can take them until the transaction ends. */
  candidates(filter: ReplayFilter, afterId: number, limit: number, tx: Tx): Promise<ReplayCandidate[]> {
    return tx.query<ReplayCandidate & Record<string, unknown>>(CANDIDATES, [afterId, ...valuesOf(filter), limit]);
  }

  redrive(redriven: readonly Redriven[], tx: Tx): void {
    tx.later(REDRIVE, [
      redriven.map(({ id }) => id),
      redriven.map(({ state }) => state),
      redriven.map(({ workspaceId }) => workspaceId),
      redriven.map(({ externalId }) => externalId),
      redriven.map(({ error }) => error),
    ]);
  }

  /** All that the filter names, whatever became of them. */
  async count(filter: ReplayFilter): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(COUNT, valuesOf(filter));
    return row!.count;
  }
}

const valuesOf = ({ ids, status, from, to }: ReplayFilter): unknown[] => [
  ids ?? null,
  status ?? null,
  from ?? null,
  to ?? null,
];
