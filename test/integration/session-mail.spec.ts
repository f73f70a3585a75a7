import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../simulators/smtp/simulator.js';
import { JobsService } from '../../src/jobs/jobs.service.js';
import type { EntryChange } from '../../src/time-entries/entry-change.js';
import type { LetterKind } from '../../src/time-entries/mail-wish.js';
import { SessionMail, type SessionWish } from '../../src/time-entries/session-mail.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import { startTestApp } from '../support/app.js';
import { entry, facts } from '../support/entries.js';
import { MailApp } from '../support/mail.js';
import { addPerson } from '../support/people.js';

const BOSS = 'boss@example.com';
const CHIEF = 'chief@example.com';
const ANA = 'ana@example.com';
const AUTHOR = { actor: { kind: 'user' as const, id: '1' }, origin: null };

describe('mail about sessions', () => {
  let mail: MailApp;
  let ana: number;

  beforeAll(async () => {
    mail = await MailApp.start({ env: { MAIL_RECIPIENT: BOSS, MAIL_RECIPIENTS: `${CHIEF}, ${BOSS}` } });
    ana = (await addPerson(mail.app, 'ana')).id;
  });

  afterEach(async () => {
    await mail.reset();
    await mail.app.database.execute('truncate session_notices');
    await freeSlots();
  });

  afterAll(() => mail.close());

  const person = (changes: string) =>
    mail.app.database
      .execute(
        `update users set name = 'Ana', email = $1, is_notified = true, is_enabled = true, settings = '{}' where id = $2`,
        [ANA, ana],
      )
      .then(() => mail.app.database.execute(`update users set ${changes} where id = $1`, [ana]));

  const freeSlots = () => mail.app.database.execute(`update session_notice_slots set used_at = '-infinity'`);

  const wish = (kind: LetterKind, more: Partial<SessionWish> = {}, source = 'clockify'): SessionWish => ({
    wish: { kind, before: null, after: entry({ source }) },
    entryId: 7,
    sequence: 1,
    userId: ana,
    externalId: '64a687e29ae1f428e7ebe303',
    ...more,
  });

  const copies = (kind: 'duplicate' | 'conflict', from: number, to: number): SessionWish[] =>
    Array.from({ length: to - from }, (_, index) => wish(kind, { fingerprint: `f${from + index}` }));

  const tell = (...wishes: SessionWish[]) =>
    mail.app.transactions.run((tx) => mail.app.get(SessionMail).enqueue(wishes, tx));

  const stored = () =>
    mail.app.database.query<{ kind: string; effect_key: string; to: string[] }>(
      `select kind, effect_key, (select array_agg(address order by address) from mail_recipients where mail_id = id) as to
       from mail_outbox order by id`,
    );

  const kinds = async () => (await stored()).map(({ kind }) => kind);

  describe('goes', () => {
    it('to those who watch and to the person, in one message', async () => {
      await person(`name = 'Ana <b>López</b>'`);
      await tell(wish('started'));
      await mail.deliver();
      expect(mail.smtp.messages.map(({ to }) => to.sort())).toEqual([[ANA, BOSS, CHIEF]]);
      const { raw } = mail.smtp.messages[0]!;
      expect(headerOf(raw, 'To')).toEqual([[ANA, BOSS, CHIEF].join(', ')]);
      expect(headerOf(raw, 'Content-Language')).toEqual(['es']);
      expect(raw).toContain('Ana &lt;b&gt;L');
    });

    it('to those who watch, about somebody who is known only from the service', async () => {
      await person('email = null');
      await tell(wish('started'), wish('delete_unknown', { userId: null, entryId: null }));
      expect((await stored()).map(({ to }) => to)).toEqual([
        [BOSS, CHIEF],
        [BOSS, CHIEF],
      ]);
    });

    it('to those who watch, about somebody who has left', async () => {
      await person('is_enabled = false');
      await tell(wish('ended'));
      expect((await stored())[0]!.to).toEqual([BOSS, CHIEF]);
    });

    it('to nobody about somebody of whom nobody is to be told', async () => {
      await person('is_notified = false');
      await tell(wish('started'), wish('overtime'), ...copies('conflict', 0, 3));
      expect(await stored()).toEqual([]);
      expect(await mail.app.database.query('select from session_notices')).toEqual([]);
    });

    it('to a person alone about their health, unless they share it', async () => {
      await person(`settings = '{}'`);
      await tell(wish('edited', {}, 'apple_health'));
      await person(`settings = '{"share_health":true}'`);
      await tell(wish('edited', { sequence: 2 }, 'apple_health'));
      expect((await stored()).map(({ to }) => to)).toEqual([[ANA], [ANA, BOSS, CHIEF]]);
    });
  });

  it('is one mail per event, and one per session about overtime', async () => {
    await person('is_notified = true');
    await tell(wish('started'), wish('started', { sequence: 2 }), wish('overtime', { sequence: 2 }));
    await tell(wish('started'), wish('under_review'), wish('overtime', { sequence: 3 }));
    expect((await stored()).map(({ effect_key }) => effect_key)).toEqual([
      'entry/7/1/started',
      'entry/7/2/started',
      'entry/7/overtime',
      'entry/7/1/under_review',
    ]);
  });

  it('is not written when the change is not', async () => {
    await person('is_notified = true');
    const attempt = mail.app.transactions.run(async (tx) => {
      await mail.app.get(SessionMail).enqueue([wish('started'), ...copies('duplicate', 0, 1)], tx);
      await tx.query('select 1');
      throw new Error('no after all');
    });
    await expect(attempt).rejects.toThrow('no after all');
    expect(await stored()).toEqual([]);
    expect(await mail.app.database.query('select from session_notices')).toEqual([]);
  });

  describe('of a session that came again', () => {
    it('is one for all its copies, and another one when the content differs', async () => {
      await person('is_notified = true');
      const [duplicate] = copies('duplicate', 1, 2);
      await tell(duplicate!, duplicate!, duplicate!);
      await tell(duplicate!, ...copies('conflict', 1, 2));
      await tell(duplicate!);
      expect(await kinds()).toEqual(['session.duplicate', 'session.conflict']);
      const slots = await mail.app.database.query(`select from session_notice_slots where used_at > '-infinity'`);
      expect(slots).toHaveLength(2);
    });

    it('is at most twenty an hour, however many replicas write them', async () => {
      await person('is_notified = true');
      const batches = Array.from({ length: 12 }, (_, batch) => copies('conflict', batch * 5, batch * 5 + 5));
      await Promise.all(batches.map((batch) => tell(...batch)));
      await tell(wish('started'), ...copies('duplicate', 100, 110));
      const all = await kinds();
      expect(all.filter((kind) => kind === 'session.conflict')).toHaveLength(20);
      expect(all.filter((kind) => kind !== 'session.conflict')).toEqual(['session.started']);
    });

    it('is told by one digest when there were too many, to those who watch', async () => {
      await person('is_notified = true');
      await tell(...copies('duplicate', 0, 30));
      await mail.app.get(JobsService).run('session-notice-digest');
      await mail.app.get(JobsService).run('session-notice-digest');
      const all = await stored();
      expect(all).toHaveLength(21);
      expect(all[20]).toMatchObject({ kind: 'session.notices', to: [BOSS, CHIEF] });
      await mail.deliver();
      expect(headerOf(mail.smtp.messages[20]!.raw, 'Subject')[0]).toContain('Timesheet_-_10_avisos');
      await freeSlots();
      await tell(...copies('duplicate', 0, 31));
      expect((await stored()).slice(21)).toMatchObject([
        { kind: 'session.duplicate', effect_key: 'delivery/f30/duplicate' },
      ]);
    });

    it('has its turn again an hour later', async () => {
      await person('is_notified = true');
      await tell(...copies('duplicate', 0, 20));
      await mail.app.database.execute(
        `update session_notice_slots set used_at = now() - interval '59 minutes' * (1 + slot % 2)`,
      );
      await tell(...copies('duplicate', 20, 40));
      expect(await kinds()).toHaveLength(30);
    });
  });

  it('tells what is here of a session that came again, to whom it is of', async () => {
    await person('is_notified = true');
    const key = { source: 'toggl', workspaceId: 'w', externalId: '3730303299' };
    const report = {
      kind: 'report',
      event: 'end',
      key,
      userId: ana,
      integrationId: null,
      facts: facts({ workspaceId: 'w' }),
    };
    await mail.app.transactions.run((tx) =>
      mail.app.get(TimeEntriesService).apply([report as EntryChange], AUTHOR, tx),
    );
    const blank = { entryId: null, userId: null, externalId: '3730303299' };
    const nothing = { kind: 'duplicate', before: null, after: null } as const;
    const [known, unknown] = [key, { ...key, externalId: 'unheard-of' }];
    await tell(
      wish('duplicate', { ...blank, wish: nothing, key: known, fingerprint: 'a' }),
      wish('duplicate', { ...blank, wish: nothing, key: unknown, fingerprint: 'b' }),
    );
    const rows = await mail.app.database.query<{ subject: string; text: string; to: string[] }>(
      `select subject, content::text as text, (select array_agg(address order by address) from mail_recipients
       where mail_id = id) as to from mail_outbox where kind = 'session.duplicate' order by id`,
    );
    expect(rows[0]).toMatchObject({
      to: [ANA, BOSS, CHIEF],
      text: expect.stringContaining('2026-07-20 09:00:00') as string,
    });
    expect(rows[0]!.subject).toContain('Toggl - ERROR: Sesión ya existe - Ana - (');
    expect(rows[1]).toMatchObject({ to: [BOSS, CHIEF] });
    expect(rows[1]!.subject).toContain('Toggl - ERROR: Sesión ya existe - Desconocido - (');
  });

  it('carries what users wrote as text, in one subject and to nobody else', async () => {
    const hostile = 'x\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>\0\ud800';
    await person('is_notified = true');
    await mail.app.database.execute('update users set name = $1 where id = $2', [
      hostile.replace(/\0|\ud800/g, ''),
      ana,
    ]);
    const after = entry({ description: hostile, projectName: hostile, taskName: hostile, timeZone: hostile });
    const more = { externalId: hostile, entryId: null, fingerprint: hostile };
    await tell(
      wish('conflict', { ...more, wish: { kind: 'conflict', before: null, after, detail: { [hostile]: hostile } } }),
    );
    expect(await mail.deliver()).toBe('idle');
    const [{ raw, to }] = mail.smtp.messages as [(typeof mail.smtp.messages)[0]];
    expect(to.sort()).toEqual([ANA, BOSS, CHIEF]);
    expect(headerOf(raw, 'Subject')).toHaveLength(1);
    expect(headerOf(raw, 'Bcc')).toEqual([]);
    const [, html] = raw.split('Content-Type: text/html');
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script');
  });
});

