import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The few mails that are not with everybody yet, by state: whether one is being sent is asked before each of them, and how many
 * failed by every probe, which must not read the mails of 90 days.
 */
export class IndexUndeliveredMails1790000000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index mail_outbox_undelivered on mail_outbox (state) where state <> 'done'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index mail_outbox_undelivered');
  }
}
