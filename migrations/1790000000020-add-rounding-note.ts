import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a service said about times that it keeps coarser than they were given, and which times it then kept: the note is about
 * these alone, so it is silent as soon as the entry has others.
 */
export class AddRoundingNote1790000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table pushes
        add column rounding_note text,
        add column rounded_start timestamptz(3),
        add column rounded_end timestamptz(3);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table pushes drop column rounding_note, drop column rounded_start, drop column rounded_end',
    );
  }
}
