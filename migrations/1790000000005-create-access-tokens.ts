import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Short-lived access tokens of services with OAuth, kept once for all replicas: such services count how many are made out.
 * A row is found by a digest of the credential, so that one used by several integrations has one token. And the
 * half-finished journeys to a consent page, each of which only its own user may finish, once.
 */
export class CreateAccessTokens1790000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table access_tokens (
        credential_key text not null,
        token bytea,
        token_key_id text,
        renew_at timestamptz(3),
        expires_at timestamptz(3),
        refreshes jsonb not null default '[]',
        modified_at timestamptz(3) not null default now(),
        constraint access_tokens_pk primary key (credential_key),
        constraint access_tokens_token check (num_nulls(token, token_key_id, renew_at, expires_at) in (0, 4))
      );

      create table oauth_states (
        state_hash bytea not null,
        user_id bigint not null,
        provider text not null,
        region text,
        return_to text,
        expires_at timestamptz(3) not null,
        constraint oauth_states_pk primary key (state_hash),
        constraint oauth_states_user_fk foreign key (user_id) references users (id) on delete cascade
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table oauth_states, access_tokens');
  }
}
