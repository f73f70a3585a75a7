import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../simulators/smtp/simulator.js';
import { MailService } from '../../src/mail/mail.service.js';
import { startTestApp } from '../support/app.js';
import { MailApp, testMail } from '../support/mail.js';

const ANA = 'ana@example.com';

describe('the outbox of mail', () => {
  let mail: MailApp;

  beforeAll(async () => {
    mail = await MailApp.start();
  });

  afterEach(() => mail.reset());
  afterAll(() => mail.close());

  it('sends one message to all recipients, as text and as HTML', async () => {
    await mail.write([ANA, 'boss@example.com'], { subject: 'Sesión «ñandú»', banner: 'á' });
    await mail.deliver();
    const [message, ...others] = mail.smtp.messages;
    expect(others).toEqual([]);
    expect(message!.from).toBe('timesheet@example.com');
    expect(message!.to.sort()).toEqual([ANA, 'boss@example.com']);
    const head = (name: string) => headerOf(message!.raw, name);
    expect(head('From')).toEqual(['Timesheet <timesheet@example.com>']);
    expect(head('To')).toEqual(['ana@example.com, boss@example.com']);
    expect(head('Message-ID')).toEqual([expect.stringMatching(/^<mail-\d+\.[0-9a-f]{16}@example\.com>$/)]);
    expect(head('Auto-Submitted')).toEqual(['auto-generated']);
    expect(head('Content-Type')[0]).toContain('multipart/alternative');
    expect(message!.raw).toContain('text/plain');
    expect(message!.raw).toContain('text/html');
  });

  it('keeps one mail per event', async () => {
    await mail.write([ANA], { effectKey: 'session/1/started' });
    await mail.write([ANA], { effectKey: 'session/1/started', subject: 'again' });
    expect(await mail.stored()).toHaveLength(1);
    await mail.deliver();
    await mail.write([ANA], { effectKey: 'session/1/started' });
    expect(await mail.deliver()).toBe('idle');
    expect(mail.smtp.messages).toHaveLength(1);
  });

  it('writes the mails of a batch in their order, each with its own recipients, and none twice', async () => {
    const subjects = Array.from({ length: 40 }, (_, index) => String((index * 7) % 40));
    const batch = subjects.map((subject) => testMail(`batch/${subject}`, [ANA, `${subject}@example.com`], { subject }));
    const repeated = testMail('batch/7', ['eve@example.com'], { subject: 'again' });
    await mail.app.transactions.run((tx) =>
      Promise.resolve(mail.app.get(MailService).enqueueAll([...batch, repeated, testMail('batch/x', [])], tx)),
    );
    await mail.deliver();
    expect(mail.smtp.messages.map(({ raw }) => headerOf(raw, 'Subject')[0])).toEqual(subjects);
    expect(mail.smtp.messages.map(({ to }) => to.sort())).toEqual(
      subjects.map((subject) => [`${subject}@example.com`, ANA].sort()),
    );
  });

  it('sends first what was written first, though its transaction began later', async () => {
    await mail.app.transactions.run(async (waiting) => {
      await waiting.query('select 1');
      await mail.write([ANA], { subject: 'first' });
      mail.app.get(MailService).enqueue(testMail('second', [ANA], { subject: 'second' }), waiting);
    });
    await mail.deliver();
    expect(mail.smtp.messages.map(({ raw }) => headerOf(raw, 'Subject')[0])).toEqual(['first', 'second']);
  });

  it('writes nothing when what it tells about did not happen', async () => {
    const attempt = mail.app.transactions.run(async (tx) => {
      mail.app.get(MailService).enqueue(testMail('x', [ANA]), tx);
      await tx.query('select 1');
      throw new Error('no after all');
    });
    await expect(attempt).rejects.toThrow('no after all');
    expect(await mail.stored()).toEqual([]);
  });

  it('writes nothing to people without an address, or with one that was made up for them', async () => {
    await mail.write([null, undefined, '', '64a687e2@clockify.fake', 'x@nowhere.invalid']);
    expect(await mail.stored()).toEqual([]);
    expect(await mail.errorCodes()).toEqual([]);
  });

  it('writes to somebody once, however often and in whatever case the address is given', async () => {
    await mail.write([ANA, 'ANA@example.com', ANA]);
    expect(Object.keys((await mail.stored())[0]!.recipients)).toHaveLength(1);
  });

  it.each([
    'a@example.com, evil@example.com',
    'a@example.com\r\nBcc: e@example.com',
    '"x" <a@example.com>',
    '"e@example.com x"@example.com',
    '"a b"@example.com',
    `${'x'.repeat(320)}@example.com`,
    'g:'.repeat(20_000),
  ])('leaves out what is not one plain address, and notes it: %j', async (address) => {
    await mail.write([address, ANA]);
    await mail.deliver();
    expect(mail.smtp.messages.map(({ to }) => to)).toEqual([[ANA]]);
    await expect.poll(() => mail.errorCodes()).toEqual(['MAIL.BAD_ADDRESS']);
  });

  it('lets user text begin no header', async () => {
    await mail.write([ANA], { subject: 'Work\r\nBcc: evil@example.com\r\n\r\nHello\0\ud800' });
    await mail.deliver();
    const { raw, to } = mail.smtp.messages[0]!;
    expect(headerOf(raw, 'Subject')).toHaveLength(1);
    expect(headerOf(raw, 'Bcc')).toEqual([]);
    expect(to).toEqual([ANA]);
  });

  it.each([
    '.\r\nMAIL FROM:<x@example.com>\r\n.\r\n',
    '<p>a</p>\r\n.\r\nQUIT\r\n',
    `${'x'.repeat(5000)}\0\ud800\u001b[2J`,
  ])('carries any text as content', async (text) => {
    await mail.write([ANA], { banner: text, paragraphs: [text], facts: [[text, text]] });
    expect(await mail.deliver()).toBe('idle');
    expect(mail.smtp.messages).toHaveLength(1);
    expect(await mail.stored()).toMatchObject([{ state: 'done' }]);
  });

  it('reads no file and no page for a part that is no text', async () => {
    for (const part of [{ path: '/etc/hostname' }, { href: mail.app.url }]) {
      await expect(mail.write([ANA], { banner: part as unknown as string })).rejects.toThrow(TypeError);
    }
    expect(await mail.stored()).toEqual([]);
  });

  it('finds out whether a mail is being sent without looking at all that wait', async () => {
    await mail.app.database.execute(
      `insert into mail_outbox (effect_key, message_id, kind, locale, subject, content)
       select n, n, 'test', 'en', 's', '{}' from generate_series(1, 5000) n`,
    );
    await mail.app.database.execute('analyze mail_outbox');
    const plan = await mail.app.database.query<{ 'QUERY PLAN': string }>(
      `explain select from mail_outbox busy where busy.state = 'sending' and busy.lease_until >= now()`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('mail_outbox_undelivered');
  });

  it('is worked off by one sender at a time, in the order in which it was written', async () => {
    for (let index = 0; index < 30; index++) await mail.write([ANA]);
    const workers = await Promise.all([mail.deliver(), mail.deliver(), mail.deliver()]);
    expect(workers).toEqual(['idle', 'idle', 'idle']);
    const numbers = mail.smtp.messages.map(({ raw }) => Number(headerOf(raw, 'Subject')[0]!.slice(5)));
    expect(numbers).toHaveLength(30);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});

describe('without MAIL_SERVER', () => {
  it('no mail is written', async () => {
    const app = await startTestApp();
    try {
      await app.transactions.run((tx) => Promise.resolve(app.get(MailService).enqueue(testMail('x', [ANA]), tx)));
      expect(await app.database.query('select id from mail_outbox')).toEqual([]);
    } finally {
      await app.close();
    }
  });
});

describe('the worker', () => {
  it('sends by itself, and finishes the message under way when the app stops', async () => {
    const mail = await MailApp.start({ env: { ROLE: 'all' } });
    await mail.write([ANA]);
    await expect.poll(() => mail.smtp.messages.length).toBe(1);
    await expect.poll(async () => (await mail.stored())[0]!.state).toBe('done');
    await mail.write([ANA]);
    await mail.close();
    expect(mail.smtp.messages.length).toBeLessThanOrEqual(2);
  });

  it('comes back by itself after the server was away', async () => {
    const mail = await MailApp.start({
      env: { ROLE: 'all', TEST_CONTROL: '{"withoutJobs":true,"retryScale":0.01}' },
    });
    await mail.smtp.stop();
    await mail.write([ANA]);
    await expect.poll(async () => (await mail.stored())[0]!.last_error).toContain('ECONNREFUSED');
    await mail.smtp.start();
    await expect.poll(() => mail.smtp.messages.length).toBe(1);
    await expect.poll(async () => (await mail.stored())[0]).toMatchObject({ state: 'done', attempts: 1 });
    const noted = await mail.app.database.query('select code, occurrences from error_log');
    expect(noted).toEqual([{ code: 'MAIL.SERVER_UNAVAILABLE', occurrences: 1 }]);
    await mail.close();
  });
});
