import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Findings are computed, never stored; what somebody decided about one is. Its id is made of the facts, so a decision is silent as
 * soon as these are others, and a fix that is asked for twice is known to be done.
 */
export class CreateTimelineDecisions1790000000061 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table timeline_decisions (
        user_id bigint not null,
        finding_id text not null,
        subject text not null,
        fix text not null,
        decided_at timestamptz(3) not null,
        constraint timeline_decisions_pk primary key (user_id, finding_id),
        constraint timeline_decisions_user_fk foreign key (user_id) references users (id) on delete cascade
      );
      create index timeline_decisions_ignored on timeline_decisions (user_id, subject) where fix = 'ignore';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table timeline_decisions');
  }
}
