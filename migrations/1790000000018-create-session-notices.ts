import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Notices of sessions that came again: one per repeated content, and so many mails per hour at most. Twenty rows, each free an
 * hour after it was used, hold that limit for all replicas, and none of them waits for another.
 */
export class CreateSessionNotices1790000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table session_notices (
        fingerprint text not null,
        kind text not null,
        external_id text not null,
        user_id bigint,
        noticed_at timestamptz(3) not null default now(),
        told_at timestamptz(3),
        constraint session_notices_pk primary key (fingerprint),
        constraint session_notices_user_fk foreign key (user_id) references users (id),
        constraint session_notices_kind check (kind in ('duplicate', 'conflict'))
      );
      create index session_notices_untold on session_notices (noticed_at) where told_at is null;

      create table session_notice_slots (
        slot integer not null,
        used_at timestamptz(3) not null default '-infinity',
        constraint session_notice_slots_pk primary key (slot)
      );
      insert into session_notice_slots (slot) select generate_series(1, 20);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table session_notice_slots, session_notices');
  }
}
