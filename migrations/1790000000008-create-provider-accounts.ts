import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who is behind an account at a service. People known only from a service are users without a login; when somebody with a
 * login proves the account to be theirs, it moves to them and the former user keeps pointing there. Accounts connected before
 * are written down. A sync of a whole workspace remembers for each member how far it came.
 */
export class CreateProviderAccounts1790000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table users
        add column claimed_by bigint,
        add column hours_per_month integer,
        add column is_notified boolean not null default true,
        add constraint users_claimed_by_fk foreign key (claimed_by) references users (id),
        add constraint users_claim check (claimed_by is null or (username is null and claimed_by <> id)),
        add constraint users_hours check (hours_per_month >= 0);
      create index users_claimed_by on users (claimed_by) where claimed_by is not null;

      create table provider_accounts (
        provider text not null,
        account_id text not null,
        user_id bigint not null,
        name text,
        status text,
        is_connected boolean not null default false,
        created_at timestamptz(3) not null default now(),
        modified_at timestamptz(3) not null default now(),
        constraint provider_accounts_pk primary key (provider, account_id),
        constraint provider_accounts_user_fk foreign key (user_id) references users (id)
      );
      create index provider_accounts_user on provider_accounts (user_id);

      insert into provider_accounts (provider, account_id, user_id, name, is_connected)
      select distinct on (provider, account_id) provider, account_id, user_id, account_name, removed_at is null
      from integrations order by provider, account_id, removed_at desc nulls first, id;

      create table sync_members (
        integration_id bigint not null,
        account_id text not null,
        walk jsonb,
        walked_at timestamptz(3),
        constraint sync_members_pk primary key (integration_id, account_id),
        constraint sync_members_integration_fk foreign key (integration_id) references integrations (id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table sync_members, provider_accounts;
      alter table users drop column claimed_by, drop column hours_per_month, drop column is_notified;
    `);
  }
}