describe('DUPLICATE_NOTIFY', () => {
  it.each([
    ['all', ['session.duplicate', 'session.conflict', 'session.delete_unknown']],
    ['conflict', ['session.conflict', 'session.delete_unknown']],
    ['none', ['session.delete_unknown']],
  ])('%s', async (value, expected) => {
    const mail = await MailApp.start({ env: { MAIL_RECIPIENT: BOSS, DUPLICATE_NOTIFY: value } });
    const wishes = (['duplicate', 'conflict', 'delete_unknown'] as const).map((kind): SessionWish => ({
      wish: { kind, before: null, after: entry() },
      entryId: 7,
      sequence: 1,
      userId: null,
      externalId: '64a6',
      fingerprint: 'f',
    }));
    await mail.app.transactions.run((tx) => mail.app.get(SessionMail).enqueue(wishes, tx));
    const rows = await mail.app.database.query<{ kind: string }>('select kind from mail_outbox order by id');
    expect(rows.map(({ kind }) => kind)).toEqual(expected);
    await mail.close();
  });
});

describe('without MAIL_SERVER', () => {
  it('nothing is asked of the database for mails about sessions', async () => {
    const app = await startTestApp();
    const sent: unknown[] = [];
    const tx = {
      query: (statement: unknown) => sent.push(statement),
      later: (statement: unknown) => sent.push(statement),
    };
    const news = { wish: { kind: 'started', before: null, after: entry() } } as SessionWish;
    await app.get(SessionMail).enqueue([news], tx as never);
    expect(sent).toEqual([]);
    await app.close();
  });
});
