import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Entries that reach into a day from long before it: those that run, and the few that are longer than a day. Without it a day is
 * found only by reading all of a person's life before it (docs/SCALING.md).
 */
export class IndexLongEntries1790000000080 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index time_entries_long on time_entries (user_id, started_at)
        where deleted_at is null and (ended_at is null or ended_at - started_at > interval '24 hours');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index time_entries_long');
  }
}
