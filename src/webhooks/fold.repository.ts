import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '../database/database.js';
import { ENTRY_COLUMNS } from '../time-entries/columns.js';
import type { AccountOwner, SessionRow, ToldStep } from './told.js';

/**
 * Sessions of which everything is known that was ever told: each line of their history comes from a delivery or a command, or says
 * only that another person has them now, or what somebody remarked.
 */
const SESSIONS = prepared(
  'fold.sessions',
  `select ${ENTRY_COLUMNS}, not exists (
       select from sessions_binnacle b
       where b.entry_id = te.id and b.origin_kind is distinct from 'delivery' and b.action not in ('reowned', 'remarked')
         and not exists (select from ledger_commands c
           where c.entry_id = b.entry_id and c.origin ->> 'kind' is not distinct from b.origin_kind
             and c.origin ->> 'id' is not distinct from b.origin_id)) as "isWhole"
   from time_entries te
   where te.id > $1 and te.version > 0 and te.external_id is not null and te.workspace_id is not null
     and (exists (select from sessions_binnacle b where b.entry_id = te.id and b.origin_kind = 'delivery')
       or exists (select from ledger_commands c where c.entry_id = te.id) or $3)
   order by te.id limit $2`,
);

const STEPS = prepared(
  'fold.steps',
  `select * from (
     (select d.applied_order as "order", d.provider as source, d.workspace_id as "workspaceId",
        d.external_id as "externalId", d.received_at as at,
        jsonb_build_object('id', d.id, 'provider', d.provider, 'event', d.event,
          'filledIn', d.result -> 'filledIn') as delivery, d.raw, null::jsonb as command
      from deliveries d where d.applied_order > $1 order by d.applied_order limit $2)
     union all
     (select c.applied_order, te.source, te.workspace_id, te.external_id, c.recorded_at, null, null,
        jsonb_build_object('actor', c.actor, 'origin', c.origin, 'change', c.change)
      from ledger_commands c join time_entries te on te.id = c.entry_id
      where c.applied_order > $1 order by c.applied_order limit $2)
   ) s order by "order" limit $2`,
);

const OWNERS = prepared(
  'fold.owners',
  `select provider, account_id as "accountId", user_id as "userId" from provider_accounts order by provider, account_id`,
);

const ADD_USERS = prepared(
  'fold.add_users',
  `insert into users (id, name) select id, 'user ' || id from unnest($1::bigint[]) as u (id) on conflict (id) do nothing`,
);

const ADD_ACCOUNTS = prepared(
  'fold.add_accounts',
  `insert into provider_accounts (provider, account_id, user_id)
   select * from unnest($1::text[], $2::text[], $3::bigint[]) on conflict (provider, account_id) do nothing`,
);

/** Reads what the ledger was told, and prepares an empty database to be told it again. */
@Injectable()
export class FoldRepository {
  /** Everything that is read afterwards in this transaction is of one moment. */
  async freeze(tx: Tx): Promise<void> {
    await tx.execute('set transaction isolation level repeatable read read only');
  }

  /** @param isCopy there is nothing but sessions that were made again, and no record of what they were made of */
  sessions(afterId: number, limit: number, isCopy: boolean, tx: Tx): Promise<SessionRow[]> {
    return tx.query<SessionRow>(SESSIONS, [afterId, limit, isCopy]);
  }

  async steps(after: number, limit: number, tx: Tx): Promise<ToldStep[]> {
    const rows = await tx.query<ToldStep & { raw: Buffer | null } & Record<string, unknown>>(STEPS, [after, limit]);
    return rows.map(({ raw, delivery, ...step }) => ({
      ...step,
      delivery: delivery === null ? null : { ...delivery, raw: raw! },
    }));
  }

  owners(tx: Tx): Promise<AccountOwner[]> {
    return tx.query<AccountOwner & Record<string, unknown>>(OWNERS);
  }

  async addOwners(owners: readonly AccountOwner[], moreUserIds: readonly number[], tx: Tx): Promise<void> {
    await tx.execute(ADD_USERS, [[...new Set([...owners.map(({ userId }) => userId), ...moreUserIds])]]);
    await tx.execute(ADD_ACCOUNTS, [
      owners.map(({ provider }) => provider),
      owners.map(({ accountId }) => accountId),
      owners.map(({ userId }) => userId),
    ]);
  }
}
