import { DeliveryWorker } from '../../src/webhooks/delivery-worker.js';
import { startTestApp, type TestApp } from './app.js';
import { deliver, TOKEN_ENV, type Event } from './webhooks.js';

export interface Session {
  id: number;
  user_id: number;
  description: string;
  started_at: Date;
  ended_at: Date | null;
  is_running: boolean;
  deleted_at: Date | null;
  review_status: string;
  project_name: string | null;
  task_name: string | null;
  tags: string[];
}

export interface DeliveryRow {
  id: number;
  state: string;
  attempts: number;
  applied_order: number | null;
  error: string | null;
  result: { entryId: number; outcome: string; note: string | null } | null;
}

/** An app that takes deliveries and works them off when it is told to; its mails are written and not sent. */
export class DeliveryWorld {
  private constructor(readonly app: TestApp) {}

  static async open(env: Record<string, string> = {}): Promise<DeliveryWorld> {
    const app = await startTestApp({
      env: {
        ...TOKEN_ENV,
        ROLE: 'api',
        MAIL_SERVER: 'smtp.example.com',
        MAIL_DEFAULT_SENDER: 'timesheet@example.com',
        MAIL_RECIPIENT: 'coordination@example.com',
        TEST_CONTROL: JSON.stringify({ withoutJobs: true, retryScale: 0 }),
        ...env,
      },
    });
    return new DeliveryWorld(app);
  }

  /** What the worker would do by itself. */
  work(): Promise<number> {
    return this.app.get(DeliveryWorker).processDue();
  }

  async send(event: Event, body: object) {
    return (await deliver(this.app.url, event, body)).body;
  }

  async sessionOf(externalId: string): Promise<Session | undefined> {
    const statement = 'select * from time_entries where external_id = $1';
    return (await this.app.database.query<Session>(statement, [externalId]))[0];
  }

  deliveriesOf(externalId: string): Promise<DeliveryRow[]> {
    const statement = 'select * from deliveries where external_id = $1 order by id';
    return this.app.database.query<DeliveryRow>(statement, [externalId]);
  }

  historyOf(id: number) {
    return this.app.database.query<{ action: string; actor_kind: string; origin_kind: string; origin_id: string }>(
      'select action, actor_kind, origin_kind, origin_id from sessions_binnacle where entry_id = $1 order by sequence',
      [id],
    );
  }

  errorsAbout(externalId: string) {
    return this.app.database.query<{
      code: string;
      severity: string;
      occurrences: number;
      detail: Record<string, unknown>;
    }>(`select code, severity, occurrences, detail from error_log where detail ->> 'externalId' = $1 order by id`, [
      externalId,
    ]);
  }

  mailsAbout(text: string) {
    return this.app.database.query<{ kind: string }>(
      'select kind from mail_outbox m where m::text like $1 order by id',
      [`%${text}%`],
    );
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
