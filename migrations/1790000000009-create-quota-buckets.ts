import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is known of the limits of outside services, once for all replicas: the calls left in a window, the pace of calls, and
 * until when a service asked to be left alone. A row is found by digests and ids; a credential is never in it.
 */
export class CreateQuotaBuckets1790000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table quota_buckets (
        bucket_key text not null,
        capacity integer,
        window_seconds integer,
        remaining integer,
        resets_at timestamptz(3),
        full_at timestamptz(3),
        retry_at timestamptz(3),
        refusals integer not null default 0,
        modified_at timestamptz(3) not null default now(),
        constraint quota_buckets_pk primary key (bucket_key),
        constraint quota_buckets_rule check (num_nulls(capacity, window_seconds) in (0, 2)),
        constraint quota_buckets_window check (num_nulls(remaining, resets_at) in (0, 2))
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table quota_buckets');
  }
}
