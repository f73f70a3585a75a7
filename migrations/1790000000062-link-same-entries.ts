import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Work that was written down at two services stays at both, and counts once: the copy names the entry that counts. The index is
 * for the foreign key, which is looked at when an entry is removed.
 */
export class LinkSameEntries1790000000062 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table time_entries
        add column same_as_entry_id bigint,
        add constraint time_entries_same_as_fk foreign key (same_as_entry_id) references time_entries (id),
        add constraint time_entries_same_as_other check (same_as_entry_id <> id);
      create index time_entries_same_as on time_entries (same_as_entry_id) where same_as_entry_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table time_entries drop column same_as_entry_id');
  }
}
