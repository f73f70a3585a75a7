import { Injectable } from '@nestjs/common';
import { Database, prepared, type Queryable, type Tx } from '../database/database.js';

/** A person as a service names them; `null` where it says nothing. */
export interface ProviderAccount {
  accountId: string;
  name: string | null;
  status: string | null;
}

export interface KnownAccount extends ProviderAccount {
  userId: number;
  isConnected: boolean;
}

const THESE = `select account_id as "accountId", name, status, user_id as "userId", is_connected as "isConnected"
  from provider_accounts where provider = $1 and account_id = any($2) order by account_id collate "C"`;

const FIND = prepared('people.find', THESE);
const HOLD = prepared('people.hold', `${THESE} for share`);
const LOCK = prepared('people.lock', `${THESE} for no key update`);

/** Accounts nobody knew, each with its placeholder; where somebody else is faster, neither row is written. */
const ADD = prepared(
  'people.add',
  `with account as (
     insert into provider_accounts (provider, account_id, name, status, user_id, created_at, modified_at)
     select $1, p.account_id, p.name, p.status, nextval(pg_get_serial_sequence('users', 'id')),
       $5::timestamptz, $5::timestamptz
     from unnest($2::text[], $3::text[], $4::text[]) as p (account_id, name, status)
     order by p.account_id collate "C"
     on conflict (provider, account_id) do nothing
     returning user_id, account_id, name, status)
   insert into users (id, name, provider_name, provider_status, is_enabled, disabled_at, created_at, modified_at)
   select user_id, coalesce(nullif(name, ''), account_id), name, status, coalesce(status, 'ACTIVE') = 'ACTIVE',
     case when status <> 'ACTIVE' then $5::timestamptz end, $5::timestamptz, $5::timestamptz
   from account`,
);

const NOTE = prepared(
  'people.note',
  `update provider_accounts a
   set name = coalesce(p.name, a.name), status = coalesce(p.status, a.status), modified_at = $5
   from unnest($2::text[], $3::text[], $4::text[]) as p (account_id, name, status)
   where a.provider = $1 and a.account_id = p.account_id`,
);

/** A placeholder is what its service says; of a user with a login only the service's own words are kept. */
const NOTE_USERS = prepared(
  'people.note_users',
  `update users u
   set provider_name = coalesce(p.name, u.provider_name), provider_status = coalesce(p.status, u.provider_status),
     name = case when u.username is null then coalesce(nullif(p.name, ''), u.name) else u.name end,
     is_enabled = case when u.username is null then coalesce(p.status = 'ACTIVE', u.is_enabled) else u.is_enabled end,
     disabled_at = case
       when u.username is not null or p.status is null then u.disabled_at
       when p.status <> 'ACTIVE' then coalesce(u.disabled_at, $4) end,
     modified_at = $4
   from unnest($1::bigint[], $2::text[], $3::text[]) as p (id, name, status)
   where u.id = p.id`,
);

/** Locked in the order of the ids, which is everybody's order. */
const LOCK_USERS = prepared(
  'people.lock_users',
  'select id from users where id = any($1) order by id for no key update',
);

const HAS_LOGIN = prepared('people.has_login', 'select username is not null as found from users where id = $1');
const OWNER = prepared(
  'people.owner',
  'select user_id as id from provider_accounts where provider = $1 and account_id = $2',
);
const RESOLVE = prepared('people.resolve', 'select coalesce(claimed_by, id) as id from users where id = $1');

/** Who claims a placeholder waits, and then finds what was written meanwhile; whoever is late finds who has claimed it. */
const RESOLVE_AND_HOLD = prepared(
  'people.resolve_and_hold',
  'select coalesce(claimed_by, id) as id from users where id = $1 for share',
);

/** Written, not looked for: of two who come first together one waits here for the other. */
const TOUCH = prepared(
  'people.touch',
  `insert into provider_accounts (provider, account_id, user_id, created_at, modified_at) values ($1, $2, $3, $4, $4)
   on conflict (provider, account_id) do nothing`,
);
const MOVE = prepared(
  'people.move',
  `update provider_accounts set user_id = $3, is_connected = true, modified_at = $4
   where provider = $1 and account_id = $2`,
);
const ALIAS = prepared(
  'people.alias',
  'update users set claimed_by = $2, modified_at = $3 where id = $1 and username is null',
);
const RELEASE = prepared(
  'people.release',
  `update provider_accounts set is_connected = false, modified_at = $4
   where provider = $1 and account_id = $2 and user_id = $3 and is_connected`,
);

