import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A mail is stored as its content; both its parts are made when it is sent. The rendered HTML was long enough for
 * PostgreSQL to compress it, which cost more than everything else about a mail
 * (docs/adr/0014-mails-are-rendered-when-sent.md).
 */
export class StoreMailContent1790000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table mail_outbox add column content json;
      update mail_outbox set content = json_build_object(
        'banner', subject, 'tone', 'neutral', 'paragraphs', json_build_array(text), 'facts', '[]'::json);
      alter table mail_outbox alter column content set not null, drop column html, drop column text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table mail_outbox add column html text not null default '', add column text text not null default '';
      alter table mail_outbox alter column html drop default, alter column text drop default, drop column content;
    `);
  }
}
