import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a search found a project last. Where there are too many to list (tickets), one that was found by searching is in no list,
 * so its absence there does not say that it has gone.
 */
export class AddFoundProjects1790000000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table projects add column found_at timestamptz(3)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table projects drop column found_at');
  }
}
