import { Injectable } from '@nestjs/common';
import { claimDue, type Claim } from '../database/claims.js';
import { Database, prepared, type Tx } from '../database/database.js';
import type { ClaimedDelivery, DeliveryOutcome } from './delivery.js';

/**
 * Only the oldest unfinished delivery of an entry may be taken: so the ledger hears of each entry in the order in which it was
 * told to us, however many workers there are. One that waits for another try keeps those behind it waiting, too.
 */
const IS_NEXT_OF_ITS_ENTRY = `not exists (
  select from deliveries e
  where e.provider = t.provider and e.workspace_id = t.workspace_id and e.external_id = t.external_id
    and e.id < t.id and e.state in ('pending', 'processing'))`;

/**
 * `fresh`: nobody has tried it; `large`: nor this one, of which a batch would not fit into memory; `tried`: an attempt has failed,
 * or its worker died of it or of something else.
 */
export type ClaimKind = 'fresh' | 'large' | 'tried';

const LARGE_BYTES = 1024 * 1024;

const WHICH: Record<ClaimKind, string> = {
  fresh: `t.attempts = 0 and octet_length(t.raw) <= ${LARGE_BYTES}`,
  large: `t.attempts = 0 and octet_length(t.raw) > ${LARGE_BYTES}`,
  tried: 't.attempts > 0',
};

const FINISH = prepared(
  'deliveries.finish',
  `update deliveries d set state = o.state, applied_order = nextval('ledger_order'), error = null,
     result = o.result::jsonb, noted_count = case when o.state = 'conflict' then 0 else d.noted_count end,
     lease_token = null, lease_until = null, modified_at = now()
   from unnest($2::bigint[], $3::text[], $4::text[]) as o (id, state, result)
   where d.id = o.id and d.lease_token = $1`,
);

const CLOSE = prepared(
  'deliveries.close',
  `update deliveries set state = $3, error = $4, noted_count = case when $3 = 'rejected' then 0 else noted_count end,
     lease_token = null, lease_until = null, modified_at = now()
   where id = $1 and lease_token = $2`,
);

const POSTPONE = prepared(
  'deliveries.postpone',
  `update deliveries set state = 'pending', error = $3, next_at = now() + make_interval(secs => $4),
     lease_token = null, lease_until = null, modified_at = now()
   where id = $1 and lease_token = $2`,
);

/** It was not its fault: the try does not count. */
const RELEASE = prepared(
  'deliveries.release',
  `update deliveries set state = 'pending', attempts = attempts - 1, lease_token = null, lease_until = null,
     modified_at = now()
   where id = any($1) and lease_token = $2`,
);

/** In the transaction that connects an account, or finds that nobody has: one of them sees what the other has done. */
const LOCK_WORKSPACE = prepared(
  'deliveries.lock_workspace',
  'select pg_advisory_xact_lock(hashtextextended(w, 0)) from unnest($1::text[]) w',
);

/** Where somebody has connected the workspace since it was looked for, it is tried again. */
const PARK = prepared(
  'deliveries.park',
  `update deliveries d set state = case when exists (select from integrations i where i.provider = d.provider
       and i.workspace_id = d.workspace_id and i.account_id = o.account_id and i.removed_at is null)
     then 'pending' else 'unmatched' end,
     attempts = 0, error = null, lease_token = null, lease_until = null, modified_at = now()
   from unnest($1::bigint[], $2::text[], $3::uuid[]) as o (id, account_id, lease_token)
   where d.id = o.id and d.lease_token = o.lease_token`,
);

const REMATCH = prepared(
  'deliveries.rematch',
  `update deliveries set state = 'pending', next_at = now(), modified_at = now()
   where state = 'unmatched' and provider = $1 and workspace_id = $2`,
);

/** What of a workspace waits for somebody to connect it is judged by one transaction at a time. */
export const workspaceLock = (provider: string, workspaceId: string | null): string =>
  `deliveries ${provider}/${workspaceId}`;

/** What workers do with deliveries. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** The tries are counted with the claim, so that one of which a worker dies counts as well. */
  async claim(kind: ClaimKind, limit: number, leaseSeconds: number): Promise<ClaimedDelivery[]> {
    const claims = await claimDue<Omit<ClaimedDelivery, keyof Claim>>(
      this.database,
      {
        table: 'deliveries',
        name: `deliveries_${kind}`,
        waiting: ['pending'],
        busy: 'processing',
        condition: `${WHICH[kind]} and ${IS_NEXT_OF_ITS_ENTRY}`,
        order: 'id',
        setting: 'attempts = c.attempts + 1',
        columns: ['provider', 'workspace_id as "workspaceId"', 'event', 'raw', 'attempts'],
        leaseSeconds,
      },
      limit,
    );
    return claims.toSorted((a, b) => a.id - b.id);
  }

  /** They were told to the ledger; answers how many of them were still ours. */
  finish(leaseToken: string, outcomes: readonly DeliveryOutcome[], tx: Tx): Promise<number> {
    return tx.execute(FINISH, [
      leaseToken,
      outcomes.map(({ id }) => id),
      outcomes.map(({ state }) => state),
      outcomes.map(({ result }) => JSON.stringify(result)),
    ]);
  }

  /** Nobody has connected the accounts they are about. */
  async park(
    homeless: readonly { claim: Claim; accountId: string }[],
    locks: readonly string[],
    tx: Tx,
  ): Promise<void> {
    await tx.query(LOCK_WORKSPACE, [locks]);
    await tx.execute(PARK, [
      homeless.map(({ claim }) => claim.id),
      homeless.map(({ accountId }) => accountId),
      homeless.map(({ claim }) => claim.leaseToken),
    ]);
  }

  /** Somebody connects the workspace: what has waited for that is tried again. */
  async rematch(provider: string, workspaceId: string, tx: Tx): Promise<void> {
    await tx.query(LOCK_WORKSPACE, [[workspaceLock(provider, workspaceId)]]);
    await tx.execute(REMATCH, [provider, workspaceId]);
  }

  /** Nothing more is done with it; false when it was not ours any more. */
  async close(claim: Claim, state: 'rejected' | 'dead', error: string, tx: Tx): Promise<boolean> {
    return (await tx.execute(CLOSE, [claim.id, claim.leaseToken, state, error])) === 1;
  }

  async postpone(claim: Claim, error: string, seconds: number): Promise<void> {
    await this.database.execute(POSTPONE, [claim.id, claim.leaseToken, error, seconds]);
  }

  async release(claims: readonly Claim[]): Promise<void> {
    const byToken = Map.groupBy(claims, ({ leaseToken }) => leaseToken);
    for (const [token, group] of byToken) {
      await this.database.execute(RELEASE, [group.map(({ id }) => id), token]);
    }
  }
}
