import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules are one value, replaced as a whole: their order is their meaning. */
export class CreateCategoryRules1790000000060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table category_rules (
        user_id bigint not null,
        rules jsonb not null,
        modified_at timestamptz(3) not null default now(),
        constraint category_rules_pk primary key (user_id),
        constraint category_rules_user_fk foreign key (user_id) references users (id) on delete cascade,
        constraint category_rules_list check (jsonb_typeof(rules) = 'array')
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table category_rules');
  }
}
