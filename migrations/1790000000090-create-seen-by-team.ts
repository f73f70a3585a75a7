import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which entries coordinators and their reports may see, by where an entry comes from and what its owner has set: those that
 * tell of a person's body are their owner's alone unless they are shared. A rule of the rows, which several modules read: so it
 * stands with the rows. Written so that the planner takes it into the query.
 */
export class CreateSeenByTeam1790000000090 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function seen_by_team(source text, owner_settings jsonb) returns boolean
      language sql immutable parallel safe
      return source <> 'apple_health' or owner_settings -> 'share_health' = 'true';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function seen_by_team(text, jsonb)');
  }
}
