import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, SmtpSimulator } from '../../simulators/smtp/simulator.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually } from '../support/oracle.js';

const ANA = 'ana@example.com';
const COUNT = 20;

describe('mail when a process dies', () => {
  let world: FaultWorld;
  let smtp: SmtpSimulator;

  beforeEach(async () => {
    smtp = new SmtpSimulator();
    await smtp.start();
    world = await FaultWorld.create({ testControl: { leaseSeconds: 1, retryScale: 0.02 } });
  });

  afterEach(async () => {
    await world.close();
    await smtp.stop();
  });

  const mailEnv = () => ({
    MAIL_SERVER: '127.0.0.1',
    MAIL_PORT: String(smtp.port),
    MAIL_USE_TLS: 'false',
    MAIL_DEFAULT_SENDER: 'timesheet@example.com',
  });

  /** As the service writes them. */
  async function writeMails(): Promise<void> {
    await world.query(
      `insert into mail_outbox (effect_key, message_id, kind, locale, subject, content)
       select 'test/' || n, '<test-' || n || '@example.com>', 'test', 'en', 'Mail ' || n,
         '{"banner":"b","tone":"good","paragraphs":[]}'
       from generate_series(1, $1::int) n order by n`,
      [COUNT],
    );
    await world.query(`insert into mail_recipients (mail_id, address) select id, $1 from mail_outbox`, [ANA]);
  }

  const openMails = () => world.value<string>(`select count(*) from mail_outbox where state <> 'done'`);
  const subjects = () => smtp.copiesFor(ANA).map(({ raw }) => headerOf(raw, 'Subject')[0]!);

  it('repeats at most the message under way, with its Message-ID, after a kill at the worst moment', async () => {
    await writeMails();
    const doomed = world.start({ failpoints: ['mail.sent#5'] }, mailEnv()).catch(() => undefined);
    await doomed;
    await eventually('it is dead', 10, () => world.apps.every((app) => !app.isRunning()));
    await world.start({}, mailEnv());
    await eventually('everything is sent', 20, async () => (await openMails()) === '0');
    const ids = smtp.messages.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(COUNT);
    expect(ids.length - COUNT).toBeLessThanOrEqual(1);
    expect([...new Set(subjects())]).toEqual(Array.from({ length: COUNT }, (_, index) => `Mail ${index + 1}`));
    expect(ids[5]).toBe(ids[4]);
  }, 300_000);

  it('leaves the sending to one of several processes at a time, in order and without a copy', async () => {
    await Promise.all([world.start({}, mailEnv()), world.start({}, mailEnv()), world.start({}, mailEnv())]);
    await writeMails();
    await eventually('everything is sent', 20, async () => (await openMails()) === '0');
    expect(subjects()).toEqual(Array.from({ length: COUNT }, (_, index) => `Mail ${index + 1}`));
  }, 300_000);

  it('is drained by a process that is asked to stop', async () => {
    await writeMails();
    const app = await world.start({}, mailEnv());
    await eventually('it has begun', 10, () => smtp.messages.length > 0);
    expect(await app.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(await world.value(`select count(*)::int from mail_outbox where state = 'sending'`)).toBe(0);
    const done = await world.value(`select count(*)::int from mail_outbox where state = 'done'`);
    expect(done).toBe(smtp.messages.length);
  }, 300_000);

  it('is tried again when the operator says so', async () => {
    await writeMails();
    await world.query(`update mail_outbox set state = 'failed', attempts = 3 where id <= 2`);
    await world.query(`update mail_recipients set state = 'refused' where mail_id <= 2`);
    const { code, stdout } = await world.cli(['mail', 'redrive'], mailEnv()).ended;
    expect([code, stdout.trim()]).toEqual([0, '2 mails are tried again by the running app.']);
    expect(smtp.messages).toEqual([]);
    await world.start({}, mailEnv());
    await eventually('everything is sent', 20, async () => (await openMails()) === '0');
    expect(smtp.messages.length).toBe(COUNT);
  }, 300_000);
});
