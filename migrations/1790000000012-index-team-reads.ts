import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What coordinators search by. Names of projects and tasks with the order of the list behind them, so that a page is read
 * from where the one before ended. Lines of the history are written about in the order of days, more or less: a block range
 * index finds their days and costs the writer next to nothing.
 */
export class IndexTeamReads1790000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index time_entries_started on time_entries (started_at, id);
      create index time_entries_external_id on time_entries (external_id) where external_id is not null;
      create index time_entries_project_name on time_entries (lower(project_name), started_at, id);
      create index time_entries_task_name on time_entries (lower(task_name), started_at, id);
      create index time_entries_reviews on time_entries (started_at, id) where review_status <> 'approved';
      create index time_entries_overtime on time_entries (started_at, id) where is_overtime;
      create index users_email on users (lower(email));
      create index sessions_binnacle_started on sessions_binnacle
        using brin (((snapshot ->> 'startedAt') collate "C")) with (pages_per_range = 32, autosummarize = on);
      create index sessions_binnacle_project_name on sessions_binnacle (lower(snapshot ->> 'projectName'), id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index sessions_binnacle_project_name, sessions_binnacle_started, users_email,
        time_entries_overtime, time_entries_reviews, time_entries_task_name,
        time_entries_project_name, time_entries_external_id, time_entries_started;
    `);
  }
}
