import { SmtpSimulator, type SmtpSimulatorOptions } from '../../simulators/smtp/simulator.js';
import { MailService } from '../../src/mail/mail.service.js';
import { MailWorker } from '../../src/mail/mail-worker.js';
import type { LetterContent } from '../../src/mail/letter-template.js';
import type { NewMail } from '../../src/mail/mail.js';
import { startTestApp, type TestApp, type TestAppOptions } from './app.js';

/** The environment that sends mail to a simulator; the loops do not run, so that a test drives the queue. */
export const mailEnv = (smtp: SmtpSimulator): Record<string, string> => ({
  ROLE: 'api',
  MAIL_SERVER: '127.0.0.1',
  MAIL_PORT: String(smtp.port),
  MAIL_USE_TLS: 'false',
  MAIL_DEFAULT_SENDER: 'Timesheet <timesheet@example.com>',
});

/** A mail about nothing in particular. */
export const testMail = (effectKey: string, to: NewMail['to'], letter: Partial<LetterContent> = {}): NewMail => ({
  effectKey,
  kind: 'test',
  to,
  letter: { locale: 'en', subject: 'Test', banner: 'TEST', tone: 'neutral', paragraphs: [], ...letter },
});

export interface StoredMail {
  id: number;
  state: string;
  attempts: number;
  message_id: string;
  last_error: string | null;
  wait: number;
  recipients: Record<string, string>;
}

/** The whole app with a mail server behind it. */
export class MailApp {
  private count = 0;

  private constructor(
    readonly app: TestApp,
    readonly smtp: SmtpSimulator,
  ) {}

  static async start({ env, ...options }: TestAppOptions = {}, smtpOptions?: SmtpSimulatorOptions): Promise<MailApp> {
    const smtp = new SmtpSimulator(smtpOptions);
    await smtp.start();
    const control = { withoutJobs: true, callTimeoutMilliseconds: 1000 };
    const all = { ...mailEnv(smtp), TEST_CONTROL: JSON.stringify(control), ...env };
    return new MailApp(await startTestApp({ ...options, env: all }), smtp);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.smtp.stop();
  }

  /** Writes a mail in a transaction of its own. */
  async write(to: NewMail['to'], more: Partial<LetterContent & { effectKey: string }> = {}): Promise<void> {
    this.count += 1;
    const { effectKey = `test/${this.count}`, ...letter } = more;
    const mail = testMail(effectKey, to, { subject: `Mail ${this.count}`, ...letter });
    await this.app.transactions.run((tx) => Promise.resolve(this.app.get(MailService).enqueue(mail, tx)));
  }

  /** Sends everything that is due. */
  deliver() {
    return this.app.get(MailWorker).deliverDue();
  }

  /** As if the wait before the next try were over. */
  async skipWaits(): Promise<void> {
    await this.app.database.execute(
      `update mail_outbox set next_at = now() - interval '1 second' where state = 'pending'`,
    );
  }

  /** Every mail, oldest first; `wait` is how many seconds it still waits. */
  stored(): Promise<StoredMail[]> {
    return this.app.database.query<StoredMail>(
      `select m.id, m.state, m.attempts, m.message_id, m.last_error,
         round(extract(epoch from m.next_at - m.modified_at))::int as wait,
         (select jsonb_object_agg(address, r.state) from mail_recipients r where r.mail_id = m.id) as recipients
       from mail_outbox m order by m.id`,
    );
  }

  async errorCodes(): Promise<string[]> {
    const rows = await this.app.database.query<{ code: string }>('select code from error_log order by id');
    return rows.map(({ code }) => code);
  }

  /** Empties the outbox, the server's ledger and its script. */
  async reset(): Promise<void> {
    await this.app.database.execute('truncate mail_outbox, mail_recipients, error_log');
    this.smtp.messages.length = 0;
    this.smtp.faults.clear();
  }
}
