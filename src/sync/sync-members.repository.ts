import { Injectable } from '@nestjs/common';
import type { Claim } from '../database/claims.js';
import { Database, prepared } from '../database/database.js';
import type { WalkProgress } from './sync-run.js';
import type { MemberState } from './turn-of-members.js';

type Holder = Pick<Claim, 'id' | 'leaseToken'>;

const LIST = prepared(
  'sync_members.list',
  'select account_id, walk, walked_at from sync_members where integration_id = $1',
);

/** Writes only for the worker that holds the integration. */
const HELD = 'select id from sync_states where id = $1 and lease_token = $2';

const BEGIN = prepared(
  'sync_members.begin',
  `with held as (${HELD} for update)
   insert into sync_members (integration_id, account_id, walk)
   select held.id, a.account_id, $4::jsonb from held, unnest($3::text[]) as a (account_id)
   on conflict (integration_id, account_id) do update set walk = excluded.walk`,
);

const CHECKPOINT = prepared(
  'sync_members.checkpoint',
  `with held as (
     update sync_states set lease_until = now() + make_interval(secs => $5), modified_at = now()
     where id = $1 and lease_token = $2 returning id)
   update sync_members m set walk = $4 from held where m.integration_id = held.id and m.account_id = $3`,
);

const FINISH = prepared(
  'sync_members.finish',
  `with held as (${HELD} for update)
   update sync_members m set walk = null, walked_at = $4
   from held where m.integration_id = held.id and m.account_id = $3`,
);

/** How far the sync of a whole workspace came with each member. */
@Injectable()
export class SyncMembersRepository {
  constructor(private readonly database: Database) {}

  async list(integrationId: number): Promise<Map<string, MemberState>> {
    const rows = await this.database.query<{ account_id: string; walk: WalkProgress | null; walked_at: Date | null }>(
      LIST,
      [integrationId],
    );
    return new Map(rows.map((row) => [row.account_id, { walk: row.walk, walkedAt: row.walked_at }]));
  }

  /** Writes down what is to be walked, so that a crash leaves nobody out. */
  async begin({ id, leaseToken }: Holder, accountIds: readonly string[], walk: WalkProgress): Promise<void> {
    await this.database.execute(BEGIN, [id, leaseToken, accountIds, JSON.stringify(walk)]);
  }

  /** Keeps how far the walk of a member came and prolongs the lease; false when somebody else has taken over. */
  async checkpoint(
    { id, leaseToken }: Holder,
    accountId: string,
    walk: WalkProgress,
    leaseSeconds: number,
  ): Promise<boolean> {
    const values = [id, leaseToken, accountId, JSON.stringify(walk), leaseSeconds];
    return (await this.database.execute(CHECKPOINT, values)) === 1;
  }

  async finish({ id, leaseToken }: Holder, accountId: string, now: Date): Promise<void> {
    await this.database.execute(FINISH, [id, leaseToken, accountId, now]);
  }
}
