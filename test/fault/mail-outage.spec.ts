import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, SmtpSimulator } from '../../simulators/smtp/simulator.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually } from '../support/oracle.js';
import { sized } from '../support/size.js';

const PEOPLE = ['ana@example.com', 'bea@example.com', 'eva@example.com'];
const BOSS = 'boss@example.com';
const COUNT = sized(300, 1000);
/** At one try a minute; `retryScale` makes 60 ms of the minute. */
const TRIES_OF_AN_HOUR = 60;

describe('mail when the server is away for an hour', () => {
  let world: FaultWorld;
  let smtp: SmtpSimulator;

  beforeEach(async () => {
    smtp = new SmtpSimulator();
    await smtp.start();
    world = await FaultWorld.create({ testControl: { leaseSeconds: 2, retryScale: 0.001 } });
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
    EMAIL_PROCESS_INTERVAL: '60',
  });

  /** As the service writes them: to one person each, and to somebody who gets all of them. */
  async function writeMails(count: number): Promise<void> {
    await world.query(
      `with mails as (
         insert into mail_outbox (effect_key, message_id, kind, locale, subject, content)
         select 'test/' || n, '<test-' || n || '@example.com>', 'test', 'en', 'Mail ' || n,
           '{"banner":"b","tone":"good","paragraphs":[]}'
         from generate_series(1, $1::int) n order by n returning id, effect_key)
       insert into mail_recipients (mail_id, address)
       select id, unnest(array[$2, ($3::text[])[1 + split_part(effect_key, '/', 2)::int % 3]]) from mails`,
      [count, BOSS, PEOPLE],
    );
  }

  const openMails = () => world.value<string>(`select count(*) from mail_outbox where state <> 'done'`);
  const numbersFor = (address: string) =>
    smtp.copiesFor(address).map(({ raw }) => Number(headerOf(raw, 'Subject')[0]!.slice('Mail '.length)));

  it('delivers all that was written meanwhile, once and in order, and has used up no try', async () => {
    await smtp.stop();
    const app = await world.start({}, mailEnv());
    await writeMails(COUNT);
    await eventually('it has noticed', 10, async () => (await world.query('select from error_log')).length > 0);
    smtp.faults.add({ stage: 'connect', times: Infinity, action: { code: 421 } });
    await smtp.start();
    await eventually('it has tried for an hour', 40, () => smtp.connections >= TRIES_OF_AN_HOUR);
    expect(await world.query('select distinct state, attempts from mail_outbox')).toEqual([
      { state: 'pending', attempts: 0 },
    ]);
    const ready = (await (await fetch(`${app.url}/health/ready`)).json()) as { oldestDueMailSeconds: number };
    expect(ready.oldestDueMailSeconds).toBeGreaterThan(1);

    smtp.faults.clear();
    await eventually('everything is sent', 60, async () => (await openMails()) === '0');
    expect(smtp.messages.length).toBe(COUNT);
    expect(new Set(smtp.messages.map(({ messageId }) => messageId)).size).toBe(COUNT);
    expect(numbersFor(BOSS)).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
    for (const [index, address] of PEOPLE.entries()) {
      expect(numbersFor(address)).toEqual(numbersFor(BOSS).filter((number) => number % 3 === index));
    }
    expect(await world.query('select distinct state, attempts from mail_outbox')).toEqual([
      { state: 'done', attempts: 1 },
    ]);
    expect(await world.query('select code, occurrences from error_log')).toEqual([
      { code: 'MAIL.SERVER_UNAVAILABLE', occurrences: 1 },
    ]);
  }, 300_000);

  it('sends a mail once that a killed process had in its hands, before all later ones', async () => {
    await writeMails(5);
    smtp.faults.add({ stage: 'data', after: 2, action: 'black-hole' });
    const doomed = await world.start({}, mailEnv());
    // The server itself says that it has it: claimed it is earlier, and whoever dies then leaves the fault to the next process.
    await eventually('a message is under way', 20, () => smtp.faults.isSpent);
    expect(smtp.messages.length).toBe(2);
    expect(await world.query(`select id from mail_outbox where state = 'sending'`)).toEqual([{ id: '3' }]);
    await doomed.stop('SIGKILL');
    await world.start({}, mailEnv());
    await eventually('everything is sent', 20, async () => (await openMails()) === '0');
    expect(numbersFor(BOSS)).toEqual([1, 2, 3, 4, 5]);
    expect(await world.query('select distinct attempts from mail_outbox')).toEqual([{ attempts: 1 }]);
  }, 300_000);
});