/** The SQL of accounts at services and the people behind them. */
@Injectable()
export class PeopleRepository {
  constructor(private readonly database: Database) {}

  find(provider: string, accountIds: readonly string[], tx: Tx): Promise<KnownAccount[]> {
    return tx.query<KnownAccount & Record<string, unknown>>(FIND, [provider, accountIds]);
  }

  /** Nobody can claim these accounts until the transaction ends; others may hold them too. */
  hold(provider: string, accountIds: readonly string[], tx: Tx): Promise<KnownAccount[]> {
    return tx.query<KnownAccount & Record<string, unknown>>(HOLD, [provider, accountIds]);
  }

  lock(provider: string, accountIds: readonly string[], tx: Tx): Promise<KnownAccount[]> {
    return tx.query<KnownAccount & Record<string, unknown>>(LOCK, [provider, accountIds]);
  }

  /** @returns how many were unknown */
  addUnknown(provider: string, accounts: readonly ProviderAccount[], now: Date, tx: Tx): Promise<number> {
    return tx.execute(ADD, [provider, ...columnsOf(accounts), now]);
  }

  /** What the service says anew of accounts that are locked; `null` where it says what it said before. */
  async note(
    provider: string,
    news: readonly (ProviderAccount & { userId: number })[],
    now: Date,
    tx: Tx,
  ): Promise<void> {
    await tx.execute(NOTE, [provider, ...columnsOf(news), now]);
    // One row for each user: an update takes one of several matches, whichever.
    const users = [...new Map(news.map((one) => [one.userId, one])).values()];
    const ids = users.map(({ userId }) => userId);
    await tx.query(LOCK_USERS, [ids]);
    await tx.execute(NOTE_USERS, [ids, users.map(({ name }) => name), users.map(({ status }) => status), now]);
  }

  async hasLogin(userId: number, tx: Tx): Promise<boolean> {
    return (await tx.query<{ found: boolean }>(HAS_LOGIN, [userId]))[0]?.found ?? false;
  }

  async findOwner(provider: string, accountId: string, queryable: Queryable = this.database): Promise<number | null> {
    return (await queryable.query<{ id: number }>(OWNER, [provider, accountId]))[0]?.id ?? null;
  }

  async findOwners(
    provider: string,
    accountIds: readonly string[],
    queryable: Queryable = this.database,
  ): Promise<Map<string, number>> {
    const rows = await queryable.query<KnownAccount & Record<string, unknown>>(FIND, [provider, accountIds]);
    return new Map(rows.map((row) => [row.accountId, row.userId]));
  }

  async resolve(userId: number, queryable: Queryable = this.database): Promise<number> {
    return (await queryable.query<{ id: number }>(RESOLVE, [userId]))[0]?.id ?? userId;
  }

  async resolveAndHold(userId: number, tx: Tx): Promise<number> {
    return (await tx.query<{ id: number }>(RESOLVE_AND_HOLD, [userId]))[0]?.id ?? userId;
  }

  async touch(provider: string, accountId: string, userId: number, now: Date, tx: Tx): Promise<void> {
    await tx.execute(TOUCH, [provider, accountId, userId, now]);
  }

  async move(provider: string, accountId: string, userId: number, now: Date, tx: Tx): Promise<void> {
    await tx.execute(MOVE, [provider, accountId, userId, now]);
  }

  async alias(placeholderId: number, userId: number, now: Date, tx: Tx): Promise<void> {
    await tx.execute(ALIAS, [placeholderId, userId, now]);
  }

  async release(provider: string, accountId: string, userId: number, now: Date, tx: Tx): Promise<void> {
    await tx.execute(RELEASE, [provider, accountId, userId, now]);
  }
}

const columnsOf = (accounts: readonly ProviderAccount[]): (string | null)[][] => [
  accounts.map((account) => account.accountId),
  accounts.map((account) => account.name),
  accounts.map((account) => account.status),
];
