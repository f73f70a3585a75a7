import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The history of a project within some days. Beside the one by project alone, which gives a page in its order without any days:
 * with days it would be read from end to end, and more of it with every year (docs/SCALING.md).
 */
export class IndexHistoryByProjectAndDay1790000000081 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index sessions_binnacle_project_started on sessions_binnacle
        (lower(snapshot ->> 'projectName'), ((snapshot ->> 'startedAt') collate "C"));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index sessions_binnacle_project_started');
  }
}
